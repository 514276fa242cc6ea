package com.nexpo.console.system.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.Redactor;
import com.nexpo.console.model.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The differences within one resource, attribute by attribute, masked.
 *
 * <p>Secret is what {@code before_sensitive} or {@code after_sensitive} marks, what is named like a secret, and any
 * other attribute with the text of a marked one: providers copy values into attributes that carry no mark
 * ({@code terraform_data} does, from {@code input} to {@code output}). A secret with a value shows its fingerprint,
 * so that a reviewer sees whether it changes.
 */
final class AttributeDiff {
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_-]+");

    private final Fingerprints key;
    private final Set<String> secretTexts = new HashSet<>();

    AttributeDiff(Fingerprints key) {
        this.key = key;
    }

    /** Remembers the marked texts of a change, for {@link #maskLeaks}. */
    void learnSecrets(JsonObject change) {
        learn(change.get("before"), change.get("before_sensitive"));
        learn(change.get("after"), change.get("after_sensitive"));
    }

    private void learn(@Nullable JsonElement value, @Nullable JsonElement mark) {
        if (value == null || mark == null) {
            return;
        }
        if (Json.isTrue(mark)) {
            texts(value);
        } else if (value instanceof JsonObject object) {
            object.asMap().forEach((name, part) -> learn(part, Json.member(mark, name)));
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                learn(array.get(i), Json.element(mark, i));
            }
        }
    }

    private void texts(JsonElement value) {
        switch (value) {
            case JsonPrimitive primitive when primitive.isString() && primitive.getAsString()
                    .length() >= Redactor.SHORTEST ->
                secretTexts.add(primitive.getAsString());
            case JsonObject object -> object.asMap().values().forEach(this::texts);
            case JsonArray array -> array.forEach(this::texts);
            default -> {
            }
        }
    }

    /** The change with every value hidden that is some marked attribute's. */
    Change maskLeaks(Change change) {
        if (secretTexts.isEmpty()) {
            return change;
        }
        List<FieldChange> fields = change.fields().stream()
                .map(f -> new FieldChange(f.name(), hide(f.before()), hide(f.after()), f.forcesReplace()))
                .toList();
        return new Change(change.target(), change.action(), fields, change.basis(), change.reason());
    }

    private Value hide(Value value) {
        return value instanceof Value.Known(String text) && secretTexts.contains(text)
                ? new Value.Hidden(key.of(text))
                : value;
    }

    /** What differs between {@code before} and {@code after} of a plan's {@code change}. */
    List<FieldChange> of(JsonObject change) {
        Walk walk = new Walk(replacePaths(change), !isPresent(change.get("after")));
        walk.sides("", orNull(change.get("before")), orNull(change.get("after")), change.get("after_unknown"),
                new Marks(change.get("before_sensitive"), change.get("after_sensitive")));
        return walk.fields;
    }

    private static Set<String> replacePaths(JsonObject change) {
        Set<String> paths = new HashSet<>();
        if (change.get("replace_paths") instanceof JsonArray all) {
            for (JsonElement path : all) {
                String text = "";
                for (JsonElement part : path.getAsJsonArray()) {
                    text = part.getAsJsonPrimitive().isNumber()
                            ? text + "[" + part.getAsInt() + "]"
                            : join(text, part.getAsString());
                }
                paths.add(text);
            }
        }
        return paths;
    }

    private static String join(String path, String name) {
        if (!PLAIN_NAME.matcher(name).matches()) {
            return path + "[\"" + name + "\"]";
        }
        return path.isEmpty() ? name : path + "." + name;
    }

    private static JsonElement orNull(@Nullable JsonElement value) {
        return value == null ? JsonNull.INSTANCE : value;
    }

    private static boolean isPresent(@Nullable JsonElement value) {
        return value != null && !value.isJsonNull();
    }

    private record Marks(@Nullable JsonElement before, @Nullable JsonElement after) {
        static final Marks NONE = new Marks(null, null);

        boolean secret() {
            return Json.isTrue(before) || Json.isTrue(after);
        }

        Marks member(String name) {
            return new Marks(Json.member(before, name), Json.member(after, name));
        }

        Marks element(int index) {
            return new Marks(Json.element(before, index), Json.element(after, index));
        }
    }

    /** One walk down both sides at once. */
    private final class Walk {
        final List<FieldChange> fields = new ArrayList<>();
        private final Set<String> replacePaths;
        private final boolean deleting;

        Walk(Set<String> replacePaths, boolean deleting) {
            this.replacePaths = replacePaths;
            this.deleting = deleting;
        }

        void sides(String path, JsonElement before, JsonElement after, @Nullable JsonElement unknown,
                Marks marks) {
            if (marks.secret()) {
                secret(path, before, after, unknown);
            } else if (Json.isTrue(unknown)) {
                add(path, value(before), Value.unknown());
            } else if (isObject(before, after) || (unknown instanceof JsonObject && !scalar(before, after))) {
                members(path, before, after, unknown, marks);
            } else if (isArray(before, after) || (unknown instanceof JsonArray && !scalar(before, after))) {
                elements(path, before, after, unknown, marks);
            } else if (!before.equals(after)) {
                scalars(path, before, after);
            }
        }

        private void members(String path, JsonElement before, JsonElement after,
                @Nullable JsonElement unknown,
                Marks marks) {
            Set<String> names = new TreeSet<>();
            for (JsonElement side : new JsonElement[]{before, after, orNull(unknown)}) {
                if (side instanceof JsonObject object) {
                    names.addAll(object.keySet());
                }
            }
            for (String name : names) {
                String inner = join(path, name);
                JsonElement b = orNull(Json.member(before, name));
                JsonElement a = orNull(Json.member(after, name));
                JsonElement u = Json.member(unknown, name);
                if (isRotatedWriteOnly(name, before, after, unknown)) {
                    add(inner, isPresent(before) ? Value.masked() : Value.absent(), Value.masked());
                } else if (DiagnosticText.isSecretName(name) && !name.endsWith("_wo_version")
                        && !(b.isJsonPrimitive() && b.getAsJsonPrimitive().isBoolean())
                        && !(a.isJsonPrimitive() && a.getAsJsonPrimitive().isBoolean())) {
                    secret(inner, b, a, u);
                } else {
                    sides(inner, b, a, u, marks.member(name));
                }
            }
        }

        /** A write-only attribute is null everywhere; that its version changes is all that tells of a new value. */
        private boolean isRotatedWriteOnly(String name, JsonElement before, JsonElement after,
                @Nullable JsonElement unknown) {
            if (!name.endsWith("_wo") || deleting) {
                return false;
            }
            String version = name + "_version";
            JsonElement now = orNull(Json.member(after, version));
            return Json.isTrue(Json.member(unknown, version))
                    || (isPresent(now) && !now.equals(orNull(Json.member(before, version))));
        }

        private void elements(String path, JsonElement before, JsonElement after,
                @Nullable JsonElement unknown,
                Marks marks) {
            int size = Math.max(Math.max(size(before), size(after)), size(unknown));
            for (int i = 0; i < size; i++) {
                sides(path + "[" + i + "]", orNull(Json.element(before, i)), orNull(Json.element(after, i)),
                        Json.element(unknown, i), marks.element(i));
            }
        }

        private void scalars(String path, JsonElement before, JsonElement after) {
            JsonElement parsedBefore = embedded(before);
            JsonElement parsedAfter = embedded(after);
            boolean readable = (isPresent(parsedBefore) || isPresent(parsedAfter))
                    && (isPresent(parsedBefore) || !isPresent(before))
                    && (isPresent(parsedAfter) || !isPresent(after));
            int known = fields.size();
            if (readable && !parsedBefore.equals(parsedAfter)) {
                sides(path, parsedBefore, parsedAfter, null, Marks.NONE);
            }
            if (fields.size() == known) {
                // Also a text that means the same but is written otherwise, such as a null that is left out.
                whole(path, before, after);
            }
        }

        private void whole(String path, JsonElement before, JsonElement after) {
            boolean mayHoldSecret = DiagnosticText.isSecretName(text(before))
                    || DiagnosticText.isSecretName(text(after));
            boolean structured = isPresent(embedded(before)) || isPresent(embedded(after));
            if (structured && mayHoldSecret) {
                add(path, hidden(before), hidden(after));
            } else {
                add(path, value(before), value(after));
            }
        }

        private void secret(String path, JsonElement before, JsonElement after,
                @Nullable JsonElement unknown) {
            boolean willBeKnown = Json.holdsTrue(unknown);
            if (willBeKnown || !before.equals(after)) {
                add(path, hidden(before), willBeKnown ? Value.unknown() : hidden(after));
            }
        }

        private void add(String path, Value before, Value after) {
            boolean forces = replacePaths.stream().anyMatch(p -> path.equals(p) || path.startsWith(p + ".")
                    || path.startsWith(p + "["));
            fields.add(new FieldChange(path, before, after, forces));
        }

        private Value hidden(JsonElement value) {
            return isPresent(value) ? new Value.Hidden(key.of(text(value))) : Value.absent();
        }

        private static Value value(JsonElement value) {
            return isPresent(value) ? Value.known(Redactor.clean(text(value))) : Value.absent();
        }

        private static String text(JsonElement value) {
            return value.isJsonPrimitive() ? value.getAsString() : value.toString();
        }
    }

    private static int size(@Nullable JsonElement value) {
        return value instanceof JsonArray array ? array.size() : 0;
    }

    private static boolean scalar(JsonElement before, JsonElement after) {
        return before.isJsonPrimitive() || after.isJsonPrimitive();
    }

    private static boolean isObject(JsonElement before, JsonElement after) {
        return (before.isJsonObject() || after.isJsonObject())
                && (before.isJsonObject() || before.isJsonNull())
                && (after.isJsonObject() || after.isJsonNull());
    }

    private static boolean isArray(JsonElement before, JsonElement after) {
        return (before.isJsonArray() || after.isJsonArray()) && (before.isJsonArray() || before.isJsonNull())
                && (after.isJsonArray() || after.isJsonNull());
    }

    /** The object or array that a text holds ({@code filters}, {@code query_json}); null for any other text. */
    private static JsonElement embedded(JsonElement value) {
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            String text = primitive.getAsString().strip();
            if (text.startsWith("{") || text.startsWith("[")) {
                try {
                    JsonElement parsed = JsonParser.parseString(text);
                    return parsed.isJsonPrimitive() ? JsonNull.INSTANCE : parsed;
                } catch (JsonParseException e) {
                    return JsonNull.INSTANCE;
                }
            }
        }
        return JsonNull.INSTANCE;
    }
}
