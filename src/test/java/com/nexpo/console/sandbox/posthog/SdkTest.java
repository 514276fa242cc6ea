package com.nexpo.console.sandbox.posthog;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.posthog.Http.Answer;
import com.nexpo.console.sandbox.posthog.PostHogEmulator.Settings;
import com.nexpo.console.testing.Eventually;
import com.nexpo.console.testing.Shape;
import com.posthog.server.PostHog;
import com.posthog.server.PostHogConfig;
import com.posthog.server.PostHogFeatureFlagOptions;
import com.posthog.server.PostHogInterface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The flags service and capture, against what the official SDKs were recorded to say, and with the Java one itself. */
class SdkTest {
    private static final String KEY = "phx_CANARYsdk00000000000000";
    private static final String ORG = "/api/organizations/0190a000-0000-7000-8000-000000000001";

    /** What of the recording is not replayed, by status or path, and why. */
    private static final Map<String, String> LEFT_OUT = leftOut();

    private static Map<String, String> leftOut() {
        String fault = "a fault of the network or the server's: Faults answers it word for word";
        Map<String, String> leftOut = new LinkedHashMap<>();
        for (String status : List.of("400", "403", "408", "413", "429", "500", "502", "503", "504", "null")) {
            leftOut.put(status, fault);
        }
        leftOut.put("POST /batch 401", "the stand-in's; PostHog answers a malformed token in plain text");
        leftOut.put("POST /batch/ 401", "as above");
        leftOut.put("POST /batch 402", "PostHog drops over quota with status 200 and quota_limited");
        leftOut.put("POST /batch/ 402", "as above");
        leftOut.put("/i/v1/analytics/events", "an opt-in of the Python SDK that no wrapper of ours sets");
        return leftOut;
    }

    private final PostHogEmulator emulator = new PostHogEmulator(
            Settings.of(KEY).withIngestionDelay(Duration.ofMillis(20)));
    private final Http http = new Http(emulator.address(), KEY);
    private String token = "";
    private long project;

    @BeforeEach
    void makeTheProjectOfTheRecording() throws Exception {
        JsonObject made = http.post(ORG + "/projects/", Json.object("name", "sdk")).object();
        token = made.get("api_token").getAsString();
        project = made.get("id").getAsLong();
        for (JsonElement flag : recordedDefinitions()) {
            JsonObject sent = new JsonObject();
            Json.copy(flag.getAsJsonObject(), sent, "key", "name", "active", "filters",
                    "ensure_experience_continuity");
            assertThat(http.post("/api/projects/" + project + "/feature_flags/", sent).status())
                    .isEqualTo(201);
        }
    }

    @AfterEach
    void stop() {
        emulator.close();
    }

