package com.nexpo.console.system.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.system.ServiceConfig;
import java.util.Optional;

/**
 * The JSON patch that moves the ownership of keys to us: it rewrites managedFields, which a forced apply does not
 * do for keys whose value is the same, and drops kubectl's copy of the values, which keeps the old ones for ever.
 */
final class TakeOver {
    private TakeOver() {}

    static JsonArray patch(SecretState now, ServiceConfig wanted) {
        JsonArray patch = new JsonArray();
        patch.add(operation("test", "/metadata/resourceVersion",
                Optional.of(new JsonPrimitive(now.version()))));
        boolean owned = Tree.at(now.object(), "metadata", "managedFields").isPresent();
        patch.add(operation(owned ? "replace" : "add", "/metadata/managedFields",
                Optional.of(owners(now, wanted))));
        if (now.hasLastApplied()) {
            patch.add(operation("remove",
                    "/metadata/annotations/" + SecretState.LAST_APPLIED.replace("/", "~1"),
                    Optional.empty()));
        }
        return patch;
    }

    private static JsonObject operation(String op, String path, Optional<JsonElement> value) {
        JsonObject operation = new JsonObject();
        operation.addProperty("op", op);
        operation.addProperty("path", path);
        value.ifPresent(v -> operation.add("value", v));
        return operation;
    }

    private static JsonArray owners(SecretState now, ServiceConfig wanted) {
        JsonArray owners = new JsonArray();
        JsonObject keys = new JsonObject();
        for (JsonObject entry : Tree.objects(now.object(), "metadata", "managedFields")) {
            if (SecretState.isOurs(entry)) {
                Tree.object(entry, "fieldsV1", "f:data").ifPresent(
                        ours -> ours.keySet().forEach(key -> keys.add(key, new JsonObject())));
                continue;
            }
            JsonObject rest = entry.deepCopy();
            // An update under our own name is not the apply that we make: all of it becomes ours.
            boolean ownUpdate = Tree.text(entry, "manager").filter(SecretState.MANAGER::equals).isPresent();
            for (String map : new String[]{"f:data", "f:stringData"}) {
                Tree.object(rest, "fieldsV1", map).ifPresent(data -> {
                    data.keySet()
                            .removeIf(field -> wanted.entries().containsKey(field.replaceFirst("^f:", "")));
                    if (ownUpdate) {
                        data.keySet().stream().filter(f -> f.startsWith("f:"))
                                .forEach(f -> keys.add(f, new JsonObject()));
                    }
                    if (data.isEmpty()) {
                        rest.getAsJsonObject("fieldsV1").remove(map);
                    }
                });
            }
            if (!ownUpdate && !rest.getAsJsonObject("fieldsV1").isEmpty()) {
                owners.add(rest);
            }
        }
        Tree.object(now.object(), "data").ifPresent(data -> data.keySet().stream()
                .filter(wanted.entries()::containsKey)
                .forEach(key -> keys.add("f:" + key, new JsonObject())));
        owners.add(ours(keys));
        return owners;
    }

    private static JsonObject ours(JsonObject keys) {
        JsonObject fields = new JsonObject();
        fields.add("f:data", keys);
        JsonObject entry = new JsonObject();
        entry.addProperty("manager", SecretState.MANAGER);
        entry.addProperty("operation", "Apply");
        entry.addProperty("apiVersion", "v1");
        entry.addProperty("fieldsType", "FieldsV1");
        entry.add("fieldsV1", fields);
        return entry;
    }
}
