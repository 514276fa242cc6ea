package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.nomad.Store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Works evaluations off: starts and stops allocations, begins and ends deployments. */
final class Scheduler {
    private final Store store;
    private final Reconciler reconciler;
    private final Tasks tasks;

    Scheduler(Store store, Reconciler reconciler, Tasks tasks) {
        this.store = store;
        this.reconciler = reconciler;
        this.tasks = tasks;
    }

    void evaluate(String id) {
        Optional<JsonObject> found = store.find(Table.EVALUATIONS, id);
        if (found.isEmpty() || !Json.text(found.get(), "Status").equals("pending")) {
            return;
        }
        JsonObject evaluation = found.get();
        JobKey key = JobKey.of(evaluation);
        Optional<JsonObject> job = store.job(key);
        if (job.isEmpty()) {
            stopAll(evaluation, key);
        } else {
            new Run(evaluation, key, job.get()).work();
        }
    }

    private void stopAll(JsonObject evaluation, JobKey key) {
        Store.Commit commit = store.commit("PlanResult");
        store.of(Table.ALLOCATIONS, key).stream().filter(Reconciler::isWanted)
                .forEach(a -> tasks.stop(commit, a, "alloc not needed due to job update"));
        evaluation.addProperty("Status", "complete");
        commit.save(Table.EVALUATIONS, evaluation);
    }

    /** One evaluation of one job. */
    private final class Run {
        private final JsonObject evaluation;
        private final JobKey key;
        private final JsonObject job;
        private final boolean isService;

        Run(JsonObject evaluation, JobKey key, JsonObject job) {
            this.evaluation = evaluation;
            this.key = key;
            this.job = job;
            this.isService = Json.text(job, "Type").equals("service");
        }

        void work() {
            Optional<JsonObject> latest = store.latestDeployment(key);
            Optional<JsonObject> own = latest.filter(this::isOfThisVersion);
            List<Reconciler.Steps> steps = reconciler.steps(key, job, own);
            Store.Commit commit = store.commit("PlanResult");
            latest.filter(d -> Deployments.isActive(d) && (own.isEmpty() || Json.truth(job, "Stop")))
                    .ifPresent(d -> cancel(commit, d));
            boolean begins = own.isEmpty() && isService && !Json.truth(job, "Stop")
                    && steps.stream().anyMatch(Run::changesSomething);
            Optional<JsonObject> deployment = begins
                    ? Optional.of(newDeployment(steps))
                    : own.filter(Deployments::isActive);
            steps.forEach(s -> carryOut(commit, s, deployment));
            deployment.ifPresent(d -> settle(commit, d, steps));
            status(commit);
            complete(commit, steps, begins ? deployment : own);
        }

        private boolean isOfThisVersion(JsonObject deployment) {
            return Json.number(deployment, "JobVersion") == Json.number(job, "Version")
                    && Json.number(deployment, "JobCreateIndex") == Json.number(job, "CreateIndex");
        }

        private static boolean changesSomething(Reconciler.Steps steps) {
            return !steps.place().isEmpty() || !steps.inPlace().isEmpty() || steps.refused() > 0;
        }

        private void cancel(Store.Commit commit, JsonObject deployment) {
            deployment.addProperty("Status", "cancelled");
            deployment.addProperty("StatusDescription", Json.truth(job, "Stop")
                    ? "Cancelled because job is stopped"
                    : "Cancelled due to newer version of job");
            commit.save(Table.DEPLOYMENTS, deployment);
        }

        private JsonObject newDeployment(List<Reconciler.Steps> steps) {
            JsonObject groups = new JsonObject();
            boolean manual = false;
            for (Reconciler.Steps s : steps) {
                JsonObject update = Json.object(s.group(), "Update").orElseGet(JsonObject::new);
                manual |= s.canaries() > 0 && !Json.truth(update, "AutoPromote");
                groups.add(Json.text(s.group(), "Name"), Json.of("AutoPromote",
                        Json.truth(update, "AutoPromote"),
                        "AutoRevert", Json.truth(update, "AutoRevert"), "DesiredCanaries", s.canaries(),
                        "DesiredTotal", Json.number(s.group(), "Count"), "HealthyAllocs", 0, "PlacedAllocs",
                        0,
                        "PlacedCanaries", null, "ProgressDeadline", Json.number(update, "ProgressDeadline"),
                        "Promoted", false, "RequireProgressBy", null, "UnhealthyAllocs", 0));
            }
            return Json.of("CreateTime", store.time().nanos(), "EvalPriority", 50, "ID", Store.newId(),
                    "IsMultiregion", false, "JobCreateIndex", Json.number(job, "CreateIndex"), "JobID",
                    key.id(),
                    "JobModifyIndex", Json.number(job, "JobModifyIndex"), "JobSpecModifyIndex",
                    Json.number(job, "JobModifyIndex"), "JobVersion", Json.number(job, "Version"),
                    "Namespace",
                    key.namespace(), "Status", "running", "StatusDescription",
                    manual ? "Deployment is running but requires manual promotion" : "Deployment is running",
                    "TaskGroups", groups);
        }

