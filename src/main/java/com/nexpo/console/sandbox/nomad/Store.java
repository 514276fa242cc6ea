package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Everything that the emulated servers know. The objects are kept as the JSON that the API answers; members
 * whose name begins with an underscore are ours and are not shown. Guarded by the emulator's lock.
 */
final class Store {
    /** Kinds of objects, with the topic of their events. */
    enum Table {
        JOBS("Job"), EVALUATIONS("Evaluation"), DEPLOYMENTS("Deployment"), ALLOCATIONS("Allocation");

        private final String topic;

        Table(String topic) {
            this.topic = topic;
        }
    }

    /** How many versions of a job are kept. */
    private static final int VERSIONS = 6;

    private final Timeline time;
    private final EventLog events = new EventLog();
    private final Map<Table, Long> lastIndex = new EnumMap<>(Table.class);
    private final Map<JobKey, List<JsonObject>> jobs = new TreeMap<>();
    private final Map<String, JsonObject> submissions = new LinkedHashMap<>();
    private final Map<Table, Map<String, JsonObject>> objects = new EnumMap<>(Table.class);
    private long index = 10;

    Store(Timeline time) {
        this.time = time;
        for (Table table : Table.values()) {
            objects.put(table, new LinkedHashMap<>());
            lastIndex.put(table, 1L);
        }
    }

    long index() {
        return index;
    }

    long index(Table table) {
        return lastIndex.getOrDefault(table, 1L);
    }

    EventLog events() {
        return events;
    }

    Timeline time() {
        return time;
    }

    /** Begins a change; everything saved with it has its index. */
    Commit commit(String eventType) {
        return new Commit(++index, eventType);
    }

    /** Changes that happen at one index. */
    final class Commit {
        private final long at;
        private final String type;

        private Commit(long at, String type) {
            this.at = at;
            this.type = type;
        }

        long index() {
            return at;
        }

        /** Adds or replaces an evaluation, a deployment or an allocation. */
        JsonObject save(Table table, JsonObject object) {
            stamp(object);
            object.addProperty("ModifyTime", time.nanos());
            map(table).put(Json.text(object, "ID"), object);
            lastIndex.put(table, at);
            events.add(at, event(table.topic, Json.text(object, "ID"), object));
            return object;
        }

        /** A new version of a job, or the first one. */
        void addVersion(JobKey key, JsonObject version) {
            List<JsonObject> versions = jobs.computeIfAbsent(key, _ -> new ArrayList<>());
            versions.addFirst(version);
            while (versions.size() > VERSIONS) {
                versions.removeLast();
            }
            touch(version);
        }

        /** Something about a version of a job changed that is no new version: its status, its stability. */
        void touch(JsonObject version) {
            stamp(version);
            lastIndex.put(Table.JOBS, at);
            events.add(at, event(Table.JOBS.topic, Json.text(version, "ID"), version));
        }

        void purge(JobKey key) {
            jobs.remove(key);
            lastIndex.put(Table.JOBS, at);
        }

        private void stamp(JsonObject object) {
            if (!object.has("CreateIndex") || Json.number(object, "CreateIndex") == 0) {
                object.addProperty("CreateIndex", at);
            }
            object.addProperty("ModifyIndex", at);
        }

        private JsonObject event(String topic, String key, JsonObject payload) {
            JsonObject shown = shown(payload);
            shown.remove("Job");
            JsonElement filterKeys = switch (topic) {
                case "Job" -> JsonNull.INSTANCE;
                case "Deployment" -> texts(Json.text(payload, "JobID"));
                default -> texts(Json.text(payload, "JobID"), Json.text(payload, "DeploymentID"));
            };
            return Json.of("FilterKeys", filterKeys, "Index", at, "Key", key, "Namespace",
                    Json.text(payload, "Namespace"), "Payload", Json.of(topic, shown), "Topic", topic, "Type",
                    type);
        }

        private static JsonArray texts(String... texts) {
            JsonArray array = new JsonArray();
            for (String text : texts) {
                array.add(text);
            }
            return array;
        }
    }

