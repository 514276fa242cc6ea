package com.nexpo.console.sandbox.nomad;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.testing.Eventually;
import com.nexpo.console.testing.Shape;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Replays the recorded life of a job: the emulator is brought into the state in which each answer was recorded,
 * the same is asked, and status, index headers and body are compared: texts exactly, JSON by its shape.
 */
class RecordedStoryTest {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final String NOWHERE = "11111111-2222-3333-4444-555555555555";

    private final Replay replay = new Replay(Replay.settings(), VaultAccess.open());
    private final NomadEmulator nomad = replay.nomad;
    private final Wire wire = replay.wire;
    private final Shape shape = replay.shape;

    @AfterEach
    void stop() {
        replay.close();
    }

    private JsonObject job(String variables) throws Exception {
        return replay.job(variables);
    }

    private JsonObject register(JsonObject job) throws Exception {
        return replay.register(job);
    }

    private JsonObject deployment() throws Exception {
        return replay.deployment();
    }

    private void until(String status) throws Exception {
        replay.until(status);
    }

    private void untilDescribed(String words) throws Exception {
        replay.untilDescribed(words);
    }

    private void same(String name, String path, String body) throws Exception {
        replay.same(name, path, body);
    }

    private void same(String name) throws Exception {
        replay.same(name);
    }

    private static String planOf(JsonObject job, boolean diff) {
        return Json.of("Job", job, "Diff", diff).toString();
    }

    @Test
    void whatIsNotThereAnswersAsRecorded() throws Exception {
        for (String name : List.of("job-404", "evaluation-404", "evaluation-bad-id", "deployment-404",
                "allocation-404",
                "allocation-short-id", "deployment-none", "deployment-of-missing-job",
                "allocations-of-missing-job",
                "jobs-unknown-namespace", "job-submission-404", "job-versions-purged", "unknown-path-404",
                "unknown-region",
                "method-405", "register-no-job", "register-bad-json", "validate-no-job", "namespace-404",
                "namespaces-list",
                "status-leader", "status-peers", "regions", "agent-health", "acl-disabled-token-self",
                "acl-disabled-any-token", "acl-disabled-bootstrap", "openid-configuration-off", "jwks",
                "job-stop-missing",
                "blocking-bad-index", "blocking-bad-wait", "blocking-404")) {
            same(name);
        }
        same("logs-unknown-alloc", "/v1/client/fs/logs/" + NOWHERE + "?task=x&type=stdout", "");
        same("register-conflict-missing", "/v1/jobs",
                Json.of("Job", job(""), "EnforceIndex", true, "JobModifyIndex", 77).toString());
    }

    @Test
    void aNewJobIsPlannedRegisteredAndBecomesHealthy() throws Exception {
        JsonObject job = job("");
        Recorded plan = Recorded.load("plan-create");
        JsonObject planned = wire.put("/v1/job/api-gateway/plan", Json.of("Job", job, "Diff", true));
        assertThat(planned.get("Annotations")).isEqualTo(plan.body().getAsJsonObject().get("Annotations"));
        assertThat(planned.get("Diff")).isEqualTo(plan.body().getAsJsonObject().get("Diff"));
        same("register-new", "/v1/jobs",
                Json.of("Job", job, "EnforceIndex", true, "JobModifyIndex", 0).toString());
        until("successful");
        same("deployment-successful", "/v1/job/api-gateway/deployment", "");
        same("job-get", "/v1/job/api-gateway", "");
        same("jobs-list", "/v1/jobs", "");
        same("nodes-list");
        same("jobs-list-prefix", "/v1/jobs?prefix=api", "");
        same("jobs-filter", "/v1/jobs?filter=Status%20%3D%3D%20%22running%22", "");
        same("jobs-filter-bad", Recorded.load("jobs-filter-bad").path(), "");
        same("job-summary", "/v1/job/api-gateway/summary", "");
        same("job-deployments", "/v1/job/api-gateway/deployments", "");
        same("deployments-list", "/v1/deployments", "");
        same("allocations-running", "/v1/job/api-gateway/allocations", "");
        JsonObject allocation = wire.get("/v1/job/api-gateway/allocations").getAsJsonArray().get(0)
                .getAsJsonObject();
        String id = Json.text(allocation, "ID");
        same("allocation-get", "/v1/allocation/" + id, "");
        same("allocation-restart", "/v1/client/allocation/" + id + "/restart",
                "{\"TaskName\":\"api-gateway\"}");
        String logs = "/v1/client/fs/logs/" + id;
        same("logs-no-task", logs + "?type=stdout", "");
        same("logs-bad-type", logs + "?task=api-gateway&type=log", "");
        same("logs-unknown-task", logs + "?task=nope&type=stdout&plain=true", "");
        same("logs-framed", logs + "?task=api-gateway&type=stderr&origin=end&offset=200", "");
        assertThat(
                wire.send("GET", logs + "?task=api-gateway&type=stderr&plain=true&origin=end&offset=20", "")
                        .body())
                .hasSize(20);
        same("deployment-allocations", "/v1/deployment/allocations/" + Json.text(deployment(), "ID"), "");
        String eval = Json.text(allocation, "EvalID");
        same("evaluation-complete", "/v1/evaluation/" + eval, "");
        same("evaluation-allocations", "/v1/evaluation/" + eval + "/allocations", "");
    }

