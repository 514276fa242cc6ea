package com.nexpo.console.system.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * Puts what carries PostHog's configuration into a job that already runs, and leaves everything else to whoever
 * runs the job: image, count, resources, other templates.
 */
final class JobMerge {
    /** Job meta that says which configuration a version of the job was registered for. */
    static final String CONFIG_VERSION = "posthog_config_version";

    private JobMerge() {}

    /**
     * The running job with the blueprint's PostHog parts.
     *
     * @return empty when the running job has no group and task that the blueprint's could go to
     */
    static Optional<JsonObject> merge(JsonObject running, JsonObject blueprint, String configVersion) {
        JsonObject merged = running.deepCopy();
        for (JsonObject group : Members.objects(blueprint, "TaskGroups")) {
            for (JsonObject task : Members.objects(group, "Tasks")) {
                List<JsonObject> carriers = Members.objects(task, "Templates").stream()
                        .filter(JobMerge::carriesConfig)
                        .toList();
                if (carriers.isEmpty()) {
                    continue;
                }
                Optional<JsonObject> target = sameOrOnly(merged, "TaskGroups", group)
                        .flatMap(g -> sameOrOnly(g, "Tasks", task));
                if (target.isEmpty()) {
                    return Optional.empty();
                }
                carriers.forEach(template -> putTemplate(target.get(), template));
                Members.object(task, "Vault").ifPresent(vault -> putVault(target.get(), vault));
            }
        }
        mark(merged, configVersion);
        return Optional.of(merged);
    }

    /** Notes in the job which configuration it was registered for. */
    static void mark(JsonObject job, String configVersion) {
        JsonObject meta = Members.object(job, "Meta").orElseGet(JsonObject::new);
        meta.addProperty(CONFIG_VERSION, configVersion);
        job.add("Meta", meta);
    }

    static String markOf(JsonObject job) {
        return Members.object(job, "Meta").map(meta -> Members.text(meta, CONFIG_VERSION)).orElse("");
    }

    /** True for a template that becomes environment variables and reads them from Vault. */
    static boolean carriesConfig(JsonObject template) {
        return Members.truth(template, "Envvars")
                && Members.text(template, "EmbeddedTmpl").contains("secret \"");
    }

    private static Optional<JsonObject> sameOrOnly(JsonObject parent, String list, JsonObject wanted) {
        List<JsonObject> all = Members.objects(parent, list);
        Optional<JsonObject> same = all.stream()
                .filter(o -> Members.text(o, "Name").equals(Members.text(wanted, "Name"))).findFirst();
        return same.or(() -> all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty());
    }

    /** Replaces the template with the same destination, else the one that reads the same service's secret. */
    private static void putTemplate(JsonObject task, JsonObject template) {
        JsonArray templates = task.get("Templates") instanceof JsonArray there ? there : new JsonArray();
        for (int i = 0; i < templates.size(); i++) {
            JsonObject old = templates.get(i).getAsJsonObject();
            boolean replaced = Members.text(old, "DestPath").equals(Members.text(template, "DestPath"))
                    || (carriesConfig(old) && Members.text(old, "EmbeddedTmpl").contains("posthog"));
            if (replaced) {
                templates.set(i, over(old, template));
                return;
            }
        }
        templates.add(template.deepCopy());
        task.add("Templates", templates);
    }

    private static void putVault(JsonObject task, JsonObject vault) {
        task.add("Vault", over(Members.object(task, "Vault").orElseGet(JsonObject::new), vault));
    }

    /** The old object with every member that the new one says something about. */
    private static JsonObject over(JsonObject old, JsonObject wanted) {
        JsonObject both = old.deepCopy();
        wanted.entrySet().stream().filter(e -> !isUnsaid(e.getValue()))
                .forEach(e -> both.add(e.getKey(), e.getValue().deepCopy()));
        return both;
    }

    private static boolean isUnsaid(JsonElement value) {
        return value.isJsonNull() || (value.isJsonPrimitive() && value.getAsString().isEmpty());
    }
}
