package com.nexpo.console.model;

import java.util.Locale;

/** How a run ended. */
public enum RunOutcome {
    DONE,
    FAILED,
    CANCELLED,
    /** Something may or may not have been done; resume reads back. */
    UNSURE,
    /** A plan waits for approval. */
    PLANNED;

    /** As the command contract writes it: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
