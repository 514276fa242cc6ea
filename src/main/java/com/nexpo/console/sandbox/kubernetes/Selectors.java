package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code labelSelector} and {@code fieldSelector}. */
final class Selectors {
    private static final String NAME = "[A-Za-z0-9./_-]+";
    private static final Pattern EXISTS = Pattern.compile("(!?)\\s*(" + NAME + ")");
    private static final Pattern EQUALS = Pattern.compile("(" + NAME + ")\\s*(==|=|!=)\\s*([A-Za-z0-9._-]*)");
    private static final Pattern AMONG = Pattern.compile("(" + NAME + ")\\s+(in|notin)\\s*\\(([^)]*)\\)");

    private Selectors() {}

    /** @throws Refusal 400 when it cannot be parsed */
    static Predicate<JsonObject> labels(Optional<String> selector) {
        Predicate<JsonObject> all = _ -> true;
        for (String part : split(selector.orElse(""))) {
            all = all.and(label(part.strip()));
        }
        return all;
    }

    private static Predicate<JsonObject> label(String part) {
        Matcher equals = EQUALS.matcher(part);
        if (equals.matches()) {
            boolean wanted = !equals.group(2).equals("!=");
            return o -> wanted == value(o, equals.group(1)).filter(equals.group(3)::equals).isPresent();
        }
        Matcher among = AMONG.matcher(part);
        if (among.matches()) {
            List<String> values = Arrays.stream(among.group(3).split(",", -1)).map(String::strip).toList();
            boolean wanted = among.group(2).equals("in");
            return o -> wanted == value(o, among.group(1)).filter(values::contains).isPresent();
        }
        Matcher exists = EXISTS.matcher(part);
        if (exists.matches()) {
            boolean wanted = exists.group(1).isEmpty();
            return o -> wanted == value(o, exists.group(2)).isPresent();
        }
        String[] words = part.split("\\s+", -1);
        throw Refusal
                .badRequest("unable to parse requirement: found '%s', expected: in, notin, =, ==, !=, gt, lt"
                        .formatted(words.length > 1 ? words[1] : part));
    }

    private static Optional<String> value(JsonObject object, String label) {
        return Json.text(object, "metadata", "labels", label);
    }

    /** @throws Refusal 400 for a field that cannot be selected by */
    static Predicate<JsonObject> fields(Kind kind, Optional<String> selector) {
        Predicate<JsonObject> all = _ -> true;
        for (String part : split(selector.orElse(""))) {
            Matcher equals = EQUALS.matcher(part.strip());
            if (!equals.matches()) {
                throw Refusal
                        .badRequest("invalid selector: '%s'; can't understand '%s'".formatted(part, part));
            }
            String field = equals.group(1);
            boolean known = field.equals("metadata.name") || field.equals("metadata.namespace")
                    || (kind == Kind.SECRET && field.equals("type"))
                    || (kind == Kind.NAMESPACE && field.equals("status.phase"));
            if (!known) {
                throw Refusal.badRequest("field label not supported: " + field);
            }
            boolean wanted = !equals.group(2).equals("!=");
            all = all.and(
                    o -> wanted == Json.text(o, field.split("\\.", -1)).orElse("").equals(equals.group(3)));
        }
        return all;
    }

    /** The name that a field selector asks for alone: RBAC lets a role for that name list it. */
    static Optional<String> onlyName(Optional<String> fieldSelector) {
        return fieldSelector.map(EQUALS::matcher)
                .filter(m -> m.matches() && m.group(1).equals("metadata.name") && !m.group(2).equals("!="))
                .map(m -> m.group(3));
    }

    private static List<String> split(String selector) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < selector.length(); i++) {
            char c = selector.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        if (!part.toString().isBlank()) {
            parts.add(part.toString());
        }
        return parts;
    }
}
