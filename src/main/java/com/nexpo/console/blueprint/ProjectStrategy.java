package com.nexpo.console.blueprint;

import java.util.Locale;

/** How services share PostHog projects. Persons, funnels and flags end at a project's border. */
public enum ProjectStrategy {
    /** One project, made by the shared module; services are told apart by the property {@code service}. */
    PER_ENVIRONMENT,
    /** A project for each service, as the deployment guide draws it. */
    PER_SERVICE;

    /** The value of the root's variable {@code project_strategy}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
