package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.nomad.Store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Registers, plans, stops and reverts jobs. */
final class Jobs {
    private final Store store;
    private final JobForms forms;
    private final JobValidation validation;
    private final Reconciler reconciler;
    private final Evaluations evaluations;
    private final Function<JobKey, Behaviour> drills;

    Jobs(Store store, JobForms forms, JobValidation validation, Reconciler reconciler,
            Evaluations evaluations,
            Function<JobKey, Behaviour> drills) {
        this.store = store;
        this.forms = forms;
        this.validation = validation;
        this.reconciler = reconciler;
        this.evaluations = evaluations;
        this.drills = drills;
    }

    static JobKey key(JsonObject job) {
        return new JobKey(Json.text(job, "Namespace"), Json.text(job, "ID"));
    }

    JsonObject validate(JsonObject sent) {
        JsonObject job = forms.canonical(sent);
        List<String> errors = validation.errors(job);
        JsonArray texts = new JsonArray();
        errors.forEach(texts::add);
        return Json.of("DriverConfigValidated", true, "Error",
                errors.isEmpty() ? "" : JobValidation.several(errors), "ValidationErrors",
                errors.isEmpty() ? null : texts, "Warnings", JobValidation.warnings(job));
    }

    private void refuseInvalid(JsonObject sent) throws ApiError {
        List<String> errors = validation.errors(forms.canonical(sent));
        if (!errors.isEmpty()) {
            throw new ApiError(500, JobValidation.several(errors));
        }
    }

    /** What registering this job would do. */
    JsonObject plan(JsonObject sent, boolean withDiff) throws ApiError {
        refuseInvalid(sent);
        JsonObject job = forms.stored(sent);
        JobKey key = key(job);
        Optional<JsonObject> before = store.job(key);
        boolean changed = before.map(b -> !JobDiff.same(b, job)).orElse(true);
        long version = before.map(b -> Json.number(b, "Version") + (changed ? 1 : 0)).orElse(0L);
        job.addProperty("Version", version);
        job.addProperty("_behaviour", drills.apply(key).name());
        Optional<JsonObject> deployment = changed ? Optional.empty() : store.latestDeployment(key);
        List<Reconciler.Steps> steps = reconciler.steps(key, job, deployment);
        JsonElement diff = JsonNull.INSTANCE;
        if (withDiff) {
            JsonObject difference = JobDiff.of(before, job);
            UpdateEffects.annotate(difference, steps, before.isEmpty());
            diff = difference;
        }
        long index = before.map(b -> Json.number(b, "JobModifyIndex")).orElse(0L);
        return Json.of("Annotations", Reconciler.annotations(steps), "CreatedEvals", blocked(key, steps),
                "Diff",
                diff, "FailedTGAllocs", Reconciler.failures(steps), "Index", index, "JobModifyIndex", index,
                "NextPeriodicLaunch", null, "Warnings", JobValidation.warnings(forms.canonical(sent)));
    }

    private JsonElement blocked(JobKey key, List<Reconciler.Steps> steps) {
        if (steps.stream().noneMatch(s -> s.refused() > 0)) {
            return JsonNull.INSTANCE;
        }
        JsonObject parent = Json.of("CreateTime", store.time().nanos(), "ID", Store.newId(), "JobID",
                key.id(),
                "Namespace", key.namespace(), "Type", "service");
        JsonArray evals = new JsonArray();
        evals.add(Reconciler.blocked(parent, steps));
        return evals;
    }

    /**
     * Registers a job.
     *
     * @param enforced the JobModifyIndex that the job must have; 0 for a job that must not be there
     */
    JsonObject register(JsonObject sent, OptionalLong enforced, Optional<JsonObject> submission)
            throws ApiError {
        refuseInvalid(sent);
        JsonObject job = forms.stored(sent);
        JobKey key = key(job);
        Optional<JsonObject> before = store.job(key);
        enforce(before, enforced);
        String warnings = JobValidation.warnings(forms.canonical(sent));
        if (before.isPresent() && !Json.truth(before.get(), "Stop") && JobDiff.same(before.get(), job)) {
            Store.Commit commit = store.commit("JobRegistered");
            JsonObject evaluation = evaluations.create(commit, key, Json.text(job, "Type"), "job-register",
                    "", 0);
            return registered(commit.index(), evaluation, Json.number(before.get(), "ModifyIndex"), warnings);
        }
        job.addProperty("_behaviour", drills.apply(key).name());
        JsonObject evaluation = newVersion(key, job, before, "job-register", false);
        submission.ifPresent(s -> store.submission(key, Json.number(job, "Version"), submitted(key, job, s)));
        return registered(Json.number(evaluation, "CreateIndex"), evaluation,
                Json.number(job, "JobModifyIndex"),
                warnings);
    }

