package com.nexpo.console.system.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.sandbox.aws.AwsEmulator;
import com.nexpo.console.sandbox.aws.Throttle.Rate;
import com.nexpo.console.sandbox.aws.Throttle.Rates;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.http.Faults.Fault;
import com.nexpo.console.sandbox.http.LocalServer;
import com.nexpo.console.system.ServiceConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** The contract on the emulator, and what only an emulator can be made to do. */
class SsmOnEmulatorTest extends SsmContract {
    private static final String CANARY = "CANARY-emulated-0123456789";
    private static final AwsEmulator AWS = new AwsEmulator(0, Rates.UNLIMITED);

    @AfterAll
    static void stop() {
        AWS.close();
    }

    @AfterEach
    void allIsWell() {
        AWS.faults().clear();
        AWS.beginListingsEmpty(false);
        AWS.throttle().set(Rates.UNLIMITED);
        AWS.policy().allow("ssm:PutParameter");
        AWS.policy().allow("kms:Decrypt");
    }

    @Override
    URI endpoint() {
        return AWS.address();
    }

    @Override
    String accessKey() {
        return AwsEmulator.ACCESS_KEY;
    }

    @Test
    void anEmptyPageIsNotTheLast() throws Exception {
        create("KEY", "one", ParameterType.SECURE_STRING);
        AWS.beginListingsEmpty(true);
        ServiceConfig wanted = wanted(Map.of("KEY", "two"));

        assertThat(store().apply(onlyChange(wanted), wanted)).isEqualTo(Outcome.done("version 2"));
    }

    @Test
    void aThrottledWriteIsRepeatedAndWrittenOnce() throws Exception {
        create("KEY", "one", ParameterType.SECURE_STRING);
        ServiceConfig wanted = wanted(Map.of("KEY", "two"));
        Change change = onlyChange(wanted);
        AWS.faults().add("AmazonSSM.PutParameter", 2, new Fault.Answer(400, "application/x-amz-json-1.1",
                "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}", Map.of()));

        assertThat(store().apply(change, wanted)).isEqualTo(Outcome.done("version 2"));
    }

    @Test
    void writesKeepBelowStandardThroughput() throws Exception {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < 8; i++) {
            create("KEY_" + i, "one", ParameterType.STRING);
            values.put("KEY_" + i, "two");
        }
        ServiceConfig wanted = wanted(values);
        List<Change> changes = store().plan(wanted, store().read(wanted));
        // No burst but one: a call that comes early is refused, and a refusal costs a repetition.
        AWS.throttle().set(new Rates(new Rate(40, 40), new Rate(3, 1.5)));

        long start = System.nanoTime();
        List<Outcome> outcomes = sideBySide(changes, wanted);

