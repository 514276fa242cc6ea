package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Optional;

/** Reading and making the JSON of API objects. */
final class Json {
    private Json() {}

    /** An object from names and values by turns; values are {@link JsonElement}, text, number or boolean. */
    static JsonObject object(Object... namesAndValues) {
        JsonObject object = new JsonObject();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.add((String) namesAndValues[i], element(namesAndValues[i + 1]));
        }
        return object;
    }

    static JsonArray array(Object... values) {
        JsonArray array = new JsonArray();
        Arrays.stream(values).map(Json::element).forEach(array::add);
        return array;
    }

    static JsonArray texts(Iterable<String> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return array;
    }

    private static JsonElement element(Object value) {
        return switch (value) {
            case JsonElement json -> json;
            case Number number -> new com.google.gson.JsonPrimitive(number);
            case Boolean bool -> new com.google.gson.JsonPrimitive(bool);
            default -> new com.google.gson.JsonPrimitive(value.toString());
        };
    }

    /** The element at this path of member names, unless it is missing or null. */
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

    static Optional<JsonObject> objectAt(JsonElement from, String... path) {
        return at(from, path).filter(JsonElement::isJsonObject).map(JsonElement::getAsJsonObject);
    }

    static Optional<String> text(JsonElement from, String... path) {
        return at(from, path).filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsString);
    }

    static int number(JsonElement from, int otherwise, String... path) {
        return at(from, path).filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsInt)
                .orElse(otherwise);
    }

    /** The object at this path, made where it is missing. */
    static JsonObject make(JsonObject from, String... path) {
        JsonObject current = from;
        for (String name : path) {
            if (!current.has(name) || !current.get(name).isJsonObject()) {
                current.add(name, new JsonObject());
            }
            current = current.getAsJsonObject(name);
        }
        return current;
    }
}
