package com.nexpo.console.system.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Secret;
import com.nexpo.console.sandbox.kubernetes.KubernetesEmulator;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.kubernetes.Deployments.Freshness;
import com.nexpo.console.system.kubernetes.Deployments.SecretConsumer;
import com.nexpo.console.system.kubernetes.KubernetesConnection.Request;
import com.nexpo.console.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Consumers of a secret, restarts and rollouts, on the emulator. */
class DeploymentsTest {
    @TempDir
    Path folder = Path.of("");
    private final KubernetesEmulator emulator = new KubernetesEmulator(0, "nexpo");
    private KubernetesConnection connection = KubernetesSecretsTest.open(folder, Optional.empty());
    private Deployments deployments = new Deployments(connection, "nexpo");

    @BeforeEach
    void connect() throws Exception {
        emulator.rolloutStep(Duration.ofMillis(10));
        connection = KubernetesSecretsTest.open(
                Files.writeString(folder.resolve("config"), emulator.kubeconfig()), Optional.empty());
        deployments = new Deployments(connection, "nexpo", Clock.systemUTC(), Duration.ofMillis(20));
    }

    @AfterEach
    void stop() {
        connection.close();
        emulator.close();
    }

    private void deployment(String name, String podSpec) {
        emulator.addDeployment("nexpo", name, """
                {"replicas": 2, "selector": {"matchLabels": {"app": "%1$s"}},
                 "template": {"metadata": {"labels": {"app": "%1$s"}}, "spec": %2$s}}""".formatted(name,
                podSpec));
    }

    private void writeSecret(String value) throws Exception {
        ServiceConfig wanted = new ServiceConfig("auth", "auth-config",
                Map.of("KEY", new ServiceConfig.Entry(Secret.of(value), true)));
        KubernetesSecrets secrets = new KubernetesSecrets(connection, "nexpo",
                new Fingerprints(new byte[32]));
        assertThat(secrets.apply(secrets.plan(wanted, secrets.read(wanted)).getFirst(), wanted))
                .isInstanceOf(Outcome.Done.class);
    }

    private static final String ENV_FROM = """
            {"containers": [{"name": "c", "image": "i:1", "envFrom": [{"secretRef": {"name": "auth-config"}}]}]}""";

    @Test
    void findsWhoUsesASecretAndHow() throws Exception {
        writeSecret("CANARY-one");
        deployment("by-env-from", ENV_FROM);
        deployment("by-env", """
                {"containers": [{"name": "c", "image": "i:1", "env": [{"name": "K", "valueFrom":
                 {"secretKeyRef": {"name": "auth-config", "key": "KEY"}}}]}]}""");
        deployment("by-volume", """
                {"containers": [{"name": "c", "image": "i:1"}],
                 "volumes": [{"name": "v", "secret": {"secretName": "auth-config"}}]}""");
        deployment("not-at-all",
                """
                        {"containers": [{"name": "c", "image": "i:1", "envFrom": [{"secretRef": {"name": "other"}}]}]}""");
        assertThat(deployments.consumers("auth-config")).extracting(SecretConsumer::deployment)
                .containsExactly("by-env", "by-env-from", "by-volume");
        assertThat(deployments.consumers("auth-config")).flatExtracting(SecretConsumer::uses).containsExactly(
                "env",
                "envFrom", "volume");
    }

    private Freshness freshness() throws Exception {
        return deployments.consumers("auth-config").getFirst().freshness();
    }

    @Test
    void aConsumerIsStaleUntilItIsRestarted() throws Exception {
        writeSecret("CANARY-one");
        deployment("auth", ENV_FROM);
        assertThat(freshness()).isEqualTo(Freshness.NOT_RUNNING);
        assertThat(deployments.follow("auth", Duration.ofSeconds(5), _ -> {}))
                .isInstanceOf(Outcome.Done.class);
        writeSecret("CANARY-two");
        assertThat(freshness()).isEqualTo(Freshness.STALE);

        Instant written = Instant.now();
        Eventually.holds("the next second", Duration.ofSeconds(3),
                () -> Instant.now().getEpochSecond() > written.getEpochSecond());
        assertThat(deployments.restart("auth")).isInstanceOf(Outcome.Done.class);
        List<String> progress = new ArrayList<>();
        assertThat(deployments.follow("auth", Duration.ofSeconds(5), progress::add))
                .isInstanceOf(Outcome.Done.class);
        assertThat(progress).isNotEmpty().first().isEqualTo("waiting for the controller");
        assertThat(freshness()).isEqualTo(Freshness.FRESH);
    }

    @Test
    void twoRestartsInOneSecondAreTwo() throws Exception {
        deployment("auth", ENV_FROM);
        Deployments frozen = new Deployments(connection, "nexpo",
                Clock.fixed(Instant.parse("2026-01-01T00:00:00.9Z"), ZoneOffset.UTC), Duration.ofMillis(20));
        assertThat(frozen.restart("auth")).isEqualTo(Outcome.done("restarted at 2026-01-01T00:00:00Z"));
        assertThat(frozen.restart("auth")).isEqualTo(Outcome.done("restarted at 2026-01-01T00:00:01Z"));
    }

    @Test
    void aPausedDeploymentIsNotRestartedNorWaitedFor() throws Exception {
        deployment("auth", ENV_FROM);
        connection.send("pausing", Repeat.ONCE,
                new Request("PATCH", "/apis/apps/v1/namespaces/nexpo/deployments/auth", Map.of(),
                        "application/merge-patch+json",
                        Optional.of(com.google.gson.JsonParser.parseString("{\"spec\":{\"paused\":true}}"))));
        assertThat(deployments.restart("auth")).isInstanceOfSatisfying(Outcome.Refused.class,
                refused -> assertThat(refused.failure().code()).isEqualTo("K8S-PAUSED"));
        assertThat(deployments.follow("auth", Duration.ofSeconds(5), _ -> {}))
                .isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void aRolloutThatHangsEndsWithTheDeadlineAndSaysHowFarItCame() throws Exception {
        deployment("auth", ENV_FROM);
        emulator.stickRollout("nexpo", "auth", true);
        Outcome outcome = deployments.follow("auth", Duration.ofMillis(300), _ -> {});
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.failure().code()).isEqualTo("K8S-ROLLOUT");
            assertThat(failed.failure().message()).contains("did not finish within");
        });
    }

    @Test
    void withoutTheRightToListPodsFreshnessIsUnknown() throws Exception {
        writeSecret("CANARY-one");
        deployment("auth", ENV_FROM);
        emulator.addServiceAccount("narrow", "nexpo", "one", List.of("secrets", "deployments.apps"),
                List.of("get", "list"), List.of());
        try (KubernetesConnection narrow = KubernetesSecretsTest.open(
                Files.writeString(folder.resolve("narrow"), emulator.kubeconfig("one", "narrow")),
                Optional.empty())) {
            assertThat(new Deployments(narrow, "nexpo").consumers("auth-config").getFirst().freshness())
                    .isEqualTo(Freshness.UNKNOWN);
        }
    }
}
