package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that the emulated PostHog holds: tables of JSON objects by id, each table for one kind, most of them for one
 * project. Not thread-safe by itself: {@link PostHogEmulator} answers one request at a time.
 */
final class State {
    private static final DateTimeFormatter MICROS = DateTimeFormatter
            .ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
            .withZone(ZoneOffset.UTC);

    private final Clock clock;
    private final Map<String, Map<String, JsonObject>> tables = new TreeMap<>();
    private long lastId = 1000;

    State(Clock clock) {
        this.clock = clock;
    }

    /** A table that belongs to no project. */
    Map<String, JsonObject> table(String kind) {
        return tables.computeIfAbsent(kind, _ -> new LinkedHashMap<>());
    }

    /** A project's table. */
    Map<String, JsonObject> table(String kind, long project) {
        return table(kind + "/" + project);
    }

    void drop(long project) {
        tables.keySet().removeIf(name -> name.endsWith("/" + project));
    }

    long nextId() {
        return ++lastId;
    }

    Instant instant() {
        return clock.instant();
    }

    /** As Django REST framework writes it. */
    String now() {
        return MICROS.format(clock.instant());
    }

    JsonObject save() {
        JsonObject saved = Json.object("lastId", lastId);
        JsonObject all = new JsonObject();
        tables.forEach((name, rows) -> {
            JsonObject table = new JsonObject();
            rows.forEach((id, row) -> table.add(id, row.deepCopy()));
            all.add(name, table);
        });
        saved.add("tables", all);
        return saved;
    }

    void restore(JsonObject saved) {
        tables.clear();
        lastId = saved.get("lastId").getAsLong();
        for (Map.Entry<String, JsonElement> table : Json.child(saved, "tables").entrySet()) {
            Map<String, JsonObject> rows = table(table.getKey());
            table.getValue().getAsJsonObject().entrySet()
                    .forEach(row -> rows.put(row.getKey(), row.getValue().getAsJsonObject().deepCopy()));
        }
    }
}
