package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Paths into an object, as {@code fieldsV1} writes them: {@code f:NAME}, {@code k:{KEYS}} for an item of a list
 * that has keys, {@code v:VALUE} for an item of a set.
 */
final class FieldSet {
    private static final Comparator<List<String>> ORDER = (a, b) -> {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    };

    private final TreeSet<List<String>> paths = new TreeSet<>(ORDER);

    static FieldSet of(JsonElement fieldsV1) {
        FieldSet set = new FieldSet();
        if (fieldsV1.isJsonObject()) {
            set.read(List.of(), fieldsV1.getAsJsonObject());
        }
        return set;
    }

    private void read(List<String> path, JsonObject node) {
        for (Map.Entry<String, JsonElement> entry : node.entrySet()) {
            if (entry.getKey().equals(".")) {
                paths.add(path);
                continue;
            }
            JsonObject inner = entry.getValue().getAsJsonObject();
            if (inner.isEmpty()) {
                paths.add(with(path, entry.getKey()));
            } else {
                read(with(path, entry.getKey()), inner);
            }
        }
    }

    static List<String> with(List<String> path, String element) {
        List<String> longer = new ArrayList<>(path);
        longer.add(element);
        return List.copyOf(longer);
    }

    void add(List<String> path) {
        paths.add(path);
    }

    boolean contains(List<String> path) {
        return paths.contains(path);
    }

    boolean isEmpty() { return paths.isEmpty(); }

    List<List<String>> paths() {
        return List.copyOf(paths);
    }

    FieldSet copy() {
        FieldSet copy = new FieldSet();
        copy.paths.addAll(paths);
        return copy;
    }

    FieldSet plus(FieldSet other) {
        FieldSet sum = copy();
        sum.paths.addAll(other.paths);
        return sum;
    }

    FieldSet minus(FieldSet other) {
        FieldSet rest = copy();
        rest.paths.removeAll(other.paths);
        return rest;
    }

    FieldSet common(FieldSet other) {
        FieldSet both = copy();
        both.paths.retainAll(other.paths);
        return both;
    }

    /** True when this path or one below it is in the set. */
    boolean reaches(List<String> path) {
        List<String> next = paths.ceiling(path);
        return next != null && next.size() >= path.size() && next.subList(0, path.size()).equals(path);
    }

    JsonObject toJson() {
        JsonObject root = new JsonObject();
        for (List<String> path : paths) {
            JsonObject node = root;
            for (int i = 0; i < path.size(); i++) {
                // The order puts a path before those below it, so a node with something below is seen in time.
                boolean memberAbove = i > 0 && node.isEmpty() && paths.contains(path.subList(0, i));
                if (memberAbove) {
                    node.add(".", new JsonObject());
                }
                node = Json.make(node, path.get(i));
            }
        }
        return root;
    }

    /** {@code .data.KEY}, {@code .spec.containers[name="x"].image}: as conflict messages write a path. */
    static String display(List<String> path) {
        StringBuilder out = new StringBuilder();
        for (String element : path) {
            if (element.startsWith("f:")) {
                out.append('.').append(element.substring(2));
            } else if (element.startsWith("k:")) {
                JsonObject keys = com.google.gson.JsonParser.parseString(element.substring(2))
                        .getAsJsonObject();
                List<String> parts = new ArrayList<>();
                keys.entrySet().forEach(e -> parts.add(e.getKey() + "=" + e.getValue()));
                out.append('[').append(String.join(",", parts)).append(']');
            } else {
                out.append('[').append(element.substring(2)).append(']');
            }
        }
        return out.toString();
    }
}
