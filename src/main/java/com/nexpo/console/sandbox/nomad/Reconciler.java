package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what a group should be with what there is, and says what to do next. It changes nothing: a plan is
 * made with it as well as a real evaluation. Rules: hashicorp/nomad, scheduler/reconciler.
 */
final class Reconciler {
    private final Store store;
    private final Node node;

    Reconciler(Store store, Node node) {
        this.store = store;
        this.node = node;
    }

    /**
     * What to do about one group.
     *
     * @param place   instances to start, each perhaps in place of one that stops
     * @param stop    instances that are not needed any more
     * @param inPlace instances that keep running under the new version
     * @param refused how many could not be placed, and why
     * @param refusedReplacements how many of these were to replace an instance, which runs on
     */
    record Steps(JsonObject group, List<Placement> place, List<JsonObject> stop, List<JsonObject> inPlace,
            int ignored, int refused, int refusedReplacements, Optional<Node.Refusal> refusal, int canaries,
            boolean canaryPhase) {
        boolean nothing() {
            return place.isEmpty() && stop.isEmpty() && inPlace.isEmpty() && refused == 0;
        }

        /** The counts as plans and evaluations annotate them. */
        JsonObject desired() {
            long placed = place.stream().filter(p -> !p.canary() && p.replaces().isEmpty()).count();
            long replaced = place.stream().filter(p -> p.replaces().isPresent()).count();
            long canary = place.stream().filter(Placement::canary).count();
            boolean fresh = placed > 0 || refusal.isPresent();
            return Json.of("Canary", canary, "DestructiveUpdate", replaced + refusedReplacements,
                    "Disconnect", 0, "Ignore",
                    ignored,
                    "InPlaceUpdate", inPlace.size(), "Migrate", 0, "Place",
                    placed + (fresh ? refused - refusedReplacements : 0),
                    "Preemptions", 0, "Reconnect", 0, "RescheduleLater", 0, "RescheduleNow", 0, "Stop",
                    stop.size());
        }
    }

    /** One instance to start. */
    record Placement(String name, boolean canary, Optional<JsonObject> replaces) {}

    /** What to do about every group of the job. */
    List<Steps> steps(JobKey key, JsonObject job, Optional<JsonObject> deployment) {
        List<Steps> all = new ArrayList<>();
        List<JsonObject> allocations = store.of(Store.Table.ALLOCATIONS, key).stream()
                .filter(Reconciler::isWanted)
                .toList();
        for (JsonObject group : Json.objects(job, "TaskGroups")) {
            List<JsonObject> own = allocations.stream()
                    .filter(a -> Json.text(a, "TaskGroup").equals(Json.text(group, "Name")))
                    .sorted(Comparator.comparing(a -> Json.text(a, "Name"))).toList();
            all.add(new Group(key, job, group, deployment, own).steps());
        }
        return all;
    }

    static boolean isWanted(JsonObject allocation) {
        return Json.text(allocation, "DesiredStatus").equals("run");
    }

    /** Work on one group. */
    private final class Group {
        private final JsonObject job;
        private final JsonObject group;
        private final JobKey key;
        private final Optional<JsonObject> deployment;
        private final Optional<JsonObject> progress;
        private final long count;
        private final List<JsonObject> current = new ArrayList<>();
        private final List<JsonObject> outdated = new ArrayList<>();
        private final List<JsonObject> inPlace = new ArrayList<>();
        private final List<JsonObject> stop = new ArrayList<>();
        private final List<Placement> place = new ArrayList<>();
        private final Set<Long> held = new HashSet<>();
        private int ignored;
        private int refused;
        private int refusedReplacements;
        private Optional<Node.Refusal> refusal = Optional.empty();

