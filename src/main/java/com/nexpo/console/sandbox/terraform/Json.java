package com.nexpo.console.sandbox.terraform;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** JSON the way Terraform writes and compares it. */
final class Json {

    private static final Gson COMPACT = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
    private static final Gson INDENTED = new GsonBuilder().serializeNulls().disableHtmlEscaping()
            .setPrettyPrinting()
            .create();

    private Json() {}

    static String compact(JsonElement value) {
        return COMPACT.toJson(value);
    }

    static String indented(JsonElement value) {
        return INDENTED.toJson(value);
    }

    /** HCL's {@code jsonencode}: keys sorted, numbers without trailing zeros, {@code <>&} escaped. */
    static String encode(JsonElement value) {
        return COMPACT.toJson(sorted(value)).replace("<", "\\u003c").replace(">", "\\u003e").replace("&",
                "\\u0026");
    }

    /** The same value with the keys of all its objects sorted. */
    static JsonElement sorted(JsonElement value) {
        if (value.isJsonObject()) {
            JsonObject sorted = new JsonObject();
            new TreeMap<>(value.getAsJsonObject().asMap()).forEach((k, v) -> sorted.add(k, sorted(v)));
            return sorted;
        }
        if (value.isJsonArray()) {
            JsonArray sorted = new JsonArray();
            value.getAsJsonArray().forEach(e -> sorted.add(sorted(e)));
            return sorted;
        }
        return value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()
                ? plain(value.getAsBigDecimal())
                : value;
    }

    /**
     * What of {@code remote} a configuration that wrote {@code known} can see: keys that it did not write are invisible,
     * elements added to its lists are not. The PostHog provider reads {@code filters}, {@code query_json} and
     * {@code steps_json} so.
     */
    static JsonElement seenThrough(JsonElement known, JsonElement remote) {
        if (known.isJsonObject() && remote.isJsonObject()) {
            JsonObject seen = new JsonObject();
            for (Map.Entry<String, JsonElement> member : known.getAsJsonObject().entrySet()) {
                if (remote.getAsJsonObject().has(member.getKey())) {
                    seen.add(member.getKey(),
                            seenThrough(member.getValue(), remote.getAsJsonObject().get(member.getKey())));
                }
            }
            return seen;
        }
        if (known.isJsonArray() && remote.isJsonArray()) {
            JsonArray seen = new JsonArray();
            for (int i = 0; i < remote.getAsJsonArray().size(); i++) {
                JsonElement element = remote.getAsJsonArray().get(i);
                seen.add(i < known.getAsJsonArray().size()
                        ? seenThrough(known.getAsJsonArray().get(i), element)
                        : element);
            }
            return seen;
        }
        return remote;
    }

    /** A member; JSON's null when it is not there. */
    static JsonElement get(JsonObject object, String name) {
        return object.has(name) ? object.get(name) : JsonNull.INSTANCE;
    }

    /** A member's text, if it is there and not null. */
    static Optional<String> text(JsonObject object, String name) {
        return get(object, name).isJsonNull()
                ? Optional.empty()
                : Optional.of(object.get(name).getAsString());
    }

    /** Texts as a set: sorted. */
    static JsonArray setOf(Collection<String> values) {
        JsonArray array = new JsonArray();
        values.stream().sorted().forEach(array::add);
        return array;
    }

    /** An array as a set: numbers by size, texts by alphabet. */
    static JsonArray asSet(JsonArray values) {
        List<JsonElement> elements = new ArrayList<>(values.asList());
        elements.sort(
                Comparator.comparing((JsonElement e) -> e.getAsJsonPrimitive().isNumber() && !Unknown.is(e)
                        ? e.getAsBigDecimal()
                        : BigDecimal.ZERO).thenComparing(JsonElement::getAsString));
        JsonArray sorted = new JsonArray();
        elements.forEach(sorted::add);
        return sorted;
    }

    private static JsonPrimitive plain(BigDecimal number) {
        BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        return new JsonPrimitive(plain.scale() < 0 ? plain.setScale(0) : plain);
    }
}
