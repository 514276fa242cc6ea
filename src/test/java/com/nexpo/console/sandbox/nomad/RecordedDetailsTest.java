package com.nexpo.console.sandbox.nomad;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.testing.Eventually;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Recorded answers beside the main story: moments, cancelled and failed deployments, pages, streams, logs. */
class RecordedDetailsTest {
    private Replay replay = new Replay(Replay.settings(), VaultAccess.open());

    @AfterEach
    void stop() {
        replay.close();
    }

    private void restart(NomadSettings settings) {
        replay.close();
        replay = new Replay(settings, VaultAccess.open());
    }

    private JsonObject named(String id) throws Exception {
        JsonObject job = replay.job("");
        job.addProperty("ID", id);
        job.addProperty("Name", id);
        return job;
    }

    private String text(String path) throws Exception {
        return replay.wire.send("GET", path, "").body();
    }

    @Test
    void theFirstMomentsOfAJob() throws Exception {
        restart(Replay.settings().withSpeed(0.05));
        String eval = Json.text(replay.register(replay.job("")), "EvalID");
        replay.same("evaluation-just-created", "/v1/evaluation/" + eval, "");
        Eventually.holds("received", Replay.LIMIT,
                () -> Json.object(replay.allocation("api-gateway"), "TaskStates").isPresent());
        replay.same("deployment-running", "/v1/job/api-gateway/deployment", "");
        replay.same("allocations-starting", "/v1/job/api-gateway/allocations", "");
    }

    @Test
    void registrationsOfARunningJob() throws Exception {
        JsonObject first = replay.register(replay.job(""));
        replay.until("successful");
        long index = Json.number(first, "JobModifyIndex");
        conflict("register-conflict-exists", 0);
        conflict("register-conflict-stale", index - 1);
        String eval = Json.text(replay.register(replay.job("")), "EvalID");
        Eventually.holds("evaluated", Replay.LIMIT,
                () -> text("/v1/evaluation/" + eval).contains("\"complete\""));
        replay.same("evaluation-no-change", "/v1/evaluation/" + eval, "");
        conflict("register-conflict-after-no-change", index + 1000);
        replay.same("register-index-ok", "/v1/jobs", Json.of("Job", replay.job("release = \"1.1.0\""),
                "EnforceIndex", true, "JobModifyIndex", index).toString());
        String hcl = Recorded.text("hcl/api-gateway.rawexec.nomad.hcl");
        replay.same("register-with-submission", "/v1/jobs", Json.of("Job", replay.job("release = \"1.2.0\""),
                "Submission", Json.of("Format", "hcl2", "Source", hcl, "Variables", "")).toString());
        maskedText("revert-conflict", "/v1/job/api-gateway/revert",
                "{\"JobID\":\"api-gateway\",\"JobVersion\":0,\"EnforcePriorVersion\":77}");
        replay.wire.send("DELETE", "/v1/job/api-gateway?purge=true", "");
        conflict("register-after-purge-stale", index);
    }

    private void conflict(String name, long index) throws Exception {
        maskedText(name, "/v1/jobs",
                Json.of("Job", replay.job("mode = \"x\""), "EnforceIndex", true, "JobModifyIndex", index)
                        .toString());
    }

    /** The same text, whatever the numbers in it. */
    private void maskedText(String name, String path, String body) throws Exception {
        Recorded recorded = Recorded.load(name);
        HttpResponse<String> answer = replay.wire.send(recorded.method(), path, body);
        assertThat(answer.statusCode()).as(name).isEqualTo(recorded.status());
        assertThat(answer.body().replaceAll("\\d+", "N")).as(name)
                .isEqualTo(recorded.bodyText().replaceAll("\\d+", "N"));
    }

    @Test
    void anInPlaceUpdateHasADeploymentToo() throws Exception {
        replay.register(replay.job(""));
        replay.until("successful");
        replay.register(replay.job("service_tags = [\"posthog\", \"blue\"]"));
        Eventually.holds("next", Replay.LIMIT,
                () -> Json.number(replay.deployment(), "JobVersion") == 1);
        replay.until("successful");
        replay.same("deployment-in-place", "/v1/job/api-gateway/deployment", "");
    }

    @Test
    void aDeploymentIsCancelledByANewerVersionAndByAStop() throws Exception {
        replay.register(replay.job("canaries = 1"));
        replay.until("successful");
        String cancelled = deploymentOf("release = \"a\"\ncanaries = 1", 1);
        String stopped = deploymentOf("release = \"b\"\ncanaries = 1", 2);
        replay.same("deployment-cancelled", "/v1/deployment/" + cancelled, "");
        described("deployment-cancelled", cancelled);
        replay.wire.send("DELETE", "/v1/job/api-gateway", "");
        replay.until("cancelled");
        replay.same("deployment-cancelled-by-stop", "/v1/job/api-gateway/deployment", "");
        described("deployment-cancelled-by-stop", stopped);
    }