    private static void enforce(Optional<JsonObject> before, OptionalLong enforced) throws ApiError {
        if (enforced.isEmpty()) {
            return;
        }
        long wanted = enforced.getAsLong();
        long there = before.map(b -> Json.number(b, "JobModifyIndex")).orElse(0L);
        String head = "Enforcing job modify index " + wanted + ": ";
        if (wanted == 0 && before.isPresent()) {
            throw new ApiError(500, head + "job already exists");
        }
        if (wanted != 0 && before.isEmpty()) {
            throw new ApiError(500, head + "job does not exist");
        }
        if (wanted != there) {
            throw new ApiError(500, head + "job exists with conflicting job modify index: " + there);
        }
    }

    /** Saves the job as its newest version and asks for its evaluation. */
    private JsonObject newVersion(JobKey key, JsonObject job, Optional<JsonObject> before, String trigger,
            boolean stable) {
        Store.Commit commit = store.commit("JobRegistered");
        job.addProperty("Version", before.map(b -> Json.number(b, "Version") + 1).orElse(0L));
        job.addProperty("CreateIndex", before.map(b -> Json.number(b, "CreateIndex")).orElse(commit.index()));
        job.addProperty("JobModifyIndex", commit.index());
        job.addProperty("SubmitTime", store.time().nanos());
        job.addProperty("Stable", stable);
        job.addProperty("Status", before.map(b -> Json.text(b, "Status")).filter(s -> !s.equals("dead"))
                .orElse("pending"));
        commit.addVersion(key, job);
        return evaluations.create(commit, key, Json.text(job, "Type"), trigger, "", commit.index());
    }

    private static JsonObject submitted(JobKey key, JsonObject job, JsonObject submission) {
        return Json.of("Format", Json.text(submission, "Format"), "JobID", key.id(), "JobModifyIndex",
                job.get("JobModifyIndex"), "Namespace", key.namespace(), "Source",
                Json.text(submission, "Source"),
                "VariableFlags", submission.get("VariableFlags"), "Variables",
                Json.text(submission, "Variables"),
                "Version", job.get("Version"));
    }

    private static JsonObject registered(long index, JsonObject evaluation, long modifyIndex,
            String warnings) {
        return Json.of("EvalCreateIndex", index, "EvalID", evaluation.get("ID"), "Index", index,
                "JobModifyIndex",
                modifyIndex, "KnownLeader", false, "LastContact", 0, "NextToken", "", "Warnings", warnings);
    }

    JsonObject stop(JobKey key, boolean purge) {
        Optional<JsonObject> before = store.job(key);
        if (before.isEmpty()) {
            return deregistered(0, "", 0);
        }
        String type = Json.text(before.get(), "Type");
        if (purge) {
            Store.Commit commit = store.commit("JobDeregistered");
            commit.purge(key);
            JsonObject evaluation = evaluations.create(commit, key, type, "job-deregister", "",
                    commit.index());
            return deregistered(commit.index(), Json.text(evaluation, "ID"), commit.index());
        }
        JsonObject job = before.get().deepCopy();
        job.addProperty("Stop", true);
        JsonObject evaluation = newVersion(key, job, before, "job-deregister", false);
        long index = Json.number(evaluation, "CreateIndex");
        return deregistered(index, Json.text(evaluation, "ID"), index);
    }

    private static JsonObject deregistered(long index, String evalId, long modifyIndex) {
        return Json.of("EvalCreateIndex", index, "EvalID", evalId, "Index", index, "JobModifyIndex",
                modifyIndex,
                "KnownLeader", false, "LastContact", 0, "NextToken", "", "VolumeEvalID", "",
                "VolumeEvalIndex", 0);
    }

    /** Registers the content of an earlier version again. */
    JsonObject revert(JobKey key, long version, OptionalLong enforced) throws ApiError {
        JsonObject current = store.job(key).orElseThrow(
                () -> new ApiError(500,
                        "job \"%s\" in namespace \"%s\" not found".formatted(key.id(), key.namespace())));
        long now = Json.number(current, "Version");
        if (enforced.isPresent() && enforced.getAsLong() != now) {
            throw new ApiError(500,
                    "Current job has version %d; enforcing version %d".formatted(now, enforced.getAsLong()));
        }
        if (version == now) {
            throw new ApiError(500, "can't revert to current version");
        }
        JsonObject old = store.job(key, version).orElseThrow(() -> new ApiError(500,
                "job \"%s\" in namespace \"%s\" at version %d not found".formatted(key.id(), key.namespace(),
                        version)));
        if (JobDiff.same(current, old)) {
            Store.Commit commit = store.commit("JobRegistered");
            JsonObject evaluation = evaluations.create(commit, key, Json.text(old, "Type"), "job-register",
                    "", 0);
            return registered(commit.index(), evaluation, Json.number(current, "ModifyIndex"), "");
        }
        JsonObject copy = old.deepCopy();
        copy.addProperty("Stop", false);
        JsonObject evaluation = newVersion(key, copy, Optional.of(current), "job-register", false);
        return registered(Json.number(evaluation, "CreateIndex"), evaluation,
                Json.number(copy, "JobModifyIndex"), "");
    }

