package com.nexpo.console.system.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads members of Nomad's JSON, in which absent, null and empty mean the same. */
final class Members {
    private Members() {}

    static String text(JsonObject object, String name) {
        return object.get(name) instanceof JsonPrimitive value ? value.getAsString() : "";
    }

    static long number(JsonObject object, String name) {
        return object.get(name) instanceof JsonPrimitive value && value.isNumber() ? value.getAsLong() : 0;
    }

    static boolean truth(JsonObject object, String name) {
        return object.get(name) instanceof JsonPrimitive value && value.isBoolean() && value.getAsBoolean();
    }

    static Optional<JsonObject> object(JsonObject object, String name) {
        return object.get(name) instanceof JsonObject inner ? Optional.of(inner) : Optional.empty();
    }

    static List<JsonObject> objects(JsonObject object, String name) {
        return object.get(name) instanceof JsonArray list ? objects(list) : List.of();
    }

    static List<JsonObject> objects(JsonElement list) {
        List<JsonObject> objects = new ArrayList<>();
        if (list instanceof JsonArray array) {
            array.forEach(item -> {
                if (item instanceof JsonObject inner) {
                    objects.add(inner);
                }
            });
        }
        return objects;
    }

    static List<String> texts(JsonObject object, String name) {
        List<String> texts = new ArrayList<>();
        if (object.get(name) instanceof JsonArray list) {
            list.forEach(item -> texts.add(item.isJsonPrimitive() ? item.getAsString() : item.toString()));
        }
        return texts;
    }
}
