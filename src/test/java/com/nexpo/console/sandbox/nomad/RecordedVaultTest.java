package com.nexpo.console.sandbox.nomad;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.nexpo.console.testing.Eventually;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recorded jobs whose tasks log in to Vault, what they say when Vault refuses, and the guide's jobs. */
class RecordedVaultTest {
    private static final VaultAccess VAULT = new VaultAccess() {
        @Override
        public Optional<String> login(String namespace, String jobId, String role) {
            if (role.equals("nope")) {
                return Optional.of("role \"nope\" could not be found");
            }
            return jobId.equals("v-claims")
                    ? Optional.of(
                            "error validating claims: claim \"nomad_job_id\" does not match any associated bound claim values")
                    : Optional.empty();
        }

        @Override
        public boolean mayRead(String namespace, String jobId, String role, String path) {
            return role.equals("nexpo-posthog") && path.equals("secret/data/nexpo/posthog/api-gateway");
        }
    };

    private Replay replay = new Replay(Replay.settings(), VAULT);

    @AfterEach
    void stop() {
        replay.close();
    }

    /** What a task went through: kind and text of each event. */
    static List<String> events(JsonObject allocation) {
        JsonObject state = allocation.getAsJsonObject("TaskStates").getAsJsonObject("api-gateway");
        return Json.objects(state, "Events").stream()
                .map(e -> Json.text(e, "Type") + ": " + Json.text(e, "DisplayMessage")).toList();
    }

    private static JsonObject firstOf(String name) {
        return Recorded.load(name).body().getAsJsonArray().get(0).getAsJsonObject();
    }

    private JsonObject vaultJob(String id, String variables) throws Exception {
        JsonObject job = replay.wire.parse("api-gateway.vault", variables);
        job.addProperty("ID", id);
        job.addProperty("Name", id);
        Json.objects(job, "TaskGroups").getFirst().addProperty("Count", 1);
        return job;
    }