    /** A copy without what is only ours. */
    static JsonObject shown(JsonObject object) {
        JsonObject copy = new JsonObject();
        object.entrySet().stream().filter(e -> !e.getKey().startsWith("_"))
                .forEach(e -> copy.add(e.getKey(), e.getValue().deepCopy()));
        return copy;
    }

    static String newId() {
        return UUID.randomUUID().toString();
    }

    private Map<String, JsonObject> map(Table table) {
        return objects.computeIfAbsent(table, _ -> new LinkedHashMap<>());
    }

    Optional<JsonObject> find(Table table, String id) {
        return Optional.ofNullable(map(table).get(id));
    }

    List<JsonObject> all(Table table) {
        return List.copyOf(map(table).values());
    }

    /** The parts that belong to this job, oldest first. */
    List<JsonObject> of(Table table, JobKey key) {
        return map(table).values().stream().filter(part -> JobKey.of(part).equals(key)).toList();
    }

    /** The version of the job that counts now. */
    Optional<JsonObject> job(JobKey key) {
        return Optional.ofNullable(jobs.get(key)).map(List::getFirst);
    }

    Optional<JsonObject> job(JobKey key, long version) {
        return versions(key).stream().filter(job -> Json.number(job, "Version") == version).findFirst();
    }

    /** Newest first; empty when there is no such job. */
    List<JsonObject> versions(JobKey key) {
        return List.copyOf(jobs.getOrDefault(key, List.of()));
    }

    /** Every job's current version, by namespace and id. */
    Map<JobKey, JsonObject> jobs() {
        Map<JobKey, JsonObject> current = new TreeMap<>();
        jobs.forEach((key, versions) -> current.put(key, versions.getFirst()));
        return current;
    }

    /** The deployment of this job that was made last, if it is still known. */
    Optional<JsonObject> latestDeployment(JobKey key) {
        List<JsonObject> all = of(Table.DEPLOYMENTS, key);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    void submission(JobKey key, long version, JsonObject submission) {
        submissions.put(key + "@" + version, submission);
    }

    Optional<JsonObject> submission(JobKey key, long version) {
        return Optional.ofNullable(submissions.get(key + "@" + version));
    }

    JsonObject save() {
        JsonObject state = Json.of("index", index, "agenda", time.save());
        JsonObject last = new JsonObject();
        lastIndex.forEach((table, at) -> last.addProperty(table.name(), at));
        state.add("lastIndex", last);
        JsonArray allJobs = new JsonArray();
        jobs.values().forEach(versions -> allJobs.add(Json.array(versions).deepCopy()));
        state.add("JOBS", allJobs);
        JsonObject sources = new JsonObject();
        submissions.forEach(sources::add);
        state.add("submissions", sources.deepCopy());
        for (Table table : List.of(Table.EVALUATIONS, Table.DEPLOYMENTS, Table.ALLOCATIONS)) {
            state.add(table.name(), Json.array(map(table).values()).deepCopy());
        }
        return state;
    }

    void restore(JsonObject state) {
        index = Json.number(state, "index");
        jobs.clear();
        submissions.clear();
        Json.object(state, "submissions")
                .ifPresent(all -> all.entrySet()
                        .forEach(e -> submissions.put(e.getKey(), e.getValue().getAsJsonObject())));
        for (JsonElement versions : state.getAsJsonArray("JOBS")) {
            List<JsonObject> list = new ArrayList<>();
            versions.getAsJsonArray().forEach(version -> list.add(version.getAsJsonObject()));
            JsonObject current = list.getFirst();
            jobs.put(new JobKey(Json.text(current, "Namespace"), Json.text(current, "ID")), list);
        }
        for (Table table : List.of(Table.EVALUATIONS, Table.DEPLOYMENTS, Table.ALLOCATIONS)) {
            map(table).clear();
            Json.objects(state, table.name()).forEach(o -> map(table).put(Json.text(o, "ID"), o));
        }
        JsonObject last = Json.object(state, "lastIndex").orElseGet(JsonObject::new);
        lastIndex.replaceAll((table, _) -> last.has(table.name()) ? Json.number(last, table.name()) : index);
        time.restore(state);
    }
}
