package com.nexpo.console.system.aws;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.system.Limits;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.RemoteCall.AttemptFailed;
import com.nexpo.console.system.RemoteCall.Repeat;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * The clients of one account and region, and the doors that their calls go through.
 *
 * <p>The SDK's own retries are off: {@link RemoteCall} retries, so that waiting is counted, bounded and can be
 * interrupted in one place. Writes have a door of their own, because SSM's standard throughput is
 * {@value #WRITES_PER_SECOND} writes a second for the whole account and region; one connection serves all
 * services of an environment, so that they share that pace.
 */
public final class AwsConnection implements AutoCloseable {
    /** Source: <a href="https://docs.aws.amazon.com/general/latest/gr/ssm.html">quotas</a>, standard throughput. */
    static final double WRITES_PER_SECOND = 3;
    /** Of the 40 a second that an account has; the rest is for the services that read their own. */
    private static final double READS_PER_SECOND = 30;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration LONGEST_TRY = Duration.ofSeconds(10);
    private static final Limits READS = new Limits(8, READS_PER_SECOND, Duration.ofSeconds(30), 4);
    /** The deadline counts the wait for a turn: some 300 changes may be handed over at once. */
    private static final Limits WRITES = new Limits(3, WRITES_PER_SECOND, Duration.ofMinutes(2), 8);

    private final Profile.Aws profile;
    private final SdkHttpClient http;
    private final SsmClient ssm;
    private final StsClient sts;
    private final IamClient iam;
    private final RemoteCall reads = new RemoteCall(SystemId.AWS, READS);
    private final RemoteCall writes = new RemoteCall(SystemId.AWS, WRITES);

    /** One call of the SDK; {@code limit} has to be set on its request. */
    @FunctionalInterface
    interface SdkCall<T> {
        T run(Consumer<AwsRequestOverrideConfiguration.Builder> limit);
    }

    /** What has to hold right before a write. */
    @FunctionalInterface
    interface Precondition {
        void require() throws FailureException, InterruptedException;
    }

    /** Credentials as the profile says: a named AWS profile, or the default chain. Nothing is called yet. */
    public AwsConnection(Profile.Aws profile) {
        // A named profile must win over AWS_ACCESS_KEY_ID; the default chain would prefer the variable.
        this(profile, profile.profile().<AwsCredentialsProvider>map(ProfileCredentialsProvider::create)
                .orElseGet(() -> DefaultCredentialsProvider.builder().build()));
    }

    /**
     * With the keys among these variables when the profile names no AWS profile of its own, else as
     * {@link #AwsConnection(Profile.Aws)}.
     */
    public static AwsConnection to(Profile.Aws profile, Map<String, String> variables) {
        String id = variables.getOrDefault("AWS_ACCESS_KEY_ID", "");
        String key = variables.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
        if (profile.profile().isPresent() || id.isBlank() || key.isBlank()) {
            return new AwsConnection(profile);
        }
        String session = variables.getOrDefault("AWS_SESSION_TOKEN", "");
        return new AwsConnection(profile, StaticCredentialsProvider.create(session.isBlank()
                ? AwsBasicCredentials.create(id, key)
                : AwsSessionCredentials.create(id, key, session)));
    }

    public AwsConnection(Profile.Aws profile, AwsCredentialsProvider credentials) {
        this.profile = profile;
        this.http = UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(LONGEST_TRY)
                .build();
        Region region = Region.of(profile.region());
        this.ssm = built(SsmClient.builder(), credentials, region);
        this.sts = built(StsClient.builder(), credentials, region);
        this.iam = built(IamClient.builder(), credentials,
                profile.region().startsWith("cn-") ? Region.AWS_CN_GLOBAL : Region.AWS_GLOBAL);
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C built(B builder,
            AwsCredentialsProvider credentials, Region region) {
        builder.region(region).credentialsProvider(credentials).httpClient(http)
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallTimeout(LONGEST_TRY.plus(CONNECT)));
        profile.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    /** The account, region and addresses that this connection is for. */
    public Profile.Aws profile() {
        return profile;
    }

    SsmClient ssm() {
        return ssm;
    }

    StsClient sts() {
        return sts;
    }

    IamClient iam() {
        return iam;
    }

    /** A call that changes nothing; repeated when that may help. */
    <T> T read(String what, SdkCall<T> call) throws FailureException, InterruptedException {
        return reads.call(what, Repeat.SAFE, remaining -> attempt(what, call, remaining));
    }

    /**
     * A call whose repetition would be seen: repeated only when it certainly was not carried out.
     *
     * @param before looks, at every try and after the wait for its turn, whether the call still may be made
     */
    <T> T write(String what, Precondition before, SdkCall<T> call)
            throws FailureException, InterruptedException {
        return writes.call(what, Repeat.ONCE, remaining -> {
            try {
                before.require();
            } catch (FailureException e) {
                throw new AttemptFailed(notDone(e.failure()));
            }
            return attempt(what, call, remaining);
        });
    }

    /** What failed before the call was made cannot have done anything, however it failed; and it was repeated. */
    private static Failure notDone(Failure failure) {
        boolean wouldBeUnsure = failure.kind().isTransient() || failure.maybeDone();
        return wouldBeUnsure
                ? new Failure(FailureKind.INTERNAL, failure.code(), failure.message(), failure.fix(), false)
                : failure;
    }

    private <T> T attempt(String what, SdkCall<T> call, Duration remaining)
            throws AttemptFailed, InterruptedException {
        Duration limit = remaining.compareTo(LONGEST_TRY) < 0 ? remaining : LONGEST_TRY;
        try {
            return call.run(o -> o.apiCallTimeout(limit));
        } catch (SdkException e) {
            if (Thread.interrupted() || e instanceof AbortedException) {
                throw new InterruptedException(what + " was stopped");
            }
            Failure failure = AwsFailures.of(what, e, profile);
            throw new AttemptFailed(failure, Optional.empty());
        }
    }

    @Override
    public void close() {
        ssm.close();
        sts.close();
        iam.close();
        http.close();
    }
}
