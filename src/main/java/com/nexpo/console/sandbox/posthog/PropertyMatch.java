package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.StreamSupport;

/**
 * Whether one property filter holds for given properties. Operators as in PostHog's property filters; the
 * {@code semver_*} ones are not there, and an operator that is not there never matches.
 */
final class PropertyMatch {
    private PropertyMatch() {}

    static boolean matches(JsonObject filter, JsonObject properties) {
        String operator = Json.text(filter, "operator").orElse("exact");
        String key = Json.text(filter, "key").orElse("");
        JsonElement wanted = Json.of(filter.get("value"));
        JsonElement actual = properties.get(key);
        if (actual == null) {
            // What is not there is no value: only the absence itself can match.
            return operator.equals("is_not_set");
        }
        return switch (operator) {
            case "is_set" -> true;
            case "is_not_set" -> false;
            case "exact" -> isOneOf(actual, wanted);
            case "is_not" -> !isOneOf(actual, wanted);
            case "icontains" -> lower(actual).contains(lower(wanted));
            case "not_icontains" -> !lower(actual).contains(lower(wanted));
            case "starts_with" -> text(actual).startsWith(text(wanted));
            case "not_starts_with" -> !text(actual).startsWith(text(wanted));
            case "ends_with" -> text(actual).endsWith(text(wanted));
            case "not_ends_with" -> !text(actual).endsWith(text(wanted));
            case "regex" -> pattern(wanted).filter(p -> p.matcher(text(actual)).find()).isPresent();
            case "not_regex" -> pattern(wanted).filter(p -> !p.matcher(text(actual)).find()).isPresent();
            case "gt", "gte", "lt", "lte" -> compares(operator, actual, wanted);
            case "is_date_before", "is_date_after", "is_date_exact" -> dates(operator, actual, wanted);
            default -> false;
        };
    }

    /** Equal as text without regard to case, to the value or to one of a list. */
    private static boolean isOneOf(JsonElement actual, JsonElement wanted) {
        List<JsonElement> any = wanted.isJsonArray()
                ? StreamSupport.stream(wanted.getAsJsonArray().spliterator(), false).toList()
                : List.of(wanted);
        return any.stream().anyMatch(one -> lower(one).equals(lower(actual)));
    }

    private static boolean compares(String operator, JsonElement actual, JsonElement wanted) {
        OptionalDouble a = number(actual);
        OptionalDouble w = number(wanted);
        int order = a.isPresent() && w.isPresent()
                ? Double.compare(a.getAsDouble(), w.getAsDouble())
                : text(actual).compareTo(text(wanted));
        return switch (operator) {
            case "gt" -> order > 0;
            case "gte" -> order >= 0;
            case "lt" -> order < 0;
            default -> order <= 0;
        };
    }

    private static boolean dates(String operator, JsonElement actual, JsonElement wanted) {
        Optional<Instant> a = instant(text(actual));
        Optional<Instant> w = instant(text(wanted));
        if (a.isEmpty() || w.isEmpty()) {
            return false;
        }
        return switch (operator) {
            case "is_date_before" -> a.get().isBefore(w.get());
            case "is_date_after" -> a.get().isAfter(w.get());
            default -> a.get().equals(w.get());
        };
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(text.length() <= 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Pattern> pattern(JsonElement wanted) {
        try {
            return Optional.of(Pattern.compile(text(wanted)));
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }

    private static OptionalDouble number(JsonElement value) {
        try {
            return OptionalDouble.of(Double.parseDouble(text(value)));
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    private static String lower(JsonElement value) {
        return text(value).toLowerCase(Locale.ROOT);
    }

    private static String text(JsonElement value) {
        return value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }
}
