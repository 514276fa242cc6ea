package com.nexpo.console.system.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reading Terraform's JSON, where what is not there counts as null and a mark is {@code true} or a tree of marks. */
final class Json {
    private Json() {}

    /** The text or number under this name; empty text when there is none. */
    static String text(JsonObject holder, String name) {
        JsonElement value = holder.get(name);
        return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
    }

    static Optional<JsonObject> object(JsonObject holder, String name) {
        return holder.get(name) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
    }

    static List<String> actions(JsonObject change) {
        return change.get("actions") instanceof JsonArray actions
                ? actions.asList().stream().map(JsonElement::getAsString).toList()
                : List.of();
    }

    /** True for the literal {@code true}. */
    static boolean isTrue(@Nullable JsonElement mark) {
        return mark != null && mark.isJsonPrimitive() && mark.getAsJsonPrimitive().isBoolean()
                && mark.getAsBoolean();
    }

    /** True when the mark or a part of it is {@code true}. */
    static boolean holdsTrue(@Nullable JsonElement mark) {
        return switch (mark) {
            case JsonObject object -> object.asMap().values().stream().anyMatch(Json::holdsTrue);
            case JsonArray array -> array.asList().stream().anyMatch(Json::holdsTrue);
            case null, default -> isTrue(mark);
        };
    }

    /** The part of a tree of marks or values that belongs to this member; null when there is none. */
    static @Nullable JsonElement member(@Nullable JsonElement tree, String name) {
        return tree instanceof JsonObject object ? object.get(name) : null;
    }

    /** The part that belongs to this element; null when there is none. */
    static @Nullable JsonElement element(@Nullable JsonElement tree, int index) {
        return tree instanceof JsonArray array && index < array.size() ? array.get(index) : null;
    }
}
