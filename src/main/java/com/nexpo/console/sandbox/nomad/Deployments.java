package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.nomad.Store.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Watches deployments: health, promotion, failure, rollback. Texts: hashicorp/nomad, nomad/structs. */
final class Deployments {
    private static final Set<String> ACTIVE = Set.of("running", "paused", "pending", "blocked");

    private final Store store;
    private final Evaluations evaluations;

    Deployments(Store store, Evaluations evaluations) {
        this.store = store;
        this.evaluations = evaluations;
    }

    static boolean isActive(JsonObject deployment) {
        return ACTIVE.contains(Json.text(deployment, "Status"));
    }

    static JsonObject group(JsonObject deployment, String name) {
        return deployment.getAsJsonObject("TaskGroups").getAsJsonObject(name);
    }

    private static List<JsonObject> groups(JsonObject deployment) {
        return deployment.getAsJsonObject("TaskGroups").entrySet().stream()
                .map(e -> e.getValue().getAsJsonObject())
                .toList();
    }

    /** True when all that is wanted is healthy and no canary waits. */
    static boolean isComplete(JsonObject deployment) {
        return groups(deployment).stream()
                .allMatch(g -> Json.number(g, "HealthyAllocs") >= Json.number(g, "DesiredTotal")
                        && !waitsForPromotion(g));
    }

    private static boolean waitsForPromotion(JsonObject group) {
        return Json.number(group, "DesiredCanaries") > 0 && !Json.truth(group, "Promoted");
    }

    static void requireProgress(Timeline time, JsonObject deployment, JsonObject group) {
        Instant by = time.after(Json.number(group, "ProgressDeadline"));
        group.addProperty("RequireProgressBy", by.toString());
        time.scheduleAt(by, Timeline.What.PROGRESS_DEADLINE, Json.text(deployment, "ID"));
    }

    /** An allocation reported its health. */
    void health(JsonObject allocation, boolean healthy) {
        JsonObject status = Json.of("Canary", Json.truth(allocation, "_canary"), "Healthy", healthy,
                "ModifyIndex", 0,
                "Timestamp", store.time().now().toString());
        Store.Commit commit = store.commit("AllocationUpdated");
        status.addProperty("ModifyIndex", commit.index());
        allocation.add("DeploymentStatus", status);
        commit.save(Table.ALLOCATIONS, allocation);
        store.find(Table.DEPLOYMENTS, Json.text(allocation, "DeploymentID")).filter(Deployments::isActive)
                .ifPresent(
                        deployment -> count(commit, deployment, Json.text(allocation, "TaskGroup"), healthy));
    }

    private void count(Store.Commit commit, JsonObject deployment, String groupName, boolean healthy) {
        JsonObject group = group(deployment, groupName);
        String counter = healthy ? "HealthyAllocs" : "UnhealthyAllocs";
        group.addProperty(counter, Json.number(group, counter) + 1);
        if (healthy) {
            requireProgress(store.time(), deployment, group);
        }
        commit.save(Table.DEPLOYMENTS, deployment);
        if (!healthy) {
            fail(deployment, "Failed due to unhealthy allocations");
            return;
        }
        boolean canariesHealthy = canariesHealthy(deployment);
        if (canariesHealthy && groups(deployment).stream()
                .anyMatch(g -> waitsForPromotion(g) && Json.truth(g, "AutoPromote"))) {
            markPromoted(deployment, Set.of());
        }
        evaluations.ofDeployment(store.commit("AllocationUpdateDesiredStatus"), deployment);
    }

    private static boolean canariesHealthy(JsonObject deployment) {
        return groups(deployment).stream()
                .allMatch(g -> Json.number(g, "HealthyAllocs") >= Json.number(g, "DesiredCanaries"));
    }

    /** A healthy canary that waits for a human does not run out of time. */
    void progressDeadline(String id) {
        store.find(Table.DEPLOYMENTS, id).filter(d -> Json.text(d, "Status").equals("running"))
                .ifPresent(deployment -> {
                    boolean late = groups(deployment).stream()
                            .filter(g -> Json.has(g, "RequireProgressBy"))
                            .filter(g -> !(waitsForPromotion(g)
                                    && Json.number(g, "HealthyAllocs") >= Json.number(g, "DesiredCanaries")))
                            .anyMatch(g -> !Instant.parse(Json.text(g, "RequireProgressBy"))
                                    .isAfter(store.time().now()));
                    if (late) {
                        fail(deployment, "Failed due to progress deadline");
                    }
                });
    }

    /** What a change of a deployment answers. */
    record Result(long index, Optional<JsonObject> evaluation, Optional<Long> revertedTo) {
        JsonObject json() {
            return Json.of("DeploymentModifyIndex", index, "EvalCreateIndex",
                    evaluation.map(e -> Json.number(e, "CreateIndex")).orElse(0L), "EvalID",
                    evaluation.map(e -> Json.text(e, "ID")).orElse(""), "Index", index, "RevertedJobVersion",
                    revertedTo.orElse(null));
        }
    }

