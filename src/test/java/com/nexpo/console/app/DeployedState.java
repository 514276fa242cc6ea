package com.nexpo.console.app;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.Sandbox;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that a deployment leaves in the outside systems, key by key, in a form that is the same for two
 * sandboxes: without times, random ids, addresses and tokens, and without numbers that only count writes. A thing
 * that is there twice is in it twice.
 */
record DeployedState(Map<String, String> entries) {
    private static final String REGION = "us-west-2:123456789012";

    static DeployedState of(Sandbox sandbox) {
        Map<String, String> all = new TreeMap<>();
        JsonObject posthog = sandbox.posthog().save().getAsJsonObject("tables");
        posthog(posthog, all);
        ssm(sandbox.aws().save(), all);
        kubernetes(sandbox.kubernetes().save(), all);
        long version = vault(sandbox.vault().save(), all);
        nomad(sandbox.nomad().save(), version, all);
        String address = sandbox.posthog().address().toString();
        Map<String, String> plain = new TreeMap<>();
        all.forEach((key, value) -> plain.put(key,
                value.replace(address, "<posthog>").replaceAll("phc_[A-Za-z0-9]+", "<token>")));
        return new DeployedState(plain);
    }

    /** The keys that differ, with both values. */
    List<String> differences(DeployedState other) {
        List<String> lines = new ArrayList<>();
        TreeMap<String, String> keys = new TreeMap<>(entries);
        keys.putAll(other.entries);
        keys.keySet().forEach(key -> {
            String here = entries.getOrDefault(key, "nothing");
            String there = other.entries.getOrDefault(key, "nothing");
            if (!here.equals(there)) {
                lines.add(key + ": " + here + " / " + there);
            }
        });
        return lines;
    }

    private static void posthog(JsonObject tables, Map<String, String> all) {
        Map<String, String> insightNames = new HashMap<>();
        tables.entrySet().stream().filter(t -> t.getKey().startsWith("insights/"))
                .forEach(t -> rows(t.getValue())
                        .forEach(row -> insightNames.put(text(row, "id"), text(row, "name"))));
        tables.entrySet().forEach(table -> {
            String kind = table.getKey().replaceAll("/.*", "");
            for (JsonObject row : rows(table.getValue())) {
                switch (kind) {
                    case "projects" -> add(all, "posthog project " + text(row, "name"), "");
                    case "feature_flags" -> add(all, "posthog flag " + text(row, "key"),
                            members(row, "name", "active", "deleted", "filters", "tags"));
                    case "insights" -> add(all, "posthog insight " + text(row, "name"),
                            members(row, "description", "deleted", "query", "tags"));
                    case "dashboards" -> add(all, "posthog dashboard " + text(row, "name"),
                            members(row, "description", "deleted", "tags") + tiles(row, insightNames));
                    case "actions" -> add(all, "posthog action " + text(row, "name"),
                            members(row, "deleted", "steps", "tags"));
                    default -> {
                        // Keys, users and the record of what was done are not what was deployed.
                    }
                }
            }
        });
    }

    private static String tiles(JsonObject dashboard, Map<String, String> insightNames) {
        List<String> names = new ArrayList<>();
        dashboard.getAsJsonArray("tiles")
                .forEach(tile -> names
                        .add(insightNames.getOrDefault(text(tile.getAsJsonObject(), "insight_id"), "?")));
        return names.stream().sorted().toList().toString();
    }

    private static void ssm(JsonObject saved, Map<String, String> all) {
        if (!saved.has(REGION)) {
            return;
        }
        saved.getAsJsonObject(REGION).entrySet().forEach(parameter -> {
            JsonObject body = parameter.getValue().getAsJsonObject();
            JsonArray versions = body.getAsJsonArray("versions");
            JsonObject newest = versions.get(versions.size() - 1).getAsJsonObject();
            add(all, "ssm " + parameter.getKey(), members(newest, "Type", "Value") + members(body, "tags"));
        });
    }

