package com.nexpo.console.model;

/**
 * The remote version on which a change was planned. Applying the change first makes sure that it still holds;
 * if not, the change is refused.
 */
public sealed interface Basis {
    /** Nothing there that could have changed. */
    record Unbound() implements Basis {}

    /** The target did not exist. */
    record NotThere() implements Basis {}

    /**
     * The target was at this version.
     *
     * @param kind    the system's word for it: {@code version} (Vault CAS, SSM), {@code resourceVersion},
     *                {@code JobModifyIndex}, {@code saved plan}
     * @param version opaque; compared as text
     */
    record At(String kind, String version) implements Basis {}

    static Basis unbound() {
        return new Unbound();
    }

    static Basis notThere() {
        return new NotThere();
    }

    static Basis at(String kind, String version) {
        return new At(kind, version);
    }

    /** "version 3", "not there". */
    default String display() {
        return switch (this) {
            case Unbound() -> "any";
            case NotThere() -> "not there";
            case At(String kind, String version) -> kind + " " + version;
        };
    }
}
