package com.nexpo.console.blueprint;

import java.util.List;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

/** Something that a module creates in PostHog when all the switches of its {@code when} are on. */
public sealed interface Entry {

    /** The catalog's key: the last part of its Terraform address. */
    String key();

    /** Its name in PostHog; of a flag its description. */
    String name();

    /** Names of the switches that must all be on; {@code shared_project} holds with one project per environment. */
    List<String> when();

    /** A feature flag; {@code key} is the key that services ask for, {@code rollout} whole per cent. */
    record Flag(String key, String name, int rollout, List<String> when,
            List<String> tags) implements Entry {}

    /** An insight on the service's dashboard; {@code query} is PostHog's query node. */
    record Insight(String key, String name, String description, List<String> when, JsonObject query)
            implements
                Entry {}

    /** An action: a named set of events; {@code steps} are PostHog's. */
    record Action(String key, String name, String description, List<String> when, JsonArray steps)
            implements
                Entry {}

    /** The service's dashboard. */
    record Dashboard(String key, String name, String description, List<String> when) implements Entry {}
}