    @Test
    void plansOfARunningJobAreTheRecordedOnes() throws Exception {
        register(job(""));
        until("successful");
        exactPlan("plan-no-change", job(""));
        exactPlan("plan-scale-up", job("instances = 3"));
        exactPlan("plan-scale-down", job("instances = 1"));
        exactPlan("plan-destructive", job("release = \"1.1.0\""));
        exactPlan("plan-canary", job("release = \"1.1.0\"\ncanaries = 1"));
        exactPlan("plan-in-place", job("service_tags = [\"posthog\", \"blue\"]"));
        same("plan-without-diff", "/v1/job/api-gateway/plan", planOf(job("release = \"1.1.0\""), false));
        same("plan-id-mismatch", "/v1/job/other/plan", planOf(job(""), true));
    }

    private void exactPlan(String name, JsonObject job) throws Exception {
        JsonObject recorded = Recorded.load(name).body().getAsJsonObject();
        JsonObject planned = wire.put("/v1/job/api-gateway/plan", Json.of("Job", job, "Diff", true));
        assertThat(planned.get("Annotations")).as(name).isEqualTo(recorded.get("Annotations"));
        assertThat(planned.get("Diff")).as(name).isEqualTo(recorded.get("Diff"));
        assertThat(shape.differences(recorded, planned)).as(name).isEmpty();
    }

    @Test
    void registeringWithAnIndexIsRefusedInTheRecordedWords() throws Exception {
        JsonObject first = register(job(""));
        long index = Json.number(first, "JobModifyIndex");
        refused("Enforcing job modify index 0: job already exists", 0);
        refused("Enforcing job modify index 1: job exists with conflicting job modify index: " + index, 1);
        until("successful");
        JsonObject again = register(job(""));
        assertThat(Json.number(again, "JobModifyIndex"))
                .as("after no change it is the job's ModifyIndex, as recorded")
                .isGreaterThan(index);
        assertThat(Json.number(wire.getObject("/v1/job/api-gateway"), "JobModifyIndex")).isEqualTo(index);
        same("register-no-change", "/v1/jobs", Json.of("Job", job("")).toString());
    }

    private void refused(String words, long index) throws Exception {
        HttpResponse<String> answer = wire.send("PUT", "/v1/jobs",
                Json.of("Job", job(""), "EnforceIndex", true, "JobModifyIndex", index).toString());
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo(words);
    }

    @Test
    void aCanaryWaitsIsPromotedPausedAndFinished() throws Exception {
        register(job(""));
        until("successful");
        same("register-canary", "/v1/jobs",
                Json.of("Job", job("release = \"1.2.0\"\ncanaries = 1")).toString());
        Eventually.holds("canary deployment", LIMIT,
                () -> Json.text(deployment(), "StatusDescription").contains("manual promotion"));
        String id = Json.text(deployment(), "ID");
        same("promote-too-early", "/v1/deployment/promote/" + id,
                Json.of("DeploymentID", id, "All", true).toString());
        untilDescribed("manual promotion");
        same("deployment-canary-waiting", "/v1/job/api-gateway/deployment", "");
        same("allocations-canary", "/v1/job/api-gateway/allocations", "");
        same("promote-unknown-group", "/v1/deployment/promote/" + id, "{\"Groups\":[\"nope\"]}");
        same("deployment-pause", "/v1/deployment/pause/" + id, "{\"Pause\":true}");
        same("deployment-paused", "/v1/job/api-gateway/deployment", "");
        same("deployment-resume", "/v1/deployment/pause/" + id, "{\"Pause\":false}");
        same("promote-ok", "/v1/deployment/promote/" + id, "{\"All\":true}");
        until("successful");
        same("deployment-promoted-successful", "/v1/job/api-gateway/deployment", "");
        same("promote-terminal", "/v1/deployment/promote/" + id, "{\"All\":true}");
        same("fail-terminal", "/v1/deployment/fail/" + id, "{}");
        same("pause-terminal", "/v1/deployment/pause/" + id, "{\"Pause\":true}");
    }

