package com.nexpo.console.model;

import java.util.Locale;

/** What a change does to its target; in the order in which a review shows them. */
public enum Action {
    DELETE, REPLACE, UPDATE, CREATE, NONE;

    /** As the command contract writes it: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True for what destroys something: in production it is confirmed by typing. */
    public boolean destroys() {
        return this == DELETE || this == REPLACE;
    }
}