    private static JsonArray recordedDefinitions() {
        return Samples.lines("sdk-calls.jsonl").stream().filter(l -> l.has("request"))
                .filter(l -> path(l).startsWith("/flags/definitions") && status(l).equals("200"))
                .map(l -> l.getAsJsonObject("response").getAsJsonObject("body").getAsJsonArray("flags"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void answersEverySdkInTheRecordedShape() throws Exception {
        List<String> differences = new ArrayList<>();
        Map<String, Integer> replayed = new LinkedHashMap<>();
        for (JsonObject line : Samples.lines("sdk-calls.jsonl")) {
            if (!line.has("request") || isLeftOut(line)) {
                continue;
            }
            JsonObject request = line.getAsJsonObject("request");
            JsonElement body = request.get("body");
            Http caller = new Http(emulator.address(), path(line).startsWith("/flags/?") ? "" : KEY,
                    http.client());
            prepare(line);
            Answer answer = caller.send(request.get("method").getAsString(), mine(path(line)),
                    body == null || body.isJsonNull() ? null : whole(body, status(line)), etag(line));
            String what = line.get("sdk").getAsString() + " " + line.get("case").getAsString() + " "
                    + path(line) + ": ";
            if (!status(line).equals(String.valueOf(answer.status()))) {
                differences.add(what + answer.status() + " " + answer.body());
                continue;
            }
            compare(line, answer).forEach(d -> differences.add(what + d));
            replayed.merge(line.get("sdk").getAsString(), 1, Integer::sum);
        }
        assertThat(differences).isEmpty();
        assertThat(replayed.keySet()).containsExactlyInAnyOrder("python", "node", "java", "go");
        assertThat(replayed.values()).allMatch(n -> n > 10);
    }

    private void prepare(JsonObject line) {
        emulator.flagQuotaReached(false);
        boolean quota = line.getAsJsonObject("response").toString().contains("quotaLimited")
                || (status(line).equals("402") && path(line).contains("definitions"))
                || (status(line).equals("402") && path(line).contains("local_evaluation"));
        emulator.flagQuotaReached(quota);
    }

    private List<String> compare(JsonObject line, Answer answer) {
        JsonElement recorded = line.getAsJsonObject("response").get("body");
        if (recorded == null || !recorded.isJsonObject()) {
            return List.of();
        }
        Shape shape = new Shape(Set.of("flags", "quotaLimited?", "minimalFlagCalledEvents?",
                "property_matching_version?", "group_type_mapping", "flags[]", "cohorts"));
        List<String> differences = new ArrayList<>(shape.differences(recorded, answer.body()));
        if (path(line).startsWith("/flags/?") && recorded.getAsJsonObject().has("flags")) {
            Shape one = new Shape(Set.of("failed?", "metadata.payload", "metadata.description"));
            for (Map.Entry<String, JsonElement> flag : recorded.getAsJsonObject().getAsJsonObject("flags")
                    .entrySet()) {
                JsonElement here = answer.object().getAsJsonObject("flags").get(flag.getKey());
                if (here == null) {
                    differences.add(flag.getKey() + " is not in the answer");
                } else if (!hasFault(line)) {
                    differences.addAll(nullsAside(one.differences(flag.getValue(), here)));
                }
            }
        }
        return differences;
    }

    /**
     * The recorded values are the stand-in's own ({@link FlagEvaluationTest} holds values against the SDKs), and null
     * or not is value: payloads, variants, condition indexes.
     */
    private static List<String> nullsAside(List<String> differences) {
        return differences.stream().filter(d -> !d.contains("null")).toList();
    }

    /** The stand-in's modes that make a flag fail on purpose. */
    private static boolean hasFault(JsonObject line) {
        return line.getAsJsonObject("response").toString().contains("\"errorsWhileComputingFlags\":true");
    }

    @Test
    void theJavaSdkReadsFlagsRemotely() throws Exception {
        PostHogInterface sdk = PostHog
                .with(PostHogConfig.builder(token).host(emulator.address().toString()).build());
        try {
            assertThat(sdk.isFeatureEnabled("user-1", "bool-on", false)).isTrue();
            assertThat(sdk.isFeatureEnabled("user-1", "bool-off", true)).isFalse();
            assertThat(sdk.isFeatureEnabled("user-1", "by-plan", PostHogFeatureFlagOptions.builder()
                    .personProperty("plan", "pro").build())).isTrue();
            assertThat(sdk.getFeatureFlag("user-1", "multi")).isIn("control", "test");
        } finally {
            sdk.close();
        }
    }

    @Test
    void theJavaSdkReadsFlagsLocally() throws Exception {
        PostHogInterface sdk = PostHog.with(PostHogConfig.builder(token).host(emulator.address().toString())
                .personalApiKey(KEY).localEvaluation(true).build());
        try {
            Eventually.holds("local definitions are read", Duration.ofSeconds(5),
                    () -> sdk.isFeatureEnabled("user-1", "bool-on", false));
            // Answered from the definitions: a server that fails from now on changes nothing.
            emulator.faults().add("POST /flags/", 1000,
                    new com.nexpo.console.sandbox.http.Faults.Fault.Cut());
            assertThat(sdk.isFeatureEnabled("user-2", "bool-on", false)).isTrue();
            assertThat(sdk.isFeatureEnabled("user-2", "bool-off", true)).isFalse();
        } finally {
            sdk.close();
        }
    }

    @Test
    void definitionsHaveAnETagThatFollowsTheFlags() throws Exception {
        String path = "/flags/definitions?token=" + token + "&send_cohorts";
        Answer first = http.get(path);
        String tag = first.raw().headers().firstValue("ETag").orElseThrow();
        assertThat(http.send("GET", path, null, Map.of("If-None-Match", tag)).status()).isEqualTo(304);
        http.post("/api/projects/" + project + "/feature_flags/", Json.object("key", "new", "active", true));
        assertThat(http.send("GET", path, null, Map.of("If-None-Match", tag)).status()).isEqualTo(200);
        assertThat(
                new Http(emulator.address(), "phx_CANARYwrong").get(path).object().get("code").getAsString())
                .isEqualTo("personal_api_key_invalid");
    }

    @Test
    void anEventCanBeQueriedOnlyAfterItsIngestion() throws Exception {
        String token2 = token;
        try (PostHogEmulator slow = new PostHogEmulator(
                Settings.of(KEY).withIngestionDelay(Duration.ofHours(1)))) {
            slow.restore(emulator.save());
            Http other = new Http(slow.address(), KEY);
            assertThat(other.post("/i/v0/e/", event(token2)).object().get("status").getAsString())
                    .isEqualTo("Ok");
            assertThat(count(other)).isZero();
            assertThat(
                    other.get("/api/projects/" + project + "/").object().get("ingested_event").getAsBoolean())
                    .isTrue();
        }
        for (String path : List.of("/i/v0/e/", "/capture/", "/e/", "/batch/", "/batch")) {
            assertThat(http.post(path, event(token)).status()).isEqualTo(200);
        }
        Eventually.holds("five events", Duration.ofSeconds(3), () -> count(http) == 5);
        JsonObject trend = http
                .post("/api/projects/" + project + "/query/", Json.object("query", Json.object("kind",
                        "TrendsQuery", "series",
                        List.of(Json.object("kind", "EventsNode", "event", "login", "math", "total")))))
                .object().getAsJsonArray("results").get(0).getAsJsonObject();
        assertThat(trend.get("count").getAsInt()).isEqualTo(5);
        assertThat(trend.getAsJsonArray("data")).hasSize(8);
    }

    @Test
    void a200IsNoProofThatAnEventWasTaken() throws Exception {
        assertThat(http.post("/batch/", event("phc_" + "x".repeat(43))).status()).isEqualTo(200);
        assertThat(http.post("/batch/", event("not a token")).status()).isEqualTo(401);
        emulator.eventQuotaReached(true);
        assertThat(http.post("/batch/", event(token)).object().get("quota_limited").toString())
                .isEqualTo("[\"events\"]");
        assertThat(emulator.save().getAsJsonObject("tables").has("events/" + project)).isFalse();
    }

    @Test
    void whatItCannotQueryItRefusesByName() throws Exception {
        Answer funnel = http.post("/api/projects/" + project + "/query/",
                Json.object("query", Json.object("kind", "FunnelsQuery")));
        assertThat(funnel.status()).isEqualTo(400);
        assertThat(funnel.object().get("detail").getAsString())
                .isEqualTo("Unsupported query kind: FunnelsQuery");
    }

    private static JsonObject event(String token) {
        return Json.object("api_key", token, "event", "login", "distinct_id", "user-1", "properties",
                Json.object("service", "auth"));
    }

    private long count(Http from) throws Exception {
        return from
                .post("/api/projects/" + project + "/query/",
                        Json.object("query", Json.object("kind", "HogQLQuery",
                                "query", "SELECT count() FROM events WHERE event = 'login'")))
                .object().getAsJsonArray("results").get(0)
                .getAsJsonArray().get(0).getAsLong();
    }

    private static boolean isLeftOut(JsonObject line) {
        String status = status(line);
        String call = line.getAsJsonObject("request").get("method").getAsString() + " " + path(line) + " "
                + status;
        boolean flags402 = status.equals("402") && path(line).startsWith("/flags/?");
        boolean noBody = !Optional.ofNullable(line.getAsJsonObject("response").get("body"))
                .filter(b -> b.isJsonObject() || status.equals("401") || status.equals("402")).isPresent()
                && status.equals("200") && path(line).startsWith("/flags");
        boolean definitions401 = status.equals("401") && !path(line).startsWith("/flags/?");
        return LEFT_OUT.containsKey(status) || LEFT_OUT.containsKey(call) || flags402 || noBody
                || definitions401
                || LEFT_OUT.keySet().stream().anyMatch(k -> k.startsWith("/") && path(line).startsWith(k));
    }

    private Map<String, String> etag(JsonObject line) throws Exception {
        if (!status(line).equals("304")) {
            return Map.of();
        }
        return Map.of("If-None-Match", http.get("/flags/definitions?token=" + token).raw().headers()
                .firstValue("ETag").orElseThrow());
    }

    /** With the token of this project in place of the recorded one; a wrong one stays wrong. */
    private String mine(String text) {
        return text.replaceAll("phc_SAMPLE[a-z]*", token);
    }

    /** With a token of here, and with that of nobody where the recording has a 401; fault cases left it out. */
    private String whole(JsonElement body, String status) {
        String mine = status.equals("401") ? "phc_of_nobody" : token;
        if (!body.isJsonObject()) {
            return body.toString();
        }
        JsonObject object = body.getAsJsonObject().deepCopy();
        // Node sends it under another name than the others.
        object.addProperty(object.has("token") ? "token" : "api_key", mine);
        return object.toString();
    }

    private static String path(JsonObject line) {
        return line.getAsJsonObject("request").get("path").getAsString();
    }

    private static String status(JsonObject line) {
        return String.valueOf(line.getAsJsonObject("response").get("status")).replace("\"", "");
    }
}
