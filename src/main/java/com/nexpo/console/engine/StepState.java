package com.nexpo.console.engine;

import com.nexpo.console.model.StepResult;
import java.time.Instant;

/** What a step's form and the journals say of it. Derived whenever it is asked for, never stored. */
public sealed interface StepState {
    /** Nothing was done yet, and nothing keeps it from beginning. */
    record Ready() implements StepState {}

    /** An earlier step has to be done first. */
    record Blocked(String by) implements StepState {}

    /** A plan was made and not applied. */
    record Planned(Instant at) implements StepState {}

    /** A live process is at it. */
    record Running(Instant since) implements StepState {}

    /** It stopped with changes of which nobody knows. */
    record Unsure(Instant at, int changes) implements StepState {}

    /** It ended with failures, or was cancelled. */
    record Failed(Instant at, StepResult result) implements StepState {}

    /** All of it is done. */
    record Done(Instant at, StepResult result) implements StepState {}

    /** It was done, but its form, or a step before it, is another one now. */
    record Outdated(Instant doneAt, String why) implements StepState {}

    /** One word for tables: {@code ready blocked planned running unsure failed done outdated}. */
    default String wireName() {
        return getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
}
