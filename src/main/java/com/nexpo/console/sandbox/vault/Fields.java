package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.internal.LazilyParsedNumber;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the fields of a request as leniently as Vault does: numbers as text, lists as comma text, "30m". */
final class Fields {
    private static final Pattern PART = Pattern.compile("(\\d+)(ms|s|m|h|d)");
    private static final Pattern DURATION = Pattern.compile("(\\d+(ms|s|m|h|d))+");

    private Fields() {}

    static Optional<JsonElement> field(JsonObject body, String name) {
        return Optional.ofNullable(body.get(name)).filter(e -> !e.isJsonNull());
    }

    static String text(JsonObject body, String name, String otherwise) {
        return field(body, name).filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsString)
                .orElse(otherwise);
    }

    static boolean flag(JsonObject body, String name, boolean otherwise) {
        return field(body, name).map(JsonElement::getAsString).map("true"::equals).orElse(otherwise);
    }

    /** A number, or a text that holds one. */
    static long number(JsonObject body, String name, long otherwise) {
        Optional<JsonElement> value = field(body, name);
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            return value.get().getAsLong();
        } catch (NumberFormatException e) {
            throw VaultError.bad("Field validation failed: error converting input for field \"" + name
                    + "\": cannot parse value as 'int'");
        }
    }

    /** A list, or one text with commas. */
    static List<String> list(JsonObject body, String name) {
        Optional<JsonElement> value = field(body, name);
        if (value.isEmpty()) {
            return List.of();
        }
        if (value.get().isJsonArray()) {
            return value.get().getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList();
        }
        return Arrays.stream(value.get().getAsString().split(",")).map(String::strip)
                .filter(item -> !item.isEmpty()).toList();
    }

    /** Seconds: a number, or Go's "1h30m". */
    static long seconds(JsonObject body, String name, long otherwise) {
        Optional<JsonElement> value = field(body, name);
        return value.isEmpty() ? otherwise : seconds(value.get().getAsString());
    }

    static long seconds(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        if (text.chars().allMatch(Character::isDigit)) {
            return Long.parseLong(text);
        }
        if (!DURATION.matcher(text).matches()) {
            throw VaultError.bad("error parsing duration: time: invalid duration \"" + text + "\"");
        }
        long millis = 0;
        for (Matcher part = PART.matcher(text); part.find();) {
            long unit = switch (part.group(2)) {
                case "ms" -> 1;
                case "s" -> 1000;
                case "m" -> 60_000;
                case "h" -> 3_600_000;
                default -> 86_400_000;
            };
            millis += Long.parseLong(part.group(1)) * unit;
        }
        return millis / 1000;
    }

    static JsonArray array(Iterable<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    static List<String> texts(JsonElement array) {
        List<String> texts = new ArrayList<>();
        array.getAsJsonArray().forEach(e -> texts.add(e.getAsString()));
        return texts;
    }

    /** As Go's JSON package leaves it: members sorted, numbers as 64-bit floats. */
    static JsonElement canonical(JsonElement value) {
        if (value.isJsonObject()) {
            Map<String, JsonElement> sorted = new TreeMap<>(value.getAsJsonObject().asMap());
            JsonObject object = new JsonObject();
            sorted.forEach((name, member) -> object.add(name, canonical(member)));
            return object;
        }
        if (value.isJsonArray()) {
            JsonArray array = new JsonArray();
            value.getAsJsonArray().forEach(e -> array.add(canonical(e)));
            return array;
        }
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
            BigDecimal rounded = BigDecimal.valueOf(value.getAsDouble()).stripTrailingZeros();
            return new JsonPrimitive(new LazilyParsedNumber(rounded.toPlainString()));
        }
        return value;
    }

    /** Nanoseconds are what the real server shows; the clock's own precision is what we have. */
    static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.NANOS).toString();
    }

    static JsonElement orNull(Optional<String> text) {
        return text.<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE);
    }
}