    private static void kubernetes(JsonObject saved, Map<String, String> all) {
        for (JsonElement element : saved.getAsJsonObject("store").getAsJsonArray("objects")) {
            JsonObject object = element.getAsJsonObject();
            if (text(object, "kind").equals("Secret")) {
                String name = text(object.getAsJsonObject("metadata"), "name");
                add(all, "kubernetes secret " + name, members(object.getAsJsonObject("metadata"), "labels"));
                object.getAsJsonObject("data").entrySet()
                        .forEach(e -> add(all, "kubernetes " + name + " " + e.getKey(),
                                new String(Base64.getDecoder().decode(e.getValue().getAsString()),
                                        StandardCharsets.UTF_8)));
            }
        }
    }

    /** Returns the version of the auth service's secret; 0 when there is none. */
    private static long vault(JsonObject saved, Map<String, String> all) {
        saved.getAsJsonObject("policies").entrySet().stream().filter(p -> p.getKey().contains("posthog"))
                .forEach(p -> add(all, "vault policy " + p.getKey(), p.getValue().getAsString()));
        JsonObject roles = saved.getAsJsonObject("auths").getAsJsonObject("jwt-nomad/")
                .getAsJsonObject("state")
                .getAsJsonObject("roles");
        roles.entrySet().forEach(role -> add(all, "vault role " + role.getKey(), role.getValue().toString()));
        JsonObject secrets = saved.getAsJsonObject("secrets").getAsJsonObject("secret/")
                .getAsJsonObject("state")
                .getAsJsonObject("secrets");
        secrets.entrySet().forEach(secret -> {
            JsonObject body = secret.getValue().getAsJsonObject();
            JsonObject newest = body.getAsJsonObject("versions").getAsJsonObject(text(body, "current"));
            newest.getAsJsonObject("data").entrySet()
                    .forEach(e -> add(all, "vault " + secret.getKey() + " " + e.getKey(),
                            e.getValue().getAsString()));
            add(all, "vault metadata " + secret.getKey(), members(body, "custom"));
        });
        JsonElement auth = secrets.get("nexpo/posthog/auth");
        return auth == null ? 0 : auth.getAsJsonObject().get("current").getAsLong();
    }

    private static void nomad(JsonObject saved, long vaultVersion, Map<String, String> all) {
        for (JsonElement versions : saved.getAsJsonArray("JOBS")) {
            JsonObject job = versions.getAsJsonArray().get(0).getAsJsonObject();
            JsonObject meta = job.getAsJsonObject("Meta");
            boolean newest = text(meta, "posthog_config_version").equals(String.valueOf(vaultVersion));
            add(all, "nomad job " + text(job, "ID"), "with the %s configuration, %s, stopped %s"
                    .formatted(newest ? "newest" : "old", text(job, "Status"), text(job, "Stop")));
            JsonObject group = job.getAsJsonArray("TaskGroups").get(0).getAsJsonObject();
            JsonObject task = group.getAsJsonArray("Tasks").get(0).getAsJsonObject();
            add(all, "nomad job " + text(job, "ID") + " group",
                    text(group, "Count") + members(task, "Config", "Vault", "Resources"));
            add(all, "nomad job " + text(job, "ID") + " template",
                    members(task, "Templates").replaceAll("configuration \\d+", "configuration"));
        }
    }

    private static void add(Map<String, String> all, String key, String value) {
        all.merge(key, value, (one, other) -> one + "\nAND AGAIN " + other);
    }

    private static List<JsonObject> rows(JsonElement table) {
        return table.getAsJsonObject().entrySet().stream().map(e -> e.getValue().getAsJsonObject()).toList();
    }

    private static String members(JsonObject of, String... names) {
        StringBuilder all = new StringBuilder();
        for (String name : names) {
            all.append(name).append('=').append(of.get(name)).append(' ');
        }
        return all.toString();
    }

    private static String text(JsonObject of, String name) {
        JsonElement value = of.get(name);
        return value == null || value.isJsonNull() ? "" : value.getAsString();
    }
}
