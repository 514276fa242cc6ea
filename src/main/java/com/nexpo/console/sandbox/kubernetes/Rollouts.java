package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.kubernetes.ObjectStore.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The deployment controller: it moves every rollout a step on when its time has come, one pod at a time, and
 * writes status, conditions and pods as the real one was recorded to. It has no thread: requests and watches
 * drive it.
 */
final class Rollouts {
    private final ObjectStore store;
    private final Writes writes;
    private final Map<String, Progress> running = new ConcurrentHashMap<>();
    private final Set<String> stuck = ConcurrentHashMap.newKeySet();
    private volatile Duration step = Duration.ofMillis(300);

    private enum Phase {
        SEEN, CREATED, OBSERVED, ROLLING
    }

    private record Progress(long generation, Phase phase, int updated, Instant next, Instant begun) {
        Progress to(Phase then, int pods, Instant when) {
            return new Progress(generation, then, pods, when, begun);
        }
    }

    Rollouts(ObjectStore store, Writes writes) {
        this.store = store;
        this.writes = writes;
    }

    /** Time between two visible steps of a rollout. */
    void step(Duration each) {
        step = each;
    }

    /** New pods of this deployment never get ready. */
    void stick(String namespace, String name, boolean now) {
        if (now) {
            stuck.add(namespace + "/" + name);
        } else {
            stuck.remove(namespace + "/" + name);
        }
    }

    /** Does what is due. */
    void advance() {
        synchronized (store) {
            Instant now = Instant.now();
            store.list(Kind.DEPLOYMENT, Optional.empty()).forEach((key, object) -> {
                if (Json.text(object, "metadata", "deletionTimestamp").isPresent()) {
                    dropPods(key);
                    store.remove(key);
                    return;
                }
                advance(key, object, now);
            });
            dropOrphans();
        }
    }

    private void advance(ObjectKey key, JsonObject object, Instant now) {
        String uid = Json.text(object, "metadata", "uid").orElse("");
        long generation = Json.number(object, 1, "metadata", "generation");
        long observed = Json.number(object, 0, "status", "observedGeneration");
        Progress progress = running.get(uid);
        if (progress == null && generation == observed) {
            return;
        }
        if (progress == null || progress.generation() != generation) {
            running.put(uid, new Progress(generation, Phase.SEEN, 0, now.plus(step), now));
            return;
        }
        if (now.isBefore(progress.next())) {
            return;
        }
        Optional<Progress> next = step(key, object, progress, now);
        if (next.isPresent()) {
            running.put(uid, next.get());
        } else {
            running.remove(uid);
        }
    }

    private Optional<Progress> step(ObjectKey key, JsonObject object, Progress progress, Instant now) {
        int wanted = Json.number(object, 1, "spec", "replicas");
        String hash = hash(object);
        if (Json.text(object, "spec", "paused").filter("true"::equals).isPresent()) {
            writes.asController(key, "status", d -> paused(d, sameTemplate(key, hash)));
            return Optional.empty();
        }
        Instant next = now.plus(step);
        return switch (progress.phase()) {
            case SEEN -> {
                boolean template = !sameTemplate(key, hash) || pods(key).isEmpty();
                if (wanted == 0 || !template) {
                    scale(key, hash, wanted);
                    writes.asController(key, "status", d -> complete(d, key, hash, wanted));
                    yield Optional.empty();
                }
                writes.asController(key, "status", d -> created(d, key, hash));
                yield Optional.of(progress.to(Phase.CREATED, 0, next));
            }
            case CREATED -> {
                writes.asController(key, "status", d -> observed(d, wanted, pods(key).size()));
                yield Optional.of(progress.to(Phase.OBSERVED, 0, next));
            }
            case OBSERVED, ROLLING -> roll(key, object, progress, hash, wanted, now);
        };
    }

