package com.nexpo.console.engine;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.ChangeId;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Plan;
import com.nexpo.console.model.RunEvent;
import com.nexpo.console.model.RunId;
import com.nexpo.console.model.RunOutcome;
import com.nexpo.console.model.StepId;
import com.nexpo.console.model.StepResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One run of steps on one environment: holds its lock, writes its journal, and takes each step from its checks
 * to its verification.
 *
 * <p>Resuming is planning again: what an earlier run left open is looked up in the new plan, because the outside
 * systems are the truth.
 */
public final class Run implements AutoCloseable {
    /** An approval given to a plan older than this leads to planning again first. */
    static final Duration PLAN_KEEPS = Duration.ofMinutes(15);
    private static final Duration VERIFY_WITHIN = Duration.ofSeconds(60);

    private final EnvironmentFolder folder;
    private final RunId id;
    private final RunLock lock;
    private final Journal journal;
    private final Consumer<RunEvent> listener;
    private final Clock clock;
    private final Workers workers = new Workers();

    private Run(EnvironmentFolder folder, RunId id, RunLock lock, Journal journal,
            Consumer<RunEvent> listener,
            Clock clock) {
        this.folder = folder;
        this.id = id;
        this.lock = lock;
        this.journal = journal;
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * Starts a run.
     *
     * @param options  kept in the journal for a resume; hold no secret
     * @param listener sees every event after it is on disk; it must be quick
     * @throws FailureException when another run is under way
     */
    public static Run start(EnvironmentFolder folder, String profile, Map<String, String> options,
            Consumer<RunEvent> listener, Clock clock) throws FailureException {
        RunId id = RunId.startingAt(clock.instant());
        Run run = open(folder, id, listener, clock);
        return run.begin(
                new RunEvent.RunStarted(clock.instant(), id, profile, pid(), user(), Map.copyOf(options)));
    }

    /**
     * Takes up a run that stopped.
     *
     * @throws FailureException when there is none of that id, or another is under way
     */
    public static Run resume(EnvironmentFolder folder, RunId id, Consumer<RunEvent> listener, Clock clock)
            throws FailureException {
        if (!isKnown(folder, id)) {
            throw new FailureException(new Failure(FailureKind.INVALID, "RUN-UNKNOWN",
                    "There is no run %s of this environment.".formatted(id), latest(folder)));
        }
        Run run = open(folder, id, listener, clock);
        return run.begin(new RunEvent.RunResumed(clock.instant(), id, pid(), user()));
    }

    private static Run open(EnvironmentFolder folder, RunId id, Consumer<RunEvent> listener, Clock clock)
            throws FailureException {
        RunLock lock = RunLock.acquire(folder, new RunLock.Owner(id, pid(), user(), clock.instant()));
        try {
            return new Run(folder, id, lock, Journal.open(folder.journal(id)), listener, clock);
        } catch (IOException e) {
            lock.close();
            throw new UncheckedIOException(
                    "The journal of run " + id + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** A run that cannot write its first line must not hold the lock for as long as the process lives. */
    private Run begin(RunEvent first) {
        try {
            emit(first);
            return this;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    public RunId id() {
        return id;
    }

    /**
     * Takes a step through: checks, plan, review, apply, verification.
     *
     * @return how it ended; failures are in the journal and were told to the listener
     * @throws InterruptedException when the run is cancelled; the step's end is in the journal by then
     */
    public <F> StepResult step(Step<F> step, F form, Reviewer reviewer) throws InterruptedException {
        StepId stepId = step.info().id();
        String digest = Forms.digest(form);
        emit(new RunEvent.StepStarted(now(), stepId, digest));
        StepRun<F> state = new StepRun<>(step, form, digest);
        StepResult result;
        try {
            result = throughUnlessInterrupted(state, reviewer);
        } catch (InterruptedException e) {
            emit(new RunEvent.StepEnded(now(), stepId, digest, state.result(StepResult.State.CANCELLED),
                    state.failures));
            throw e;
        } catch (FailureException e) {
            state.failures.add(e.failure());
            result = state.result(StepResult.State.FAILED);
        }
        emit(new RunEvent.StepEnded(now(), stepId, digest, result, state.failures));
        return result;
    }

    /** A cancel that meets the writing of a file closes that file: it is a cancel all the same. */
    private static <F> StepResult throughUnlessInterrupted(StepRun<F> state, Reviewer reviewer)
            throws FailureException, InterruptedException {
        try {
            return state.through(reviewer);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ClosedByInterruptException) {
                Thread.interrupted();
                throw new InterruptedException("cancelled while writing a file");
            }
            throw e;
        }
    }

    /** Writes the run's end. */
    public void end(RunOutcome outcome) {
        emit(new RunEvent.RunEnded(now(), outcome));
    }

    /** Releases the lock. */
    @Override
    public void close() {
        try {
            journal.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.close();
        }
    }

    private synchronized void emit(RunEvent event) {
        if (!(event instanceof RunEvent.Progress)) {
            journal.add(event);
        }
        listener.accept(event);
    }

    private Instant now() {
        return clock.instant();
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }

    private static String user() {
        return System.getProperty("user.name", "unknown");
    }

    /** By the list and not by a file's name made from the id, which somebody typed. */
    private static boolean isKnown(EnvironmentFolder folder, RunId id) {
        try {
            return folder.allRuns().contains(id);
        } catch (IOException e) {
            throw new UncheckedIOException("The journals cannot be read: " + e.getMessage(), e);
        }
    }

    private static String latest(EnvironmentFolder folder) {
        try {
            List<RunId> all = folder.allRuns();
            return all.isEmpty() ? "Nothing was run here yet." : "The latest is " + all.getLast() + ".";
        } catch (IOException e) {
            return "Its folder cannot be read: " + e.getMessage();
        }
    }

    /** One step on its way through this run. */
    private final class StepRun<F> {
        private final Step<F> step;
        private final StepId id;
        private final F form;
        private final String digest;
        private final RunContext context;
        private final List<Failure> failures = new ArrayList<>();
        private final JournalledChanges changes;
        private int planned;
        private int unchanged;

        StepRun(Step<F> step, F form, String digest) {
            this.step = step;
            this.id = step.info().id();
            this.form = form;
            this.digest = digest;
            this.context = new RunContext(Run.this.id, workers,
                    sentence -> emit(new RunEvent.Progress(now(), id, sentence)));
            this.changes = new JournalledChanges(id, Run.this::emit, clock);
        }

        StepResult through(Reviewer reviewer) throws FailureException, InterruptedException {
            List<CheckResult> before = evaluate(step.before(form));
            List<CheckResult> blocking = before.stream().filter(CheckResult::blocks).toList();
            if (!blocking.isEmpty()) {
                blocking.forEach(result -> failures.add(failureOf(result)));
                return result(StepResult.State.FAILED);
            }
            Plan plan = makePlan(before);
            resolveEarlier(plan);
            while (!plan.pending().isEmpty()) {
                Optional<Reviewer.Approval> approval = reviewer.review(plan);
                if (approval.isEmpty()) {
                    return result(StepResult.State.PLANNED);
                }
                if (!approval.get().plan().equals(plan.id())) {
                    throw new FailureException(new Failure(FailureKind.CONFLICT, "RUN-APPROVAL",
                            "The approval is for plan %s, and the plan is %s now."
                                    .formatted(approval.get().plan(), plan.id()),
                            "Review the new plan."));
                }
                if (Duration.between(plan.madeAt(), now()).compareTo(PLAN_KEEPS) > 0) {
                    Plan fresh = makePlan(before);
                    boolean same = fresh.id().equals(plan.id());
                    plan = fresh;
                    if (!same) {
                        continue;
                    }
                }
                emit(new RunEvent.PlanApproved(now(), id, plan.id(), approval.get().by()));
                apply(plan, before);
                break;
            }
            if (changes.count("failed") + changes.count("refused") + changes.unsure() > 0
                    || !failures.isEmpty()) {
                return result(changes.unsure() > 0 ? StepResult.State.UNSURE : StepResult.State.FAILED);
            }
            List<CheckResult> unproven = verify();
            unproven.forEach(result -> failures.add(failureOf(result)));
            return result(unproven.isEmpty() ? StepResult.State.DONE : StepResult.State.FAILED);
        }

        private Plan makePlan(List<CheckResult> before) throws FailureException, InterruptedException {
            Step.Planned made = step.plan(form, context);
            Plan plan = new Plan(id, now(), digest, made.changes(), before, made.notes());
            planned = plan.pending().size();
            unchanged = plan.unchanged();
            try {
                folder.keep(plan);
            } catch (IOException e) {
                throw new UncheckedIOException("The plan cannot be kept: " + e.getMessage(), e);
            }
            emit(new RunEvent.PlanMade(now(), id, plan));
            return plan;
        }

        /** What earlier runs left open: a change that the new plan does not hold any more was done. */
        private void resolveEarlier(Plan plan) {
            try {
                resolve(new StepStates(folder.history()).unresolved(id), plan);
            } catch (IOException e) {
                throw new UncheckedIOException("The journals cannot be read: " + e.getMessage(), e);
            }
        }

        private void resolve(List<RunEvent.ChangeStarted> open, Plan plan) {
            Set<ChangeId> pending = plan.pending().stream().map(Change::id).collect(Collectors.toSet());
            for (RunEvent.ChangeStarted started : open) {
                boolean done = !pending.contains(started.change());
                emit(new RunEvent.ChangeResolved(now(), id, started.target(), done));
                changes.resolved(started.change(), done);
            }
        }

        private void apply(Plan plan, List<CheckResult> before)
                throws FailureException, InterruptedException {
            try {
                step.apply(form, plan, changes, context);
            } catch (FailureException e) {
                failures.add(e.failure());
            }
            if (changes.unsure() > 0) {
                Step.Planned now = step.plan(form, context);
                resolve(changes.open(), new Plan(id, now(), digest, now.changes(), before, now.notes()));
            }
        }

        private List<CheckResult> verify() throws InterruptedException {
            long end = System.nanoTime() + VERIFY_WITHIN.toNanos();
            List<Check> left = step.after(form);
            List<CheckResult> unproven = List.of();
            while (!left.isEmpty()) {
                List<List<CheckResult>> results = workers.forEach(left, Check::run);
                List<Check> again = new ArrayList<>();
                unproven = new ArrayList<>();
                boolean last = System.nanoTime() > end;
                for (int i = 0; i < left.size(); i++) {
                    boolean holds = results.get(i).stream().noneMatch(CheckResult::blocks);
                    if (holds || last) {
                        results.get(i).forEach(r -> emit(new RunEvent.Checked(now(), id, r)));
                    } else {
                        again.add(left.get(i));
                    }
                    results.get(i).stream().filter(CheckResult::blocks).forEach(unproven::add);
                }
                left = again;
                if (!left.isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(500);
                }
            }
            return unproven;
        }

        private List<CheckResult> evaluate(List<Check> checks) throws InterruptedException {
            List<CheckResult> all = workers.forEach(checks, Check::run).stream().flatMap(List::stream)
                    .toList();
            all.forEach(result -> emit(new RunEvent.Checked(now(), id, result)));
            return all;
        }

        private Failure failureOf(CheckResult result) {
            return new Failure(FailureKind.INVALID, result.code(), result.message(),
                    result.fix().map(CheckResult.Fix::text), false);
        }

        StepResult result(StepResult.State state) {
            return new StepResult(state, planned, changes.count("done"), unchanged,
                    changes.count("failed") + changes.count("refused"), changes.unsure());
        }
    }
}
