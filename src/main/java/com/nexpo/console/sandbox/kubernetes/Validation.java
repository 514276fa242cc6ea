package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.kubernetes.Refusal.Cause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the server refuses with 422 after it could decode an object. */
final class Validation {
    /** Sum of a secret's values, in bytes. */
    private static final int LARGEST_SECRET = 1024 * 1024;
    private static final int LARGEST_ANNOTATIONS = 256 * 1024;
    private static final String SUBDOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String LABEL_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String LABEL_VALUE = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
    private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final String IMMUTABLE = "field is immutable when `immutable` is set";

    private Validation() {}

    /**
     * @param live the object that it replaces; empty for a new one
     * @throws Refusal 422 with all problems at once
     */
    static void check(Kind kind, Optional<JsonObject> live, JsonObject next) {
        List<Cause> problems = new ArrayList<>();
        String name = Json.text(next, "metadata", "name").orElse("");
        if (live.isEmpty()) {
            name(kind, name, problems);
        }
        // The real server validates the metadata of an update four times over, and lists each finding.
        for (int times = live.isEmpty() ? 1 : 4; times > 0; times--) {
            metadata(next, problems);
        }
        switch (kind) {
            case SECRET -> secret(live, next, problems);
            case DEPLOYMENT -> deployment(live, next, problems);
            case NAMESPACE, POD -> {
                // their metadata is all that clients of the emulator write
            }
        }
        if (!problems.isEmpty()) {
            throw Refusal.invalid(kind, name, problems);
        }
    }

