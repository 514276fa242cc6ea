package com.nexpo.console.blueprint;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;

/**
 * A JSON object with its place in the file. Reading never throws: what is missing or of the wrong type becomes a problem,
 * and a harmless stand-in is returned, so that one reading finds every problem.
 */
final class JsonAt {

    private final String file;
    private final String path;
    private final JsonObject object;
    private final List<Problem> problems;

    JsonAt(String file, String path, JsonObject object, List<Problem> problems) {
        this.file = file;
        this.path = path;
        this.object = object;
        this.problems = problems;
    }

    String path(String name) {
        return path + "." + name;
    }

    void problem(String name, String wrong, String right) {
        problems.add(new Problem(file, name.isEmpty() ? path : path(name), wrong, right));
    }

    void onlyKeys(String... allowed) {
        Set<String> known = Set.of(allowed);
        for (String key : object.keySet()) {
            if (!known.contains(key)) {
                problem(key, "this key is unknown",
                        "the keys here are " + String.join(", ", List.of(allowed)));
            }
        }
    }

    boolean has(String name) {
        return object.has(name);
    }

    Optional<JsonElement> element(String name) {
        return Optional.ofNullable(object.get(name));
    }

    String text(String name) {
        return optionalText(name).orElseGet(() -> {
            if (!object.has(name)) {
                problem(name, "it is missing", "a text is needed");
            }
            return "";
        });
    }

    Optional<String> optionalText(String name) {
        JsonPrimitive value = primitive(name);
        if (value != null && value.isString() && !value.getAsString().isBlank()) {
            return Optional.of(value.getAsString());
        }
        wrongType(name, "a text that is not empty");
        return Optional.empty();
    }

    boolean bool(String name) {
        JsonPrimitive value = primitive(name);
        if (value != null && value.isBoolean()) {
            return value.getAsBoolean();
        }
        wrongType(name, "true or false");
        return false;
    }

    Optional<BigDecimal> number(String name) {
        JsonPrimitive value = primitive(name);
        if (value != null && value.isNumber()) {
            return Optional.of(value.getAsBigDecimal());
        }
        wrongType(name, "a number");
        return Optional.empty();
    }

    /** A whole number from {@code min} to {@code max}. */
    int whole(String name, int min, int max) {
        String right = "a whole number from " + min + " to " + max;
        if (!object.has(name)) {
            problem(name, "it is missing", right + " is needed");
            return min;
        }
        Optional<BigDecimal> number = number(name);
        if (number.isPresent()) {
            BigDecimal n = number.get();
            boolean fits = n.stripTrailingZeros().scale() <= 0 && n.compareTo(BigDecimal.valueOf(min)) >= 0
                    && n.compareTo(BigDecimal.valueOf(max)) <= 0;
            if (fits) {
                return n.intValueExact();
            }
            problem(name, "it is " + n.toPlainString(), right + " is needed");
        }
        return min;
    }

    /** The objects of a list; empty when the list is missing, which is a problem. */
    List<JsonAt> objects(String name) {
        List<JsonAt> found = new ArrayList<>();
        JsonArray array = array(name);
        for (int i = 0; i < array.size(); i++) {
            String at = path(name) + "[" + i + "]";
            if (array.get(i) instanceof JsonObject o) {
                found.add(new JsonAt(file, at, o, problems));
            } else {
                problems.add(new Problem(file, at, "it is not an object", "an object in braces is needed"));
            }
        }
        return found;
    }

    List<String> texts(String name) {
        List<String> found = new ArrayList<>();
        JsonArray array = array(name);
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i) instanceof JsonPrimitive p && p.isString() && !p.getAsString().isBlank()) {
                found.add(p.getAsString());
            } else {
                problem(name + "[" + i + "]", "it is not a text", "a text that is not empty is needed");
            }
        }
        return List.copyOf(found);
    }

    JsonAt object(String name) {
        if (object.get(name) instanceof JsonObject o) {
            return new JsonAt(file, path(name), o, problems);
        }
        problem(name, object.has(name) ? "it is not an object" : "it is missing",
                "an object in braces is needed");
        // What is read from the stand-in is missing too, and need not be said again.
        return new JsonAt(file, path(name), new JsonObject(), new ArrayList<>());
    }

    JsonArray array(String name) {
        if (object.get(name) instanceof JsonArray a) {
            return a;
        }
        problem(name, object.has(name) ? "it is not a list" : "it is missing",
                "a list in brackets is needed");
        return new JsonArray();
    }

    JsonObject json() {
        return object;
    }

    /** Reports every null, and every key of the set, in the JSON below. */
    void refuseInside(String name, Map<String, String> refused) {
        element(name).ifPresent(e -> refuse(path(name), e, refused));
    }

    private void refuse(String at, JsonElement element, Map<String, String> refused) {
        if (element.isJsonNull()) {
            problems.add(new Problem(file, at, "it is null, which PostHog leaves out of its answer",
                    "leave the key out"));
        } else if (element instanceof JsonArray a) {
            for (int i = 0; i < a.size(); i++) {
                refuse(at + "[" + i + "]", a.get(i), refused);
            }
        } else if (element instanceof JsonObject o) {
            o.entrySet().forEach(e -> {
                String why = refused.get(e.getKey());
                if (why != null) {
                    problems.add(new Problem(file, at + "." + e.getKey(), why, "leave the key out"));
                }
                refuse(at + "." + e.getKey(), e.getValue(), refused);
            });
        }
    }

    private @Nullable JsonPrimitive primitive(String name) {
        return object.get(name) instanceof JsonPrimitive p ? p : null;
    }

    private void wrongType(String name, String right) {
        if (object.has(name)) {
            problem(name, "it is " + object.get(name), right + " is needed");
        }
    }
}
