package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a difference of two jobs means for the instances that run: replaced, updated in place, started, stopped.
 * Rules: hashicorp/nomad, scheduler/annotate.go and {@code tasksUpdated} in scheduler/util.go.
 */
final class UpdateEffects {
    private UpdateEffects() {}

    /** Adds what a plan says about each group and task beyond the difference itself. */
    static void annotate(JsonObject diff, List<Reconciler.Steps> steps, boolean isNew) {
        for (JsonObject group : Json.objects(diff, "TaskGroups")) {
            steps.stream().filter(s -> Json.text(s.group(), "Name").equals(Json.text(group, "Name")))
                    .findFirst()
                    .ifPresent(s -> group.add("Updates", updates(s.desired())));
            for (JsonObject field : Json.objects(group, "Fields")) {
                if (Json.text(field, "Name").equals("Count")) {
                    annotate(field, countWord(field));
                }
            }
            for (JsonObject task : Json.objects(group, "Tasks")) {
                boolean edited = Json.text(task, "Type").equals("Edited");
                if (edited && !isNew && isDestructive(task)) {
                    annotate(task, "forces create/destroy update");
                } else if (edited && !isNew) {
                    annotate(task, "forces in-place update");
                }
            }
        }
    }

    private static String countWord(JsonObject field) {
        long was = Json.text(field, "Old").isEmpty() ? 0 : Long.parseLong(Json.text(field, "Old"));
        return Long.parseLong(Json.text(field, "New")) >= was ? "forces create" : "forces destroy";
    }

    static void annotate(JsonObject object, String word) {
        JsonArray words = new JsonArray();
        words.add(word);
        object.add("Annotations", words);
    }

    private static JsonElement updates(JsonObject desired) {
        JsonObject updates = new JsonObject();
        Map<String, String> words = JobDiff.ordered("Ignore", "ignore", "Place", "create", "Migrate",
                "migrate",
                "Stop",
                "destroy", "InPlaceUpdate", "in-place update", "DestructiveUpdate", "create/destroy update",
                "Canary", "canary");
        words.forEach((name, word) -> {
            if (Json.number(desired, name) > 0) {
                updates.addProperty(word, Json.number(desired, name));
            }
        });
        return updates.isEmpty() ? JsonNull.INSTANCE : updates;
    }

    /** In a task's difference, only these can be had without a new process. */
    private static boolean isDestructive(JsonObject taskDiff) {
        boolean fields = Json.objects(taskDiff, "Fields").stream().map(f -> Json.text(f, "Name"))
                .anyMatch(name -> !name.equals("KillTimeout") && !name.equals("ShutdownDelay"));
        boolean objects = Json.objects(taskDiff, "Objects").stream().map(o -> Json.text(o, "Name"))
                .anyMatch(name -> !name.equals("LogConfig") && !name.equals("Service")
                        && !name.equals("Constraint"));
        return fields || objects;
    }

    /** True when instances of the old job's group must be replaced to get the new one's. */
    static boolean isDestructive(JsonObject before, JsonObject after, String groupName) {
        JsonObject diff = JobDiff.of(Optional.of(before), after);
        boolean meta = Json.objects(diff, "Fields").stream()
                .anyMatch(f -> Json.text(f, "Name").startsWith("Meta["));
        return meta || Json.objects(diff, "TaskGroups").stream()
                .filter(g -> Json.text(g, "Name").equals(groupName)).anyMatch(group -> {
                    boolean network = Json.objects(group, "Objects").stream().map(o -> Json.text(o, "Name"))
                            .anyMatch(n -> n.equals("Network") || n.equals("EphemeralDisk"));
                    boolean groupMeta = Json.objects(group, "Fields").stream()
                            .anyMatch(f -> Json.text(f, "Name").startsWith("Meta["));
                    boolean tasks = Json.objects(group, "Tasks").stream()
                            .anyMatch(t -> !Json.text(t, "Type").equals("None") && isDestructive(t));
                    boolean cameOrWent = !Json.text(group, "Type").equals("Edited")
                            && !Json.text(group, "Type").equals("None");
                    return network || groupMeta || cameOrWent || tasks;
                });
    }
}
