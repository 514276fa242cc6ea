package com.nexpo.console.engine;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.Plan;
import java.util.List;

/**
 * One step of a deployment.
 *
 * @param <F> its form: an immutable record
 */
public interface Step<F> {
    StepInfo info();

    /** What must hold before planning. */
    List<Check> before(F form);

    /** What the step would do. Reads only; a target that is as wanted is in the plan with action NONE. */
    Planned plan(F form, RunContext run) throws FailureException, InterruptedException;

    /**
     * Carries the plan out, each change through {@code changes}, which writes the journal. Returns when every
     * pending change was tried or the step gave up; throws only for what is no single change's failure.
     */
    void apply(F form, Plan plan, ChangeLog changes, RunContext run)
            throws FailureException, InterruptedException;

    /** What must hold afterwards; the engine asks again until a deadline when it does not yet. */
    List<Check> after(F form);

    /** The commands that a person would type instead; holds no secret. */
    String equivalentCommand(F form);

    /** The changes and what else a reviewer should know. */
    record Planned(List<Change> changes, List<String> notes) {
        public Planned(List<Change> changes) {
            this(changes, List.of());
        }
    }
}
