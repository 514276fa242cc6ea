package com.nexpo.console.engine;

import com.nexpo.console.model.Plan;
import com.nexpo.console.model.PlanId;
import java.util.Optional;

/** Decides on a plan: a person at a terminal or a window, or the approval that a pipeline was given. */
@FunctionalInterface
public interface Reviewer {
    /** Who agreed to which plan. */
    record Approval(PlanId plan, String by) {}

    /** The approval, or empty to leave the plan as it is. */
    Optional<Approval> review(Plan plan) throws InterruptedException;
}
