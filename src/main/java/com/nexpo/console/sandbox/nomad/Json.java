package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reading and making JSON the way Nomad writes it: absent, null and zero mean the same. */
final class Json {
    private Json() {}

    static boolean has(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value != null && !value.isJsonNull();
    }

    /** The text, or "" when there is none. */
    static String text(JsonObject object, String name) {
        return has(object, name) && object.get(name).isJsonPrimitive() ? object.get(name).getAsString() : "";
    }

    /** The number, or 0 when there is none. */
    static long number(JsonObject object, String name) {
        JsonElement value = object.get(name);
        boolean numeric = value instanceof JsonPrimitive primitive && primitive.isNumber();
        return numeric && value != null ? value.getAsLong() : 0;
    }

    static boolean truth(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value instanceof JsonPrimitive primitive && primitive.isBoolean() && primitive.getAsBoolean();
    }

    static Optional<JsonObject> object(JsonObject object, String name) {
        return object.get(name) instanceof JsonObject inner ? Optional.of(inner) : Optional.empty();
    }

    /** The objects of a list; empty when there is none. */
    static List<JsonObject> objects(JsonObject object, String name) {
        List<JsonObject> objects = new ArrayList<>();
        if (object.get(name) instanceof JsonArray list) {
            list.forEach(item -> {
                if (item instanceof JsonObject inner) {
                    objects.add(inner);
                }
            });
        }
        return objects;
    }

    /** The texts of a list; empty when there is none. */
    static List<String> texts(JsonObject object, String name) {
        List<String> texts = new ArrayList<>();
        if (object.get(name) instanceof JsonArray list) {
            list.forEach(item -> {
                if (item.isJsonPrimitive()) {
                    texts.add(item.getAsString());
                }
            });
        }
        return texts;
    }

    /** An object of name, value, name, value …; a value is JSON, a text, a number, a boolean or null. */
    static JsonObject of(@Nullable Object... pairs) {
        JsonObject object = new JsonObject();
        for (int i = 0; i < pairs.length; i += 2) {
            object.add(String.valueOf(pairs[i]), value(pairs[i + 1]));
        }
        return object;
    }

    static JsonElement value(@Nullable Object value) {
        return switch (value) {
            case null -> JsonNull.INSTANCE;
            case JsonElement json -> json;
            case Boolean truth -> new JsonPrimitive(truth);
            case Number number -> new JsonPrimitive(number);
            default -> new JsonPrimitive(value.toString());
        };
    }

    static JsonArray array(Collection<? extends JsonElement> items) {
        JsonArray array = new JsonArray();
        items.forEach(array::add);
        return array;
    }

    /** As Go writes an empty list that was never made: null. */
    static JsonElement arrayOrNull(Collection<? extends JsonElement> items) {
        return items.isEmpty() ? JsonNull.INSTANCE : array(items);
    }
}
