package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The difference of two jobs as {@code plan} and {@code versions?diffs=true} show it. Rules:
 * hashicorp/nomad, nomad/structs/diff.go: jobs, groups and tasks list only what differs; an object inside them
 * that differs lists all its fields.
 */
final class JobDiff {
    private static final Set<String> JOB_IGNORED = Set.of("ID", "CreateIndex", "ModifyIndex",
            "JobModifyIndex",
            "Version", "Stable", "Status", "StatusDescription", "SubmitTime", "NomadTokenID", "VersionTag",
            "DispatchIdempotencyToken");
    private static final Map<String, String> JOB_OBJECTS = Map.of("Constraints", "Constraint", "Affinities",
            "Affinity");
    private static final Map<String, String> GROUP_OBJECTS = ordered("Constraints", "Constraint",
            "RestartPolicy",
            "RestartPolicy", "Migrate", "Migrate", "ReschedulePolicy", "ReschedulePolicy", "EphemeralDisk",
            "EphemeralDisk", "Update", "Update", "Networks", "Network", "Services", "Service");
    private static final Map<String, String> TASK_OBJECTS = ordered("Constraints", "Constraint", "Config",
            "Config",
            "Resources", "Resources", "LogConfig", "LogConfig", "Services", "Service", "Vault", "Vault",
            "Templates",
            "Template", "Identity", "Identity", "Identities", "Identity");
    private static final Map<String, List<String>> FIELDS = Map.of(
            "Network", List.of("Hostname", "Mode"),
            "Dynamic Port", List.of("HostNetwork", "Label", "To"),
            "Static Port", List.of("HostNetwork", "Label", "To", "Value"));
    private static final Map<String, Set<String>> NOT_SHOWN = Map.of("Update", Set.of("Stagger"), "Vault",
            Set.of(),
            "Template", Set.of("Uid", "Gid"));

    private JobDiff() {}

    static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    /** From the old job, if there is one, to the new one. */
    static JsonObject of(Optional<JsonObject> before, JsonObject after) {
        JsonObject old = before.orElseGet(JsonObject::new);
        List<JsonObject> fields = fields(old, after, JOB_IGNORED, false);
        List<JsonObject> objects = objects(old, after, JOB_OBJECTS);
        textSet("Datacenters", old, after).ifPresent(objects::addFirst);
        List<JsonObject> groups = groups(old, after, before.isEmpty());
        boolean edited = !fields.isEmpty() || !objects.isEmpty()
                || groups.stream().anyMatch(g -> !Json.text(g, "Type").equals("None"));
        String type = before.isEmpty() ? "Added" : edited ? "Edited" : "None";
        return Json.of("Fields", Json.arrayOrNull(fields), "ID", Json.text(after, "ID"), "Objects",
                Json.arrayOrNull(objects), "TaskGroups", Json.arrayOrNull(groups), "Type", type);
    }

    /** True when the two have the same specification. */
    static boolean same(JsonObject before, JsonObject after) {
        return Json.text(of(Optional.of(before), after), "Type").equals("None");
    }

    private static List<JsonObject> groups(JsonObject old, JsonObject after, boolean isNew) {
        List<JsonObject> groups = new ArrayList<>();
        for (String name : names(old, after, "TaskGroups")) {
            JsonObject was = named(old, "TaskGroups", name);
            JsonObject is = named(after, "TaskGroups", name);
            List<JsonObject> fields = fields(was, is, Set.of("Name"), false);
            List<JsonObject> objects = objects(was, is, GROUP_OBJECTS);
            List<JsonObject> tasks = tasks(was, is, isNew);
            boolean edited = !fields.isEmpty() || !objects.isEmpty()
                    || tasks.stream().anyMatch(t -> !Json.text(t, "Type").equals("None"));
            groups.add(Json.of("Fields", Json.arrayOrNull(fields), "Name", name, "Objects",
                    Json.arrayOrNull(objects), "Tasks", Json.arrayOrNull(tasks), "Type",
                    type(was, is, edited),
                    "Updates", null));
        }
        return groups;
    }

