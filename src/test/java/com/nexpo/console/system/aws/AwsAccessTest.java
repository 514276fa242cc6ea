package com.nexpo.console.system.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.profile.Profile.StateBackend;
import com.nexpo.console.sandbox.aws.AwsEmulator;
import com.nexpo.console.sandbox.aws.Throttle.Rates;
import com.nexpo.console.sandbox.http.Faults.Fault;
import com.nexpo.console.sandbox.http.LocalServer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Who we are, what we may do, and how it is said when AWS cannot be used. */
class AwsAccessTest {
    private static final List<String> PATHS = List.of("/nexpo/posthog/auth", "/nexpo/posthog/user");
    private static final String CANARY = "CANARY-access-0123456789";

    private final AwsEmulator aws = new AwsEmulator(0, Rates.UNLIMITED);
    private final AwsConnection connection = connection(AwsEmulator.ACCOUNT, AwsEmulator.ACCESS_KEY);

    @AfterEach
    void stop() {
        connection.close();
        aws.close();
    }

    private AwsConnection connection(String account, String key) {
        return new AwsConnection(SsmContract.profile(aws.address(), account), SsmContract.credentials(key));
    }

    private Map<String, CheckResult> permissions(StateBackend backend) throws InterruptedException {
        return new AwsPermissions(connection, backend).check(PATHS).stream()
                .collect(Collectors.toMap(CheckResult::code, result -> result));
    }

    private static Failure failureOf(AwsConnection connection) {
        try (connection) {
            return catchThrowableOfType(FailureException.class, () -> new AwsIdentity(connection).caller())
                    .failure();
        }
    }

    @Test
    void whoMayEverythingPassesEverything() throws Exception {
        var state = new StateBackend.S3("state", "nexpo/prod.tfstate", "eu-central-1", Optional.empty(),
                Optional.empty());

        Map<String, CheckResult> results = permissions(state);

        assertThat(results.keySet()).containsExactlyInAnyOrder("SSM-001", "SSM-002", "SSM-003", "SSM-004",
                "SSM-005", "SSM-006");
        assertThat(results.values()).allMatch(result -> result.status() == Status.PASS);
    }

    @Test
    void aMissingRightBlocksAndItsPolicyIsOffered() throws Exception {
        aws.policy().deny("ssm:PutParameter");

        CheckResult write = result(permissions(new StateBackend.Local()), "SSM-003");

        assertThat(write.blocks()).isTrue();
        assertThat(write.message())
                .isEqualTo("arn:aws:iam::123456789012:user/sandbox may not do ssm:PutParameter.");
        assertThat(write.fix().flatMap(CheckResult.Fix::command).orElse(""))
                .startsWith("aws iam put-user-policy --user-name sandbox --policy-name posthog-console")
                .contains("\"ssm:PutParameter\"",
                        "arn:aws:ssm:eu-central-1:123456789012:parameter/nexpo/posthog/auth/*",
                        "\"Version\":\"2012-10-17\"");
    }

    @Test
    void anUnusableKeyOfOnesOwnIsOnlyAWarning() throws Exception {
        aws.policy().deny("kms:Decrypt");

        CheckResult key = result(permissions(new StateBackend.Local()), "SSM-006");

        assertThat(key.status()).isEqualTo(Status.WARN);
        assertThat(key.message()).contains("kms:Decrypt", "alias/aws/ssm");
    }

    @Test
    void withoutTheSimulatorReadsAreTriedAndWritesAreUnknown() throws Exception {
        aws.policy().deny("iam:SimulatePrincipalPolicy");

        Map<String, CheckResult> results = permissions(new StateBackend.Local());

        assertThat(result(results, "SSM-002").status()).isEqualTo(Status.PASS);
        assertThat(result(results, "SSM-003").status()).isEqualTo(Status.WARN);
        assertThat(result(results, "SSM-003").message()).startsWith("Not known before the run");
        assertThat(results.values()).noneMatch(CheckResult::blocks);
    }