    JsonObject stable(JobKey key, long version, boolean stable) throws ApiError {
        JsonObject job = store.job(key, version).orElseThrow(() -> new ApiError(500,
                "job \"%s\" in namespace \"%s\" at version %d not found".formatted(key.id(), key.namespace(),
                        version)));
        Store.Commit commit = store.commit("JobStability");
        job.addProperty("Stable", stable);
        commit.touch(job);
        return Json.of("Index", commit.index());
    }

    JsonObject evaluate(JobKey key) throws ApiError {
        JsonObject job = store.job(key).orElseThrow(() -> new ApiError(404, "job not found"));
        Store.Commit commit = store.commit("JobEvaluated");
        JsonObject evaluation = evaluations.create(commit, key, Json.text(job, "Type"), "job-register", "",
                0);
        return registered(commit.index(), evaluation, Json.number(job, "ModifyIndex"), "");
    }

    JsonObject scale(JobKey key, String group, long count) throws ApiError {
        JsonObject before = store.job(key).orElseThrow(() -> new ApiError(404, "job not found"));
        JsonObject job = before.deepCopy();
        JsonObject scaled = Json.objects(job, "TaskGroups").stream()
                .filter(g -> Json.text(g, "Name").equals(group)).findFirst()
                .orElseThrow(() -> new ApiError(400,
                        "task group \"%s\" specified for scaling does not exist in job".formatted(group)));
        scaled.addProperty("Count", count);
        JsonObject evaluation = newVersion(key, job, Optional.of(before), "job-scaling", false);
        JsonObject answer = registered(Json.number(evaluation, "CreateIndex"), evaluation,
                Json.number(job, "JobModifyIndex"), "");
        answer.addProperty("KnownLeader", true);
        return answer;
    }

    /** Versions newest first, with the difference of each to the one before if asked for. */
    JsonObject versions(JobKey key, boolean diffs) throws ApiError {
        List<JsonObject> versions = store.versions(key);
        if (versions.isEmpty()) {
            throw new ApiError(404, "job versions not found", store.index(Table.JOBS));
        }
        List<JsonObject> differences = new ArrayList<>();
        for (int i = 0; diffs && i + 1 < versions.size(); i++) {
            differences.add(JobDiff.of(Optional.of(versions.get(i + 1)), versions.get(i)));
        }
        return Json.of("Diffs", Json.arrayOrNull(differences), "Index",
                Json.number(versions.getFirst(), "ModifyIndex"),
                "KnownLeader", true, "LastContact", 0, "NextToken", "", "Versions",
                Json.array(versions.stream().map(Store::shown).toList()));
    }

    /** Counts of the job's allocations by status, for each group. */
    JsonObject summary(JobKey key, JsonObject job) {
        JsonObject groups = new JsonObject();
        List<JsonObject> allocations = store.of(Table.ALLOCATIONS, key);
        for (JsonObject group : Json.objects(job, "TaskGroups")) {
            String name = Json.text(group, "Name");
            List<JsonObject> own = allocations.stream().filter(a -> Json.text(a, "TaskGroup").equals(name))
                    .toList();
            groups.add(name,
                    Json.of("Complete", count(own, "complete"), "Failed", count(own, "failed"), "Lost", 0,
                            "Queued", queued(key, name), "Running", count(own, "running"), "Starting",
                            count(own, "pending"),
                            "Unknown", 0));
        }
        return Json.of("Children", Json.of("Dead", 0, "Pending", 0, "Running", 0), "CreateIndex",
                job.get("CreateIndex"), "JobID", key.id(), "ModifyIndex", store.index(Table.ALLOCATIONS),
                "Namespace",
                key.namespace(), "Summary", groups);
    }

    private static long count(List<JsonObject> allocations, String status) {
        return allocations.stream().filter(a -> Json.text(a, "ClientStatus").equals(status)).count();
    }

    private long queued(JobKey key, String group) {
        List<JsonObject> evals = store.of(Table.EVALUATIONS, key).stream()
                .filter(e -> Json.has(e, "QueuedAllocations"))
                .toList();
        return evals.isEmpty() ? 0 : Json.number(evals.getLast().getAsJsonObject("QueuedAllocations"), group);
    }
}
