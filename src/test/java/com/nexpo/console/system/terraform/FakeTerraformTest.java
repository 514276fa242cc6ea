package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Secret;
import com.nexpo.console.profile.Profile.StateBackend;
import com.nexpo.console.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process, by a script that plays Terraform back. */
class FakeTerraformTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path temp;
    private Path fake;
    private TerraformWorkspace workspace;

    @BeforeEach
    void needsAShell() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")),
                "skipped: there is no /bin/sh to play Terraform with");
        fake = Files.createDirectories(temp.resolve("fake"));
        workspace = TerraformWorkspace.open(temp.resolve("workspace"));
        workspace.write(Map.of("main.tf", "# nothing\n"), new JsonObject(), new StateBackend.Local());
    }

    @Test
    void aRunIsInitPlanShowAndApplyAndNothingMore() throws Exception {
        play("plan", "posthog/plan-create.jsonl", 2);
        play("show", "posthog/show-plan-create.json", 0);
        play("apply", "posthog/apply-create.jsonl", 0);
        TerraformRunner runner = runner(Map.of());

        runner.init(RunListener.SILENT);
        runner.init(RunListener.SILENT);
        SavedPlan plan = runner.plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);
        Path file = plan.file().orElseThrow();
        assertThat(Files.getPosixFilePermissions(file)).hasToString("[OWNER_READ, OWNER_WRITE]");
        ApplyResult result = runner.apply(plan, TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);

        assertThat(calls()).extracting(call -> call.replaceFirst(" .*", "")).containsExactly("init", "plan",
                "show",
                "apply");
        assertThat(result.complete()).isTrue();
        assertThat(result.outcomes()).hasSize(11)
                .allSatisfy((_, o) -> assertThat(o).isInstanceOf(Outcome.Done.class));
        assertThat(file).doesNotExist();
        assertThat(runner.callsOfNextPlan()).isEqualTo(new PostHogCalls(7, 2));
    }

    @Test
    void aPlanWithoutChangeAndDriftIsNotEvenShown() throws Exception {
        Files.writeString(fake.resolve("plan.out"), Recorded.text("posthog/plan-noop.jsonl"));
        TerraformRunner runner = runner(Map.of());

        SavedPlan plan = runner.plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);

        assertThat(plan.plan().hasChanges()).isFalse();
        assertThat(calls()).hasSize(1);
        assertThat(plans()).isEmpty();
        assertThat(runner.apply(plan, TerraformRunner.PlanOptions.USUAL, RunListener.SILENT).complete())
                .isTrue();
        assertThat(calls()).hasSize(1);
    }

    @Test
    void onlyTheExitCodeSaysWhetherAPlanHolds() throws Exception {
        play("plan", "posthog/plan-401.jsonl", 1);

        assertThatThrownBy(() -> runner(Map.of()).plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT))
                .isInstanceOfSatisfying(FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("TF-KEY-REFUSED"));
        assertThat(plans()).as("the errored plan file").isEmpty();
    }

    @Test
    void aStalePlanMeansPlanAgain() throws Exception {
        play("plan", "posthog/plan-update-flag.jsonl", 2);
        play("show", "posthog/show-plan-update-flag.json", 0);
        play("apply", "posthog/apply-stale-plan.jsonl", 1);
        TerraformRunner runner = runner(Map.of());
        SavedPlan plan = runner.plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);

        assertCode("TF-STALE",
                () -> runner.apply(plan, TerraformRunner.PlanOptions.USUAL, RunListener.SILENT));
        assertThat(plan.file().orElseThrow()).doesNotExist();
        assertCode("TF-STALE",
                () -> runner.apply(plan, TerraformRunner.PlanOptions.USUAL, RunListener.SILENT));
    }

    @Test
    void aPlanFileThatWasExchangedIsNotApplied() throws Exception {
        play("plan", "posthog/plan-update-flag.jsonl", 2);
        play("show", "posthog/show-plan-update-flag.json", 0);
        TerraformRunner runner = runner(Map.of());
        SavedPlan plan = runner.plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);
        Files.writeString(plan.file().orElseThrow(), "another plan");

        assertCode("TF-STALE",
                () -> runner.apply(plan, TerraformRunner.PlanOptions.USUAL, RunListener.SILENT));
        assertThat(calls()).noneMatch(call -> call.startsWith("apply"));
    }

    @Test
    void aLockedStateKeepsThePlan() throws Exception {
        play("plan", "posthog/plan-update-flag.jsonl", 2);
        play("show", "posthog/show-plan-update-flag.json", 0);
        play("apply", "s3-lock.jsonl", 1);
        TerraformRunner runner = runner(Map.of());
        SavedPlan plan = runner.plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);

        assertCode("TF-LOCKED",
                () -> runner.apply(plan, TerraformRunner.PlanOptions.USUAL, RunListener.SILENT));
        assertThat(plan.file().orElseThrow()).exists();
        runner.discard(plan);
        assertThat(plans()).isEmpty();
    }

    @Test
    void aLeftStateIsPushedBeforeAnythingElse() throws Exception {
        Path errored = Files.writeString(workspace.folder().resolve("errored.tfstate"), "{}");
        TerraformRunner runner = runner(Map.of());

        assertCode("TF-ERRORED-STATE",
                () -> runner.plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT));
        assertThat(fake.resolve("calls")).doesNotExist();
        runner.pushErroredState();
        assertThat(calls()).containsExactly("state push " + errored);
        assertThat(errored).doesNotExist();
    }

    @Test
    void aStateThatStillCannotBePushedIsKept() throws Exception {
        Path errored = Files.writeString(workspace.folder().resolve("errored.tfstate"), "{}");
        Files.writeString(fake.resolve("state.err"), "\u001b[31mFailed to write state: no bucket\u001b[0m");
        Files.writeString(fake.resolve("state.rc"), "1");

        assertThatThrownBy(() -> runner(Map.of()).pushErroredState()).isInstanceOf(FailureException.class)
                .hasMessageContaining("Failed to write state: no bucket");
        assertThat(errored).exists();
    }

    @Test
    void secretsAreInTheEnvironmentAndNowhereElse() throws Exception {
        play("plan", "posthog/plan-update-flag.jsonl", 2);
        play("show", "posthog/show-plan-update-flag.json", 0);
        play("apply", "posthog/apply-update-flag.jsonl", 0);
        TerraformRunner runner = runner(Map.of("POSTHOG_API_KEY", Secret.of("phx_CANARY_argv")));

        runner.apply(runner.plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT),
                TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);

        assertThat(Files.readString(fake.resolve("environment"))).contains("POSTHOG_API_KEY=phx_CANARY_argv",
                "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1");
        assertThat(Files.readString(fake.resolve("calls"))).doesNotContain("CANARY");
        try (var files = Files.walk(workspace.folder())) {
            assertThat(files.filter(Files::isRegularFile)).allSatisfy(
                    file -> assertThat(Files.readString(file)).doesNotContain("CANARY"));
        }
    }

    @Test
    void standardErrorIsKeptApart() throws Exception {
        Files.writeString(fake.resolve("output.out"), Recorded.text("posthog/output.json"));
        Files.writeString(fake.resolve("output.err"), "Warning: Unable to open CLI configuration file\n");

        assertThat(runner(Map.of()).output(_ -> false)).containsKey("auth_posthog_env_vars");
    }

    @Test
    void aMissingModuleIsInstalledOnce() throws Exception {
        Files.writeString(fake.resolve("plan.out"),
                "{\"type\":\"diagnostic\",\"diagnostic\":{\"severity\":\"error\","
                        + "\"summary\":\"Module not installed\",\"detail\":\"\"}}\n");
        Files.writeString(fake.resolve("plan.rc"), "1");

        assertThatThrownBy(() -> runner(Map.of()).plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT))
                .isInstanceOf(FailureException.class);
        assertThat(calls()).extracting(call -> call.replaceFirst(" .*", "")).containsExactly("plan", "init",
                "plan");
    }

    @Test
    void anInterruptedApplyEndsGracefullyAndTellsWhatWasInFlight() throws Exception {
        SavedPlan plan = plannedWithSlowApply();
        List<Change> begun = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<Thread> thread = new AtomicReference<>();
        try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ApplyResult> applying = background.submit(() -> {
                thread.set(Thread.currentThread());
                return runner(Map.of()).apply(plan, TerraformRunner.PlanOptions.USUAL, new RunListener() {
                    @Override
                    public void started(Change change) {
                        begun.add(change);
                    }
                });
            });
            Eventually.holds("the apply has begun", SOON, () -> !begun.isEmpty());
            thread.get().interrupt();
            ApplyResult result = applying.get(10, TimeUnit.SECONDS);

            assertThat(result.cancelled()).isTrue();
            assertThat(result.inFlight()).hasSize(1);
            assertThat(result.outcomes().values()).singleElement().isInstanceOf(Outcome.Unsure.class);
            assertThat(signals()).isEqualTo(1);
        }
    }

    @Test
    void aSecondSignalIsSentOnlyWhenAskedFor() throws Exception {
        SavedPlan plan = plannedWithSlowApply();
        Files.writeString(fake.resolve("apply.stubborn"), "");
        AtomicReference<Thread> thread = new AtomicReference<>();
        AtomicReference<List<Change>> slow = new AtomicReference<>();
        try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ApplyResult> applying = background.submit(() -> {
                thread.set(Thread.currentThread());
                return runner(Map.of()).apply(plan, TerraformRunner.PlanOptions.USUAL, new RunListener() {
                    @Override
                    public void stopping(Duration since, List<Change> inFlight) {
                        slow.set(inFlight);
                    }
                });
            });
            Eventually.holds("the apply runs", SOON,
                    () -> calls().stream().anyMatch(c -> c.startsWith("apply")));
            thread.get().interrupt();
            Eventually.holds("the stop is called slow", SOON, () -> slow.get() != null);
            assertThat(signals()).isEqualTo(1);
            assertThat(applying.isDone()).isFalse();
            thread.get().interrupt();

            assertThat(applying.get(10, TimeUnit.SECONDS).cancelled()).isTrue();
            assertThat(signals()).isEqualTo(2);
        }
    }

    @Test
    void aChildThatIsStoppingAlreadyGetsNoSecondSignal() throws Exception {
        // As when Ctrl-C reaches both: Terraform would take our signal for "exit at once".
        SavedPlan plan = plannedWithSlowApply();
        String interrupted = Recorded.text("posthog/apply-cancelled.jsonl").lines()
                .filter(line -> line.contains("Interrupt received")).findFirst().orElseThrow();
        Files.writeString(fake.resolve("apply.out"), interrupted + "\n");
        List<TerraformEvent> events = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<Thread> thread = new AtomicReference<>();
        try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ApplyResult> applying = background.submit(() -> {
                thread.set(Thread.currentThread());
                return runner(Map.of()).apply(plan, TerraformRunner.PlanOptions.USUAL, new RunListener() {
                    @Override
                    public void event(TerraformEvent event) {
                        events.add(event);
                    }

                    @Override
                    public void stopping(Duration since, List<Change> inFlight) {
                        events.add(new TerraformEvent.Log("slow"));
                    }
                });
            });
            Eventually.holds("the child says that it stops", SOON, () -> !events.isEmpty());
            thread.get().interrupt();
            Eventually.holds("the patience is over", SOON, () -> events.size() > 1);
            assertThat(fake.resolve("signals")).doesNotExist();
            Files.delete(fake.resolve("apply.wait"));

            assertThat(applying.get(10, TimeUnit.SECONDS).cancelled()).isTrue();
        }
    }

    @Test
    void anInterruptedPlanLeavesNoFile() throws Exception {
        Files.writeString(fake.resolve("plan.wait"), "");
        AtomicReference<Thread> thread = new AtomicReference<>();
        try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<SavedPlan> planning = background.submit(() -> {
                thread.set(Thread.currentThread());
                return runner(Map.of()).plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);
            });
            Eventually.holds("the plan runs", SOON, () -> Files.exists(fake.resolve("environment")));
            thread.get().interrupt();

            assertThatThrownBy(() -> planning.get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(InterruptedException.class);
            assertThat(plans()).isEmpty();
        }
    }

    @Test
    void whatAKilledConsoleLeftBehindIsCleared() throws Exception {
        play("plan", "posthog/plan-noop.jsonl", 0);
        Path plan = Files.writeString(workspace.own().resolve("plan123.tfplan"), "old");
        Path lines = Files.writeString(workspace.own().resolve("out-1-123.jsonl"), "old");

        runner(Map.of()).plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);

        assertThat(plan).doesNotExist();
        assertThat(lines).doesNotExist();
    }

    @Test
    void aListenerThatThrowsDoesNotEndTheApply() throws Exception {
        play("plan", "posthog/plan-update-flag.jsonl", 2);
        play("show", "posthog/show-plan-update-flag.json", 0);
        play("apply", "posthog/apply-update-flag.jsonl", 0);
        TerraformRunner runner = runner(Map.of());
        SavedPlan plan = runner.plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);
        List<TerraformEvent> events = new ArrayList<>();

        assertThatThrownBy(() -> runner.apply(plan, TerraformRunner.PlanOptions.USUAL, new RunListener() {
            @Override
            public void event(TerraformEvent event) {
                events.add(event);
                throw new IllegalStateException("listener");
            }
        })).hasMessage("listener");
        assertThat(events).anyMatch(event -> event instanceof TerraformEvent.ApplyComplete);
    }

    private SavedPlan plannedWithSlowApply() throws Exception {
        String apply = Recorded.text("posthog/apply-update-flag.jsonl");
        Files.writeString(fake.resolve("apply.out"),
                apply.lines().filter(line -> !line.contains("apply_complete")
                        && !line.contains("\"operation\":\"apply\"") && !line.contains("\"outputs\""))
                        .reduce("", (a, b) -> a + b + "\n"));
        Files.writeString(fake.resolve("apply.stopped"), Recorded.text("posthog/apply-cancelled.jsonl")
                .lines()
                .filter(line -> line.contains("\"type\":\"log\"") || line.contains("execution halted"))
                .reduce("", (a, b) -> a + b + "\n"));
        Files.writeString(fake.resolve("apply.wait"), "");
        play("plan", "posthog/plan-update-flag.jsonl", 2);
        play("show", "posthog/show-plan-update-flag.json", 0);
        return runner(Map.of()).plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);
    }

    private void play(String command, String recording, int exitCode) throws IOException {
        Files.writeString(fake.resolve(command + ".out"), Recorded.text(recording));
        Files.writeString(fake.resolve(command + ".rc"), String.valueOf(exitCode));
    }

    private List<String> calls() throws IOException {
        return Files.exists(fake.resolve("calls")) ? Files.readAllLines(fake.resolve("calls")) : List.of();
    }

    private int signals() throws IOException {
        return Files.readAllLines(fake.resolve("signals")).size();
    }

    private List<String> plans() throws IOException {
        try (var files = Files.walk(workspace.folder())) {
            return files.map(Path::toString).filter(name -> name.endsWith(".tfplan")).toList();
        }
    }

    private TerraformRunner runner(Map<String, Secret> secrets) throws Exception {
        Path script = Path.of("src", "test", "resources", "terraform", "fake-terraform.sh").toAbsolutePath();
        ChildEnvironment environment = ChildEnvironment.of(System.getenv(), Map.of("FAKE", fake.toString()),
                secrets);
        TerraformBinary binary = new TerraformBinary(List.of("/bin/sh", script.toString()),
                TerraformBinary.Product.TERRAFORM, "1.11.4");
        return new TerraformRunner(binary, workspace, environment, Recorded.KEY, InstantSource.system(),
                Duration.ofMillis(600));
    }

    private interface Attempt {
        void run() throws Exception;
    }

    private static void assertCode(String code, Attempt attempt) {
        assertThatThrownBy(attempt::run).isInstanceOfSatisfying(FailureException.class,
                e -> assertThat(e.failure().code()).isEqualTo(code));
    }
}