    @Test
    void withoutTheSimulatorARefusedReadBlocks() throws Exception {
        aws.policy().deny("iam:SimulatePrincipalPolicy");
        aws.policy().deny("ssm:GetParametersByPath");

        CheckResult read = result(permissions(new StateBackend.Local()), "SSM-002");

        assertThat(read.status()).isEqualTo(Status.FAIL);
        assertThat(read.message()).contains("ssm:GetParametersByPath", "parameter/nexpo/posthog/auth");
    }

    @Test
    void anotherAccountBlocksBeforeAnythingElseIsAsked() throws Exception {
        try (AwsConnection other = connection("999999999999", AwsEmulator.ACCESS_KEY)) {
            List<CheckResult> results = new AwsPermissions(other, new StateBackend.Local()).check(PATHS);

            assertThat(results).hasSize(1).allMatch(CheckResult::blocks);
            assertThat(results.getFirst().message()).isEqualTo(
                    "The credentials are of account 123456789012, the profile wants 999999999999.");
        }
    }

    @Test
    void aRoleSessionIsSimulatedAsItsRole() {
        var session = new AwsIdentity.Caller("123456789012",
                "arn:aws:sts::123456789012:assumed-role/deploy/me@example");
        assertThat(session.policySource()).isEqualTo("arn:aws:iam::123456789012:role/deploy");
    }

    @Test
    void anUnknownKeyIsNamed() throws Exception {
        Failure failure = failureOf(connection(AwsEmulator.ACCOUNT, "AKIAUNKNOWN000000000"));
        assertThat(failure.kind()).isEqualTo(FailureKind.DENIED);
        assertThat(failure.code()).isEqualTo("AWS-KEY");
        assertThat(failure.message()).contains("does not know these credentials");
    }

    @Test
    void anExpiredSessionSaysHowToSignIn() {
        aws.accounts().expire(AwsEmulator.ACCESS_KEY);
        Failure failure = failureOf(connection(AwsEmulator.ACCOUNT, AwsEmulator.ACCESS_KEY));
        assertThat(failure.code()).isEqualTo("AWS-EXPIRED");
        assertThat(failure.fix().orElse("")).contains("aws sso login");
    }

    @Test
    void aProfileThatIsNotThereIsNamed() {
        var missing = new Profile.Aws("eu-central-1", Optional.empty(), Optional.of("no-such-profile-here"),
                Optional.of(aws.address()), "/nexpo");
        Failure failure = failureOf(new AwsConnection(missing));
        assertThat(failure.code()).isEqualTo("AWS-CREDENTIALS");
        assertThat(failure.message()).contains("the AWS profile no-such-profile-here");
    }

    @Test
    void anAddressWhereNobodyListensIsUnreachable() {
        URI closed;
        try (LocalServer gone = new LocalServer("gone", 0, exchange -> exchange.empty(204))) {
            closed = gone.address();
        }
        AwsCredentialsProvider key = SsmContract.credentials(AwsEmulator.ACCESS_KEY);
        Failure failure = failureOf(new AwsConnection(SsmContract.profile(closed, AwsEmulator.ACCOUNT), key));
        assertThat(failure.kind()).isEqualTo(FailureKind.UNREACHABLE);
        assertThat(failure.message()).contains(closed.getAuthority(), "no connection");
    }

    @Test
    void anIllAnswerDoesNotReachTheMessage() {
        aws.faults().add("POST /", 10,
                new Fault.Answer(500, "text/html", "<html>" + CANARY + "</html>", Map.of()));
        Failure failure = failureOf(connection(AwsEmulator.ACCOUNT, AwsEmulator.ACCESS_KEY));
        assertThat(failure.code()).isEqualTo("AWS-ILL");
        assertThat(failure.display()).contains("500").doesNotContain(CANARY);
    }

    private static CheckResult result(Map<String, CheckResult> results, String code) {
        return Optional.ofNullable(results.get(code))
                .orElseThrow(() -> new AssertionError("no result " + code));
    }
}