    private void untilLast(String id, String event) throws Exception {
        Eventually.holds(id + " says " + event, Replay.LIMIT, () -> {
            JsonObject allocation = replay.allocation(id);
            return Json.object(allocation, "TaskStates").isPresent()
                    && events(allocation).getLast().equals(event);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"v-claims |", "v-role | role = \"nope\"",
        "v-missing | secret_path = \"secret/data/nexpo/posthog/missing\"",
        "v-denied | secret_path = \"secret/data/nexpo/posthog/other\"",
        "v-v1path | secret_path = \"secret/nexpo/posthog/api-gateway\""})
    void aTaskSaysWhatVaultSaid(String id, String variables) throws Exception {
        replay.register(vaultJob(id, Optional.ofNullable(variables).orElse("")));
        List<String> recorded = events(firstOf("allocations-" + id + "-later"));
        untilLast(id, recorded.getLast());
        Eventually.holds("deployment ended", Replay.LIMIT, () -> !Json
                .text(replay.wire.getObject("/v1/job/" + id + "/deployment"), "Status").equals("running"));
        JsonObject allocation = replay.allocation(id);
        assertThat(events(allocation)).isEqualTo(recorded);
        assertThat(Json.text(allocation, "ClientStatus"))
                .isEqualTo(Json.text(firstOf("allocations-" + id + "-later"), "ClientStatus"));
        replay.same("allocations-" + id + "-later", "/v1/job/" + id + "/allocations", "");
        replay.same("deployment-" + id + "-later", "/v1/job/" + id + "/deployment", "");
        JsonObject deployment = Recorded.load("deployment-" + id + "-later").body().getAsJsonObject();
        assertThat(Json.text(replay.wire.getObject("/v1/job/" + id + "/deployment"), "StatusDescription"))
                .isEqualTo(Json.text(deployment, "StatusDescription"));
    }

    @Test
    void aJobWithAVaultBlockGetsItsIdentityFromNomad() throws Exception {
        String body = Json.of("Job", vaultJob("api-gateway", ""), "Diff", true).toString();
        replay.same("plan-vault-job", "/v1/job/api-gateway/plan", body);
        replay.same("register-vault-job", "/v1/jobs", body);
        replay.until("successful");
        replay.same("job-get-vault", "/v1/job/api-gateway", "");
        JsonObject allocation = replay.allocation("api-gateway");
        replay.same("allocation-vault-job", "/v1/allocation/" + Json.text(allocation, "ID"), "");
    }

    @Test
    void theGuidesJobWaitsForeverOnRawExec() throws Exception {
        JsonObject job = replay.wire.put("/v1/jobs/parse",
                Recorded.load("guide-rawexec-parse").request().getAsJsonObject("body"));
        JsonObject task = Json.objects(Json.objects(job, "TaskGroups").getFirst(), "Tasks").getFirst();
        List<JsonObject> services = Json.objects(task, "Services");
        services.forEach(service -> service.addProperty("Provider", ""));
        plan("guide-plan-consul-service", job);
        services.forEach(service -> service.addProperty("Provider", "nomad"));
        JsonObject three = job.deepCopy();
        Json.objects(three, "TaskGroups").getFirst().addProperty("Count", 3);
        Json.objects(three, "TaskGroups").forEach(group -> Json.objects(group, "Tasks")
                .forEach(t -> Json.objects(t.getAsJsonObject("Resources"), "Networks").forEach(
                        n -> Json.objects(n, "ReservedPorts").forEach(p -> p.addProperty("Value", 18_080)))));
        plan("guide-plan-static-port", three);
        replay.same("guide-rawexec-register", "/v1/jobs", Json.of("Job", job).toString());
        List<String> recorded = events(firstOf("guide-rawexec-allocations"));
        untilLast("v-guide", recorded.getLast());
        assertThat(events(replay.allocation("v-guide"))).isEqualTo(recorded);
        replay.same("guide-rawexec-allocations", "/v1/job/v-guide/allocations", "");
    }

    /** Counts, warnings and what could not be placed, to the letter. */
    private void plan(String name, JsonObject job) throws Exception {
        JsonObject recorded = Recorded.load(name).body().getAsJsonObject();
        boolean diff = Json.truth(Recorded.load(name).request().getAsJsonObject("body"), "Diff");
        JsonObject planned = replay.wire.put("/v1/job/" + Json.text(job, "ID") + "/plan",
                Json.of("Job", job, "Diff", diff));
        assertThat(planned.get("Annotations")).as(name).isEqualTo(recorded.get("Annotations"));
        assertThat(planned.get("Warnings")).as(name).isEqualTo(recorded.get("Warnings"));
        assertThat(withoutTimes(planned)).as(name).isEqualTo(withoutTimes(recorded));
        if (!Recorded.load(name).isShortened()) {
            assertThat(replay.shape.differences(recorded, planned)).as(name).isEmpty();
        }
    }

    /** Which of several failures are counted as one was not the same in all recordings. */
    private static JsonObject withoutTimes(JsonObject plan) {
        JsonObject failures = plan.getAsJsonObject("FailedTGAllocs").deepCopy();
        failures.entrySet().forEach(e -> {
            e.getValue().getAsJsonObject().remove("AllocationTime");
            e.getValue().getAsJsonObject().remove("CoalescedFailures");
        });
        return failures;
    }

    @Test
    void theGuidesJobIsTakenAndNeverPlaced() throws Exception {
        JsonObject job = replay.wire.parse("guide-api-gateway", "");
        plan("guide-plan-api-gateway", job);
        replay.same("guide-register-api-gateway", "/v1/jobs", Json.of("Job", job).toString());
        Eventually.holds("evaluated", Replay.LIMIT, () -> replay.wire
                .get("/v1/job/api-gateway/deployment") instanceof JsonObject);
        replay.same("guide-deployment-api-gateway", "/v1/job/api-gateway/deployment", "");
        for (String service : List.of("auth-service", "payments-service", "user-service")) {
            assertThat(replay.wire.put("/v1/validate/job",
                    Json.of("Job", replay.wire.parse("guide-" + service, ""))))
                    .as(service).isEqualTo(Recorded.load("guide-validate-" + service).body());
        }
    }

    @Test
    void whatDoesNotFitIsSaidByThePlan() throws Exception {
        replay.register(replay.job(""));
        replay.until("successful");
        JsonObject job = replay.job("release = \"1.1.0\"");
        Json.objects(Json.objects(job, "TaskGroups").getFirst(), "Tasks").getFirst()
                .getAsJsonObject("Resources").addProperty("MemoryMB", 9_999_999);
        plan("plan-exhausted", job);
    }

    @Test
    void onDockerTheGuidesJobFailsForItsPortAndTheCorrectOneRuns() throws Exception {
        replay.close();
        replay = new Replay(Replay.settings().withDrivers("docker"), VaultAccess.open());
        JsonObject guide = replay.wire.parse("guide-api-gateway", "");
        JsonObject group = Json.objects(guide, "TaskGroups").getFirst();
        group.addProperty("Count", 1);
        plan("docker-guide-plan", guide);
        JsonObject task = Json.objects(group, "Tasks").getFirst();
        Json.objects(task, "Services").forEach(service -> service.addProperty("Provider", "nomad"));
        task.getAsJsonObject("Config").addProperty("image", "nexpo/api-gateway:1.4.2");
        replay.same("docker-guide-register", "/v1/jobs", Json.of("Job", guide).toString());
        untilLast("api-gateway", "Alloc Unhealthy: Unhealthy because of failed task");
        List<String> recorded = events(firstOf("docker-guide-allocations-port")).stream()
                .map(e -> e.replaceFirst(" \\(\"sha256:[0-9a-f]+\"\\)", "")).toList();
        assertThat(events(replay.allocation("api-gateway"))).containsSequence(recorded);
        replay.wire.send("DELETE", "/v1/job/api-gateway?purge=true", "");

        JsonObject correct = replay.wire.parse("api-gateway.docker",
                "image = \"nexpo/api-gateway\"\nimage_version = \"1.4.2\"");
        correct.addProperty("ID", "correct");
        replay.register(correct);
        Eventually.holds("running", Replay.LIMIT,
                () -> Json.text(replay.allocation("correct"), "ClientStatus").equals("running")
                        && Json.object(replay.allocation("correct"), "DeploymentStatus").isPresent());
        replay.same("docker-allocations-running", "/v1/job/correct/allocations", "");
    }

    @Test
    void serversAcceptWhatOnlyClientsFindWrong() throws Exception {
        JsonObject job = replay.job("");
        JsonObject task = Json.objects(Json.objects(job, "TaskGroups").getFirst(), "Tasks").getFirst();
        JsonObject wrong = task.getAsJsonObject("Config").deepCopy();
        task.getAsJsonObject("Config").addProperty("comand", "x");
        validation("validate-bad-driver-config", job);
        replay.same("register-bad-driver-config", "/v1/jobs", Json.of("Job", job).toString());
        task.add("Config", wrong);
        task.addProperty("Driver", "nodriver");
        validation("validate-unknown-driver", job);
        replay.same("register-no-driver", "/v1/jobs", Json.of("Job", job).toString());
        task.addProperty("Driver", "raw_exec");
        Json.objects(task, "Templates").getFirst().addProperty("EmbeddedTmpl", "{{ with }");
        validation("validate-bad-template", job);
        validation("validate-docker-ok", replay.wire.parse("api-gateway.docker",
                "image = \"x\"\nimage_version = \"1\""));
        JsonObject consul = replay.job("");
        Json.objects(Json.objects(consul, "TaskGroups").getFirst(), "Services")
                .forEach(service -> service.addProperty("Provider", "consul"));
        validation("validate-mixed-ok", consul);
    }

    @Test
    void anotherVaultOrNamespaceIsRefused() throws Exception {
        JsonObject job = vaultJob("api-gateway", "");
        JsonObject block = Json.objects(Json.objects(job, "TaskGroups").getFirst(), "Tasks").getFirst()
                .getAsJsonObject("Vault");
        block.addProperty("Namespace", "team");
        validation("validate-vault-namespace", job);
        block.addProperty("Namespace", "");
        block.addProperty("Cluster", "other");
        validation("validate-vault-cluster", job);
    }

    private void validation(String name, JsonObject job) throws Exception {
        assertThat(replay.wire.put("/v1/validate/job", Json.of("Job", job))).as(name)
                .isEqualTo(Recorded.load(name).body());
    }
}
