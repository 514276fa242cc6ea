package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The tables that {@code kubectl get} shows (meta.k8s.io/v1 Table). */
final class Tables {
    private record Column(String name, String type, String format) {}

    private Tables() {}

    static JsonObject of(Kind kind, List<JsonObject> objects, JsonObject metadata) {
        JsonArray columns = new JsonArray();
        columns(kind).forEach(column -> columns.add(Json.object("name", column.name(), "type", column.type(),
                "format", column.format(), "description", column.name(), "priority", 0)));
        JsonArray rows = new JsonArray();
        objects.forEach(object -> rows
                .add(Json.object("cells", cells(kind, object), "object", Representation.metadataOf(object))));
        return Json.object("kind", "Table", "apiVersion", "meta.k8s.io/v1", "metadata", metadata,
                "columnDefinitions", columns, "rows", rows);
    }

    private static List<Column> columns(Kind kind) {
        Column name = new Column("Name", "string", "name");
        Column age = new Column("Age", "string", "");
        return switch (kind) {
            case NAMESPACE -> List.of(name, new Column("Status", "string", ""), age);
            case SECRET ->
                List.of(name, new Column("Type", "string", ""), new Column("Data", "string", ""), age);
            case POD -> List.of(name, new Column("Ready", "string", ""), new Column("Status", "string", ""),
                    new Column("Restarts", "string", ""), age);
            case DEPLOYMENT -> List.of(name, new Column("Ready", "string", ""),
                    new Column("Up-to-date", "integer", "int32"), new Column("Available", "integer", "int32"),
                    age);
        };
    }

    private static JsonArray cells(Kind kind, JsonObject object) {
        String name = Json.text(object, "metadata", "name").orElse("");
        String age = age(Json.text(object, "metadata", "creationTimestamp").map(Instant::parse)
                .orElseGet(Instant::now));
        return switch (kind) {
            case NAMESPACE -> Json.array(name, Json.text(object, "status", "phase").orElse(""), age);
            case SECRET -> Json.array(name, Json.text(object, "type").orElse(""),
                    Json.objectAt(object, "data").map(JsonObject::size).orElse(0), age);
            case POD -> Json.array(name, "1/1", Json.text(object, "status", "phase").orElse(""), "0", age);
            case DEPLOYMENT -> Json.array(name,
                    Json.number(object, 0, "status", "readyReplicas") + "/"
                            + Json.number(object, 0, "spec", "replicas"),
                    Json.number(object, 0, "status", "updatedReplicas"),
                    Json.number(object, 0, "status", "availableReplicas"), age);
        };
    }

    private static String age(Instant since) {
        Duration age = Duration.between(since, Instant.now());
        if (age.toSeconds() < 120) {
            return Math.max(0, age.toSeconds()) + "s";
        }
        if (age.toMinutes() < 120) {
            return age.toMinutes() + "m";
        }
        return age.toHours() < 48 ? age.toHours() + "h" : age.toDays() + "d";
    }
}
