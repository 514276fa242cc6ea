package com.nexpo.console.profile;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The members of one JSON object, taken out one by one; what is missing, of the wrong kind or left over becomes a
 * problem that names its path.
 */
final class Members {
    private final String path;
    private final JsonObject object;
    private final List<String> problems;
    private final Set<String> known = new LinkedHashSet<>();

    Members(String path, JsonObject object, List<String> problems) {
        this.path = path;
        this.object = object;
        this.problems = problems;
    }

    /** The text of a member that has to be there; empty text, and a problem, when it is not. */
    String required(String name, String whatIsRight) {
        Optional<String> text = optional(name);
        if (text.isEmpty() && !object.has(name)) {
            problem(name, "is missing; " + whatIsRight);
        }
        return text.orElse("");
    }

    Optional<String> optional(String name) {
        known.add(name);
        JsonElement element = object.get(name);
        if (element == null || element.isJsonNull()) {
            return Optional.empty();
        }
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
            problem(name, "wants a text in quotes");
            return Optional.empty();
        }
        return Optional.of(element.getAsString()).filter(s -> !s.isBlank());
    }

    boolean bool(String name, boolean otherwise) {
        known.add(name);
        JsonElement element = object.get(name);
        if (element == null) {
            return otherwise;
        }
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isBoolean()) {
            problem(name, "wants true or false");
            return otherwise;
        }
        return element.getAsBoolean();
    }

    /** A text turned into something else; what the function throws as IllegalArgumentException becomes a problem. */
    <T> Optional<T> parsed(String name, Function<String, T> parse) {
        return optional(name).flatMap(text -> {
            try {
                return Optional.of(parse.apply(text));
            } catch (IllegalArgumentException e) {
                problem(name, String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        });
    }

    /** A member object; an empty one when it is not there. */
    Members object(String name) {
        known.add(name);
        JsonElement element = object.get(name);
        if (element != null && !element.isJsonObject()) {
            problem(name, "wants an object in braces");
        }
        JsonObject inner = element != null && element.isJsonObject()
                ? element.getAsJsonObject()
                : new JsonObject();
        return new Members(pathOf(name), inner, problems);
    }

    List<String> texts(String name, List<String> otherwise) {
        known.add(name);
        JsonElement element = object.get(name);
        if (element == null) {
            return otherwise;
        }
        if (!element.isJsonArray()) {
            problem(name, "wants a list of texts in brackets");
            return otherwise;
        }
        List<String> texts = new ArrayList<>();
        for (JsonElement item : element.getAsJsonArray()) {
            if (item.isJsonPrimitive() && item.getAsJsonPrimitive().isString()) {
                texts.add(item.getAsString());
            } else {
                problem(name, "wants texts only");
            }
        }
        return texts;
    }

    boolean has(String name) {
        return object.has(name);
    }

    Optional<JsonElement> raw(String name) {
        known.add(name);
        return Optional.ofNullable(object.get(name));
    }

    Set<String> names() {
        return object.keySet();
    }

    String pathOf(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    void problem(String name, String sentence) {
        problems.add(pathOf(name) + " " + sentence + ".");
    }

    /** Tells of members that nobody asked for, with the nearest one that somebody does. */
    void refuseUnknown() {
        for (String name : object.keySet()) {
            if (!known.contains(name) && !name.equals("$schema")) {
                String hint = Nearest.of(name, known).map(n -> "; did you mean " + n + "?").orElse("");
                problems.add(pathOf(name) + " is not known here" + hint + (hint.isEmpty() ? "." : ""));
            }
        }
    }
}
