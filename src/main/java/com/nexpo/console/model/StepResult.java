package com.nexpo.console.model;

import java.util.Locale;

/**
 * What became of a step in one run.
 *
 * @param planned   changes that the plan held
 * @param applied   changes carried out
 * @param unchanged targets that were already as wanted
 * @param failed    changes that failed or were refused
 * @param unsure    changes of which nobody knows
 */
public record StepResult(State state, int planned, int applied, int unchanged, int failed, int unsure) {
    /** The state in which the run left the step. */
    public enum State {
        DONE,
        /** The plan waits for approval. */
        PLANNED,
        FAILED,
        UNSURE,
        CANCELLED;

        /** As the command contract writes it: lower case. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