    @Test
    void aBadReleaseFailsAndRollsBackToAVersionThatWaitsForPromotionAgain() throws Exception {
        register(job("canaries = 1"));
        until("successful");
        nomad.drill("default", "api-gateway", Behaviour.UNHEALTHY);
        JsonObject answer = register(job("release = \"bad\""));
        Eventually.holds("failed", LIMIT, () -> wire.get("/v1/job/api-gateway/deployments").toString()
                .contains("Failed due to unhealthy allocations - rolling back to job version 0"));
        Eventually.holds("rollback waits", LIMIT,
                () -> Json.text(deployment(), "StatusDescription").contains("manual promotion"));
        same("deployment-of-the-revert", "/v1/job/api-gateway/deployment", "");
        JsonObject now = wire.getObject("/v1/job/api-gateway");
        assertThat(Json.number(now, "Version")).isEqualTo(2);
        assertThat(Json.truth(now, "Stable")).isTrue();
        String failed = Json.text(wire.getObject("/v1/evaluation/" + Json.text(answer, "EvalID")),
                "DeploymentID");
        same("deployment-failed-auto-revert", "/v1/deployment/" + failed, "");
        same("deployment-failed-allocations", "/v1/deployment/allocations/" + failed, "");
        same("job-after-auto-revert", "/v1/job/api-gateway", "");
    }

    @Test
    void aCrashingReleaseTellsItsRestarts() throws Exception {
        nomad.drill("default", "api-gateway", Behaviour.CRASHES);
        register(job("instances = 1"));
        until("failed");
        assertThat(Json.text(deployment(), "StatusDescription"))
                .isEqualTo("Failed due to unhealthy allocations - no stable job version to auto revert to");
        List<String> types = new ArrayList<>();
        JsonObject allocation = wire.get("/v1/job/api-gateway/allocations").getAsJsonArray().get(0)
                .getAsJsonObject();
        Json.objects(allocation.getAsJsonObject("TaskStates").getAsJsonObject("api-gateway"), "Events")
                .forEach(e -> types.add(Json.text(e, "Type")));
        same("allocation-crash-failed", "/v1/allocation/" + Json.text(allocation, "ID"), "");
        assertThat(types).endsWith("Started", "Terminated", "Restarting", "Started", "Terminated",
                "Not Restarting",
                "Alloc Unhealthy");
    }

    @Test
    void versionsRevertStableAndStop() throws Exception {
        register(job(""));
        until("successful");
        wire.put("/v1/jobs", Json.of("Job", job("release = \"1.6.0\""), "Submission",
                Json.of("Format", "hcl2", "Source", "job {}", "VariableFlags", Json.of("release", "1.6.0"),
                        "Variables", "")));
        until("successful");
        same("job-versions-diffs", "/v1/job/api-gateway/versions?diffs=true", "");
        same("job-submission", "/v1/job/api-gateway/submission?version=1", "");
        same("revert-to-current", "/v1/job/api-gateway/revert",
                "{\"JobID\":\"api-gateway\",\"JobVersion\":1}");
        assertThat(wire.send("PUT", "/v1/job/api-gateway/revert", "{\"JobVersion\":99}").body())
                .isEqualTo(Recorded.load("revert-unknown-version").bodyText());
        assertThat(
                wire.send("PUT", "/v1/job/api-gateway/revert", "{\"JobVersion\":0,\"EnforcePriorVersion\":0}")
                        .body())
                .isEqualTo("Current job has version 1; enforcing version 0");
        same("revert-ok", "/v1/job/api-gateway/revert", "{\"JobVersion\":0,\"EnforcePriorVersion\":1}");
        until("successful");
        same("revert-same-content", "/v1/job/api-gateway/revert", "{\"JobVersion\":0}");
        same("job-stable", "/v1/job/api-gateway/stable", "{\"JobVersion\":1,\"Stable\":true}");
        same("job-evaluate", "/v1/job/api-gateway/evaluate", "{}");
        same("job-scale", "/v1/job/api-gateway/scale",
                "{\"Count\":3,\"Target\":{\"Group\":\"api-gateway\"}}");
        same("job-stop", "/v1/job/api-gateway", "");
        Eventually.holds("dead", LIMIT,
                () -> Json.text(wire.getObject("/v1/job/api-gateway"), "Status").equals("dead"));
        same("job-stopped", "/v1/job/api-gateway", "");
        same("allocations-stopped", "/v1/job/api-gateway/allocations", "");
        same("job-evaluations", "/v1/job/api-gateway/evaluations", "");
        exactPlanFields("plan-after-stop", job("release = \"1.6.1\"\ninstances = 3"));
        same("job-purge", "/v1/job/api-gateway?purge=true", "");
        same("job-purged-404", "/v1/job/api-gateway", "");
    }

