package com.nexpo.console.system.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Secret;
import com.nexpo.console.system.ServiceConfig;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * One Secret as the cluster holds it, with the owners of its keys.
 *
 * @param object the whole object; holds the values
 */
record SecretState(JsonObject object) {
    /** Our name as a field manager. */
    static final String MANAGER = "posthog-deployment-console";
    static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    /** What the server calls the owner of a field that nobody applied. */
    private static final String NOBODY = "before-first-apply";

    String version() {
        return Tree.text(object, "metadata", "resourceVersion").orElse("");
    }

    String uid() {
        return Tree.text(object, "metadata", "uid").orElse("");
    }

    /** Version and uid: a secret that was deleted and made anew is another one. */
    Basis basis() {
        return Basis.at("resourceVersion", version() + "/" + uid());
    }

    boolean hasLastApplied() {
        return Tree.text(object, "metadata", "annotations", LAST_APPLIED).isPresent();
    }

    /** True when it has this key, whatever the value. */
    boolean has(String key) {
        return Tree.object(object, "data").filter(data -> data.has(key)).isPresent();
    }

    /**
     * Key to value; empty for a value that is no text in UTF-8. A name such as a service's own that was taken for a
     * secret would be cut out of every message and out of the journal, which then knows its changes no more.
     */
    Map<String, Optional<Secret>> values(Predicate<String> isSecret) {
        Map<String, Optional<Secret>> values = new LinkedHashMap<>();
        Tree.object(object, "data").ifPresent(data -> data.entrySet()
                .forEach(e -> values.put(e.getKey(),
                        text(e.getValue()).map(text -> Secret.of(text, isSecret.test(e.getKey()))))));
        return values;
    }

    private static Optional<String> text(JsonElement value) {
        if (!value.isJsonPrimitive()) {
            return Optional.of("");
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(value.getAsString());
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Who else owns this key, by name and sorted; nobody else when it is ours alone. */
    Optional<String> otherOwner(String key) {
        Set<String> others = new TreeSet<>();
        boolean owned = false;
        for (JsonObject entry : Tree.objects(object, "metadata", "managedFields")) {
            if (!owns(entry, key)) {
                continue;
            }
            owned = true;
            if (!isOurs(entry)) {
                others.add(Tree.text(entry, "manager").orElse("unknown"));
            }
        }
        if (!owned) {
            return Optional.of(NOBODY);
        }
        return others.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", others));
    }

    /** An apply of ours gives up only what an apply of ours owns; an update under our name is another owner. */
    static boolean isOurs(JsonObject entry) {
        return Tree.text(entry, "manager").filter(MANAGER::equals).isPresent()
                && Tree.text(entry, "operation").filter("Apply"::equals).isPresent();
    }

    static boolean owns(JsonObject entry, String key) {
        return Tree.at(entry, "fieldsV1", "f:data", "f:" + key).isPresent()
                || Tree.at(entry, "fieldsV1", "f:stringData", "f:" + key).isPresent();
    }

    /** When its values were last written, as far as managedFields tell; whole seconds. */
    Optional<Instant> dataChangedAt() {
        Optional<Instant> latest = Optional.empty();
        for (JsonObject entry : Tree.objects(object, "metadata", "managedFields")) {
            boolean data = Tree.at(entry, "fieldsV1", "f:data").isPresent()
                    || Tree.at(entry, "fieldsV1", "f:stringData").isPresent();
            Optional<Instant> at = data ? instant(Tree.text(entry, "time")) : Optional.empty();
            if (at.isPresent() && (latest.isEmpty() || at.get().isAfter(latest.get()))) {
                latest = at;
            }
        }
        return latest.or(() -> instant(Tree.text(object, "metadata", "creationTimestamp")));
    }

    static Optional<Instant> instant(Optional<String> text) {
        try {
            return text.map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** True when every wanted value is there, exactly. */
    boolean holds(ServiceConfig wanted) {
        Map<String, Optional<Secret>> now = values(wanted::isSecret);
        return wanted.entries().entrySet().stream()
                .allMatch(e -> now.getOrDefault(e.getKey(), Optional.empty())
                        .filter(value -> value.sameAs(e.getValue().value())).isPresent());
    }

    /**
     * The object to apply: what we mean and nothing else. Empty maps are left out, because an empty map that is
     * applied is owned, and then nobody else can add to it.
     */
    static JsonObject body(String namespace, ServiceConfig wanted) {
        JsonObject labels = new JsonObject();
        labels.addProperty("app.kubernetes.io/managed-by", MANAGER);
        JsonObject metadata = new JsonObject();
        metadata.addProperty("name", wanted.place());
        metadata.addProperty("namespace", namespace);
        metadata.add("labels", labels);
        JsonObject body = new JsonObject();
        body.addProperty("apiVersion", "v1");
        body.addProperty("kind", "Secret");
        body.add("metadata", metadata);
        if (!wanted.entries().isEmpty()) {
            JsonObject data = new JsonObject();
            wanted.entries().forEach((key, entry) -> data.addProperty(key, Base64.getEncoder()
                    .encodeToString(entry.value().reveal().getBytes(StandardCharsets.UTF_8))));
            body.add("data", data);
        }
        return body;
    }

    @Override
    public String toString() {
        return "SecretState[" + version() + "]";
    }
}
