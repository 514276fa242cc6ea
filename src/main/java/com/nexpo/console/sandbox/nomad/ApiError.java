package com.nexpo.console.sandbox.nomad;

import java.util.OptionalLong;

/** An answer that is no success: a status and a plain text, as Nomad gives it. */
final class ApiError extends Exception {
    private final int status;
    private final transient OptionalLong index;

    ApiError(int status, String text) {
        super(text);
        this.status = status;
        this.index = OptionalLong.empty();
    }

    /** @param index what a read of something missing still says in its headers */
    ApiError(int status, String text, long index) {
        super(text);
        this.status = status;
        this.index = OptionalLong.of(index);
    }

    int status() {
        return status;
    }

    OptionalLong index() {
        return index;
    }

    String text() {
        return String.valueOf(getMessage());
    }

    static ApiError denied() {
        return new ApiError(403, "Permission denied");
    }
}