    /** Ends the deployment as failed, and rolls back when its groups say so. */
    Result fail(JsonObject deployment, String why) {
        JobKey key = JobKey.of(deployment);
        boolean reverts = groups(deployment).stream().anyMatch(g -> Json.truth(g, "AutoRevert"));
        Optional<JsonObject> current = store.job(key);
        Optional<JsonObject> stable = store.versions(key).stream().filter(v -> Json.truth(v, "Stable"))
                .filter(v -> Json.number(v, "Version") < Json.number(deployment, "JobVersion")).findFirst();
        Store.Commit commit = store.commit("DeploymentStatusUpdate");
        String description = why;
        Optional<Long> revertedTo = Optional.empty();
        if (reverts && stable.isPresent() && current.isPresent()) {
            long version = Json.number(stable.get(), "Version");
            boolean same = JobDiff.same(current.get(), stable.get());
            description += same
                    ? " - not rolling back to stable job version " + version
                            + " as current job has same specification"
                    : " - rolling back to job version " + version;
            if (!same) {
                rollBack(commit, key, current.get(), stable.get());
                revertedTo = Optional.of(version);
            }
        } else if (reverts) {
            description += " - no stable job version to auto revert to";
        }
        deployment.addProperty("Status", "failed");
        deployment.addProperty("StatusDescription", description);
        commit.save(Table.DEPLOYMENTS, deployment);
        JsonObject evaluation = evaluations.ofDeployment(commit, deployment);
        return new Result(commit.index(), Optional.of(evaluation), revertedTo);
    }

    private void rollBack(Store.Commit commit, JobKey key, JsonObject current, JsonObject stable) {
        JsonObject copy = stable.deepCopy();
        copy.addProperty("Version", Json.number(current, "Version") + 1);
        copy.addProperty("Stable", true);
        copy.addProperty("JobModifyIndex", commit.index());
        copy.addProperty("Status", Json.text(current, "Status"));
        commit.addVersion(key, copy);
    }

    /** A change that the deployment's state does not allow; answered as 500. */
    static final class Refused extends Exception {
        Refused(String message) {
            super(message);
        }
    }

    /** @param groups names, or empty for all; a name that is not there is passed over, as Nomad does */
    Result promote(JsonObject deployment, Set<String> groups) throws Refused {
        requireActive(deployment, "promote");
        for (var entry : deployment.getAsJsonObject("TaskGroups").entrySet()) {
            JsonObject group = entry.getValue().getAsJsonObject();
            boolean meant = groups.isEmpty() || groups.contains(entry.getKey());
            if (meant && waitsForPromotion(group)
                    && Json.number(group, "HealthyAllocs") < Json.number(group, "DesiredCanaries")) {
                throw new Refused("1 error occurred:\n\t* Task group \"%s\" has %d/%d healthy allocations\n\n"
                        .formatted(entry.getKey(), Json.number(group, "HealthyAllocs"),
                                Json.number(group, "DesiredCanaries")));
            }
        }
        return markPromoted(deployment, groups);
    }

    private Result markPromoted(JsonObject deployment, Set<String> groups) {
        Store.Commit commit = store.commit("DeploymentPromotion");
        for (var entry : deployment.getAsJsonObject("TaskGroups").entrySet()) {
            JsonObject group = entry.getValue().getAsJsonObject();
            if ((groups.isEmpty() || groups.contains(entry.getKey())) && waitsForPromotion(group)) {
                group.addProperty("Promoted", true);
                canariesOf(deployment, entry.getKey()).forEach(a -> {
                    a.addProperty("_canary", false);
                    Json.object(a, "DeploymentStatus").ifPresent(s -> s.addProperty("Canary", false));
                    commit.save(Table.ALLOCATIONS, a);
                });
            }
        }
        if (groups(deployment).stream().noneMatch(Deployments::waitsForPromotion)) {
            deployment.addProperty("StatusDescription", "Deployment is running");
        }
        commit.save(Table.DEPLOYMENTS, deployment);
        JsonObject evaluation = evaluations.ofDeployment(commit, deployment);
        return new Result(commit.index(), Optional.of(evaluation), Optional.empty());
    }

    private List<JsonObject> canariesOf(JsonObject deployment, String group) {
        return store.of(Table.ALLOCATIONS, JobKey.of(deployment)).stream()
                .filter(a -> Json.truth(a, "_canary") && Json.text(a, "TaskGroup").equals(group)
                        && Json.text(a, "DeploymentID").equals(Json.text(deployment, "ID")))
                .toList();
    }

    Result failByHand(JsonObject deployment) throws Refused {
        requireActive(deployment, "fail");
        return fail(deployment, "Deployment marked as failed");
    }

    Result pause(JsonObject deployment, boolean pause) throws Refused {
        requireActive(deployment, "pause");
        Store.Commit commit = store.commit("DeploymentStatusUpdate");
        deployment.addProperty("Status", pause ? "paused" : "running");
        boolean waits = groups(deployment).stream().anyMatch(Deployments::waitsForPromotion);
        deployment.addProperty("StatusDescription", pause
                ? "Deployment is paused"
                : waits ? "Deployment is running but requires manual promotion" : "Deployment is running");
        commit.save(Table.DEPLOYMENTS, deployment);
        Optional<JsonObject> evaluation = pause
                ? Optional.empty()
                : Optional.of(evaluations.ofDeployment(commit, deployment));
        return new Result(commit.index(), evaluation, Optional.empty());
    }

    private static void requireActive(JsonObject deployment, String verb) throws Refused {
        if (!isActive(deployment)) {
            throw new Refused("can't " + verb + " terminal deployment");
        }
    }
}
