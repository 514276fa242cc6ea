package com.nexpo.console.sandbox.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.testing.Eventually;
import com.nexpo.console.testing.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The emulated Terraform as the runner meets it: a process with signals, a lock and an end. */
class ChildProcessTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String FLAGS = "POST .*/feature_flags/";

    private final FakeCloud cloud = new FakeCloud();
    private Workspace workspace;

    @BeforeEach
    void copyTheBlueprint(@TempDir Path directory) throws IOException {
        workspace = new Workspace(directory, cloud.environment());
        workspace.run("init");
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private static int exit(Process process) throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as("the process ends").isTrue();
        return process.exitValue();
    }

    private List<JsonObject> lines() throws IOException {
        return workspace.text("child.out").lines().map(l -> JsonParser.parseString(l).getAsJsonObject())
                .toList();
    }

    private List<JsonObject> diagnostics() throws IOException {
        return lines().stream().filter(l -> l.get("type").getAsString().equals("diagnostic"))
                .map(l -> l.getAsJsonObject("diagnostic")).toList();
    }

    private static JsonObject recorded(String file, String type) throws IOException {
        try (InputStream in = Objects
                .requireNonNull(ChildProcessTest.class.getResourceAsStream("/terraform-emulated/" + file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .map(l -> JsonParser.parseString(l).getAsJsonObject())
                    .filter(l -> l.get("type").getAsString().equals(type)).findFirst().orElseThrow();
        }
    }

    /** Starts an apply that hangs in a flag's creation until it is stopped. */
    private Process applyThatHangs() throws Exception {
        workspace.plan();
        cloud.slow(FLAGS, 10, LIMIT);
        Process apply = workspace.start("apply", "-json", "next.tfplan");
        Eventually.holds("a flag's creation begins", LIMIT, () -> workspace.text("child.out").lines()
                .anyMatch(l -> l.contains("posthog_feature_flag") && l.contains("\"type\":\"apply_start\"")));
        return apply;
    }

    @Test
    void exitCodesAndStreamsArriveAsFromTheRealOne() throws Exception {
        assertThat(exit(workspace.start("plan", "-json", "-out=next.tfplan", "-detailed-exitcode")))
                .isEqualTo(2);
        assertThat(exit(workspace.start("apply", "-json", "next.tfplan"))).isZero();
        assertThat(lines().getLast().get("type").getAsString()).isEqualTo("outputs");
        assertThat(exit(workspace.start("plan", "-json", "-detailed-exitcode"))).isZero();
        assertThat(workspace.text("child.out")).doesNotContain("CANARY");
        assertThat(workspace.text("child.err")).isEmpty();
    }

    @Test
    void aSecondRunMeetsTheLock() throws Exception {
        Process apply = applyThatHangs();
        Workspace.Said plan = workspace.plan("-lock-timeout=1ms");
        assertThat(plan.exit()).isEqualTo(1);
        JsonObject line = plan.lines("diagnostic").getFirst();
        assertThat(new Shape(Set.of()).differences(recorded("lock.jsonl", "diagnostic"), line)).isEmpty();
        assertThat(new Shape(Set.of()).differences(recorded("lock.jsonl", "state_lock_acquire"),
                plan.lines("state_lock_acquire").getFirst())).isEmpty();
        String detail = line.getAsJsonObject("diagnostic").get("detail").getAsString();
        String real = recorded("lock.jsonl", "diagnostic").getAsJsonObject("diagnostic").get("detail")
                .getAsString();
        assertThat(masked(detail)).isEqualTo(masked(real));
        apply.destroyForcibly();
        exit(apply);
    }

    private static String masked(String lockDetail) {
        return lockDetail.replaceAll("(ID|Who|Created):( +).*", "$1:$2…");
    }

    @Test
    void aTerminatedApplySavesItsStateGivesTheLockBackAndEndsWithOne() throws Exception {
        Process apply = applyThatHangs();
        apply.destroy();
        assertThat(exit(apply)).isEqualTo(1);
        assertThat(lines())
                .anyMatch(l -> l.get("@message").getAsString().startsWith("\nInterrupt received.\n"));
        assertThat(lines().stream().filter(l -> l.get("type").getAsString().equals("log"))
                .map(l -> l.get("@message"))
                .toList()).contains(recorded("apply-cancelled.jsonl", "log").get("@message"));
        assertThat(diagnostics().stream().map(d -> d.get("summary").getAsString()))
                .contains("Error creating Feature Flag").endsWith("execution halted", "execution halted");
        assertThat(diagnostics().getFirst().get("detail").getAsString()).endsWith("context canceled");
        assertThat(workspace.file(".terraform.tfstate.lock.info")).doesNotExist();
        assertThat(workspace.run("state", "list").out())
                .contains("module.shared_posthog.posthog_project.this[0]");
        cloud.faults().clear();
        assertThat(workspace.plan().exit()).isEqualTo(2);
    }

    @Test
    void aTerminatedPlanEndsAlthoughReadsWereWaiting() throws Exception {
        workspace.plan();
        workspace.apply();
        cloud.slow("GET ", 100, LIMIT);
        Process plan = workspace.start("plan", "-json", "-parallelism=1");
        Eventually.holds("the first read begins", LIMIT,
                () -> workspace.text("child.out").contains("refresh_start"));
        plan.destroy();
        assertThat(exit(plan)).isEqualTo(1);
        assertThat(diagnostics().stream().map(d -> d.get("summary").getAsString()))
                .contains("execution halted");
        assertThat(workspace.file(".terraform.tfstate.lock.info")).doesNotExist();
    }

    @Test
    void aKilledApplyLosesOnlyTheCallsInFlightAndTheNextOneCarriesOn() throws Exception {
        workspace.set("services", "[]");
        workspace.plan();
        cloud.holdAnswers("/dashboards/");
        Process apply = workspace.start("apply", "-json", "-parallelism=1", "next.tfplan");
        Eventually.holds("the dashboard is made and its answer is not there yet", LIMIT,
                () -> cloud.calls().stream()
                        .anyMatch(c -> c.startsWith("POST") && c.endsWith("/dashboards/")));
        apply.destroyForcibly();
        assertThat(exit(apply)).isNotZero();
        cloud.release();
        assertThat(workspace.file(".terraform.tfstate.lock.info")).exists();
        assertThat(workspace.run("state", "list").out()).contains("posthog_project")
                .doesNotContain("posthog_dashboard");

        Workspace.Said plan = workspace.plan();
        assertThat(plan.exit()).isEqualTo(2);
        assertThat(plan.changes()).contains("module.shared_posthog.posthog_dashboard.this[0]: create")
                .noneMatch(c -> c.contains("posthog_project"));
        assertThat(workspace.apply().exit()).isZero();
        assertThat(cloud.count("/dashboards/")).as("the orphan and the one in the state").isEqualTo(2);
        assertThat(Files.exists(workspace.file(".terraform.tfstate.lock.info"))).isFalse();
    }

    @Test
    void theVersionAnswersFromItsOwnProcess() throws Exception {
        Process version = workspace.start("version", "-json");
        assertThat(exit(version)).isZero();
        assertThat(JsonParser.parseString(workspace.text("child.out")).getAsJsonObject().get("emulated")
                .getAsBoolean())
                .isTrue();
    }
}
