package com.nexpo.console.model;

/** How an attempt to carry out a change ended. */
public sealed interface Outcome {
    /** Carried out, and the system said so. */
    record Done(String detail) implements Outcome {}

    /** Not carried out. */
    record Failed(Failure failure) implements Outcome {}

    /** Perhaps carried out: to be resolved by reading back. */
    record Unsure(Failure failure) implements Outcome {}

    /** Not attempted, because the target is not as it was when the change was reviewed. */
    record Refused(Failure failure) implements Outcome {}

    static Outcome done() {
        return new Done("");
    }

    static Outcome done(String detail) {
        return new Done(detail);
    }

    /** The outcome that a failure stands for: a conflict is a refusal, a lost answer is unsure. */
    static Outcome of(Failure failure) {
        if (failure.maybeDone()) {
            return new Unsure(failure);
        }
        return failure.kind() == FailureKind.CONFLICT ? new Refused(failure) : new Failed(failure);
    }

    /** As the command contract writes it. */
    default String wireName() {
        return switch (this) {
            case Done _ -> "done";
            case Failed _ -> "failed";
            case Unsure _ -> "unsure";
            case Refused _ -> "refused";
        };
    }
}
