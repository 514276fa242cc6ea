package com.nexpo.console.blueprint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where an environment variable's value comes from: {@code from} in the catalog. */
public sealed interface Source {

    /** Something that belongs to the project or the environment. */
    enum Known implements Source {
        /** The project's token (phc_). */
        PROJECT_TOKEN,
        /** The project's id. */
        PROJECT_ID,
        /** PostHog's own address. */
        API_HOST,
        /** The address for events and flags. */
        INGEST_HOST,
        /** The environment's name, as in prod. */
        ENVIRONMENT,
        /** The service's id. */
        SERVICE;

        /** The catalog's name of it. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A variable of the module. */
    record OfVariable(String name) implements Source {}

    /** A text of the catalog. */
    record Literal(String text) implements Source {}

    /** Reads the catalog's form of it; empty when it is none. */
    static Optional<Source> parse(String from) {
        if (from.startsWith("variable:")) {
            return Optional.of(new OfVariable(from.substring("variable:".length())));
        }
        if (from.startsWith("literal:")) {
            return Optional.of(new Literal(from.substring("literal:".length())));
        }
        return Arrays.stream(Known.values()).filter(k -> k.id().equals(from)).map(Source.class::cast)
                .findFirst();
    }
}
