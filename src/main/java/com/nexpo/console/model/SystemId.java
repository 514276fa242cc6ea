package com.nexpo.console.model;

import java.util.Locale;

/** An outside system. */
public enum SystemId {
    POSTHOG("PostHog"),
    TERRAFORM("Terraform"),
    AWS("AWS"),
    KUBERNETES("Kubernetes"),
    VAULT("Vault"),
    NOMAD(
            "Nomad");

    private final String title;

    SystemId(String title) {
        this.title = title;
    }

    /** As people write it. */
    public String title() {
        return title;
    }

    /** As the command contract writes it: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
