package com.nexpo.console.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Steps 1 to 6 on a deployed sandbox, as the command runs them. Every test leaves the sandbox as it found it: as
 * the first deployment left it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SandboxDeploymentTest {
    private static final String SERVICE = "--services=auth";
    private static final String VAULT_PATH = "nexpo/posthog/auth";
    private static final String PARAMETER = "/nexpo/posthog/auth/POSTHOG_SAMPLING_RATE";

    private SandboxConsole console;
    private SandboxApis others;
    private DeployedState deployed;
    private Said first;

    @BeforeAll
    void deploy(@TempDir Path folder) throws Exception {
        console = SandboxConsole.start(folder);
        others = new SandboxApis(console.sandbox());
        first = console.deploy(SERVICE, "--approve");
        deployed = console.state();
    }

    @AfterAll
    void stop() {
        console.close();
    }

    @Test
    void theFirstDeploymentIsDoneAndTheSecondFindsNothingToDo() {
        assertThat(first.outcome()).as(first.toString()).isEqualTo("done");
        assertThat(first.exit()).isZero();
        assertThat(first.steps()).extracting(s -> s.get("step").getAsString()).containsExactly("prepare",
                "provider",
                "shared", "services", "deploy", "config");
        assertThat(first.steps()).allMatch(s -> s.get("state").getAsString().equals("done"));
        assertThat(first.total("applied")).isEqualTo(first.total("planned")).isGreaterThan(60);

        Said second = console.deploy(SERVICE, "--approve");

        assertThat(second.outcome()).isEqualTo("done");
        assertThat(second.exit()).isZero();
        assertThat(second.steps()).allMatch(s -> s.get("state").getAsString().equals("done"));
        assertThat(second.total("planned")).as(second.toString()).isZero();
        assertThat(console.state().differences(deployed)).isEmpty();
    }

    /** Something that somebody else does, and the changes with which the console mends it. */
    record Damage(String name, Act act, List<String> steps, List<String> mended) {
        interface Act {
            void on(SandboxApis others) throws Exception;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Damage> damages() {
        return Stream.of(
                new Damage("a Vault key was changed by hand",
                        o -> o.setVaultKey(VAULT_PATH, "POSTHOG_BATCH_SIZE", "7"),
                        List.of("--step=config"),
                        // The job carries the version of its secret, so it follows.
                        List.of("update vault secret secret/" + VAULT_PATH,
                                "update nomad job default/auth-service")),
                new Damage("an SSM parameter has another value", o -> o.setParameter(PARAMETER, "0.25"),
                        List.of(),
                        List.of("update aws parameter " + PARAMETER)),
                new Damage("a key of the Kubernetes secret is gone",
                        o -> o.removeSecretKey("auth-posthog-config", "POSTHOG_HOST"),
                        List.of("--step=config"),
                        List.of("update kubernetes secret nexpo/auth-posthog-config")),
                new Damage("a flag has another rollout", o -> o.setRollout("security-monitoring", 3),
                        List.of(),
                        List.of("update terraform posthog_feature_flag"
                                + " module.auth_posthog.posthog_feature_flag.this[\"security-monitoring\"]")),
                new Damage("a job is back at an older configuration",
                        o -> o.setJobMeta("auth-service", "posthog_config_version", "0"),
                        List.of("--step=config"),
                        List.of("update nomad job default/auth-service")));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void whatOneThingBrokeAloneIsMended(Damage damage) throws Exception {
        damage.act().on(others);
        assertThat(console.state().differences(deployed)).isNotEmpty();

        Said said = console.deploy(Stream.concat(Stream.of(SERVICE, "--approve"), damage.steps().stream())
                .toArray(String[]::new));

        assertThat(said.outcome()).as(said.toString()).isEqualTo("done");
        assertThat(said.changes()).containsExactlyElementsOf(damage.mended());
        assertThat(said.total("planned")).isEqualTo(damage.mended().size());
        assertThat(console.state().differences(deployed)).isEmpty();
    }

    @Test
    void aPlanIsShownThenApprovedByItsIdAndRefusedOnceSomethingChanged() throws Exception {
        others.setParameter(PARAMETER, "0.5");
        DeployedState broken = console.state();

        Said planned = console.deploy(SERVICE, "--step=config", "--plan-only");
        assertThat(planned.exit()).isZero();
        assertThat(planned.outcome()).isEqualTo("planned");
        assertThat(planned.step("config").get("planned").getAsInt()).isEqualTo(1);
        assertThat(planned.changes()).isEmpty();
        assertThat(console.state().differences(broken)).isEmpty();

        Said unapproved = console.deploy(SERVICE, "--step=config");
        assertThat(unapproved.exit()).isEqualTo(3);
        assertThat(unapproved.outcome()).isEqualTo("planned");
        assertThat(unapproved.lastPlan()).isEqualTo(planned.lastPlan());
        assertThat(unapproved.err()).contains("--approve " + planned.lastPlan());
        assertThat(console.state().differences(broken)).isEmpty();

        others.setParameter(PARAMETER, "0.75");
        Said refused = console.deploy(SERVICE, "--step=config", "--approve", planned.lastPlan());
        assertThat(refused.exit()).isEqualTo(3);
        assertThat(refused.outcome()).isEqualTo("planned");
        assertThat(refused.changes()).isEmpty();
        assertThat(refused.err()).contains("Since plan " + planned.lastPlan()).contains(PARAMETER);
        assertThat(refused.lastPlan()).isNotEqualTo(planned.lastPlan());

        Said applied = console.deploy(SERVICE, "--step=config", "--approve", refused.lastPlan());
        assertThat(applied.exit()).as(applied.toString()).isZero();
        assertThat(applied.changes()).containsExactly("update aws parameter " + PARAMETER);
        assertThat(console.state().differences(deployed)).isEmpty();
    }

    @Test
    void theJsonLinesAreThoseOfTheContract() {
        Set<String> ours = Set.of("type", "step", "plan", "counts", "changes", "target", "action", "outcome",
                "code",
                "message", "fix", "schema", "run", "steps");
        for (JsonObject line : first.lines()) {
            assertThat(ours).containsAll(line.keySet());
            switch (line.get("type").getAsString()) {
                case "plan" -> assertThat(line.keySet()).contains("step", "plan", "changes");
                case "change" -> {
                    assertThat(line.keySet()).containsExactlyInAnyOrder("type", "step", "target", "action",
                            "outcome");
                    assertThat(line.getAsJsonObject("target").keySet()).contains("system", "id");
                    assertThat(line.getAsJsonObject("target").get("system").getAsString()).isIn("aws",
                            "kubernetes",
                            "vault", "nomad", "posthog", "terraform");
                    assertThat(line.get("action").getAsString()).isIn("create", "update", "replace", "delete",
                            "none");
                    assertThat(line.get("outcome").getAsString()).isIn("done", "failed", "unsure", "refused");
                }
                case "problem" -> assertThat(line.keySet()).contains("code", "message");
                case "result" ->
                    assertThat(line.keySet()).containsExactly("type", "schema", "run", "outcome", "steps");
                default -> throw new AssertionError("not in the contract: " + line);
            }
        }
        JsonObject result = first.result();
        assertThat(result.get("schema").getAsInt()).isEqualTo(1);
        assertThat(result.get("run").getAsString()).matches("\\d{8}-\\d{6}-[a-z]{4}");
        assertThat(first.steps())
                .allSatisfy(s -> assertThat(s.keySet()).containsExactly("step", "state", "planned",
                        "applied", "unchanged", "failed", "unsure"));
        assertThat(first.lines("result")).hasSize(1);
    }

    @Test
    void noValueIsInTheJsonLines() {
        String token = console.sandbox().aws()
                .value("us-west-2", "/nexpo/posthog/auth/POSTHOG_PROJECT_API_KEY").orElseThrow();
        assertThat(first.out()).doesNotContain(token).doesNotContain("phc_");
    }
}