    private void exactPlanFields(String name, JsonObject job) throws Exception {
        JsonObject planned = wire.put("/v1/job/api-gateway/plan", Json.of("Job", job, "Diff", true));
        assertThat(planned.getAsJsonObject("Diff").get("Fields").toString()).as(name)
                .contains("\"Name\":\"Stop\",\"New\":\"false\",\"Old\":\"true\"");
        assertThat(shape.differences(Recorded.load(name).body(), planned)).as(name).isEmpty();
    }

    @Test
    void aJobThatNoNodeTakesStaysRunningWithABlockedEvaluation() throws Exception {
        JsonObject job = wire.parse("api-gateway.docker", "image = \"x\"\nimage_version = \"1\"");
        job.addProperty("ID", "docker-job");
        JsonObject plan = wire.put("/v1/job/docker-job/plan", Json.of("Job", job, "Diff", false));
        JsonElement failures = Recorded.load("plan-no-driver").body().getAsJsonObject().get("FailedTGAllocs");
        assertThat(shape.differences(failures, plan.get("FailedTGAllocs"))).isEmpty();
        String evalId = Json.text(register(job), "EvalID");
        Eventually.holds("evaluated", LIMIT,
                () -> Json.text(wire.getObject("/v1/evaluation/" + evalId), "Status").equals("complete"));
        same("evaluation-blocked-parent", "/v1/evaluation/" + evalId, "");
        String blocked = Json.text(wire.getObject("/v1/evaluation/" + evalId), "BlockedEval");
        same("evaluation-blocked", "/v1/evaluation/" + blocked, "");
        same("deployment-unplaceable", "/v1/job/docker-job/deployment", "");
        same("job-pending", "/v1/job/docker-job", "");
    }

    @Test
    void validationSaysTheRecordedThings() throws Exception {
        JsonObject broken = Recorded.load("validate-errors").request().getAsJsonObject("body");
        exactValidation("validate-errors", broken.getAsJsonObject("Job"));
        exactValidation("validate-ok", job(""));
        JsonObject spaced = job("");
        spaced.addProperty("ID", "has space");
        exactValidation("validate-bad-id", spaced);
        JsonObject update = job("");
        update.getAsJsonObject("Update").addProperty("MinHealthyTime", 60_000_000_000L);
        update.getAsJsonObject("Update").addProperty("ProgressDeadline", 1_000_000_000L);
        exactValidation("validate-update-errors", update);
        exactValidation("guide-validate-api-gateway", wire.parse("guide-api-gateway", ""));
        JsonObject elsewhere = job("");
        elsewhere.addProperty("Namespace", "nope");
        exactValidation("validate-unknown-namespace", elsewhere);
    }

    private void exactValidation(String name, JsonObject job) throws Exception {
        assertThat(wire.put("/v1/validate/job", Json.of("Job", job))).as(name)
                .isEqualTo(Recorded.load(name).body());
    }

    @Test
    void aReadWithAnIndexWaitsForSomethingNewer() throws Exception {
        register(job(""));
        until("successful");
        long index = Json.number(wire.getObject("/v1/job/api-gateway"), "ModifyIndex");
        long before = System.nanoTime();
        HttpResponse<String> same = wire.send("GET", "/v1/job/api-gateway?index=" + index + "&wait=300ms",
                "");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(290));
        assertThat(same.headers().firstValue("X-Nomad-Index")).contains(Long.toString(index));
    }
}
