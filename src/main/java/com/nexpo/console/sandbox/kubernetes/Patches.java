package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** JSON merge patch (RFC 7396), JSON patch (RFC 6902) and Kubernetes' strategic merge patch. */
final class Patches {
    private Patches() {}

    static JsonObject merge(JsonObject target, JsonObject patch) {
        JsonObject result = target.deepCopy();
        patch.entrySet().forEach(entry -> {
            JsonElement value = entry.getValue();
            if (value.isJsonNull()) {
                result.remove(entry.getKey());
            } else if (value.isJsonObject()) {
                JsonObject inner = Json.objectAt(result, entry.getKey()).orElseGet(JsonObject::new);
                result.add(entry.getKey(), merge(inner, value.getAsJsonObject()));
            } else {
                result.add(entry.getKey(), value.deepCopy());
            }
        });
        return result;
    }

    /** Like a merge patch, but lists with keys are merged item by item; directives begin with a dollar sign. */
    static JsonObject strategic(JsonObject target, JsonObject patch) {
        if (patch.has("$patch") && patch.get("$patch").getAsString().equals("replace")) {
            JsonObject replaced = patch.deepCopy();
            replaced.remove("$patch");
            return replaced;
        }
        JsonObject result = target.deepCopy();
        patch.entrySet().stream().filter(entry -> !entry.getKey().startsWith("$")).forEach(entry -> {
            String name = entry.getKey();
            JsonElement value = entry.getValue();
            if (value.isJsonNull()) {
                result.remove(name);
            } else if (value.isJsonObject()) {
                JsonObject inner = Json.objectAt(result, name).orElseGet(JsonObject::new);
                result.add(name, strategic(inner, value.getAsJsonObject()));
            } else if (value.isJsonArray() && Structure.keysOf(name).isPresent()) {
                JsonArray now = result.has(name) ? result.getAsJsonArray(name) : new JsonArray();
                result.add(name, items(now, value.getAsJsonArray(), Structure.keysOf(name).get().getFirst()));
            } else {
                result.add(name, value.deepCopy());
            }
        });
        return result;
    }

    private static JsonArray items(JsonArray now, JsonArray patch, String key) {
        JsonArray result = now.deepCopy();
        for (JsonElement element : patch) {
            JsonObject item = element.getAsJsonObject();
            Optional<JsonElement> old = result.asList().stream()
                    .filter(r -> Json.at(r, key).equals(Json.at(item, key))).findFirst();
            boolean delete = Json.text(item, "$patch").filter("delete"::equals).isPresent();
            if (delete) {
                old.ifPresent(result::remove);
            } else if (old.isPresent()) {
                int at = result.asList().indexOf(old.get());
                result.set(at, strategic(old.get().getAsJsonObject(), item));
            } else {
                result.add(strategic(new JsonObject(), item));
            }
        }
        return result;
    }

    /** @throws Refusal 422 when a test fails or a path does not exist */
    static JsonObject operations(JsonObject target, JsonArray operations) {
        JsonObject result = target.deepCopy();
        for (JsonElement operation : operations) {
            List<String> path = Arrays.stream(Json.text(operation, "path").orElse("").split("/", -1)).skip(1)
                    .map(part -> part.replace("~1", "/").replace("~0", "~")).toList();
            if (path.isEmpty()) {
                throw Refusal.badPatch();
            }
            JsonElement value = Json.at(operation, "value").orElse(JsonNull.INSTANCE);
            switch (Json.text(operation, "op").orElse("")) {
                case "test" -> {
                    if (!find(result, path).equals(value)) {
                        throw Refusal.badPatch();
                    }
                }
                case "replace" -> {
                    find(result, path);
                    set(result, path, value);
                }
                case "add" -> set(result, path, value);
                case "remove" -> {
                    find(result, path);
                    remove(result, path);
                }
                default -> throw Refusal.badPatch();
            }
        }
        return result;
    }

    private static JsonElement find(JsonElement from, List<String> path) {
        JsonElement current = from;
        for (String part : path) {
            if (current.isJsonObject() && current.getAsJsonObject().has(part)) {
                current = current.getAsJsonObject().get(part);
            } else if (current.isJsonArray() && part.matches("\\d{1,6}")
                    && Integer.parseInt(part) < current.getAsJsonArray().size()) {
                current = current.getAsJsonArray().get(Integer.parseInt(part));
            } else {
                throw Refusal.badPatch();
            }
        }
        return current;
    }

    private static void set(JsonObject root, List<String> path, JsonElement value) {
        JsonElement parent = find(root, path.subList(0, path.size() - 1));
        String last = path.getLast();
        if (parent.isJsonObject()) {
            parent.getAsJsonObject().add(last, value.deepCopy());
        } else if (parent.isJsonArray() && last.equals("-")) {
            parent.getAsJsonArray().add(value.deepCopy());
        } else if (parent.isJsonArray() && last.matches("\\d{1,6}")
                && Integer.parseInt(last) < parent.getAsJsonArray().size()) {
            parent.getAsJsonArray().set(Integer.parseInt(last), value.deepCopy());
        } else {
            throw Refusal.badPatch();
        }
    }

    private static void remove(JsonObject root, List<String> path) {
        JsonElement parent = find(root, path.subList(0, path.size() - 1));
        if (parent.isJsonObject()) {
            parent.getAsJsonObject().remove(path.getLast());
        } else {
            parent.getAsJsonArray().remove(Integer.parseInt(path.getLast()));
        }
    }
}
