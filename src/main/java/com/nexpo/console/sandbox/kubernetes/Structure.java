package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an object is taken apart into owned fields: which lists have keyed items, which parts are owned as a
 * whole. Follows the {@code x-kubernetes-list-type} and {@code x-kubernetes-map-type} of the API's OpenAPI
 * document, for the fields that occur in the stored kinds.
 */
final class Structure {
    /** List field to the members that identify an item. */
    private static final Map<String, List<String>> KEYED = Map.of("containers", List.of("name"),
            "initContainers", List.of("name"), "env", List.of("name"), "volumes", List.of("name"),
            "volumeMounts", List.of("mountPath"), "ports", List.of("containerPort", "protocol"),
            "imagePullSecrets", List.of("name"), "conditions", List.of("type"),
            "ownerReferences", List.of("uid"));
    private static final Set<String> SETS = Set.of("finalizers");
    private static final Set<String> WHOLE = Set.of("selector", "secretKeyRef", "configMapKeyRef", "fieldRef",
            "nodeSelector", "resourceFieldRef");

    private Structure() {}

    /** What one object has over another. */
    record Difference(FieldSet added, FieldSet modified, FieldSet removed) {
        boolean isEmpty() { return added.isEmpty() && modified.isEmpty() && removed.isEmpty(); }

        FieldSet written() {
            return added.plus(modified);
        }
    }

    static Optional<List<String>> keysOf(String listField) {
        return Optional.ofNullable(KEYED.get(listField));
    }

    static boolean isSet(String listField) {
        return SETS.contains(listField);
    }

    /** The fields that an applied object lays claim to. */
    static FieldSet claimed(JsonObject applied) {
        FieldSet set = new FieldSet();
        claim(List.of(), "", applied, set);
        return set;
    }

    private static void claim(List<String> path, String field, JsonElement value, FieldSet set) {
        if (value.isJsonObject() && !WHOLE.contains(field) && !value.getAsJsonObject().isEmpty()) {
            value.getAsJsonObject().entrySet()
                    .forEach(e -> claim(FieldSet.with(path, "f:" + e.getKey()), e.getKey(), e.getValue(),
                            set));
        } else if (value.isJsonArray() && hasItems(field)) {
            items(field, value).forEach((element, item) -> {
                List<String> itemPath = FieldSet.with(path, element);
                set.add(itemPath);
                if (item.isJsonObject()) {
                    claim(itemPath, "", item, set);
                }
            });
        } else if (!path.isEmpty() && !(value.isJsonArray() && value.getAsJsonArray().isEmpty())) {
            set.add(path);
        }
    }

    static Difference compare(JsonObject before, JsonObject after) {
        Difference difference = new Difference(new FieldSet(), new FieldSet(), new FieldSet());
        compare(List.of(), "", before, after, difference);
        return difference;
    }

    private static void compare(List<String> path, String field, @Nullable JsonElement before,
            @Nullable JsonElement after, Difference out) {
        boolean maps = !WHOLE.contains(field) && isMapOrAbsent(before) && isMapOrAbsent(after)
                && !(size(before) == 0 && size(after) == 0);
        boolean lists = hasItems(field) && isListOrAbsent(before) && isListOrAbsent(after);
        if (!maps && !lists) {
            leaf(path, before, after, out);
            return;
        }
        if (before == null) {
            out.added().add(path);
        } else if (after == null) {
            out.removed().add(path);
        }
        if (maps) {
            Set<String> names = new LinkedHashSet<>();
            names.addAll(names(before));
            names.addAll(names(after));
            names.forEach(name -> compare(FieldSet.with(path, "f:" + name), name, member(before, name),
                    member(after, name), out));
        } else {
            Map<String, JsonElement> was = items(field, before);
            Map<String, JsonElement> is = items(field, after);
            Set<String> elements = new LinkedHashSet<>(was.keySet());
            elements.addAll(is.keySet());
            elements.forEach(
                    e -> compare(FieldSet.with(path, e), "", was.get(e), is.get(e), out));
        }
    }

