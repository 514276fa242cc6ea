package com.nexpo.console.system.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts what carries PostHog's configuration into a job that already runs, and leaves everything else to whoever
 * runs the job: image, count, resources, other templates, env.
 *
 * <p>A task has one vault block, and so one role. When other templates of the task read Vault too, the role stays:
 * ours would take their secrets away, while theirs only needs one more line in its policy.
 */
final class JobMerge {
    /** Job meta that says which configuration a version of the job was registered for. */
    static final String CONFIG_VERSION = "posthog_config_version";

    private final JsonObject merged;
    private final List<FieldChange> kept = new ArrayList<>();

    private JobMerge(JsonObject running) {
        this.merged = running.deepCopy();
    }

    /**
     * A merged job.
     *
     * @param kept what stays as it is although the blueprint says otherwise, each with the reason in its name
     */
    record Merged(JsonObject job, List<FieldChange> kept) {
        Merged {
            kept = List.copyOf(kept);
        }
    }

    /**
     * The running job with the blueprint's PostHog parts.
     *
     * @throws FailureException when the job has no group and task that they could go to, or when putting them there
     *         would take something away from the task
     */
    static Merged merge(JsonObject running, JsonObject blueprint, String configVersion)
            throws FailureException {
        JobMerge merge = new JobMerge(running);
        for (JsonObject group : Members.objects(blueprint, "TaskGroups")) {
            for (JsonObject task : Members.objects(group, "Tasks")) {
                merge.task(group, task);
            }
        }
        mark(merge.merged, configVersion);
        return new Merged(merge.merged, merge.kept);
    }

    private void task(JsonObject group, JsonObject task) throws FailureException {
        List<JsonObject> carriers = Members.objects(task, "Templates").stream()
                .filter(template -> new ConfigTemplate(template).carriesConfig()).toList();
        if (carriers.isEmpty()) {
            return;
        }
        JsonObject targetGroup = sameOrOnly(merged, "TaskGroups", group);
        JsonObject target = sameOrOnly(targetGroup, "Tasks", task);
        String where = "group %s / task %s".formatted(Members.text(targetGroup, "Name"),
                Members.text(target, "Name"));
        for (JsonObject carrier : carriers) {
            putTemplate(where, target, carrier);
        }
        Optional<JsonObject> vault = Members.object(task, "Vault");
        if (vault.isPresent()) {
            putVault(where, target, vault.get(), carriers);
        }
    }

    private JsonObject sameOrOnly(JsonObject parent, String list, JsonObject wanted) throws FailureException {
        List<JsonObject> all = Members.objects(parent, list);
        Optional<JsonObject> same = all.stream()
                .filter(o -> Members.text(o, "Name").equals(Members.text(wanted, "Name"))).findFirst();
        if (same.isEmpty() && all.size() != 1) {
            throw refused("NMD-TASK", "Job %s has no %s %s, and %d others to choose from.".formatted(
                    Members.text(merged, "ID"), list.equals("Tasks") ? "task" : "group",
                    Members.text(wanted, "Name"), all.size()),
                    "Name it like the blueprint's, or put the template into the job by hand.");
        }
        return same.orElseGet(all::getFirst);
    }

    private static FailureException refused(String code, String message, String fix) {
        return new FailureException(new Failure(FailureKind.INVALID, code, message, fix));
    }

    /** In place of the ones that it makes needless, else after all others: later ones win over earlier ones. */
    private void putTemplate(String where, JsonObject task, JsonObject template) throws FailureException {
        JsonArray templates = new JsonArray();
        boolean placed = false;
        for (JsonObject old : Members.objects(task, "Templates")) {
            if (!replaces(where, template, old)) {
                templates.add(old);
            } else if (!placed) {
                templates.add(template.deepCopy());
                placed = true;
            }
        }
        if (!placed) {
            templates.add(template.deepCopy());
        }
        task.add("Templates", templates);
    }

    private boolean replaces(String where, JsonObject template, JsonObject old) throws FailureException {
        ConfigTemplate before = new ConfigTemplate(old);
        if (before.givesNoMoreThan(template)) {
            return true;
        }
        String destination = before.destination();
        if (!destination.equals(new ConfigTemplate(template).destination())) {
            return false;
        }
        if (markOf(merged).isEmpty()) {
            throw refused("NMD-TEMPLATE",
                    "Job %s, %s: a template of its own goes to %s, where PostHog's configuration belongs, and gives the task more than that."
                            .formatted(Members.text(merged, "ID"), where, destination),
                    "Give that template another destination.");
        }
        return true;
    }

    /** A block that is there keeps how it hands out the token; only its role may become ours. */
    private void putVault(String where, JsonObject task, JsonObject vault, List<JsonObject> carriers)
            throws FailureException {
        Optional<JsonObject> there = Members.object(task, "Vault");
        if (there.isEmpty()) {
            task.add("Vault", vault.deepCopy());
            return;
        }
        JsonObject block = there.get();
        requireSameVault(where, block, vault);
        String wanted = Members.text(vault, "Role");
        String role = Members.text(block, "Role");
        boolean othersRead = Members.objects(task, "Templates").stream()
                .anyMatch(template -> !carriers.contains(template)
                        && new ConfigTemplate(template).readsVault());
        if (wanted.isEmpty() || wanted.equals(role)) {
            return;
        }
        if (othersRead) {
            kept.add(new FieldChange(
                    "%s / Vault / Role stays, because other templates read with it; its policy must also allow %s"
                            .formatted(where, String.join(", ", paths(carriers))),
                    shown(role), shown(role)));
        } else {
            block.addProperty("Role", wanted);
        }
    }

    private void requireSameVault(String where, JsonObject block, JsonObject vault) throws FailureException {
        String there = vaultOf(block);
        String ours = vaultOf(vault);
        if (!there.equals(ours)) {
            throw refused("NMD-VAULT",
                    "Job %s, %s reads Vault %s, and PostHog's configuration is in %s: a task can read only one."
                            .formatted(Members.text(merged, "ID"), where, there, ours),
                    "Put the configuration into the Vault that the task reads, or let another task read it.");
        }
    }

    /** Absent and "default" are the same cluster. */
    private static String vaultOf(JsonObject block) {
        String cluster = Members.text(block, "Cluster");
        String namespace = Members.text(block, "Namespace");
        return (cluster.isEmpty() ? "default" : cluster)
                + (namespace.isEmpty() ? "" : " (namespace " + namespace + ")");
    }

    private static List<String> paths(List<JsonObject> carriers) {
        return carriers.stream().flatMap(template -> new ConfigTemplate(template).paths().stream())
                .distinct().toList();
    }

    private static Value shown(String role) {
        return Value.known(role.isEmpty() ? "(the auth method's default role)" : role);
    }

    /** Notes in the job which configuration it was registered for. */
    static void mark(JsonObject job, String configVersion) {
        JsonObject meta = Members.object(job, "Meta").orElseGet(JsonObject::new);
        meta.addProperty(CONFIG_VERSION, configVersion);
        job.add("Meta", meta);
    }

    /** What {@link #mark} noted; "" when this product never registered the job. */
    static String markOf(JsonObject job) {
        return Members.object(job, "Meta").map(meta -> Members.text(meta, CONFIG_VERSION)).orElse("");
    }
}