    private String deploymentOf(String variables, long version) throws Exception {
        replay.register(replay.job(variables));
        Eventually.holds("version " + version, Replay.LIMIT,
                () -> Json.number(replay.deployment(), "JobVersion") == version);
        return Json.text(replay.deployment(), "ID");
    }

    private void described(String name, String id) throws Exception {
        assertThat(Json.text(replay.wire.getObject("/v1/deployment/" + id), "StatusDescription")
                .replaceAll("\\d+", "N"))
                .isEqualTo(Json.text(Recorded.load(name).body().getAsJsonObject(), "StatusDescription")
                        .replaceAll("\\d+", "N"));
    }

    @Test
    void aCanaryThatIsFailedByHandIsRolledBack() throws Exception {
        replay.register(replay.job("canaries = 1"));
        replay.until("successful");
        String id = deploymentOf("release = \"a\"\ncanaries = 1", 1);
        replay.untilDescribed("manual promotion");
        replay.same("fail-ok", "/v1/deployment/fail/" + id, "{}");
        replay.same("deployment-failed-by-hand", "/v1/deployment/" + id, "");
        described("deployment-failed-by-hand", id);
        replay.same("job-after-manual-fail", "/v1/job/api-gateway", "");
    }

    @Test
    void aBadReleaseIsRolledBackOrStaysAsTheJobSays() throws Exception {
        replay.register(replay.job(""));
        replay.until("successful");
        replay.nomad.drill("default", "api-gateway", Behaviour.CRASHES);
        String crashed = deploymentOf("release = \"crash\"", 1);
        Eventually.holds("restarting", Replay.LIMIT,
                () -> text("/v1/job/api-gateway/allocations").contains("Restarting"));
        for (var allocation : replay.wire.get("/v1/job/api-gateway/allocations").getAsJsonArray()) {
            if (allocation.toString().contains("Restarting")) {
                replay.same("allocation-crash-loop",
                        "/v1/allocation/" + Json.text(allocation.getAsJsonObject(), "ID"), "");
            }
        }
        Eventually.holds("failed", Replay.LIMIT,
                () -> text("/v1/deployment/" + crashed).contains("\"failed\""));
        replay.same("deployment-failed-crash", "/v1/deployment/" + crashed, "");
        described("deployment-failed-crash", crashed);

        restart(Replay.settings());
        replay.nomad.drill("default", "api-gateway", Behaviour.UNHEALTHY);
        JsonObject job = replay.job("");
        job.getAsJsonObject("Update").addProperty("AutoRevert", false);
        replay.register(job);
        replay.until("failed");
        replay.same("deployment-failed-no-revert", "/v1/job/api-gateway/deployment", "");
        described("deployment-failed-no-revert", Json.text(replay.deployment(), "ID"));
        replay.same("allocations-failed-no-revert", "/v1/job/api-gateway/allocations", "");
    }

    @Test
    void jobsComeInPages() throws Exception {
        for (String id : List.of("a-one", "b-two", "c-three")) {
            replay.register(named(id));
        }
        replay.same("jobs-page");
        replay.same("jobs-page-2");
        for (String page : List.of("jobs-page", "jobs-page-2")) {
            Recorded recorded = Recorded.load(page);
            HttpResponse<String> answer = replay.wire.send("GET", recorded.path(), "");
            assertThat(answer.headers().firstValue("X-Nomad-Nexttoken")).as(page)
                    .contains(recorded.header("X-Nomad-Nexttoken"));
            assertThat(JsonParser.parseString(answer.body()).getAsJsonArray()).hasSize(1);
        }
    }

    @Test
    void namespacesAreMadeAndRead() throws Exception {
        replay.same("namespace-put");
        replay.same("namespace-get");
        replay.same("namespace-put-bad-name");
    }

    @Test
    void theAgentTellsItsVersionAndMembers() throws Exception {
        replay.same("agent-self");
        replay.same("agent-members");
    }

    @Test
    void aBlockingReadEndsWithTheWaitOrWithTheChange() throws Exception {
        replay.register(replay.job(""));
        replay.until("successful");
        long index = Json.number(replay.wire.getObject("/v1/job/api-gateway"), "ModifyIndex");
        replay.same("blocking-timeout", "/v1/job/api-gateway?index=" + index + "&wait=200ms", "");
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                replay.same("blocking-changed", "/v1/job/api-gateway?index=" + index + "&wait=10s", "");
                return "changed";
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(waiting).isNotDone();
        replay.wire.send("PUT", "/v1/job/api-gateway/stable", "{\"JobVersion\":0,\"Stable\":false}");
        assertThat(waiting).succeedsWithin(Replay.LIMIT).isEqualTo("changed");
    }