    private static void leaf(List<String> path, @Nullable JsonElement before, @Nullable JsonElement after,
            Difference out) {
        if (before == null && after != null) {
            out.added().add(path);
        } else if (before != null && after == null) {
            out.removed().add(path);
        } else if (before != null && !before.equals(after)) {
            out.modified().add(path);
        }
    }

    /** The live object with what is applied laid over it. */
    static JsonObject merge(JsonObject live, JsonObject applied) {
        JsonObject merged = live.deepCopy();
        applied.entrySet().forEach(e -> merged.add(e.getKey(), mergeValue(e.getKey(), merged.get(e.getKey()),
                e.getValue())));
        return merged;
    }

    private static JsonElement mergeValue(String field, @Nullable JsonElement live, JsonElement applied) {
        if (live == null || live.isJsonNull()) {
            return applied.deepCopy();
        }
        if (live.isJsonObject() && applied.isJsonObject() && !WHOLE.contains(field)) {
            return merge(live.getAsJsonObject(), applied.getAsJsonObject());
        }
        if (live.isJsonArray() && applied.isJsonArray() && hasItems(field)) {
            Map<String, JsonElement> all = items(field, live);
            items(field, applied)
                    .forEach((key, item) -> all.merge(key, item, (old, now) -> mergeValue("", old, now)));
            JsonArray array = new JsonArray();
            all.values().forEach(array::add);
            return array;
        }
        return applied.deepCopy();
    }

    /** Takes out what is at the path, if anything is. */
    static void remove(JsonObject from, List<String> path) {
        JsonElement current = from;
        String field = "";
        for (int i = 0; i < path.size(); i++) {
            boolean last = i == path.size() - 1;
            String element = path.get(i);
            if (element.startsWith("f:") && current.isJsonObject()) {
                field = element.substring(2);
                JsonElement next = current.getAsJsonObject().get(field);
                if (next == null) {
                    return;
                }
                if (last) {
                    // A map that others filled meanwhile is not ours to take away.
                    boolean filled = next.isJsonObject() && !next.getAsJsonObject().isEmpty();
                    if (!filled || WHOLE.contains(field)) {
                        current.getAsJsonObject().remove(field);
                    }
                    return;
                }
                current = next;
            } else if (current.isJsonArray()) {
                JsonElement item = items(field, current).get(element);
                if (item == null) {
                    return;
                }
                if (last) {
                    current.getAsJsonArray().remove(item);
                    return;
                }
                current = item;
                field = "";
            } else {
                return;
            }
        }
    }

    private static boolean hasItems(String field) {
        return KEYED.containsKey(field) || SETS.contains(field);
    }

    private static Map<String, JsonElement> items(String field, @Nullable JsonElement list) {
        Map<String, JsonElement> items = new LinkedHashMap<>();
        if (list != null && list.isJsonArray()) {
            list.getAsJsonArray().forEach(item -> items.put(elementOf(field, item), item));
        }
        return items;
    }

    private static String elementOf(String field, JsonElement item) {
        if (SETS.contains(field) || !item.isJsonObject()) {
            return "v:" + item;
        }
        JsonObject keys = new JsonObject();
        for (String key : KEYED.getOrDefault(field, List.of())) {
            JsonElement value = item.getAsJsonObject().get(key);
            if (value != null) {
                keys.add(key, value);
            } else if (key.equals("protocol")) {
                keys.addProperty(key, "TCP");
            }
        }
        return "k:" + keys;
    }

    private static boolean isMapOrAbsent(@Nullable JsonElement value) {
        return value == null || value.isJsonObject();
    }

    private static boolean isListOrAbsent(@Nullable JsonElement value) {
        return value == null || value.isJsonArray() || value.isJsonNull();
    }

    private static int size(@Nullable JsonElement map) {
        return map == null ? 0 : map.getAsJsonObject().size();
    }

    private static List<String> names(@Nullable JsonElement map) {
        return map == null ? List.of() : new ArrayList<>(map.getAsJsonObject().keySet());
    }

    private static @Nullable JsonElement member(@Nullable JsonElement map, String name) {
        return map == null ? null : map.getAsJsonObject().get(name);
    }
}
