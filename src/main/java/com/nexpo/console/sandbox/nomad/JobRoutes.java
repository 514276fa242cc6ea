package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.nomad.Store.Table;
import com.nexpo.console.sandbox.nomad.hcl.HclException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** {@code /v1/jobs}, {@code /v1/job/…} and {@code /v1/validate/job}. */
final class JobRoutes {
    private final Store store;
    private final Jobs jobs;
    private final JobSpec spec;
    private final JobForms forms;

    JobRoutes(Store store, Jobs jobs, JobSpec spec, JobForms forms) {
        this.store = store;
        this.jobs = jobs;
        this.spec = spec;
        this.forms = forms;
    }

    Reply jobs(Ask ask) throws ApiError {
        if (ask.path().size() == 2 && ask.path().get(1).equals("parse")) {
            return parse(ask);
        }
        if (ask.path().size() > 1) {
            throw new ApiError(404, "");
        }
        return ask.writes() ? register(ask) : new JobList(store, jobs).list(ask);
    }

    private Reply parse(Ask ask) throws ApiError {
        requireWrite(ask);
        ask.require("parse-job", ask.namespace());
        JsonObject body = ask.body();
        if (Json.text(body, "JobHCL").isEmpty()) {
            throw new ApiError(400, "Job spec is empty");
        }
        try {
            JsonObject job = spec.parse(Json.text(body, "JobHCL"), Json.text(body, "Variables"));
            return Reply.plain(Json.truth(body, "Canonicalize") ? forms.canonical(job) : job);
        } catch (HclException e) {
            throw new ApiError(400, "Failed to parse job: " + e.getMessage());
        } catch (JobSpec.BadVariables e) {
            throw new ApiError(400, "Failed to parse job: unable to parse var content: " + e.getMessage());
        }
    }

    Reply validate(Ask ask) throws ApiError {
        requireWrite(ask);
        JsonObject job = sentJob(ask);
        ask.require("parse-job", Json.text(job, "Namespace"));
        return Reply.plain(jobs.validate(job));
    }

    private static JsonObject sentJob(Ask ask) throws ApiError {
        JsonObject job = ask.job().orElseThrow(() -> new ApiError(400, "Job must be specified"));
        job.addProperty("Namespace", ask.namespaceOf(job));
        return job;
    }

    private Reply register(Ask ask) throws ApiError {
        JsonObject job = sentJob(ask);
        ask.require("submit-job", Json.text(job, "Namespace"));
        JsonObject body = ask.body();
        OptionalLong enforced = Json.truth(body, "EnforceIndex")
                ? OptionalLong.of(Json.number(body, "JobModifyIndex"))
                : OptionalLong.empty();
        JsonObject answer = jobs.register(job, enforced, Json.object(body, "Submission"));
        return Reply.write(answer, Json.number(answer, "Index"));
    }

    Reply job(Ask ask) throws ApiError {
        if (ask.path().size() < 2) {
            throw new ApiError(400, "Missing job ID");
        }
        JobKey key = new JobKey(ask.namespace(), ask.path().get(1));
        String part = ask.path().size() > 2 ? ask.path().get(2) : "";
        return switch (part) {
            case "" -> ask.is("GET") ? get(ask, key) : ask.is("DELETE") ? stop(ask, key) : update(ask, key);
            case "plan" -> plan(ask, key);
            case "versions" -> {
                ask.require("read-job", key.namespace());
                JsonObject versions = jobs.versions(key, ask.flag("diffs"));
                yield Reply.read(versions, Json.number(versions, "Index"));
            }
            case "submission" -> submission(ask, key);
            case "deployment", "deployments", "allocations", "evaluations", "summary" ->
                parts(ask, key, part);
            default -> change(ask, key, part);
        };
    }

    private Reply get(Ask ask, JobKey key) throws ApiError {
        ask.require("read-job", key.namespace());
        JsonObject job = store.job(key)
                .orElseThrow(() -> new ApiError(404, "job not found", store.index(Table.JOBS)));
        return Reply.read(Store.shown(job), Json.number(job, "ModifyIndex"));
    }