        Group(JobKey key, JsonObject job, JsonObject group, Optional<JsonObject> deployment,
                List<JsonObject> allocations) {
            this.key = key;
            this.job = job;
            this.group = group;
            this.deployment = deployment;
            this.progress = deployment.flatMap(d -> Json.object(d, "TaskGroups"))
                    .flatMap(groups -> Json.object(groups, Json.text(group, "Name")));
            this.count = Json.truth(job, "Stop") ? 0 : Json.number(group, "Count");
            allocations.forEach(this::sort);
            holdPorts();
        }

        private void sort(JsonObject allocation) {
            boolean strayCanary = Json.truth(allocation, "_canary") && !belongsToDeployment(allocation);
            if (count == 0 || strayCanary) {
                stop.add(allocation);
            } else if (Json.number(allocation, "JobVersion") == Json.number(job, "Version")
                    && job.has("Version")) {
                current.add(allocation);
            } else if (isReplaced(allocation)) {
                outdated.add(allocation);
            } else {
                inPlace.add(allocation);
            }
        }

        private boolean belongsToDeployment(JsonObject allocation) {
            return deployment.map(d -> Json.text(d, "ID").equals(Json.text(allocation, "DeploymentID")))
                    .orElse(false);
        }

        private boolean isReplaced(JsonObject allocation) {
            JsonObject before = allocation.getAsJsonObject("Job");
            return Json.text(allocation, "ClientStatus").equals("failed")
                    || UpdateEffects.isDestructive(before, job, Json.text(group, "Name"));
        }

        /** Only the ports of what will keep running are held. */
        private void holdPorts() {
            for (JsonObject other : store.all(Store.Table.ALLOCATIONS)) {
                boolean keeps = isWanted(other) && !stop.contains(other)
                        && !Json.text(other, "ClientStatus").equals("failed");
                if (keeps) {
                    Json.objects(other.getAsJsonObject("Job"), "TaskGroups").stream()
                            .filter(g -> Json.text(g, "Name").equals(Json.text(other, "TaskGroup")))
                            .flatMap(g -> Node.fixedPorts(g).stream())
                            .forEach(port -> held.add(Json.number(port, "Value")));
                }
            }
        }

        Steps steps() {
            long canaries = canariesWanted();
            boolean canaryPhase = canaries > 0 && !outdated.isEmpty() && !promoted();
            if (canaryPhase) {
                long there = current.stream().filter(a -> Json.truth(a, "_canary")).count();
                for (long n = there; n < canaries; n++) {
                    tryPlace(freeName(), true, Optional.empty());
                }
                ignored += outdated.size();
            } else if (count > 0) {
                stopSurplus();
                replaceOutdated();
                placeMissing();
            }
            ignored += current.size();
            return new Steps(group, place, stop, inPlace, ignored, refused, refusedReplacements, refusal,
                    canaryPhase ? (int) canaries : 0, canaryPhase);
        }

        private long canariesWanted() {
            return Json.object(group, "Update").map(u -> Json.number(u, "Canary")).orElse(0L);
        }

        private boolean promoted() {
            return progress.map(p -> Json.truth(p, "Promoted")).orElse(false);
        }

        private void stopSurplus() {
            long surplus = current.size() + inPlace.size() + outdated.size() - count;
            for (List<JsonObject> pool : List.of(outdated, inPlace, current)) {
                while (surplus > 0 && !pool.isEmpty()) {
                    stop.add(pool.removeLast());
                    surplus--;
                }
            }
        }

        private void replaceOutdated() {
            long limit = Math.max(0, parallel() - inFlight());
            for (JsonObject old : outdated) {
                if (limit <= 0) {
                    ignored++;
                    continue;
                }
                Node.fixedPorts(group).forEach(port -> held.remove(Json.number(port, "Value")));
                tryPlace(Json.text(old, "Name"), false, Optional.of(old));
                limit--;
            }
        }

        private long parallel() {
            boolean halted = deployment.map(d -> Json.text(d, "Status"))
                    .map(status -> status.equals("paused") || status.equals("failed")).orElse(false);
            if (halted) {
                return 0;
            }
            long parallel = Json.object(group, "Update").map(u -> Json.number(u, "MaxParallel")).orElse(0L);
            return parallel == 0 ? Integer.MAX_VALUE : parallel;
        }

