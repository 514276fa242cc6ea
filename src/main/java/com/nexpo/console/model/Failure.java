package com.nexpo.console.model;

import java.util.Optional;

/**
 * What went wrong, as a person should read it.
 *
 * @param code    stable code for scripts, such as {@code VLT-CAS}; see {@code docs/}
 * @param message what is wrong and where; one sentence, redacted
 * @param fix     what would be right, when it is known
 * @param maybeDone true when the system may have done what was asked although no good answer came back
 */
public record Failure(FailureKind kind, String code, String message, Optional<String> fix,
        boolean maybeDone) {
    public Failure {
        message = Redactor.clean(message);
        fix = fix.map(Redactor::clean);
    }

    public Failure(FailureKind kind, String code, String message) {
        this(kind, code, message, Optional.empty(), false);
    }

    public Failure(FailureKind kind, String code, String message, String fix) {
        this(kind, code, message, Optional.of(fix), false);
    }

    /** The same failure of a call that may have been carried out. */
    public Failure possiblyDone() {
        return new Failure(kind, code, message, fix, true);
    }

    /** Message and fix in one text. */
    public String display() {
        return fix.map(f -> message + " " + f).orElse(message);
    }
}
