package com.nexpo.console.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Severity;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Plan;
import com.nexpo.console.model.RunEvent;
import com.nexpo.console.model.StepId;
import com.nexpo.console.model.StepResult;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.model.Target;
import com.nexpo.console.model.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine with a step whose outside system is a map. */
class RunTest {
    @TempDir
    Path home;

    private EnvironmentFolder folder;
    private final Map<String, String> remote = new ConcurrentHashMap<>();
    private final List<RunEvent> events = new ArrayList<>();

    @BeforeEach
    void makeFolder() throws Exception {
        folder = new EnvironmentFolder(home.resolve("env"));
    }

    record Wanted(Map<String, String> entries) {}

    /** Copies wanted entries into {@link #remote}; can be told to fail, to lose answers, or to die. */
    private class MapStep implements Step<Wanted> {
        final Set<String> failing = ConcurrentHashMap.newKeySet();
        final Set<String> losing = ConcurrentHashMap.newKeySet();
        final Set<String> dying = ConcurrentHashMap.newKeySet();
        List<Check> checks = List.of();

        @Override
        public StepInfo info() {
            return new StepInfo(StepId.CONFIG, "Copies a map.");
        }

        @Override
        public List<Check> before(Wanted form) {
            return checks;
        }

        @Override
        public Planned plan(Wanted form, RunContext run) {
            List<Change> changes = new ArrayList<>();
            new TreeMap<>(form.entries()).forEach((key, value) -> {
                String there = remote.get(key);
                Action action = there == null
                        ? Action.CREATE
                        : there.equals(value) ? Action.NONE : Action.UPDATE;
                changes.add(new Change(new Target(SystemId.VAULT, "entry", key), action,
                        List.of(new FieldChange("value", there == null ? Value.absent() : Value.known(there),
                                Value.known(value))),
                        Basis.at("value", String.valueOf(there)), "wanted"));
            });
            return new Planned(changes);
        }

        @Override
        public void apply(Wanted form, Plan plan, ChangeLog log, RunContext run) throws InterruptedException {
            for (Change change : plan.pending()) {
                String key = change.target().id();
                log.carryOut(change, () -> {
                    if (dying.contains(key)) {
                        throw new Death();
                    }
                    if (failing.contains(key)) {
                        return new Outcome.Failed(
                                new Failure(FailureKind.DENIED, "T-1", "No right to " + key + "."));
                    }
                    remote.put(key, form.entries().get(key));
                    return losing.contains(key)
                            ? new Outcome.Unsure(
                                    new Failure(FailureKind.TIMEOUT, "T-2", "No answer for " + key + "."))
                            : Outcome.done();
                });
            }
        }

        @Override
        public List<Check> after(Wanted form) {
            return List.of();
        }

        @Override
        public String equivalentCommand(Wanted form) {
            return "cp";
        }
    }

