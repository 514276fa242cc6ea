package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What the servers check in a job before they take it, with their texts; it is not much. */
final class JobValidation {
    private static final Set<String> TYPES = Set.of("service", "batch", "system", "sysbatch");

    private final Predicate<String> namespaceExists;
    private final boolean vault;

    JobValidation(Predicate<String> namespaceExists, boolean vault) {
        this.namespaceExists = namespaceExists;
        this.vault = vault;
    }

    /** Everything that is wrong; empty for a good job. The job is canonical. */
    List<String> errors(JsonObject job) {
        List<String> errors = new ArrayList<>();
        String namespace = Json.text(job, "Namespace");
        if (!namespaceExists.test(namespace)) {
            errors.add("job \"%s\" is in nonexistent namespace \"%s\"".formatted(Json.text(job, "ID"),
                    namespace));
        }
        errors.addAll(vaultErrors(job));
        if (Json.text(job, "ID").isEmpty()) {
            errors.add("Missing job ID");
        } else if (Json.text(job, "ID").contains(" ")) {
            errors.add("Job ID contains a space");
        }
        String type = Json.text(job, "Type");
        if (!TYPES.contains(type)) {
            errors.add("Invalid job type: \"" + type + "\"");
        }
        if (Json.objects(job, "TaskGroups").isEmpty()) {
            errors.add("Missing job task groups");
        }
        for (JsonObject group : Json.objects(job, "TaskGroups")) {
            List<String> inGroup = groupErrors(job, group, type);
            if (!inGroup.isEmpty()) {
                errors.add(
                        "Task group " + Json.text(group, "Name") + " validation failed: " + several(inGroup));
            }
        }
        return errors;
    }

    private List<String> vaultErrors(JsonObject job) {
        List<String> errors = new ArrayList<>();
        for (JsonObject group : Json.objects(job, "TaskGroups")) {
            for (JsonObject task : Json.objects(group, "Tasks")) {
                Json.object(task, "Vault").ifPresent(block -> {
                    String cluster = Json.text(block, "Cluster").isEmpty()
                            ? "default"
                            : Json.text(block, "Cluster");
                    boolean known = vault && cluster.equals("default");
                    if (!known) {
                        errors.add("Vault \"" + cluster + "\" not enabled but used in the job");
                    }
                    if (vault && !cluster.equals("default")) {
                        errors.add(
                                "Task %s uses Vault cluster %s but does not have an identity named vault_%s and no default identity is provided in agent configuration"
                                        .formatted(Json.text(task, "Name"), cluster, cluster));
                    }
                    if (known && !Json.text(block, "Namespace").isEmpty()) {
                        errors.add("multiple Vault namespaces requires Nomad Enterprise, Namespaces: "
                                + Json.text(block, "Namespace"));
                    }
                });
            }
        }
        return errors;
    }

    private static List<String> groupErrors(JsonObject job, JsonObject group, String type) {
        List<String> errors = new ArrayList<>();
        if (Json.number(group, "Count") < 0) {
            errors.add("Task group count can't be negative");
        }
        JsonObject update = Json.object(group, "Update").or(() -> Json.object(job, "Update"))
                .orElseGet(JsonObject::new);
        if (type.equals("service")) {
            errors.addAll(updateErrors(update));
        } else if (!type.equals("system") && !update.isEmpty()) {
            errors.add("Job type \"" + type + "\" does not allow update block");
        }
        if (Json.objects(group, "Tasks").isEmpty()) {
            errors.add("Missing tasks for task group");
        }
        long progress = Json.number(update, "ProgressDeadline");
        for (JsonObject task : Json.objects(group, "Tasks")) {
            List<String> inTask = new ArrayList<>();
            if (Json.text(task, "Driver").isEmpty()) {
                inTask.add("Missing task driver");
            }
            long kill = Json.number(task, "KillTimeout");
            if (type.equals("service") && progress > 0 && kill > progress) {
                inTask.add("KillTimout (%s) longer than the group's ProgressDeadline (%s)"
                        .formatted(Values.goDuration(kill), Values.goDuration(progress)));
            }
            if (!inTask.isEmpty()) {
                errors.add("Task " + Json.text(task, "Name") + " validation failed: " + several(inTask));
            }
        }
        return errors;
    }

    private static List<String> updateErrors(JsonObject update) {
        List<String> errors = new ArrayList<>();
        long healthy = Json.number(update, "MinHealthyTime");
        long deadline = Json.number(update, "HealthyDeadline");
        long progress = Json.number(update, "ProgressDeadline");
        if (healthy >= deadline) {
            errors.add("Minimum healthy time must be less than healthy deadline: %s > %s"
                    .formatted(Values.goDuration(healthy), Values.goDuration(deadline)));
        }
        if (progress != 0 && deadline >= progress) {
            errors.add("Healthy deadline must be less than progress deadline: %s > %s"
                    .formatted(Values.goDuration(deadline), Values.goDuration(progress)));
        }
        return errors;
    }

    /** As Go's multierror prints a list. */
    static String several(List<String> errors) {
        String head = errors.size() == 1 ? "1 error occurred:" : errors.size() + " errors occurred:";
        return head + "\n\t* " + String.join("\n\t* ", errors) + "\n\n";
    }

    /** What it takes, but does not like; "" when there is nothing. */
    static String warnings(JsonObject job) {
        List<String> warnings = new ArrayList<>();
        for (JsonObject group : Json.objects(job, "TaskGroups")) {
            List<String> deprecated = Json.objects(group, "Tasks").stream()
                    .filter(t -> Json.object(t, "Resources").map(r -> !Json.objects(r, "Networks").isEmpty())
                            .orElse(false))
                    .map(t -> "Task \"" + Json.text(t, "Name")
                            + "\" has warnings: 1 error occurred:\n\t* task network resources have been deprecated as of Nomad 0.12.0. Please configure networking via group network block.")
                    .toList();
            if (!deprecated.isEmpty()) {
                warnings.add("Group \"%s\" has warnings: %s".formatted(Json.text(group, "Name"),
                        several(deprecated).stripTrailing()));
            }
        }
        for (JsonObject group : Json.objects(job, "TaskGroups")) {
            for (JsonObject task : Json.objects(group, "Tasks")) {
                if (!Json.objects(task, "Services").isEmpty() && Json.number(task, "ShutdownDelay") == 0) {
                    warnings.add("task \"%s\" in group \"%s\" defines services, but has no shutdown_delay set"
                            .formatted(Json.text(task, "Name"), Json.text(group, "Name")));
                }
            }
        }
        if (warnings.isEmpty()) {
            return "";
        }
        String head = warnings.size() == 1 ? "1 warning:" : warnings.size() + " warnings:";
        return head + "\n\n* " + String.join("\n* ", warnings);
    }
}
