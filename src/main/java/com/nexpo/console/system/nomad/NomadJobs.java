package com.nexpo.console.system.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.model.Target;
import com.nexpo.console.system.RemoteCall.Repeat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Nomad jobs that carry PostHog's configuration. A job that runs keeps its image, count and resources; only the
 * template, the vault block and a mark in its meta are ours.
 */
public final class NomadJobs {
    private final NomadApi api;

    public NomadJobs(NomadApi api) {
        this.api = api;
    }

    /**
     * What a job should be.
     *
     * @param hcl           the blueprint's job file
     * @param variables     that the job file is parsed with
     * @param configVersion stands for the configuration that the job gets: when it changes, so does the job, and
     *                      Nomad rolls it out with its health checks
     * @param registerNew   register the blueprint's job when none runs
     */
    public record Wanted(String jobId, String hcl, Map<String, String> variables, String configVersion,
            boolean registerNew) {
        public Wanted {
            variables = Map.copyOf(variables);
        }
    }

    /**
     * What would be done.
     *
     * @param job      exactly what will be registered
     * @param warnings Nomad's own, empty when there are none
     * @param unplaceable group to reason, for what no node can take
     */
    public record JobPlan(Change change, JsonObject job, String configVersion, String warnings,
            Map<String, String> unplaceable) {
        @Override
        public String toString() {
            return "JobPlan[" + change.id() + "]";
        }
    }

    /** How a registration ended; with the evaluation to follow when it was done. */
    public record Applied(Outcome outcome, Optional<String> evaluationId) {}

    /** The job of a job file, as Nomad parses it, in our region and namespace. */
    public JsonObject parse(String hcl, Map<String, String> variables)
            throws FailureException, InterruptedException {
        JsonObject body = new JsonObject();
        body.addProperty("JobHCL", hcl);
        body.addProperty("Variables", variables.entrySet().stream()
                .map(e -> e.getKey() + " = " + hclText(e.getValue()) + "\n").sorted()
                .collect(Collectors.joining()));
        body.addProperty("Canonicalize", false);
        JsonObject job = api.send("parsing the job file", Repeat.SAFE, "POST", "/v1/jobs/parse", body)
                .object();
        place(job);
        return job;
    }

    /** A quoted HCL string, in which a dollar or per cent sign before a brace would start a template. */
    private static String hclText(String value) {
        return new JsonPrimitive(value).toString().replace("${", "$${").replace("%{", "%%{");
    }

    /** URL and body name the same place: were they to differ, Nomad would follow the URL. */
    private void place(JsonObject job) {
        job.addProperty("Namespace", api.namespace());
        job.addProperty("Region", api.region());
    }

    /** The job as it is registered now. */
    public Optional<JsonObject> read(String jobId) throws FailureException, InterruptedException {
        return api.find("reading job " + jobId, path(jobId));
    }

    static String path(String jobId) {
        return "/v1/job/" + NomadApi.encode(jobId);
    }

    /** Plans the change that makes the job what is wanted. */
    public JobPlan plan(Wanted wanted) throws FailureException, InterruptedException {
        Optional<JsonObject> running = read(wanted.jobId());
        JsonObject blueprint = parse(wanted.hcl(), wanted.variables());
        boolean stopped = running.map(job -> Members.truth(job, "Stop")).orElse(false);
        if (running.isEmpty() && !wanted.registerNew()) {
            return nothing(wanted, blueprint, Basis.notThere(),
                    "no job %s runs in namespace %s, and this profile registers none"
                            .formatted(wanted.jobId(), api.namespace()));
        }
        if (stopped) {
            return nothing(wanted, blueprint, basis(running.get()),
                    "job %s is stopped; whoever runs it starts it".formatted(wanted.jobId()));
        }
        JobMerge.Merged job = running.isEmpty()
                ? new JobMerge.Merged(marked(blueprint, wanted), List.of())
                : JobMerge.merge(running.get(), blueprint, wanted.configVersion());
        place(job.job());
        return ask(wanted, running, job);
    }

    private static JsonObject marked(JsonObject blueprint, Wanted wanted) {
        JobMerge.mark(blueprint, wanted.configVersion());
        return blueprint;
    }

    private JobPlan ask(Wanted wanted, Optional<JsonObject> running, JobMerge.Merged merged)
            throws FailureException, InterruptedException {
        JsonObject job = merged.job();
        JsonObject body = new JsonObject();
        body.add("Job", job);
        body.addProperty("Diff", true);
        JsonObject plan = api
                .send("planning job " + wanted.jobId(), Repeat.SAFE, "POST", path(wanted.jobId()) + "/plan",
                        body)
                .object();
        JsonObject diff = Members.object(plan, "Diff").orElseGet(JsonObject::new);
        // The number that EnforceIndex compares; the one in a register answer is another.
        long index = Members.number(plan, "JobModifyIndex");
        Action action = running.isEmpty()
                ? Action.CREATE
                : Members.text(diff, "Type").equals("None") ? Action.NONE : Action.UPDATE;
        Basis basis = index == 0 ? Basis.notThere() : Basis.at("JobModifyIndex", Long.toString(index));
        List<FieldChange> fields = new ArrayList<>(JobDifference.fields(diff));
        if (action == Action.UPDATE) {
            fields.addAll(merged.kept());
        }
        Change change = new Change(target(wanted), action, fields, basis,
                reason(action, wanted));
        return new JobPlan(change, job, wanted.configVersion(), Members.text(plan, "Warnings"),
                Unplaced.reasons(plan));
    }

