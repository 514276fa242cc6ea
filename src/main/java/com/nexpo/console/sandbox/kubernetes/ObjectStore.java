package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The stored objects, one version counter for all of them, and the last changes for those who watch.
 *
 * <p>Its monitor is the write lock: whoever reads and then writes holds it.
 */
final class ObjectStore {
    private static final int REMEMBERED_CHANGES = 1000;
    private static final long FIRST_VERSION = 200;

    /** Names one object; the namespace is empty for what is not in one. */
    record ObjectKey(Kind kind, String namespace, String name) {}

    /** One change; {@code before} is null for a new object, {@code after} for a deleted one. */
    record Event(long version, ObjectKey key, @Nullable JsonObject before, @Nullable JsonObject after) {}

    private final TreeMap<ObjectKey, JsonObject> objects = new TreeMap<>(
            Comparator.comparing(ObjectKey::kind).thenComparing(ObjectKey::namespace)
                    .thenComparing(ObjectKey::name));
    private final Deque<Event> events = new ArrayDeque<>();
    private long version = FIRST_VERSION;
    private long oldest = FIRST_VERSION;

    synchronized Optional<JsonObject> get(ObjectKey key) {
        return Optional.ofNullable(objects.get(key)).map(JsonObject::deepCopy);
    }

    synchronized long version() {
        return version;
    }

    /** Changes up to this version are forgotten. */
    synchronized long oldest() {
        return oldest;
    }

    /** Forgets all changes up to now, as etcd's compaction does. */
    synchronized void compact() {
        events.clear();
        oldest = version;
    }

    /** All of a kind, in all namespaces when none is given, by namespace and name. */
    synchronized Map<ObjectKey, JsonObject> list(Kind kind, Optional<String> namespace) {
        Map<ObjectKey, JsonObject> found = new TreeMap<>(objects.comparator());
        objects.forEach((key, object) -> {
            if (key.kind() == kind && namespace.filter(n -> !n.equals(key.namespace())).isEmpty()) {
                found.put(key, object.deepCopy());
            }
        });
        return found;
    }

    /** Stores the object under the next version, which is written into it, and returns a copy. */
    synchronized JsonObject put(ObjectKey key, JsonObject object) {
        JsonObject stored = object.deepCopy();
        version++;
        Json.make(stored, "metadata").addProperty("resourceVersion", Long.toString(version));
        remember(new Event(version, key, objects.get(key), stored));
        objects.put(key, stored);
        return stored.deepCopy();
    }

    synchronized void remove(ObjectKey key) {
        JsonObject was = objects.remove(key);
        if (was != null) {
            version++;
            remember(new Event(version, key, was, null));
        }
    }

    private void remember(Event event) {
        events.addLast(event);
        if (events.size() > REMEMBERED_CHANGES) {
            oldest = events.removeFirst().version();
        }
        notifyAll();
    }

    /** The changes of a kind after a version; waits up to {@code millis} for one when there is none. */
    synchronized List<Event> after(long since, Kind kind, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        List<Event> found = since(since, kind);
        long left = millis;
        while (found.isEmpty() && left > 0) {
            wait(left);
            found = since(since, kind);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        return found;
    }

    private List<Event> since(long since, Kind kind) {
        return events.stream().filter(e -> e.version() > since && e.key().kind() == kind).toList();
    }

    synchronized JsonObject save() {
        JsonArray all = new JsonArray();
        objects.values().forEach(object -> all.add(object.deepCopy()));
        return Json.object("version", version, "objects", all);
    }

    synchronized void restore(JsonObject state) {
        objects.clear();
        version = state.get("version").getAsLong();
        for (JsonElement element : state.getAsJsonArray("objects")) {
            JsonObject object = element.getAsJsonObject().deepCopy();
            for (Kind kind : Kind.values()) {
                if (kind.title().equals(Json.text(object, "kind").orElse(""))) {
                    objects.put(new ObjectKey(kind, Json.text(object, "metadata", "namespace").orElse(""),
                            Json.text(object, "metadata", "name").orElse("")), object);
                }
            }
        }
        // Whoever watches from before must start over.
        compact();
        notifyAll();
    }

    List<ObjectKey> keys(Kind kind, String namespace) {
        return new ArrayList<>(list(kind, Optional.of(namespace)).keySet());
    }
}
