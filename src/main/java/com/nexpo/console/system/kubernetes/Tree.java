package com.nexpo.console.system.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reading JSON that another program wrote: what is missing, null or of another type is empty. */
final class Tree {
    private Tree() {}

    static Optional<JsonElement> at(JsonElement from, String... path) {
        JsonElement current = from;
        for (String name : path) {
            if (!current.isJsonObject() || !current.getAsJsonObject().has(name)) {
                return Optional.empty();
            }
            current = current.getAsJsonObject().get(name);
        }
        return current.isJsonNull() ? Optional.empty() : Optional.of(current);
    }

    static Optional<String> text(JsonElement from, String... path) {
        return at(from, path).filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsString);
    }

    static Optional<JsonObject> object(JsonElement from, String... path) {
        return at(from, path).filter(JsonElement::isJsonObject).map(JsonElement::getAsJsonObject);
    }

    /** The objects in the list at this path. */
    static List<JsonObject> objects(JsonElement from, String... path) {
        List<JsonObject> found = new ArrayList<>();
        at(from, path).filter(JsonElement::isJsonArray).map(JsonElement::getAsJsonArray)
                .orElseGet(JsonArray::new).forEach(e -> {
                    if (e.isJsonObject()) {
                        found.add(e.getAsJsonObject());
                    }
                });
        return found;
    }

    /** A number; counters that are zero are left out by the server. */
    static long number(JsonElement from, long otherwise, String... path) {
        return at(from, path).filter(e -> e.isJsonPrimitive() && e.getAsJsonPrimitive().isNumber())
                .map(JsonElement::getAsLong).orElse(otherwise);
    }

    static boolean isTrue(JsonElement from, String... path) {
        return text(from, path).filter("true"::equals).isPresent();
    }
}