        private void carryOut(Store.Commit commit, Reconciler.Steps steps, Optional<JsonObject> deployment) {
            steps.stop().forEach(a -> tasks.stop(commit, a, "alloc not needed due to job update"));
            String evalId = Json.text(evaluation, "ID");
            List<JsonObject> started = new ArrayList<>();
            for (JsonObject allocation : steps.inPlace()) {
                tasks.updateInPlace(commit, allocation, job, evalId, deployment);
                started.add(allocation);
            }
            for (Reconciler.Placement placement : steps.place()) {
                JsonObject allocation = tasks.place(commit, job, steps.group(), placement, evalId,
                        deployment);
                placement.replaces().ifPresent(old -> {
                    old.addProperty("NextAllocation", Json.text(allocation, "ID"));
                    tasks.stop(commit, old, "alloc is being updated due to job update");
                });
                started.add(allocation);
            }
            deployment.ifPresent(d -> count(d, steps, started));
        }

        private void count(JsonObject deployment, Reconciler.Steps steps, List<JsonObject> started) {
            JsonObject group = Deployments.group(deployment, Json.text(steps.group(), "Name"));
            group.addProperty("PlacedAllocs", Json.number(group, "PlacedAllocs") + started.size());
            JsonArray canaries = Reconciler.canaryIds(started);
            if (!canaries.isEmpty()) {
                group.add("PlacedCanaries", canaries);
            }
            if (!started.isEmpty() && !Json.has(group, "RequireProgressBy")) {
                Deployments.requireProgress(store.time(), deployment, group);
            }
        }

        /** Ends the deployment when everything that it wanted is healthy. */
        private void settle(Store.Commit commit, JsonObject deployment, List<Reconciler.Steps> steps) {
            boolean waits = steps.stream().anyMatch(s -> !s.place().isEmpty() || s.refused() > 0);
            if (!waits && Deployments.isComplete(deployment)) {
                deployment.addProperty("Status", "successful");
                deployment.addProperty("StatusDescription", "Deployment completed successfully");
                job.addProperty("Stable", true);
                commit.save(Table.DEPLOYMENTS, deployment);
                commit.touch(job);
                return;
            }
            commit.save(Table.DEPLOYMENTS, deployment);
        }

        private void status(Store.Commit commit) {
            String status = Json.truth(job, "Stop") ? "dead" : "running";
            if (!Json.text(job, "Status").equals(status)) {
                job.addProperty("Status", status);
                commit.touch(job);
            }
        }

        private void complete(Store.Commit commit, List<Reconciler.Steps> steps,
                Optional<JsonObject> deployment) {
            JsonObject queued = new JsonObject();
            steps.forEach(s -> queued.addProperty(Json.text(s.group(), "Name"), s.refused()));
            deployment.ifPresent(d -> evaluation.add("DeploymentID", d.get("ID")));
            evaluation.add("PlanAnnotations", Reconciler.annotations(steps));
            evaluation.add("QueuedAllocations", queued);
            evaluation.addProperty("SnapshotIndex", commit.index() - 1);
            if (steps.stream().anyMatch(s -> s.refused() > 0)) {
                JsonObject blocked = Reconciler.blocked(evaluation, steps);
                blocked.addProperty("SnapshotIndex", commit.index() - 1);
                commit.save(Table.EVALUATIONS, blocked);
                evaluation.add("FailedTGAllocs", Reconciler.failures(steps));
                evaluation.add("BlockedEval", blocked.get("ID"));
            }
            evaluation.addProperty("Status", "complete");
            store.commit("EvaluationUpdated").save(Table.EVALUATIONS, evaluation);
        }
    }
}