    private Reply update(Ask ask, JobKey key) throws ApiError {
        requireWrite(ask);
        if (!Json.text(sentJob(ask), "ID").equals(key.id())) {
            throw new ApiError(400, "Job ID does not match name in request");
        }
        return register(ask);
    }

    private Reply stop(Ask ask, JobKey key) throws ApiError {
        ask.require("submit-job", key.namespace());
        JsonObject answer = jobs.stop(key, ask.flag("purge"));
        return Reply.write(answer, Json.number(answer, "Index"));
    }

    private Reply plan(Ask ask, JobKey key) throws ApiError {
        requireWrite(ask);
        JsonObject job = sentJob(ask);
        if (!Json.text(job, "ID").equals(key.id())) {
            throw new ApiError(400, "Job ID does not match");
        }
        ask.require("submit-job", Json.text(job, "Namespace"));
        JsonObject plan = jobs.plan(job, Json.truth(ask.body(), "Diff"));
        return Reply.write(plan, Json.number(plan, "Index"));
    }

    private Reply submission(Ask ask, JobKey key) throws ApiError {
        ask.require("read-job", key.namespace());
        long version = ask.http().query("version").filter(v -> v.matches("[0-9]+")).map(Long::parseLong)
                .orElse(-1L);
        JsonObject submission = store.submission(key, version)
                .orElseThrow(() -> new ApiError(404, "job source not found", 0));
        return Reply.read(submission, Json.number(submission, "JobModifyIndex"));
    }

    private Reply parts(Ask ask, JobKey key, String part) throws ApiError {
        ask.require("read-job", key.namespace());
        return switch (part) {
            case "deployment" -> {
                Optional<JsonObject> latest = store.latestDeployment(key);
                JsonElement shown = latest.<JsonElement>map(Store::shown).orElse(JsonNull.INSTANCE);
                yield Reply.read(shown, latest.map(d -> Json.number(d, "ModifyIndex"))
                        .orElse(store.index(Table.DEPLOYMENTS)));
            }
            case "deployments" -> list(Table.DEPLOYMENTS, key, Store::shown);
            case "evaluations" -> list(Table.EVALUATIONS, key, Store::shown);
            case "allocations" -> list(Table.ALLOCATIONS, key, Stubs::allocation);
            default -> {
                JsonObject job = store.job(key).orElseThrow(
                        () -> new ApiError(404, "job not found", store.index(Table.JOBS)));
                yield Reply.read(jobs.summary(key, job), store.index(Table.ALLOCATIONS));
            }
        };
    }

    private Reply list(Table table, JobKey key, java.util.function.UnaryOperator<JsonObject> shown) {
        List<JsonObject> parts = store.of(table, key);
        long index = parts.isEmpty()
                ? store.index(table)
                : parts.stream().mapToLong(p -> Json.number(p, "ModifyIndex")).max().orElse(0);
        return Reply.read(Json.array(parts.reversed().stream().map(shown).toList()), index);
    }

    private Reply change(Ask ask, JobKey key, String verb) throws ApiError {
        if (!Stream.of("revert", "stable", "evaluate", "scale").toList().contains(verb)) {
            throw new ApiError(404, "");
        }
        requireWrite(ask);
        ask.require("submit-job", key.namespace());
        JsonObject body = ask.body();
        JsonObject answer = switch (verb) {
            case "revert" -> jobs.revert(key, Json.number(body, "JobVersion"),
                    Json.has(body, "EnforcePriorVersion")
                            ? OptionalLong.of(Json.number(body, "EnforcePriorVersion"))
                            : OptionalLong.empty());
            case "stable" -> jobs.stable(key, Json.number(body, "JobVersion"), Json.truth(body, "Stable"));
            case "evaluate" -> jobs.evaluate(key);
            default -> jobs.scale(key, Json.object(body, "Target").map(t -> Json.text(t, "Group")).orElse(""),
                    Json.number(body, "Count"));
        };
        long index = Json.number(answer, "Index");
        return verb.equals("revert")
                ? Reply.write(answer, index)
                        .with(Map.of("X-Nomad-Knownleader", "false", "X-Nomad-Lastcontact", "0"))
                : Reply.write(answer, index);
    }

    static void requireWrite(Ask ask) throws ApiError {
        if (!ask.writes()) {
            throw new ApiError(405, "Invalid method");
        }
    }
}