        assertThat(outcomes).hasSize(8).allMatch(Outcome.done("version 2")::equals);
        assertThat((System.nanoTime() - start) / 1e9).as("seconds for 8 writes").isBetween(2.2, 4.0);
    }

    private List<Outcome> sideBySide(List<Change> changes, ServiceConfig wanted) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Outcome>> running = new ArrayList<>();
            for (Change change : changes) {
                running.add(threads.submit(() -> store().apply(change, wanted)));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> one : running) {
                outcomes.add(one.get());
            }
            return outcomes;
        }
    }

    @Test
    void aLostAnswerIsUnsureAndReadBack() throws Exception {
        create("KEY", "one", ParameterType.SECURE_STRING);
        ServiceConfig wanted = wanted(Map.of("KEY", "two-" + CANARY));
        Change change = onlyChange(wanted);
        AWS.faults().add("AmazonSSM.PutParameter", 1, new Fault.LoseAnswer());

        assertThat(store().apply(change, wanted)).isInstanceOf(Outcome.Unsure.class);
        assertThat(differences(wanted)).isEmpty();
    }

    @Test
    void aRaceWithAnotherWriterIsSaid() throws Exception {
        create("KEY", "one", ParameterType.SECURE_STRING);
        ServiceConfig wanted = wanted(Map.of("KEY", "two-" + CANARY));
        Change change = onlyChange(wanted);
        try (LocalServer between = new LocalServer("race", 0, this::forwardAfterAnotherWrite);
                AwsConnection racing = connection(between.address())) {
            Outcome outcome = store(racing).apply(change, wanted);

            assertThat(outcome).isInstanceOfSatisfying(Outcome.Unsure.class,
                    unsure -> assertThat(unsure.failure().message())
                            .contains("was written as version 3 where 2 was due").doesNotContain(CANARY));
        }
    }

    /** Lets somebody else write between the console's last read and its write. */
    private void forwardAfterAnotherWrite(Exchange exchange) throws IOException, InterruptedException {
        if (isPut(exchange)) {
            AWS.overwrite(REGION, place() + "/KEY", "theirs");
        }
        forward(exchange);
    }

    private static boolean isPut(Exchange exchange) {
        return exchange.header("X-Amz-Target").orElse("").endsWith(".PutParameter");
    }

    private static void forward(Exchange exchange) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(AWS.address())
                .header("X-Amz-Target", exchange.header("X-Amz-Target").orElse(""))
                .header("Authorization", exchange.header("Authorization").orElse(""))
                .POST(BodyPublishers.ofByteArray(exchange.body())).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            var answer = client.send(request, BodyHandlers.ofByteArray());
            exchange.bytes(answer.statusCode(), "application/x-amz-json-1.1", answer.body());
        }
    }

    @Test
    void theAuthorOfTheNewerVersionIsNamed() throws Exception {
        create("KEY", "one", ParameterType.SECURE_STRING);
        ServiceConfig wanted = wanted(Map.of("KEY", "two"));
        Change change = onlyChange(wanted);
        AWS.overwrite(REGION, place() + "/KEY", "two");

        assertThat(store().apply(change, wanted)).isInstanceOfSatisfying(Outcome.Refused.class,
                refused -> assertThat(refused.failure().message()).contains("user/somebody-else",
                        "holds the wanted value already"));
    }

    @Test
    void aMissingRightIsNamed() throws Exception {
        create("KEY", "one", ParameterType.SECURE_STRING);
        ServiceConfig wanted = wanted(Map.of("KEY", "two-" + CANARY));
        Change change = onlyChange(wanted);
        AWS.policy().deny("ssm:PutParameter");

        assertThat(store().apply(change, wanted)).isInstanceOfSatisfying(Outcome.Failed.class,
                failed -> assertThat(failed.failure().message())
                        .contains(
                                "user/sandbox is not authorized to perform: ssm:PutParameter on resource: arn:aws:ssm")
                        .doesNotContain(CANARY));
    }

    @Test
    void aKeyThatMayNotDecryptIsNamed() {
        create("KEY", "one", ParameterType.SECURE_STRING);
        AWS.policy().deny("kms:Decrypt");

        assertThatThrownBy(() -> store().read(wanted(Map.of())))
                .isInstanceOfSatisfying(FailureException.class, e -> {
                    assertThat(e.failure().kind()).isEqualTo(FailureKind.DENIED);
                    assertThat(e.failure().message()).contains("kms:Decrypt");
                });
    }

    @Test
    void anotherAccountsParametersAreNotTaken() {
        create("KEY", "one", ParameterType.SECURE_STRING);
        var elsewhere = new com.nexpo.console.profile.Profile.Aws(REGION,
                java.util.Optional.of("999999999999"),
                java.util.Optional.empty(), java.util.Optional.of(AWS.address()), "/nexpo/posthog");
        try (AwsConnection wrong = new AwsConnection(elsewhere, credentials(accessKey()))) {
            assertThatThrownBy(() -> store(wrong).read(wanted(Map.of())))
                    .hasMessageContaining(
                            "is of account 123456789012 in eu-central-1, the profile wants account 999999999999");
        }
    }

    @Test
    void theVersionIsReadAfterTheWaitForATurn() throws Exception {
        create("KEY", "one", ParameterType.SECURE_STRING);
        ServiceConfig wanted = wanted(Map.of("KEY", "two"));
        Change change = onlyChange(wanted);
        AtomicInteger tries = new AtomicInteger();
        try (LocalServer throttling = new LocalServer("throttling", 0, exchange -> {
            if (isPut(exchange) && tries.incrementAndGet() == 1) {
                // While this write waits to be repeated, somebody else writes.
                AWS.overwrite(REGION, place() + "/KEY", "theirs");
                exchange.bytes(400, "application/x-amz-json-1.1",
                        "{\"__type\":\"ThrottlingException\"}".getBytes(StandardCharsets.UTF_8));
            } else {
                forward(exchange);
            }
        }); AwsConnection throttled = connection(throttling.address())) {
            assertThat(store(throttled).apply(change, wanted)).isInstanceOfSatisfying(Outcome.Refused.class,
                    refused -> assertThat(refused.failure().message()).contains("is at version 2"));
            assertThat(tries).hasValue(1);
        }
    }

    @Test
    void aReadThatFailsBeforeTheWriteLeavesNoDoubt() throws Exception {
        create("KEY", "one", ParameterType.SECURE_STRING);
        ServiceConfig wanted = wanted(Map.of("KEY", "two"));
        Change change = onlyChange(wanted);
        AWS.faults().add("AmazonSSM.GetParameter$", 10, new Fault.Cut());

        assertThat(store().apply(change, wanted)).isInstanceOf(Outcome.Failed.class);
        assertThat(AWS.value(REGION, place() + "/KEY")).contains("one");
    }

    @Test
    void aWriteUnderWayStopsWhenToldTo() throws Exception {
        create("KEY", "one", ParameterType.SECURE_STRING);
        ServiceConfig wanted = wanted(Map.of("KEY", "two"));
        Change change = onlyChange(wanted);
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        try (LocalServer hanging = new LocalServer("hanging", 0, exchange -> {
            if (isPut(exchange)) {
                arrived.countDown();
                stopped.await();
            }
            forward(exchange);
        });
                AwsConnection slow = connection(hanging.address());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Outcome> running = threads.submit(() -> {
                try {
                    return store(slow).apply(change, wanted);
                } finally {
                    stopped.countDown();
                }
            });
            assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
            threads.shutdownNow();
            assertThatThrownBy(() -> running.get(5, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void aStoppedThreadStops() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> store().read(wanted(Map.of()))).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).as("the interrupt was taken").isFalse();
    }
}
