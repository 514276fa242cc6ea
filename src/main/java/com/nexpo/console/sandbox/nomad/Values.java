package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Conversions between HCL's value types, empty where HCL has none. */
final class Values {
    private static final Pattern STEP = Pattern.compile("([0-9]*\\.?[0-9]+)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Long> UNITS = Map.of("ns", 1L, "us", 1_000L, "µs", 1_000L, "ms",
            1_000_000L,
            "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L);

    private Values() {}

    static Optional<JsonElement> text(JsonElement value) {
        return value.isJsonPrimitive()
                ? Optional.of(new JsonPrimitive(value.getAsString()))
                : Optional.empty();
    }

    /** A whole number becomes one, so that it prints without a fraction. */
    static Optional<JsonElement> number(JsonElement value) {
        if (!value.isJsonPrimitive()) {
            return Optional.empty();
        }
        try {
            BigDecimal number = new BigDecimal(value.getAsString());
            return Optional.of(new JsonPrimitive(isWhole(number) ? number.longValueExact() : number));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean isWhole(BigDecimal number) {
        return number.remainder(BigDecimal.ONE).signum() == 0
                && number.abs().compareTo(new BigDecimal("9e18")) < 0;
    }

    static Optional<JsonElement> truth(JsonElement value) {
        if (!value.isJsonPrimitive()) {
            return Optional.empty();
        }
        String text = value.getAsString();
        return text.equals("true") || text.equals("false")
                ? Optional.of(new JsonPrimitive(text.equals("true")))
                : Optional.empty();
    }

    /** Nanoseconds of a Go duration such as {@code 1m30s}; a bare number is nanoseconds. */
    static Optional<Long> duration(String text) {
        if (text.matches("-?[0-9]+")) {
            return Optional.of(Long.parseLong(text));
        }
        boolean negative = text.startsWith("-");
        String rest = negative ? text.substring(1) : text;
        Matcher step = STEP.matcher(rest);
        long nanos = 0;
        int at = 0;
        while (step.lookingAt()) {
            nanos += new BigDecimal(step.group(1))
                    .multiply(BigDecimal.valueOf(UNITS.getOrDefault(step.group(2), 0L)))
                    .setScale(0, RoundingMode.DOWN).longValue();
            at = step.end();
            step.region(at, rest.length());
        }
        return at == 0 || at < rest.length() ? Optional.empty() : Optional.of(negative ? -nanos : nanos);
    }

    /** As Go prints a duration: {@code 1m0s}, {@code 15s}, {@code 1.5s}. */
    static String goDuration(long nanos) {
        long hours = nanos / UNITS.getOrDefault("h", 1L);
        long minutes = nanos / UNITS.getOrDefault("m", 1L) % 60;
        BigDecimal seconds = BigDecimal.valueOf(nanos % UNITS.getOrDefault("m", 1L), 9).stripTrailingZeros();
        String tail = seconds.toPlainString() + "s";
        if (hours > 0) {
            return hours + "h" + minutes + "m" + tail;
        }
        return minutes > 0 ? minutes + "m" + tail : tail;
    }
}
