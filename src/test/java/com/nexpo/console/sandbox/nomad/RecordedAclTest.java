package com.nexpo.console.sandbox.nomad;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.testing.Eventually;
import com.nexpo.console.testing.Shape;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded refusals and permissions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedAclTest {
    private final NomadEmulator nomad = new NomadEmulator(0,
            NomadSettings.sandbox("CANARY-management").withNamespaces("default", "posthog", "other")
                    .withoutVault(),
            VaultAccess.open());
    private final Wire management = new Wire(nomad.address(), "CANARY-management");
    private final Wire anonymous = new Wire(nomad.address(), "");
    private final Wire unknown = new Wire(nomad.address(), "CANARY-unknown");
    private final Shape shape = new Shape(Set.of("config", "stats", "member"));
    private Wire deployer = anonymous;
    private Wire reader = anonymous;
    private Wire expired = anonymous;

    @BeforeAll
    void policies() throws Exception {
        JsonObject recorded = Recorded.load("acl-policy-put").request().getAsJsonObject("body");
        assertThat(management.send("PUT", "/v1/acl/policy/deployer", recorded.toString()).statusCode())
                .isEqualTo(200);
        management.send("PUT", "/v1/acl/policy/ro",
                "{\"Rules\":\"namespace \\\"posthog\\\" { policy = \\\"read\\\" }\"}");
        deployer = new Wire(nomad.address(), nomad.token(List.of("deployer"), Optional.empty()));
        reader = new Wire(nomad.address(), nomad.token(List.of("ro"), Optional.empty()));
        expired = new Wire(nomad.address(),
                nomad.token(List.of("deployer"), Optional.of(Duration.ofSeconds(-1))));
    }

    @AfterAll
    void stop() {
        nomad.close();
    }

    private void same(Wire caller, String... names) throws Exception {
        for (String name : names) {
            Recorded recorded = Recorded.load(name);
            HttpResponse<String> answer = caller.send(recorded.method(), recorded.path(), recorded.sent());
            assertThat(answer.statusCode()).as("%s: %s", name, answer.body()).isEqualTo(recorded.status());
            if (recorded.isText()) {
                assertThat(answer.body()).as(name).isEqualTo(recorded.bodyText());
            } else if (!recorded.isShortened() && !answer.body().isEmpty()) {
                assertThat(shape.differences(recorded.body(), JsonParser.parseString(answer.body()))).as(name)
                        .isEmpty();
            }
        }
    }

    @Test
    void withoutATokenLittleIsAnswered() throws Exception {
        same(anonymous, "acl-anonymous-agent-self", "acl-anonymous-health", "acl-anonymous-job",
                "acl-anonymous-jobs",
                "acl-anonymous-leader", "acl-anonymous-namespaces", "acl-anonymous-parse",
                "acl-anonymous-token-self");
    }

    @Test
    void anUnknownOrExpiredTokenIsRefused() throws Exception {
        same(unknown, "acl-bogus-token", "acl-bogus-token-not-uuid", "acl-leader-bogus-token",
                "acl-parse-bogus-token",
                "acl-token-self-bogus");
        same(new Wire(nomad.address(), "eyJhbGciOiJSUzI1NiJ9.CANARY.x"), "acl-bogus-jwt");
        same(expired, "acl-expired-token", "acl-token-self-expired");
    }

    @Test
    void aPolicyIsKeptAndExpandedAsRecorded() throws Exception {
        assertThat(management.getObject("/v1/acl/policy/deployer").get("RulesJSON"))
                .isEqualTo(Recorded.load("acl-policy-get").body().getAsJsonObject().get("RulesJSON"));
        same(management, "acl-policy-get", "acl-token-self-management", "acl-bootstrap-again",
                "acl-token-create",
                "acl-token-create-unknown-policy", "acl-token-create-ttl");
    }

    @Test
    void aDeployerMayDoWhatItsPolicySaysAndNoMore() throws Exception {
        same(deployer, "acl-token-self-client", "acl-policies-own", "acl-policy-get-own",
                "acl-policy-get-foreign",
                "acl-jobs-allowed", "acl-jobs-default-namespace-denied", "acl-jobs-all-namespaces",
                "acl-job-denied",
                "acl-job-unknown-namespace-denied", "acl-namespaces-filtered", "acl-nodes-denied",
                "acl-tokens-denied",
                "acl-parse-allowed", "acl-parse-denied", "acl-agent-self-allowed");
    }

    /** As recorded, with a body of our own or at the path of our own allocation. */
    private void same(Wire caller, String name, String path, String body) throws Exception {
        Recorded recorded = Recorded.load(name);
        HttpResponse<String> answer = caller.send(recorded.method(), path, body);
        assertThat(answer.statusCode()).as("%s: %s", name, answer.body()).isEqualTo(recorded.status());
        if (recorded.isText()) {
            assertThat(answer.body()).as(name).isEqualTo(recorded.bodyText());
        } else if (!recorded.isShortened()) {
            assertThat(shape.differences(recorded.body(), JsonParser.parseString(answer.body()))).as(name)
                    .isEmpty();
        }
    }

    @Test
    void onlyWhoMaySubmitChangesJobs() throws Exception {
        JsonObject job = management.parse("api-gateway.rawexec", "");
        job.addProperty("Namespace", "default");
        String body = Json.of("Job", job).toString();
        same(deployer, "acl-register-default-denied", "/v1/jobs", body);
        same(deployer, "acl-register-allowed", "/v1/jobs?namespace=posthog", body);
        same(deployer, "acl-register-namespace-mismatch", "/v1/jobs?namespace=posthog", body);
        assertThat(
                management.getObject("/v1/job/api-gateway?namespace=posthog").get("Namespace").getAsString())
                .as("the namespace of the URL wins over the body's").isEqualTo("posthog");
        same(reader, "acl-register-denied", "/v1/jobs?namespace=posthog", body);
        same(reader, "acl-plan-denied", "/v1/job/api-gateway/plan?namespace=posthog", body);
        same(reader, "acl-stop-denied", "/v1/job/api-gateway?namespace=posthog", "");
        same(reader, "acl-validate-read-only", "/v1/validate/job?namespace=posthog", body);
        same(reader, "acl-parse-denied-read-only");
        Eventually.holds("an allocation", Duration.ofSeconds(15), () -> !management
                .get("/v1/job/api-gateway/allocations?namespace=posthog").getAsJsonArray().isEmpty());
        JsonObject allocation = management.get("/v1/job/api-gateway/allocations?namespace=posthog")
                .getAsJsonArray().get(0).getAsJsonObject();
        String id = Json.text(allocation, "ID");
        same(reader, "acl-logs-denied",
                "/v1/client/fs/logs/" + id + "?task=api-gateway&type=stdout&plain=true&namespace=posthog",
                "");
        same(deployer, "acl-allocation-other-namespace-param", "/v1/allocation/" + id, "");
        String deployment = Json.text(
                management.getObject("/v1/job/api-gateway/deployment?namespace=posthog"),
                "ID");
        same(reader, "acl-deployment-fail-denied",
                "/v1/deployment/fail/" + deployment + "?namespace=posthog", "{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acl-event-stream-topic-all-namespace-posthog",
        "acl-event-stream-topic-job-namespace-all", "acl-event-stream-topic-job-namespace-other",
        "acl-event-stream-topic-job-namespace-posthog",
        "acl-event-stream-topic-job-topic-node-namespace-posthog", "acl-event-stream-topic-job",
        "acl-event-stream-topic-node"})
    void aStreamBeginsOnlyWhereTheTokenMayReadEverythingItAsksFor(String name) throws Exception {
        JsonObject recorded = JsonParser.parseString(Recorded.text(name + ".json")).getAsJsonObject();
        String path = Json.text(recorded, "request").substring("GET ".length());
        boolean began = Json.text(recorded, "firstLineOrBody").startsWith("b'{}");
        HttpRequest request = HttpRequest.newBuilder(URI.create(nomad.address() + path))
                .header("X-Nomad-Token", nomad.token(List.of("deployer"), Optional.empty())).build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(Optional.ofNullable(lines.readLine())).isEqualTo(
                    began ? Optional.of("{}") : Optional.empty());
        }
    }

    @Test
    void aVaultJobIsRefusedWhereNomadHasNoVault() throws Exception {
        JsonObject job = management.parse("guide-api-gateway", "");
        job.addProperty("Namespace", "posthog");
        for (String name : List.of("acl-guide-plan-no-vault", "acl-guide-register-no-vault",
                "acl-guide-validate-no-vault")) {
            Recorded recorded = Recorded.load(name);
            HttpResponse<String> answer = management.send("POST", recorded.path(),
                    Json.of("Job", job).toString());
            assertThat(answer.statusCode()).as(name).isEqualTo(recorded.status());
            assertThat(recorded.isText() ? answer.body() : JsonParser.parseString(answer.body()).toString())
                    .as(name)
                    .isEqualTo(recorded.isText() ? recorded.bodyText() : recorded.body().toString());
        }
    }

    @Test
    void aStreamIsHeartbeatAndEventsOrSilence() throws Exception {
        deployer.put("/v1/jobs?namespace=posthog",
                Json.of("Job", management.parse("api-gateway.rawexec", "release = \"s\"")));
        try (BufferedReader granted = stream("CANARY-management", "topic=Job&namespace=posthog")) {
            assertThat(granted.readLine()).isEqualTo("{}");
            JsonObject line = JsonParser.parseString(granted.readLine()).getAsJsonObject();
            JsonObject event = line.getAsJsonArray("Events").get(0).getAsJsonObject();
            assertThat(event.keySet()).containsExactlyInAnyOrder("FilterKeys", "Index", "Key", "Namespace",
                    "Payload",
                    "Topic", "Type");
            assertThat(event.get("Type").getAsString()).isEqualTo("JobRegistered");
        }
        try (BufferedReader refused = stream("CANARY-unknown", "topic=Job&namespace=posthog")) {
            assertThat(refused.readLine()).isNull();
        }
    }

    private BufferedReader stream(String token, String query) throws Exception {
        HttpRequest request = HttpRequest
                .newBuilder(URI.create(nomad.address() + "/v1/event/stream?" + query))
                .header("X-Nomad-Token", token).build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }
}
