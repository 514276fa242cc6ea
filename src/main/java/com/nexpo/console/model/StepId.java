package com.nexpo.console.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The ten steps, in the guide's order; names and numbers are those of the command contract. */
public enum StepId {
    PREPARE(1, "Prepare"),
    PROVIDER(2, "Provider"),
    SHARED(3, "Shared module"),
    SERVICES(4, "Service modules"),
    DEPLOY(5, "Deploy all"),
    CONFIG(6, "Application config"),
    CODE(7, "Code integration"),
    WEBHOOKS(8, "Webhooks"),
    MONITORING(9, "Monitoring and validation"),
    CHECKLIST(10, "Production checklist");

    private final int number;
    private final String title;

    StepId(int number, String title) {
        this.number = number;
        this.title = title;
    }

    public String title() {
        return title;
    }

    /** 1 to 10. */
    public int number() {
        return number;
    }

    /** As the command contract writes it: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The step with this number or name, if there is one. */
    public static Optional<StepId> parse(String numberOrName) {
        String wanted = numberOrName.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(step -> step.wireName().equals(wanted)
                        || String.valueOf(step.number).equals(wanted))
                .findFirst();
    }
}
