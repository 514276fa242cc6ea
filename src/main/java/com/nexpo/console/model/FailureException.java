package com.nexpo.console.model;

import org.jspecify.annotations.Nullable;

/** Carries a {@link Failure}. Its message is redacted, and so is what it says of its cause. */
public final class FailureException extends Exception {
    private final transient Failure failure;

    public FailureException(Failure failure) {
        this(failure, null);
    }

    /**
     * @param cause for its stack trace only; its message may hold what the failure has redacted, so it is
     *              kept as a copy without the original text
     */
    public FailureException(Failure failure, @Nullable Throwable cause) {
        super(failure.message(), cause == null ? null : withoutSecrets(cause));
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }

    /** Libraries quote requests and answers in their exceptions; keep the type and the trace, clean the words. */
    private static Throwable withoutSecrets(Throwable cause) {
        Exception copy = new Exception(
                cause.getClass().getName() + ": " + Redactor.clean(String.valueOf(cause.getMessage())));
        copy.setStackTrace(cause.getStackTrace());
        return copy;
    }
}