    private String reason(Action action, Wanted wanted) {
        return switch (action) {
            case CREATE -> "the blueprint's job, because none runs";
            case NONE -> "it already reads configuration " + wanted.configVersion();
            default ->
                "template, vault block and meta are PostHog's; image, count and resources stay as they run";
        };
    }

    private Target target(Wanted wanted) {
        return new Target(SystemId.NOMAD, "job", api.namespace() + "/" + wanted.jobId());
    }

    private JobPlan nothing(Wanted wanted, JsonObject job, Basis basis, String reason) {
        return new JobPlan(new Change(target(wanted), Action.NONE, List.of(), basis, reason), job,
                wanted.configVersion(), "", Map.of());
    }

    private static Basis basis(JsonObject job) {
        return Basis.at("JobModifyIndex", Long.toString(Members.number(job, "JobModifyIndex")));
    }

    /** Registers what was planned, unless the job changed since. */
    public Applied apply(JobPlan plan) throws InterruptedException {
        if (plan.change().action() == Action.NONE) {
            return new Applied(Outcome.done("nothing to do"), Optional.empty());
        }
        String jobId = Members.text(plan.job(), "ID");
        JsonObject body = new JsonObject();
        body.add("Job", plan.job());
        body.addProperty("EnforceIndex", true);
        body.addProperty("JobModifyIndex", index(plan.change().basis()));
        try {
            JsonObject answer = api.send("registering job " + jobId, Repeat.ONCE, "POST", "/v1/jobs", body)
                    .object();
            String evalId = Members.text(answer, "EvalID");
            return new Applied(Outcome.done("evaluation " + evalId),
                    Optional.of(evalId).filter(id -> !id.isEmpty()));
        } catch (FailureException e) {
            return e.failure().maybeDone()
                    ? readBack(plan, jobId, e.failure())
                    : new Applied(Outcome.of(e.failure()), Optional.empty());
        }
    }

    private static long index(Basis basis) {
        return basis instanceof Basis.At(String _, String version) ? Long.parseLong(version) : 0;
    }

    /** The answer was lost: the mark in the job's meta tells whether ours arrived. */
    private Applied readBack(JobPlan plan, String jobId, Failure lost) throws InterruptedException {
        try {
            Optional<JsonObject> now = read(jobId);
            long index = now.map(job -> Members.number(job, "JobModifyIndex")).orElse(0L);
            boolean moved = index != index(plan.change().basis());
            boolean ours = now.map(job -> JobMerge.markOf(job).equals(plan.configVersion())).orElse(false);
            if (moved && ours) {
                return new Applied(Outcome.done("the answer was lost; the job is registered"),
                        evaluationOf(jobId, index));
            }
            Outcome outcome = moved
                    ? new Outcome.Refused(new Failure(FailureKind.CONFLICT, "NMD-INDEX",
                            "Job %s changed while it was being registered: it is now at JobModifyIndex %d."
                                    .formatted(jobId, index),
                            "Plan again."))
                    : new Outcome.Failed(lost);
            return new Applied(outcome, Optional.empty());
        } catch (FailureException e) {
            return new Applied(new Outcome.Unsure(lost), Optional.empty());
        }
    }

    private Optional<String> evaluationOf(String jobId, long jobModifyIndex)
            throws FailureException, InterruptedException {
        JsonElement all = api.get("reading evaluations of " + jobId, path(jobId) + "/evaluations").json();
        return Members.objects(all).stream()
                .filter(e -> Members.number(e, "JobModifyIndex") == jobModifyIndex)
                .filter(e -> !Members.text(e, "Status").equals("blocked")).map(e -> Members.text(e, "ID"))
                .findFirst();
    }

    /** One version of a job that Nomad still keeps. */
    public record Version(long number, boolean stable, String configVersion, long submittedNanos) {}

    /** The versions that Nomad keeps, newest first. */
    public List<Version> versions(String jobId) throws FailureException, InterruptedException {
        JsonObject answer = api.get("reading versions of " + jobId, path(jobId) + "/versions").object();
        return Members.objects(answer, "Versions").stream().map(v -> new Version(Members.number(v, "Version"),
                Members.truth(v, "Stable"), JobMerge.markOf(v), Members.number(v, "SubmitTime"))).toList();
    }

    /**
     * Registers an earlier version's content again.
     *
     * @param current the version that the job must have now
     * @return the evaluation to follow
     */
    public String revert(String jobId, long version, long current)
            throws FailureException, InterruptedException {
        JsonObject body = new JsonObject();
        body.addProperty("JobID", jobId);
        body.addProperty("JobVersion", version);
        body.addProperty("EnforcePriorVersion", current);
        return Members.text(api.send("reverting job " + jobId + " to version " + version, Repeat.ONCE, "PUT",
                path(jobId) + "/revert", body).object(), "EvalID");
    }
}
