package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;

/** Values that are known only after the apply. */
final class Unknown {

    /** Stands for such a value inside attributes, in memory and in a saved plan; Terraform's own SDK uses this text. */
    static final JsonPrimitive VALUE = new JsonPrimitive("74D93920-ED26-11E3-AC10-0800200C9A66");

    private Unknown() {}

    static boolean is(JsonElement value) {
        return VALUE.equals(value);
    }

    /** Whether anything inside is unknown. */
    static boolean isIn(JsonElement value) {
        if (value.isJsonObject()) {
            return value.getAsJsonObject().asMap().values().stream().anyMatch(Unknown::isIn);
        }
        if (value.isJsonArray()) {
            return value.getAsJsonArray().asList().stream().anyMatch(Unknown::isIn);
        }
        return is(value);
    }

    /** The value without what is unknown: members left out, elements null. */
    static JsonElement known(JsonElement value) {
        if (value.isJsonObject()) {
            JsonObject known = new JsonObject();
            for (Map.Entry<String, JsonElement> member : value.getAsJsonObject().entrySet()) {
                if (!is(member.getValue())) {
                    known.add(member.getKey(), known(member.getValue()));
                }
            }
            return known;
        }
        if (value.isJsonArray()) {
            JsonArray known = new JsonArray();
            value.getAsJsonArray().forEach(e -> known.add(is(e) ? JsonNull.INSTANCE : known(e)));
            return known;
        }
        return value;
    }

    /** The {@code after_unknown} of {@code show -json}: {@code true} for what is unknown, and the way to it. */
    static JsonElement marks(JsonElement value) {
        if (value.isJsonObject()) {
            JsonObject marks = new JsonObject();
            for (Map.Entry<String, JsonElement> member : value.getAsJsonObject().entrySet()) {
                if (is(member.getValue()) || member.getValue().isJsonObject()
                        || member.getValue().isJsonArray()) {
                    marks.add(member.getKey(), marks(member.getValue()));
                }
            }
            return marks;
        }
        if (value.isJsonArray()) {
            JsonArray marks = new JsonArray();
            value.getAsJsonArray().forEach(e -> marks.add(marks(e)));
            return marks;
        }
        return new JsonPrimitive(is(value));
    }
}