    /** One new pod beside the old ones, then one old pod less, until all are new. */
    private Optional<Progress> roll(ObjectKey key, JsonObject object, Progress progress, String hash,
            int wanted,
            Instant now) {
        boolean waits = stuck.contains(key.namespace() + "/" + key.name());
        int updated = Math.min(wanted, waits ? 1 : progress.updated() + 1);
        int old = Math.max(0, wanted - updated + (waits ? 1 : 0));
        int oldReady = Math.min(old, (int) pods(key).values().stream().filter(p -> !isOf(p, hash)).count());
        if (!waits) {
            oldReady = trim(key, hash, old, updated);
        }
        int ready = oldReady + (waits ? 0 : updated);
        if (updated == wanted && !waits) {
            writes.asController(key, "status", d -> complete(d, key, hash, wanted));
            return Optional.empty();
        }
        long deadline = Json.number(object, 600, "spec", "progressDeadlineSeconds");
        boolean late = now.isAfter(progress.begun().plusSeconds(deadline));
        int total = oldReady + updated;
        writes.asController(key, "status", d -> {
            JsonObject status = counters(d, total, updated, ready, total - ready);
            condition(status, "Progressing", late ? "False" : "True",
                    late ? "ProgressDeadlineExceeded" : "ReplicaSetUpdated",
                    "ReplicaSet \"%s-%s\" %s.".formatted(key.name(), hash,
                            late ? "has timed out progressing" : "is progressing"));
            available(status, ready >= wanted || (ready > 0 && ready >= wanted - wanted / 4));
        });
        return Optional.of(progress.to(Phase.ROLLING, updated, now.plus(step)));
    }

    private void created(JsonObject deployment, ObjectKey key, String hash) {
        int revision = Json.text(deployment, "metadata", "annotations", "deployment.kubernetes.io/revision")
                .map(Integer::parseInt).orElse(0) + 1;
        Json.make(deployment, "metadata", "annotations").addProperty("deployment.kubernetes.io/revision",
                Integer.toString(revision));
        JsonObject status = Json.make(deployment, "status");
        condition(status, "Progressing", "True", "NewReplicaSetCreated",
                "Created new replica set \"%s-%s\"".formatted(key.name(), hash));
    }

    private void observed(JsonObject deployment, int wanted, int pods) {
        JsonObject status = counters(deployment, pods, 0, pods, Math.max(1, wanted - pods));
        available(status, pods >= wanted);
    }