    private static List<JsonObject> tasks(JsonObject old, JsonObject after, boolean isNew) {
        List<JsonObject> tasks = new ArrayList<>();
        for (String name : names(old, after, "Tasks")) {
            JsonObject was = named(old, "Tasks", name);
            JsonObject is = named(after, "Tasks", name);
            List<JsonObject> fields = fields(was, is, Set.of("Name"), false);
            List<JsonObject> objects = objects(was, is, TASK_OBJECTS);
            boolean edited = !fields.isEmpty() || !objects.isEmpty();
            JsonObject task = Json.of("Annotations", null, "Fields", Json.arrayOrNull(fields), "Name", name,
                    "Objects", Json.arrayOrNull(objects), "Type", type(was, is, edited));
            if (isNew) {
                UpdateEffects.annotate(task, "forces create");
            }
            tasks.add(task);
        }
        return tasks;
    }

    private static String type(JsonObject was, JsonObject is, boolean edited) {
        if (was.isEmpty()) {
            return "Added";
        }
        return is.isEmpty() ? "Deleted" : edited ? "Edited" : "None";
    }

    private static Set<String> names(JsonObject old, JsonObject after, String list) {
        Set<String> names = new TreeSet<>();
        Json.objects(old, list).forEach(o -> names.add(Json.text(o, "Name")));
        Json.objects(after, list).forEach(o -> names.add(Json.text(o, "Name")));
        return names;
    }

    private static JsonObject named(JsonObject parent, String list, String name) {
        return Json.objects(parent, list).stream().filter(o -> Json.text(o, "Name").equals(name)).findFirst()
                .orElseGet(JsonObject::new);
    }

    private static List<JsonObject> objects(JsonObject old, JsonObject after, Map<String, String> kinds) {
        List<JsonObject> all = new ArrayList<>();
        kinds.forEach((member, name) -> {
            if (old.get(member) instanceof JsonArray || after.get(member) instanceof JsonArray) {
                all.addAll(pairs(name, Json.objects(old, member), Json.objects(after, member)));
            } else {
                object(name, Json.object(old, member), Json.object(after, member)).ifPresent(all::add);
            }
        });
        return all;
    }

    /** Lists: what has the same key is compared, the rest was added or deleted. */
    private static List<JsonObject> pairs(String name, List<JsonObject> old, List<JsonObject> after) {
        List<JsonObject> left = new ArrayList<>(old);
        List<JsonObject> all = new ArrayList<>();
        for (JsonObject is : after) {
            Optional<JsonObject> was = left.stream().filter(o -> key(name, o).equals(key(name, is)))
                    .findFirst();
            was.ifPresent(left::remove);
            object(name, was, Optional.of(is)).ifPresent(all::add);
        }
        left.forEach(was -> object(name, Optional.of(was), Optional.empty()).ifPresent(all::add));
        return all;
    }

    private static String key(String name, JsonObject object) {
        return switch (name) {
            case "Service", "Check", "Identity" -> Json.text(object, "Name");
            case "Template" -> Json.text(object, "DestPath");
            case "Network" -> "";
            case "Dynamic Port", "Static Port" -> Json.text(object, "Label");
            default -> object.toString();
        };
    }

    private static Optional<JsonObject> object(String name, Optional<JsonObject> before,
            Optional<JsonObject> now) {
        JsonObject old = before.orElseGet(JsonObject::new);
        JsonObject after = now.orElseGet(JsonObject::new);
        List<JsonObject> inner = innerObjects(name, old, after);
        List<JsonObject> fields = fields(old, after, NOT_SHOWN.getOrDefault(name, Set.of()), true);
        List<String> always = FIELDS.getOrDefault(name, List.of());
        if (!always.isEmpty()) {
            fields = always.stream().map(field -> field(field, number(old, field), number(after, field)))
                    .toList();
        }
        boolean differs = fields.stream().anyMatch(f -> !Json.text(f, "Type").equals("None"))
                || !inner.isEmpty();
        boolean onlyOne = before.isPresent() != now.isPresent();
        if (!differs && !onlyOne) {
            return Optional.empty();
        }
        String type = before.isEmpty() ? "Added" : now.isEmpty() ? "Deleted" : "Edited";
        return Optional.of(Json.of("Fields", Json.arrayOrNull(fields), "Name", name, "Objects",
                Json.arrayOrNull(inner), "Type", type));
    }

