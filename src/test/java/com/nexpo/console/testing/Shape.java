package com.nexpo.console.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares the shape of two JSON values: the same members with the same kinds of values, whatever the values.
 *
 * <p>Used to hold an emulator's answer against a recorded one.
 */
public final class Shape {
    private final Set<String> opaque;

    /** @param opaque paths such as {@code data.metadata} whose inside is data, not shape: any object will do there */
    public Shape(Set<String> opaque) {
        this.opaque = opaque;
    }

    /** Every difference as {@code path: recorded …, emulator …}; none when the shapes agree. */
    public List<String> differences(JsonElement recorded, JsonElement emulated) {
        List<String> differences = new ArrayList<>();
        compare("", recorded, emulated, differences);
        return differences;
    }

    private void compare(String path, JsonElement recorded, JsonElement emulated, List<String> out) {
        String was = kind(recorded);
        String is = kind(emulated);
        if (!was.equals(is)) {
            out.add("%s: recorded %s, emulator %s".formatted(path.isEmpty() ? "(body)" : path, was, is));
        } else if (recorded.isJsonObject() && !opaque.contains(path)) {
            members(path, recorded.getAsJsonObject(), emulated.getAsJsonObject(), out);
        } else if (recorded.isJsonArray() && !opaque.contains(path)) {
            boolean bothHaveOne = !recorded.getAsJsonArray().isEmpty()
                    && !emulated.getAsJsonArray().isEmpty();
            if (bothHaveOne) {
                compare(path + "[]", recorded.getAsJsonArray().get(0), emulated.getAsJsonArray().get(0), out);
            }
        }
    }

    private void members(String path, JsonObject recorded, JsonObject emulated, List<String> out) {
        for (Map.Entry<String, JsonElement> member : recorded.entrySet()) {
            String inner = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            if (opaque.contains(inner + "?")) {
                continue;
            }
            if (emulated.has(member.getKey())) {
                compare(inner, member.getValue(), emulated.get(member.getKey()), out);
            } else {
                out.add(inner + ": recorded " + kind(member.getValue()) + ", emulator has none");
            }
        }
        for (String name : emulated.keySet()) {
            String inner = path.isEmpty() ? name : path + "." + name;
            if (!recorded.has(name) && !opaque.contains(inner + "?")) {
                out.add(inner + ": not recorded, emulator " + kind(emulated.get(name)));
            }
        }
    }

    private static String kind(JsonElement element) {
        if (element.isJsonNull()) {
            return "null";
        }
        if (element.isJsonObject()) {
            return "object";
        }
        if (element.isJsonArray()) {
            return "array";
        }
        if (element.getAsJsonPrimitive().isBoolean()) {
            return "boolean";
        }
        return element.getAsJsonPrimitive().isNumber() ? "number" : "string";
    }
}
