package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/** What the server adds to a job on its own: constraints that its features need, and identities. */
final class Implied {
    private Implied() {}

    static void addTo(JsonObject job, JsonObject group) {
        JsonArray constraints = new JsonArray();
        List<JsonObject> tasks = Json.objects(group, "Tasks");
        boolean vault = tasks.stream().anyMatch(task -> Json.has(task, "Vault"));
        if (vault) {
            constraints.add(constraint("${attr.vault.version}", "semver", ">= 0.6.1"));
        }
        if (usesProvider(group, "nomad")) {
            constraints.add(constraint("${attr.nomad.service_discovery}", "=", "true"));
            constraints.add(constraint("${attr.nomad.version}", "semver", ">= 1.4.0"));
        }
        if (usesProvider(group, "consul")) {
            constraints.add(constraint("${attr.consul.version}", "semver", ">= 1.8.0"));
        }
        if (vault) {
            constraints.add(constraint("${attr.nomad.version}", "semver", ">= 1.7.0-a"));
        }
        Json.objects(group, "Constraints").stream().filter(own -> !constraints.contains(own))
                .forEach(constraints::add);
        group.add("Constraints", constraints.isEmpty() ? com.google.gson.JsonNull.INSTANCE : constraints);
        services(job, group);
        tasks.forEach(Implied::identities);
    }

    static boolean usesProvider(JsonObject group, String provider) {
        return services(group).stream().anyMatch(s -> Json.text(s, "Provider").equals(provider));
    }

    /** The group's services and those of its tasks. */
    static List<JsonObject> services(JsonObject group) {
        List<JsonObject> services = new java.util.ArrayList<>(Json.objects(group, "Services"));
        Json.objects(group, "Tasks").forEach(task -> services.addAll(Json.objects(task, "Services")));
        return services;
    }

    private static void services(JsonObject job, JsonObject group) {
        for (JsonObject service : services(group)) {
            service.addProperty("Namespace", Json.text(job, "Namespace"));
            for (JsonObject check : Json.objects(service, "Checks")) {
                if (Json.text(check, "Name").isEmpty()) {
                    check.addProperty("Name", "service: \"" + Json.text(service, "Name") + "\" check");
                }
            }
        }
    }

    private static void identities(JsonObject task) {
        task.add("Identity", identity("default", "nomadproject.io", 0));
        boolean named = Json.objects(task, "Identities").stream()
                .anyMatch(i -> Json.text(i, "Name").equals("vault_default"));
        if (Json.has(task, "Vault") && !named) {
            JsonArray all = task.get("Identities") instanceof JsonArray there ? there : new JsonArray();
            all.add(identity("vault_default", "vault.io", 3_600_000_000_000L));
            task.add("Identities", all);
        }
    }

    private static JsonObject identity(String name, String audience, long ttl) {
        JsonArray audiences = new JsonArray();
        audiences.add(audience);
        return Json.of("Audience", audiences, "ChangeMode", "", "ChangeSignal", "", "Env", false,
                "ExtraClaims",
                null, "File", false, "Filepath", "", "Name", name, "ServiceName", "", "TTL", ttl);
    }

    private static JsonObject constraint(String left, String operand, String right) {
        return Json.of("LTarget", left, "Operand", operand, "RTarget", right);
    }
}