    /** Ports are stored without zeros; a difference shows them. */
    private static String number(JsonObject object, String field) {
        boolean numeric = field.equals("To") || field.equals("Value");
        if (object.isEmpty()) {
            return "";
        }
        return numeric && !Json.has(object, field) ? "0" : Json.text(object, field);
    }

    private static List<JsonObject> innerObjects(String name, JsonObject old, JsonObject after) {
        List<JsonObject> inner = new ArrayList<>();
        switch (name) {
            case "Service" -> {
                textSet("Tags", old, after).ifPresent(inner::add);
                inner.addAll(pairs("Check", Json.objects(old, "Checks"), Json.objects(after, "Checks")));
            }
            case "Identity" -> textSet("Audience", old, after).ifPresent(inner::add);
            case "Network" -> {
                inner.addAll(pairs("Dynamic Port", Json.objects(old, "DynamicPorts"),
                        Json.objects(after, "DynamicPorts")));
                inner.addAll(pairs("Static Port", Json.objects(old, "ReservedPorts"),
                        Json.objects(after, "ReservedPorts")));
            }
            case "Resources" -> inner.addAll(pairs("Network", Json.objects(old, "Networks"),
                    Json.objects(after, "Networks")));
            default -> {
                // Nothing inside but fields.
            }
        }
        return inner;
    }

    private static Optional<JsonObject> textSet(String name, JsonObject old, JsonObject after) {
        Set<String> was = new LinkedHashSet<>(Json.texts(old, name));
        Set<String> is = new LinkedHashSet<>(Json.texts(after, name));
        if (was.equals(is)) {
            return Optional.empty();
        }
        Set<String> all = new TreeSet<>(was);
        all.addAll(is);
        List<JsonObject> fields = all.stream()
                .map(text -> field(name, was.contains(text) ? text : "", is.contains(text) ? text : ""))
                .toList();
        boolean added = is.containsAll(was);
        boolean deleted = was.containsAll(is);
        return Optional.of(Json.of("Fields", Json.array(fields), "Name", name, "Objects", null, "Type",
                added ? "Added" : deleted ? "Deleted" : "Edited"));
    }

    /** @param all true to list also what is the same */
    private static List<JsonObject> fields(JsonObject old, JsonObject after, Set<String> ignored,
            boolean all) {
        Map<String, String> was = flat(old, ignored);
        Map<String, String> is = flat(after, ignored);
        Set<String> names = new TreeSet<>(was.keySet());
        names.addAll(is.keySet());
        List<JsonObject> fields = new ArrayList<>();
        for (String name : names) {
            String before = was.getOrDefault(name, "");
            String now = is.getOrDefault(name, "");
            if (all || !before.equals(now)) {
                fields.add(field(name, before, now));
            }
        }
        return fields;
    }

    private static JsonObject field(String name, String before, String now) {
        String type = before.equals(now)
                ? "None"
                : before.isEmpty() ? "Added" : now.isEmpty() ? "Deleted" : "Edited";
        return Json.of("Annotations", null, "Name", name, "New", now, "Old", before, "Type", type);
    }

    /** Plain values by name; maps as {@code Env[NAME]}, the lists of a driver's options as {@code args[0]}. */
    private static Map<String, String> flat(JsonObject object, Set<String> ignored) {
        Map<String, String> flat = new TreeMap<>();
        for (Map.Entry<String, JsonElement> member : object.entrySet()) {
            String name = member.getKey();
            if (ignored.contains(name) || name.startsWith("_")) {
                continue;
            }
            switch (member.getValue()) {
                case JsonPrimitive value -> flat.put(name, value.getAsString());
                case JsonObject map when name.equals("Env") || name.endsWith("Meta") -> map.entrySet()
                        .forEach(e -> flat.put(name + "[" + e.getKey() + "]", plain(e.getValue())));
                case JsonArray list when !list.isEmpty() && list.get(0).isJsonPrimitive()
                        && Character.isLowerCase(name.charAt(0)) -> {
                    for (int i = 0; i < list.size(); i++) {
                        flat.put(name + "[" + i + "]", plain(list.get(i)));
                    }
                }
                default -> {
                    // Objects are compared on their own.
                }
            }
        }
        return flat;
    }

    private static String plain(JsonElement value) {
        return value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }
}
