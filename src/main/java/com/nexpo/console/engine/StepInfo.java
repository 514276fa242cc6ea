package com.nexpo.console.engine;

import com.nexpo.console.model.StepId;

/**
 * What a step is, for the page and the board.
 *
 * @param purpose what it does and why, one or two sentences
 */
public record StepInfo(StepId id, String purpose) {
    public String title() {
        return id.title();
    }
}