    private static void paused(JsonObject deployment, boolean upToDate) {
        JsonObject status = Json.make(deployment, "status");
        status.addProperty("observedGeneration", Json.number(deployment, 1, "metadata", "generation"));
        if (!upToDate) {
            status.remove("updatedReplicas");
        }
        condition(status, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused");
    }

    private void complete(JsonObject deployment, ObjectKey key, String hash, int wanted) {
        JsonObject status = counters(deployment, wanted, wanted, wanted, 0);
        available(status, true);
        condition(status, "Progressing", "True", "NewReplicaSetAvailable",
                "ReplicaSet \"%s-%s\" has successfully progressed.".formatted(key.name(), hash));
    }

    /** Counters that are zero are left out, all but the newest of them. */
    private static JsonObject counters(JsonObject deployment, int total, int updated, int ready,
            int unavailable) {
        JsonObject status = Json.make(deployment, "status");
        status.addProperty("observedGeneration", Json.number(deployment, 1, "metadata", "generation"));
        Map.of("replicas", total, "updatedReplicas", updated, "readyReplicas", ready, "availableReplicas",
                ready,
                "unavailableReplicas", unavailable).forEach((name, count) -> {
                    status.remove(name);
                    if (count > 0) {
                        status.addProperty(name, count);
                    }
                });
        status.addProperty("terminatingReplicas", 0);
        return status;
    }

    private static void available(JsonObject status, boolean now) {
        condition(status, "Available", now ? "True" : "False",
                now ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                now
                        ? "Deployment has minimum availability."
                        : "Deployment does not have minimum availability.");
    }

    private static void condition(JsonObject status, String type, String value, String reason,
            String message) {
        JsonArray conditions = Json.at(status, "conditions").map(JsonElement::getAsJsonArray)
                .orElseGet(JsonArray::new);
        status.add("conditions", conditions);
        String now = Writes.now();
        for (JsonElement element : conditions) {
            JsonObject condition = element.getAsJsonObject();
            if (condition.get("type").getAsString().equals(type)) {
                boolean same = condition.get("reason").getAsString().equals(reason);
                boolean flipped = !condition.get("status").getAsString().equals(value);
                if (!same) {
                    condition.addProperty("lastUpdateTime", now);
                }
                if (flipped) {
                    condition.addProperty("lastTransitionTime", now);
                }
                condition.addProperty("status", value);
                condition.addProperty("reason", reason);
                condition.addProperty("message", message);
                return;
            }
        }
        conditions.add(
                Json.object("type", type, "status", value, "lastUpdateTime", now, "lastTransitionTime", now,
                        "reason", reason, "message", message));
    }

    private static String hash(JsonObject deployment) {
        return Integer.toHexString(Json.at(deployment, "spec", "template").map(Object::hashCode).orElse(0));
    }

    private Map<ObjectKey, JsonObject> pods(ObjectKey deployment) {
        Map<ObjectKey, JsonObject> pods = new java.util.TreeMap<>(
                java.util.Comparator.comparing(ObjectKey::name));
        store.list(Kind.POD, Optional.of(deployment.namespace())).forEach((key, pod) -> {
            if (Json.text(pod, "metadata", "annotations", "sandbox/deployment")
                    .filter(deployment.name()::equals)
                    .isPresent()) {
                pods.put(key, pod);
            }
        });
        return pods;
    }

    private static boolean isOf(JsonObject pod, String hash) {
        return Json.text(pod, "metadata", "labels", "pod-template-hash").filter(hash::equals).isPresent();
    }

    private boolean sameTemplate(ObjectKey key, String hash) {
        return pods(key).values().stream().allMatch(pod -> isOf(pod, hash));
    }

    private void scale(ObjectKey key, String hash, int wanted) {
        trim(key, hash, 0, wanted);
    }

    /** Makes it {@code old} pods of former templates and {@code updated} of this one; returns how many old remain. */
    private int trim(ObjectKey key, String hash, int old, int updated) {
        int oldLeft = 0;
        int newLeft = 0;
        for (Map.Entry<ObjectKey, JsonObject> pod : pods(key).entrySet()) {
            boolean current = isOf(pod.getValue(), hash);
            boolean keep = current ? newLeft < updated : oldLeft < old;
            if (!keep) {
                store.remove(pod.getKey());
            } else if (current) {
                newLeft++;
            } else {
                oldLeft++;
            }
        }
        for (int i = newLeft; i < updated; i++) {
            addPod(key, hash);
        }
        return oldLeft;
    }

    private void addPod(ObjectKey key, String hash) {
        JsonObject deployment = store.get(key).orElseThrow();
        String name = "%s-%s-%s".formatted(key.name(), hash, UUID.randomUUID().toString().substring(0, 5));
        JsonObject metadata = Json.object("name", name, "generateName", key.name() + "-" + hash + "-",
                "namespace",
                key.namespace(), "uid", UUID.randomUUID().toString(), "creationTimestamp", Writes.now(),
                "annotations", Json.object("sandbox/deployment", key.name()));
        JsonObject labels = Json.objectAt(deployment, "spec", "template", "metadata", "labels")
                .map(JsonObject::deepCopy).orElseGet(JsonObject::new);
        labels.addProperty("pod-template-hash", hash);
        metadata.add("labels", labels);
        store.put(new ObjectKey(Kind.POD, key.namespace(), name),
                Json.object("kind", "Pod", "apiVersion", "v1", "metadata", metadata, "spec",
                        Json.at(deployment, "spec", "template", "spec").orElseGet(JsonObject::new).deepCopy(),
                        "status", Json.object("phase", "Running", "startTime", Writes.now(), "qosClass",
                                "BestEffort")));
    }

    private void dropPods(ObjectKey deployment) {
        pods(deployment).keySet().forEach(store::remove);
    }

    private void dropOrphans() {
        store.list(Kind.POD, Optional.empty()).forEach((key, pod) -> {
            String owner = Json.text(pod, "metadata", "annotations", "sandbox/deployment").orElse("");
            if (store.get(new ObjectKey(Kind.DEPLOYMENT, key.namespace(), owner)).isEmpty()) {
                store.remove(key);
            }
        });
    }
}