    private static void name(Kind kind, String name, List<Cause> problems) {
        if (name.isEmpty()) {
            problems.add(new Cause("FieldValueRequired", "Required value: name or generateName is required",
                    "metadata.name"));
            return;
        }
        int longest = kind == Kind.NAMESPACE ? 63 : 253;
        if (name.length() > longest) {
            problems.add(
                    value(name, "must be no more than %d characters".formatted(longest), "metadata.name"));
        }
        if (kind == Kind.NAMESPACE && !name.matches(LABEL)) {
            problems.add(value(name,
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters"
                            + " or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or"
                            + " '123-abc', regex used for validation is '" + LABEL + "')",
                    "metadata.name"));
        } else if (kind != Kind.NAMESPACE && !name.matches(SUBDOMAIN)) {
            problems.add(value(name, "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                    + " characters, '-' or '.', and must start and end with an alphanumeric character (e.g."
                    + " 'example.com', regex used for validation is '" + SUBDOMAIN + "')", "metadata.name"));
        }
    }

    private static Cause value(String value, String why, String field) {
        return new Cause("FieldValueInvalid", "Invalid value: \"%s\": %s".formatted(value, why), field);
    }

    private static void metadata(JsonObject object, List<Cause> problems) {
        texts(object, "labels").forEach((name, value) -> {
            String last = name.substring(name.lastIndexOf('/') + 1);
            if (!last.matches(LABEL_NAME)) {
                problems.add(value(name,
                        "name part must consist of alphanumeric characters, '-', '_' or '.', and"
                                + " must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or"
                                + " '123-abc', regex used for validation is '" + LABEL_NAME + "')",
                        "metadata.labels"));
            }
            if (!value.matches(LABEL_VALUE)) {
                problems.add(value(value, "a valid label must be an empty string or consist of alphanumeric"
                        + " characters, '-', '_' or '.', and must start and end with an alphanumeric character"
                        + " (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '"
                        + LABEL_VALUE + "')", "metadata.labels"));
            }
        });
        int size = texts(object, "annotations").entrySet().stream()
                .mapToInt(e -> bytes(e.getKey()) + bytes(e.getValue())).sum();
        if (size > LARGEST_ANNOTATIONS) {
            problems.add(new Cause("FieldValueTooLong", "Too long: may not be more than 262144 bytes",
                    "metadata.annotations"));
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Map<String, String> texts(JsonObject object, String field) {
        Map<String, String> texts = new java.util.TreeMap<>();
        Json.objectAt(object, "metadata", field)
                .ifPresent(map -> map.entrySet()
                        .forEach(e -> texts.put(e.getKey(), e.getValue().getAsString())));
        return texts;
    }

    private static void secret(Optional<JsonObject> live, JsonObject next, List<Cause> problems) {
        JsonObject data = Json.objectAt(next, "data").orElseGet(JsonObject::new);
        int size = 0;
        for (Map.Entry<String, JsonElement> entry : data.entrySet()) {
            key(entry.getKey(), problems);
            size += Base64.getDecoder().decode(entry.getValue().getAsString()).length;
        }
        if (size > LARGEST_SECRET) {
            problems.add(
                    new Cause("FieldValueTooLong", "Too long: may not be more than 1048576 bytes", "data"));
        }
        if (Json.text(next, "type").filter("kubernetes.io/tls"::equals).isPresent()) {
            for (String needed : List.of("tls.crt", "tls.key")) {
                if (!data.has(needed)) {
                    problems.add(new Cause("FieldValueRequired", "Required value", "data[" + needed + "]"));
                }
            }
        }
        live.ifPresent(old -> unchangeable(old, next, problems));
    }

    private static void key(String key, List<Cause> problems) {
        String field = "data[" + key + "]";
        if (key.length() > 253) {
            problems.add(value(key, "must be no more than 253 characters", field));
        }
        if (!KEY.matcher(key).matches()) {
            problems.add(value(key,
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
                            + " (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is"
                            + " '[-._a-zA-Z0-9]+')",
                    field));
        }
        if (key.equals(".") || key.equals("..")) {
            problems.add(value(key, "must not be '" + key + "'", field));
        } else if (key.startsWith("..")) {
            problems.add(value(key, "must not start with '..'", field));
        }
    }

    private static void unchangeable(JsonObject old, JsonObject next, List<Cause> problems) {
        if (!Json.text(old, "type").equals(Json.text(next, "type"))) {
            problems.add(value(Json.text(next, "type").orElse(""), "field is immutable", "type"));
        }
        if (Json.text(old, "immutable").filter("true"::equals).isEmpty()) {
            return;
        }
        if (Json.text(next, "immutable").filter("true"::equals).isEmpty()) {
            problems.add(new Cause("FieldValueForbidden", "Forbidden: " + IMMUTABLE, "immutable"));
        }
        if (!Json.at(old, "data").equals(Json.at(next, "data"))) {
            problems.add(new Cause("FieldValueForbidden", "Forbidden: " + IMMUTABLE, "data"));
        }
    }

    private static void deployment(Optional<JsonObject> live, JsonObject next, List<Cause> problems) {
        Optional<JsonElement> selector = Json.at(next, "spec", "selector");
        Optional<JsonElement> labels = Json.at(next, "spec", "template", "metadata", "labels");
        if (selector.isEmpty()) {
            problems.add(new Cause("FieldValueRequired", "Required value", "spec.selector"));
        }
        JsonObject wanted = Json.objectAt(next, "spec", "selector", "matchLabels").orElseGet(JsonObject::new);
        boolean matches = labels.isPresent() && !wanted.isEmpty() && wanted.entrySet().stream()
                .allMatch(e -> e.getValue().equals(labels.get().getAsJsonObject().get(e.getKey())));
        if (!matches) {
            problems.add(new Cause("FieldValueInvalid",
                    "Invalid value: %s: `selector` does not match template `labels`"
                            .formatted(labels.map(JsonElement::toString).orElse("null")),
                    "spec.template.metadata.labels"));
        }
        boolean containers = Json.at(next, "spec", "template", "spec", "containers")
                .filter(c -> c.isJsonArray() && !c.getAsJsonArray().isEmpty()).isPresent();
        if (!containers) {
            problems.add(new Cause("FieldValueRequired", "Required value", "spec.template.spec.containers"));
        }
        boolean moved = live.isPresent() && selector.isPresent()
                && !Json.at(live.get(), "spec", "selector").equals(selector);
        if (moved) {
            problems.clear();
            problems.add(new Cause("FieldValueInvalid",
                    "Invalid value: %s: field is immutable".formatted(selector.get()), "spec.selector"));
        }
    }

    /** 422 as the server answers an apply whose uid is not the object's; it tells the problem twice. */
    static Refusal otherUid(Kind kind, String name, String uid) {
        Cause problem = value(uid, "field is immutable", "metadata.uid");
        return Refusal.invalid(kind, name, List.of(problem, problem));
    }
}