    /** Stands for kill -9: nothing after it is written. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1;
    }

    private static final Reviewer YES = plan -> Optional.of(new Reviewer.Approval(plan.id(), "test"));
    private static final Reviewer NO = _ -> Optional.empty();

    private static Wanted abc() {
        return new Wanted(new LinkedHashMap<>(Map.of("a", "1", "b", "2", "c", "3")));
    }

    private Run start() throws FailureException {
        return Run.start(folder, "test", Map.of(), events::add, Clock.systemUTC());
    }

    @Test
    void appliesWhatWasApprovedAndFindsNothingToDoTheSecondTime() throws Exception {
        try (Run run = start()) {
            assertThat(run.step(new MapStep(), abc(), YES))
                    .isEqualTo(new StepResult(StepResult.State.DONE, 3, 3, 0, 0, 0));
            assertThat(run.step(new MapStep(), abc(), NO))
                    .isEqualTo(new StepResult(StepResult.State.DONE, 0, 0, 3, 0, 0));
        }
        assertThat(remote).isEqualTo(abc().entries());
    }

    @Test
    void withoutApprovalNothingIsTouched() throws Exception {
        try (Run run = start()) {
            assertThat(run.step(new MapStep(), abc(), NO).state()).isEqualTo(StepResult.State.PLANNED);
        }
        assertThat(remote).isEmpty();
    }

    @Test
    void anApprovalOfAnotherPlanIsRefused() throws Exception {
        Reviewer late = _ -> Optional
                .of(new Reviewer.Approval(new com.nexpo.console.model.PlanId("config-0"), "test"));
        try (Run run = start()) {
            assertThat(run.step(new MapStep(), abc(), late).state()).isEqualTo(StepResult.State.FAILED);
        }
        assertThat(remote).isEmpty();
    }

    @Test
    void thePlanOfTheSameChangesHasTheSameIdAndAnotherBasisAnotherId() throws Exception {
        List<String> ids = new ArrayList<>();
        Reviewer note = plan -> {
            ids.add(plan.id().text());
            return Optional.empty();
        };
        try (Run run = start()) {
            run.step(new MapStep(), abc(), note);
            run.step(new MapStep(), abc(), note);
            remote.put("a", "other");
            run.step(new MapStep(), abc(), note);
        }
        assertThat(ids.get(0)).isEqualTo(ids.get(1)).isNotEqualTo(ids.get(2));
        assertThat(folder.plan(new com.nexpo.console.model.PlanId(ids.get(0)))).isPresent().get()
                .extracting(p -> p.id().text()).isEqualTo(ids.get(0));
    }

    @Test
    void aFailedChangeLeavesTheOthersDoneAndTheStepFailed() throws Exception {
        MapStep step = new MapStep();
        step.failing.add("b");
        try (Run run = start()) {
            assertThat(run.step(step, abc(), YES))
                    .isEqualTo(new StepResult(StepResult.State.FAILED, 3, 2, 0, 1, 0));
        }
        assertThat(remote).containsOnlyKeys("a", "c");
    }

    @Test
    void aLostAnswerIsResolvedByReadingBack() throws Exception {
        MapStep step = new MapStep();
        step.losing.add("b");
        try (Run run = start()) {
            assertThat(run.step(step, abc(), YES))
                    .isEqualTo(new StepResult(StepResult.State.DONE, 3, 3, 0, 0, 0));
        }
        assertThat(events).anyMatch(
                e -> e instanceof RunEvent.ChangeResolved r && r.done() && r.target().id().equals("b"));
    }

    @Test
    void aDeathInTheMiddleIsUnsureAndTheNextRunFindsOut() throws Exception {
        MapStep dies = new MapStep();
        dies.dying.add("b");
        Run run = start();
        assertThatThrownBy(() -> run.step(dies, abc(), YES)).isInstanceOf(Death.class);
        run.close();

        StepStates states = new StepStates(folder.history());
        assertThat(states.of(StepId.CONFIG, "x", List.of(), Optional.empty()))
                .isInstanceOfSatisfying(StepState.Unsure.class,
                        unsure -> assertThat(unsure.changes()).isEqualTo(1));

        try (Run resumed = Run.resume(folder, run.id(), events::add, Clock.systemUTC())) {
            assertThat(resumed.step(new MapStep(), abc(), YES).state()).isEqualTo(StepResult.State.DONE);
        }
        assertThat(remote).isEqualTo(abc().entries());
        assertThat(new StepStates(folder.history()).of(StepId.CONFIG, Forms.digest(abc()), List.of(),
                Optional.empty()))
                .isInstanceOf(StepState.Done.class);
    }

    @Test
    void aBlockingCheckStopsTheStepBeforeItsPlan() throws Exception {
        MapStep step = new MapStep();
        step.checks = List
                .of(() -> List.of(new CheckResult("T-9", "Sun shines", Optional.empty(), "", Status.ERROR,
                        Severity.BLOCKING, "Nobody knows.", List.of(), Optional.empty(), Instant.EPOCH)));
        try (Run run = start()) {
            assertThat(run.step(step, abc(), YES).state()).isEqualTo(StepResult.State.FAILED);
        }
        assertThat(remote).isEmpty();
        assertThat(events).noneMatch(RunEvent.PlanMade.class::isInstance);
    }

    @Test
    void anotherFormMakesTheStepOutdatedAndAnEarlierApplyTooItsFollowers() throws Exception {
        try (Run run = start()) {
            run.step(new MapStep(), abc(), YES);
        }
        StepStates states = new StepStates(folder.history());
        assertThat(states.of(StepId.CONFIG, "another", List.of(), Optional.empty()))
                .isInstanceOf(StepState.Outdated.class);
        assertThat(states.of(StepId.CODE, "x", List.of(StepId.CONFIG), Optional.empty()))
                .isInstanceOf(StepState.Ready.class);
        assertThat(states.of(StepId.CODE, "x", List.of(StepId.DEPLOY), Optional.empty()))
                .isInstanceOf(StepState.Blocked.class);
    }

    @Test
    void onlyOneRunAtATimeAndADeadOwnerHoldsNothing() throws Exception {
        try (Run _ = start()) {
            assertThatThrownBy(this::start).isInstanceOf(FailureException.class)
                    .hasMessageContaining("One run at a time");
            assertThat(RunLock.owner(folder)).isPresent();
        }
        assertThat(RunLock.owner(folder)).isEmpty();
        start().close();
    }

    @Test
    void aTornLastLineIsDroppedAndTheJournalGoesOn() throws Exception {
        Run run = start();
        run.step(new MapStep(), abc(), YES);
        run.close();
        Path journal = folder.journal(run.id());
        int before = Journal.read(journal).size();
        Files.writeString(journal, "{\"type\":\"ChangeSta", java.nio.file.StandardOpenOption.APPEND);
        assertThat(Journal.read(journal)).hasSize(before);
        Run.resume(folder, run.id(), events::add, Clock.systemUTC()).close();
        assertThat(Journal.read(journal)).hasSize(before + 1);
    }

    @Test
    void everyEventSurvivesTheJournal() throws Exception {
        MapStep step = new MapStep();
        step.failing.add("a");
        step.losing.add("b");
        step.checks = List.of(() -> List.of(new CheckResult("T-3", "Moon shines", Optional.of(SystemId.NOMAD),
                "x",
                Status.WARN, Severity.ADVISORY, "Half.", List.of(new CheckResult.Evidence("wanted", "full")),
                Optional.of(new CheckResult.Fix("Wait.", "sleep 1")), Instant.EPOCH)));
        Run run = start();
        run.step(step, abc(), YES);
        run.end(com.nexpo.console.model.RunOutcome.FAILED);
        run.close();
        assertThat(Journal.read(folder.journal(run.id()))).isEqualTo(
                events.stream().filter(e -> !(e instanceof RunEvent.Progress)).toList());
    }

    @Test
    void aRunThatIsCutAfterAnyEventEndsTheSameOnceItIsTakenUp() throws Exception {
        int cut = 1;
        while (cutAfter(cut)) {
            assertThat(remote).as("cut after event %d", cut).isEqualTo(abc().entries());
            cut++;
        }
        // The run's start, then start, plan, approval and end of the step, and start and end of each of three changes.
        assertThat(cut).isEqualTo(1 + 1 + 4 + 6);
    }

    /** Runs, dies right after the n-th event is on disk, and takes the run up; false when it came to its end before. */
    private boolean cutAfter(int n) throws Exception {
        folder = new EnvironmentFolder(home.resolve("cut-" + n));
        remote.clear();
        List<RunEvent> seen = new ArrayList<>();
        java.util.function.Consumer<RunEvent> deadly = event -> {
            seen.add(event);
            if (seen.size() == n) {
                throw new Death();
            }
        };
        boolean died = false;
        try (Run run = Run.start(folder, "test", Map.of(), deadly, Clock.systemUTC())) {
            run.step(new MapStep(), abc(), YES);
        } catch (Death e) {
            died = true;
        }
        takeUpAndExpectDone("cut after event " + n);
        return died;
    }

