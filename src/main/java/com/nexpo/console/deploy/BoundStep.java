package com.nexpo.console.deploy;

import com.nexpo.console.engine.Forms;
import com.nexpo.console.engine.Reviewer;
import com.nexpo.console.engine.Run;
import com.nexpo.console.engine.Step;
import com.nexpo.console.model.StepId;
import com.nexpo.console.model.StepResult;

/** A step with the form that it is to be run with. */
public record BoundStep<F>(Step<F> step, F form) {
    public StepId id() {
        return step.info().id();
    }

    /** Digest of the form, as the journal has it. */
    public String digest() {
        return Forms.digest(form);
    }

    /** Takes the step through in this run. */
    public StepResult in(Run run, Reviewer reviewer) throws InterruptedException {
        return run.step(step, form, reviewer);
    }
}