    @Test
    void logsArePlainTextWhenAskedFor() throws Exception {
        replay.register(replay.job(""));
        replay.until("successful");
        String id = Json.text(replay.allocation("api-gateway"), "ID");
        for (String name : List.of("logs-plain", "logs-plain-tail")) {
            Recorded recorded = Recorded.load(name);
            String path = recorded.path().replaceFirst("/logs/[0-9a-f-]+", "/logs/" + id);
            HttpResponse<String> answer = replay.wire.send("GET", path, "");
            assertThat(answer.statusCode()).isEqualTo(recorded.status());
            assertThat(answer.headers().firstValue("Content-Type")).contains(recorded.header("Content-Type"));
            assertThat(answer.body()).endsWith("\n");
        }
    }

    @Test
    void aPortThatIsNotThereFailsOnlyOnTheClient() throws Exception {
        JsonObject job = named("bad-port");
        Json.objects(Json.objects(job, "TaskGroups").getFirst(), "Services").getFirst()
                .addProperty("PortLabel", "web");
        String body = Json.of("Job", job, "Diff", true).toString();
        replay.same("validate-unknown-port", "/v1/validate/job", body);
        replay.same("plan-unknown-port", "/v1/job/bad-port/plan", body);
        replay.same("register-unknown-port", "/v1/jobs", body);
        Eventually.holds("failed", Replay.LIMIT,
                () -> text("/v1/job/bad-port/allocations").contains("Alloc Unhealthy"));
        replay.same("allocations-unknown-port", "/v1/job/bad-port/allocations", "");
        assertThat(RecordedVaultTest.events(replay.allocation("bad-port"))).isEqualTo(RecordedVaultTest
                .events(Recorded.load("allocations-unknown-port").body().getAsJsonArray().get(0)
                        .getAsJsonObject()));
    }

    @Test
    void aStreamSaysThatItIsOpenWhateverIsAskedExceptForABadIndex() throws Exception {
        for (String name : List.of("event-stream-q-index-abc", "event-stream-q-topic-job-namespace-nope",
                "event-stream-q-topic-job-namespace", "event-stream-q-topic-job", "event-stream-q-topic-nope",
                "event-stream-q-topic-x")) {
            JsonObject recorded = JsonParser.parseString(Recorded.text(name + ".json")).getAsJsonObject();
            boolean begins = Json.text(recorded, "firstLineOrBody").startsWith("b'{}");
            try (BufferedReader lines = stream(Json.text(recorded, "request").substring(4),
                    recorded.get("status").getAsInt())) {
                assertThat(lines.readLine()).as(name)
                        .isEqualTo(begins ? "{}" : Json.text(recorded, "firstLineOrBody"));
            }
        }
    }

    private BufferedReader stream(String path, int status) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(replay.nomad.address() + path)).build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(status);
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    @Test
    void aStreamFromAnOlderIndexReplaysEventsOfTheRecordedKinds() throws Exception {
        Map<String, JsonObject> kinds = new HashMap<>();
        Recorded.text("event-stream-kinds.ndjson").lines().map(JsonParser::parseString)
                .flatMap(line -> Json.objects(line.getAsJsonObject(), "Events").stream())
                .forEach(event -> kinds.put(Json.text(event, "Topic") + "/" + Json.text(event, "Type"),
                        event));
        Set<String> seen = new HashSet<>(kinds.keySet());
        JsonParser.parseString(Recorded.text("event-stream-order.json")).getAsJsonArray().forEach(
                event -> seen.add(event.getAsJsonArray().get(1).getAsString() + "/"
                        + event.getAsJsonArray().get(2).getAsString()));
        long index = Json.number(replay.register(replay.job("")), "Index");
        replay.until("successful");
        JsonObject resume = JsonParser.parseString(Recorded.text("event-stream-resume.json"))
                .getAsJsonObject();
        assertThat(resume.getAsJsonArray("lines").get(0).getAsJsonObject().get("index").isJsonNull())
                .as("a stream begins with an empty line before what it replays").isTrue();
        try (BufferedReader lines = stream("/v1/event/stream?index=" + index, 200)) {
            assertThat(lines.readLine()).isEqualTo("{}");
            long last = index - 1;
            boolean finished = false;
            while (!finished) {
                JsonObject line = JsonParser.parseString(lines.readLine()).getAsJsonObject();
                assertThat(Json.number(line, "Index")).isGreaterThan(last);
                last = Json.number(line, "Index");
                JsonArray events = line.getAsJsonArray("Events");
                for (JsonObject event : Json.objects(line, "Events")) {
                    String kind = Json.text(event, "Topic") + "/" + Json.text(event, "Type");
                    assertThat(seen).contains(kind);
                    JsonObject recorded = kinds.getOrDefault(kind, event);
                    assertThat(event.keySet()).isEqualTo(recorded.keySet());
                    assertThat(event.getAsJsonObject("Payload").keySet())
                            .isEqualTo(recorded.getAsJsonObject("Payload").keySet());
                }
                finished = events.toString().contains("Deployment completed successfully");
            }
        }
    }
}
