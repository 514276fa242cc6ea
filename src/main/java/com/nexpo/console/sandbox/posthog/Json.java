package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Writing and reading JSON trees without ceremony. */
final class Json {
    private Json() {}

    /** An object of names and values in turn. */
    static JsonObject object(@Nullable Object... namesAndValues) {
        JsonObject object = new JsonObject();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.add(String.valueOf(namesAndValues[i]), of(namesAndValues[i + 1]));
        }
        return object;
    }

    static JsonArray array(Collection<?> values) {
        JsonArray array = new JsonArray();
        values.forEach(value -> array.add(of(value)));
        return array;
    }

    static JsonElement of(@Nullable Object value) {
        return switch (value) {
            case null -> JsonNull.INSTANCE;
            case JsonElement element -> element;
            case Boolean b -> new JsonPrimitive(b);
            case Number n -> new JsonPrimitive(n);
            case Collection<?> c -> array(c);
            default -> new JsonPrimitive(value.toString());
        };
    }

    /** The member if it is there and not null. */
    static Optional<JsonElement> get(JsonObject object, String name) {
        JsonElement element = object.get(name);
        return element == null || element.isJsonNull() ? Optional.empty() : Optional.of(element);
    }

    /** The member as text, if it is a primitive. */
    static Optional<String> text(JsonObject object, String name) {
        return get(object, name).filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsString);
    }

    static boolean flag(JsonObject object, String name) {
        return get(object, name).filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsBoolean)
                .orElse(false);
    }

    static long number(JsonObject object, String name) {
        return get(object, name).map(JsonElement::getAsLong).orElse(0L);
    }

    static JsonObject child(JsonObject object, String name) {
        return get(object, name).filter(JsonElement::isJsonObject).map(JsonElement::getAsJsonObject)
                .orElseGet(JsonObject::new);
    }

    /** The objects of an array member; none when it is no array. */
    static List<JsonObject> objects(JsonObject object, String name) {
        return elements(object, name).filter(JsonElement::isJsonObject).map(JsonElement::getAsJsonObject)
                .toList();
    }

    /** The texts of an array member; none when it is no array. */
    static List<String> texts(JsonObject object, String name) {
        return elements(object, name).filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsString)
                .toList();
    }

    private static Stream<JsonElement> elements(JsonObject object, String name) {
        return get(object, name).filter(JsonElement::isJsonArray).map(JsonElement::getAsJsonArray)
                .map(array -> StreamSupport.stream(array.spliterator(), false)).orElseGet(Stream::empty);
    }

    /** Copies those of the named members that {@code from} has. */
    static void copy(JsonObject from, JsonObject to, String... names) {
        for (String name : names) {
            if (from.has(name)) {
                to.add(name, from.get(name).deepCopy());
            }
        }
    }
}
