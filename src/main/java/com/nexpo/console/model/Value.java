package com.nexpo.console.model;

/** One side of a difference, as a reviewer may see it. */
public sealed interface Value {
    /** A value that is no secret. */
    record Known(String text) implements Value {}

    /** A secret, by its fingerprint. */
    record Hidden(Fingerprint fingerprint) implements Value {}

    /** A secret of which not even a fingerprint can be had, such as a write-only attribute. */
    record Masked() implements Value {}

    /** Known only after the apply. */
    record Unknown() implements Value {}

    /** There is none. */
    record Absent() implements Value {}

    static Value known(String text) {
        return new Known(text);
    }

    static Value hidden(Secret secret, Fingerprints key) {
        return new Hidden(secret.fingerprint(key));
    }

    static Value masked() {
        return new Masked();
    }

    static Value unknown() {
        return new Unknown();
    }

    static Value absent() {
        return new Absent();
    }

    /** The value as one short text: the text itself, a fingerprint, or a word. */
    default String display() {
        return switch (this) {
            case Known(String text) -> text;
            case Hidden(Fingerprint fingerprint) -> "••• " + fingerprint.shortForm();
            case Masked() -> "•••";
            case Unknown() -> "(known after apply)";
            case Absent() -> "(none)";
        };
    }
}