        private long inFlight() {
            return current.stream().filter(this::belongsToDeployment).filter(a -> !isHealthy(a)).count();
        }

        private void placeMissing() {
            long missing = count - current.size() - inPlace.size() - outdated.size();
            for (long n = 0; n < missing; n++) {
                tryPlace(freeName(), false, Optional.empty());
            }
        }

        private void tryPlace(String name, boolean canary, Optional<JsonObject> replaces) {
            Optional<Node.Refusal> why = node.refusal(job, group, held);
            if (why.isPresent()) {
                refused++;
                refusal = why;
                refusedReplacements += replaces.isPresent() ? 1 : 0;
                return;
            }
            Node.fixedPorts(group).forEach(port -> held.add(Json.number(port, "Value")));
            place.add(new Placement(name, canary, replaces));
        }

        private String freeName() {
            Set<String> taken = new HashSet<>();
            List.of(current, inPlace, outdated)
                    .forEach(list -> list.forEach(a -> taken.add(Json.text(a, "Name"))));
            place.forEach(p -> taken.add(p.name()));
            for (int i = 0;; i++) {
                String name = "%s.%s[%d]".formatted(key.id(), Json.text(group, "Name"), i);
                boolean inUse = taken.contains(name) && !(i >= count);
                if (!inUse) {
                    return name;
                }
            }
        }
    }

    static boolean isHealthy(JsonObject allocation) {
        return Json.object(allocation, "DeploymentStatus").map(s -> Json.truth(s, "Healthy")).orElse(false);
    }

    /** The annotations of all groups, as plans and evaluations carry them. */
    static JsonObject annotations(List<Steps> steps) {
        JsonObject groups = new JsonObject();
        steps.forEach(s -> groups.add(Json.text(s.group(), "Name"), s.desired()));
        return Json.of("DesiredTGUpdates", groups, "PreemptedAllocs", null);
    }

    /** What could not be placed, by group; null when everything could. */
    static JsonElement failures(List<Steps> steps) {
        JsonObject failures = new JsonObject();
        for (Steps s : steps) {
            s.refusal()
                    .ifPresent(why -> failures.add(Json.text(s.group(), "Name"), why.metrics(s.refused())));
        }
        return failures.isEmpty() ? com.google.gson.JsonNull.INSTANCE : failures;
    }

    /** The evaluation that waits until there is room. */
    static JsonObject blocked(JsonObject parent, List<Steps> steps) {
        JsonObject eligibility = new JsonObject();
        steps.stream().flatMap(s -> s.refusal().stream()).forEach(why -> {
            for (Map.Entry<String, JsonElement> entry : why.eligibility().entrySet()) {
                eligibility.add(entry.getKey(), entry.getValue());
            }
        });
        JsonObject blocked = Json.of("ClassEligibility", eligibility, "CreateTime", parent.get("CreateTime"),
                "FailedTGAllocs", failures(steps), "ID", Store.newId(), "JobID", Json.text(parent, "JobID"),
                "ModifyTime", parent.get("CreateTime"), "Namespace", Json.text(parent, "Namespace"),
                "PreviousEval",
                Json.text(parent, "ID"), "Priority", 50, "Status", "blocked", "StatusDescription",
                "created to place remaining allocations", "TriggeredBy", "queued-allocs", "Type",
                Json.text(parent, "Type"));
        if (parent.has("JobModifyIndex")) {
            blocked.add("JobModifyIndex", parent.get("JobModifyIndex"));
        }
        return blocked;
    }

    static JsonArray canaryIds(List<JsonObject> allocations) {
        JsonArray ids = new JsonArray();
        allocations.stream().filter(a -> Json.truth(a, "_canary")).forEach(a -> ids.add(Json.text(a, "ID")));
        return ids;
    }
}
