package com.nexpo.console.engine;

import com.nexpo.console.model.RunId;
import java.util.function.Consumer;

/**
 * What a step may use of the run it is in.
 *
 * @param progress takes a sentence on what is going on
 */
public record RunContext(RunId run, Workers workers, Consumer<String> progress) {
    /** Tells the board what is going on. */
    public void says(String sentence) {
        progress.accept(sentence);
    }
}
