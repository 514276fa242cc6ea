package com.nexpo.console.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One thing that happened in a run. The journal is the list of them; boards, states and the command's JSON
 * lines are made from it. None holds a value.
 */
public sealed interface RunEvent {
    Instant at();

    /**
     * The run began.
     *
     * @param options what was asked for, so that a resumed run asks for the same
     * @param pid     of the process that runs it
     */
    record RunStarted(Instant at, RunId run, String profile, long pid, String user,
            Map<String, String> options)
            implements
                RunEvent {}

    /** A run that had stopped was taken up again, perhaps by another process. */
    record RunResumed(Instant at, RunId run, long pid, String user) implements RunEvent {}

    /** A step began; {@code form} is the digest of its form. */
    record StepStarted(Instant at, StepId step, String form) implements RunEvent {}

    /** A check was evaluated. */
    record Checked(Instant at, StepId step, CheckResult result) implements RunEvent {}

    /** A plan lies before the reviewer. */
    record PlanMade(Instant at, StepId step, Plan plan) implements RunEvent {}

    /** The reviewer agreed to this plan. */
    record PlanApproved(Instant at, StepId step, PlanId plan, String by) implements RunEvent {}

    /** On disk before the call: from here to {@link ChangeEnded} nobody knows. */
    record ChangeStarted(Instant at, StepId step, Target target, Action action) implements RunEvent {
        public ChangeId change() {
            return new ChangeId(target.system().wireName() + ":" + target.type() + ":" + target.id());
        }
    }

    /** A change came to its end; {@code millis} is how long it took. */
    record ChangeEnded(Instant at, StepId step, Target target, Action action, Outcome outcome, long millis)
            implements
                RunEvent {
        public ChangeId change() {
            return new ChangeId(target.system().wireName() + ":" + target.type() + ":" + target.id());
        }
    }

    /** A change whose outcome was unknown was looked up: {@code done} says what was found. */
    record ChangeResolved(Instant at, StepId step, Target target, boolean done) implements RunEvent {}

    /** A sentence on what is going on; shown, not kept. */
    record Progress(Instant at, StepId step, String message) implements RunEvent {}

    /** A step came to its end. */
    record StepEnded(Instant at, StepId step, String form, StepResult result, List<Failure> failures)
            implements
                RunEvent {}

    /** The run came to its end. */
    record RunEnded(Instant at, RunOutcome outcome) implements RunEvent {}
}
