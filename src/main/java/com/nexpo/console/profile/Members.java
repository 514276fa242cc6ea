package com.nexpo.console.profile;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The members of one JSON object, taken out one by one; what is missing, of the wrong kind or left over becomes a
 * problem that names its path.
 */
final class Members {
    private final String path;
    private final JsonObject object;
    private final Findings findings;
    private final Set<String> known = new LinkedHashSet<>();

    Members(String path, JsonObject object, Findings findings) {
        this.path = path;
        this.object = object;
        this.findings = findings;
    }

    /** The text of a member that has to be there; empty text, and a problem, when it is not. */
    String required(String name, String whatIsRight) {
        return optional(name).orElseGet(() -> missing(name, whatIsRight));
    }

    Optional<String> optional(String name) {
        Optional<String> text = text(name);
        if (text.isPresent() && text.get().isBlank()) {
            problem(name, "is empty; leave it out or give a text");
            return Optional.empty();
        }
        return text;
    }

    /** A text that may be empty. */
    Optional<String> text(String name) {
        know(name);
        JsonElement element = object.get(name);
        if (element == null) {
            return Optional.empty();
        }
        if (!isText(element)) {
            problem(name, "wants a text in quotes");
            return Optional.empty();
        }
        return Optional.of(element.getAsString());
    }

    /** A text of this form. */
    Optional<String> matching(String name, Pattern form, String whatIsRight) {
        return parsed(name, text -> {
            if (!form.matcher(text).matches()) {
                throw new IllegalArgumentException("wants " + whatIsRight);
            }
            return text;
        });
    }

    /** A text of this form that has to be there; empty text, and a problem, when it is not. */
    String requiredMatching(String name, Pattern form, String whatIsRight) {
        return matching(name, form, whatIsRight).orElseGet(() -> missing(name, whatIsRight));
    }

    boolean bool(String name, boolean otherwise) {
        know(name);
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
        know(name);
        JsonElement element = object.get(name);
        if (element != null && !element.isJsonObject()) {
            problem(name, "wants an object in braces");
        }
        JsonObject inner = element != null && element.isJsonObject()
                ? element.getAsJsonObject()
                : new JsonObject();
        return new Members(pathOf(name), inner, findings);
    }

    List<String> texts(String name, List<String> otherwise) {
        know(name);
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
            if (isText(item)) {
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
        know(name);
        return Optional.ofNullable(object.get(name));
    }

    Set<String> names() {
        return object.keySet();
    }

    /** Tells of a member that is not there; one that is there and wrong has been told of. */
    String missing(String name, String whatIsRight) {
        if (!has(name)) {
            problem(name, "is missing; it wants " + whatIsRight);
        }
        return "";
    }

    void problem(String name, String sentence) {
        findings.problem(pathOf(name) + " " + sentence + ".");
    }

    /** Tells of members that nobody asked for, with the nearest one that somebody does. */
    void refuseUnknown() {
        for (String name : object.keySet()) {
            if (!known.contains(name)) {
                String end = Nearest.of(name, known).map(n -> "; did you mean " + n + "?").orElse(".");
                findings.problem(pathOf(name) + " is not known here" + end);
            }
        }
    }

    private void know(String name) {
        known.add(name);
        findings.asked(pathOf(name));
    }

    private String pathOf(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static boolean isText(JsonElement element) {
        return element.isJsonPrimitive() && element.getAsJsonPrimitive().isString();
    }
}
