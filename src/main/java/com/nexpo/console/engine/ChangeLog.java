package com.nexpo.console.engine;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.Outcome;

/** Through here a step carries out its changes, so that each one is on disk before it is attempted. */
public interface ChangeLog {
    /** One attempt at a change. */
    @FunctionalInterface
    interface Attempt {
        Outcome run() throws InterruptedException;
    }

    /** Journals the start, makes the attempt, journals its outcome; an interrupted attempt stays unsure. */
    Outcome carryOut(Change change, Attempt attempt) throws InterruptedException;

    /** Journals the start of a change that something else carries out, such as a Terraform process. */
    void started(Change change);

    /** Journals the end of a change that was started. */
    void ended(Change change, Outcome outcome);
}