    @Test
    void aJournalThatLostItsEndIsMadeGoodByReadingBack() throws Exception {
        Run whole = start();
        whole.step(new MapStep(), abc(), YES);
        whole.close();
        List<String> lines = Files.readAllLines(folder.journal(whole.id()));
        for (int kept = 1; kept <= lines.size(); kept++) {
            // What was started was also done, and nobody wrote that down.
            remote.clear();
            for (String line : lines.subList(0, kept)) {
                abc().entries().keySet().stream()
                        .filter(key -> line.contains("ChangeStarted") && line.contains("\"id\":\"" + key + "\""))
                        .forEach(key -> remote.put(key, abc().entries().get(key)));
            }
            folder = new EnvironmentFolder(home.resolve("kept-" + kept));
            String next = kept < lines.size() ? lines.get(kept).substring(0, lines.get(kept).length() / 2) : "";
            Files.writeString(folder.journal(whole.id()), String.join("\n", lines.subList(0, kept)) + "\n" + next);

            takeUpAndExpectDone("%d lines kept".formatted(kept));
            assertThat(remote).as("%d lines kept", kept).isEqualTo(abc().entries());
        }
    }

    private void takeUpAndExpectDone(String when) throws Exception {
        try (Run resumed = Run.resume(folder, folder.allRuns().getLast(), events::add, Clock.systemUTC())) {
            assertThat(resumed.step(new MapStep(), abc(), YES).state()).as(when).isEqualTo(StepResult.State.DONE);
        }
        StepStates states = new StepStates(folder.history());
        assertThat(states.unresolved(StepId.CONFIG)).as(when).isEmpty();
        assertThat(states.of(StepId.CONFIG, Forms.digest(abc()), List.of(), Optional.empty())).as(when)
                .isInstanceOf(StepState.Done.class);
    }
}
