package com.nexpo.console.sandbox.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.testing.Eventually;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the emulator does that one recorded exchange cannot show: watches, rollouts, limits, saved states. */
class EmulatorTest {
    private static final String SECRETS = "/api/v1/namespaces/nexpo/secrets";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/nexpo/deployments";

    private KubernetesEmulator emulator = new KubernetesEmulator(0, "nexpo");
    private HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void connect() throws Exception {
        client = trusting(emulator.authorityPem());
        emulator.rolloutStep(Duration.ofMillis(10));
    }

    @AfterEach
    void stop() {
        emulator.close();
    }

    static HttpClient trusting(String pem) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(
                new java.io.ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory trust = TrustManagerFactory
                .getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
    }

    private HttpRequest request(String method, String path, String type, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(emulator.address() + path))
                .header("Authorization", "Bearer " + emulator.token()).timeout(Duration.ofSeconds(10))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        return request.build();
    }

    private HttpResponse<String> send(String method, String path, String type, String body) throws Exception {
        return client.send(request(method, path, type, body), BodyHandlers.ofString());
    }

    private void secret(String name, String label) throws Exception {
        assertThat(send("POST", SECRETS, "application/json",
                "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"w\":\"%s\"}},\"data\":{\"A\":\"MQ==\"}}"
                        .formatted(name, label))
                .statusCode()).isEqualTo(201);
    }

    private BufferedReader watch(String path) throws Exception {
        HttpResponse<InputStream> response = client.send(request("GET", path, "", ""),
                BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private static List<JsonObject> events(BufferedReader reader) {
        return reader.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    }

    private static List<String> types(List<JsonObject> events) {
        return events.stream().map(e -> e.get("type").getAsString()).toList();
    }

    @Test
    void aWatchTellsChangesAndWhatNoLongerMatchesAsDeleted() throws Exception {
        secret("first", "1");
        String version = Json.text(emulator.peek("secrets", "nexpo", "first").orElseThrow(), "metadata",
                "resourceVersion").orElseThrow();
        try (BufferedReader watch = watch(
                SECRETS + "?watch=1&labelSelector=w%3D1&timeoutSeconds=1&resourceVersion="
                        + version)) {
            secret("second", "1");
            send("PATCH", SECRETS + "/second", "application/merge-patch+json", "{\"data\":{\"A\":\"Mg==\"}}");
            send("PATCH", SECRETS + "/second", "application/merge-patch+json",
                    "{\"metadata\":{\"labels\":{\"w\":\"2\"}}}");
            send("PATCH", SECRETS + "/second", "application/merge-patch+json",
                    "{\"metadata\":{\"labels\":{\"w\":\"1\"}}}");
            send("DELETE", SECRETS + "/second", "", "");
            List<JsonObject> events = events(watch);
            assertThat(types(events)).containsExactly("ADDED", "MODIFIED", "DELETED", "ADDED", "DELETED");
            assertThat(Json.text(events.getLast(), "object", "data", "A")).contains("Mg==");
        }
    }

    @Test
    void aStreamingListEndsWithABookmarkAndBookmarksFollow() throws Exception {
        secret("one", "1");
        emulator.bookmarkEvery(Duration.ofMillis(100));
        try (BufferedReader watch = watch(SECRETS + "?watch=1&sendInitialEvents=true&allowWatchBookmarks=true"
                + "&resourceVersionMatch=NotOlderThan&timeoutSeconds=1")) {
            List<JsonObject> events = events(watch);
            assertThat(types(events)).startsWith("ADDED", "BOOKMARK", "BOOKMARK");
            assertThat(Json.text(events.get(1), "object", "metadata", "annotations",
                    "k8s.io/initial-events-end"))
                    .contains("true");
        }
    }

    private void deployment(int replicas) {
        emulator.addDeployment("nexpo", "auth", """
                {"replicas": %d, "selector": {"matchLabels": {"app": "auth"}},
                 "template": {"metadata": {"labels": {"app": "auth"}},
                  "spec": {"containers": [{"name": "auth", "image": "example/auth:1"}]}}}"""
                .formatted(replicas));
    }

    private JsonObject deployment() throws Exception {
        return JsonParser.parseString(send("GET", DEPLOYMENTS + "/auth", "", "").body()).getAsJsonObject();
    }

    private void rolledOut() throws Exception {
        Eventually.holds("the rollout", Duration.ofSeconds(5),
                () -> deployment().toString().contains("NewReplicaSetAvailable")
                        && Json.number(deployment(), 0, "status", "observedGeneration") == Json.number(
                                deployment(), 1,
                                "metadata", "generation"));
    }

    private static String restart(String time) {
        return "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"kubectl.kubernetes.io/restartedAt\":\"%s\"}}}}}"
                .formatted(time);
    }

    @Test
    void aRestartLooksCompleteAtFirstAndThenRollsOnePodAtATime() throws Exception {
        deployment(2);
        rolledOut();
        try (BufferedReader watch = watch(DEPLOYMENTS + "?watch=1&timeoutSeconds=1")) {
            send("PATCH", DEPLOYMENTS + "/auth", "application/strategic-merge-patch+json",
                    restart("2026-01-01T00:00:00Z"));
            List<JsonObject> seen = events(watch).stream()
                    .filter(e -> e.get("type").getAsString().equals("MODIFIED"))
                    .map(e -> e.getAsJsonObject("object")).toList();
            JsonObject patched = seen.getFirst();
            assertThat(Json.number(patched, 0, "metadata", "generation")).isEqualTo(2);
            assertThat(Json.number(patched, 0, "status", "observedGeneration")).isEqualTo(1);
            assertThat(Json.number(patched, 0, "status", "updatedReplicas")).isEqualTo(2);
            assertThat(
                    seen.stream().map(o -> Json.at(o, "status", "updatedReplicas").map(JsonElement::getAsInt)
                            .orElse(-1)).distinct())
                    .containsExactly(2, -1, 1);
            assertThat(Json.number(seen.getLast(), 0, "status", "updatedReplicas")).isEqualTo(2);
            List<String> reasons = new ArrayList<>();
            seen.forEach(o -> o.getAsJsonObject("status").getAsJsonArray("conditions").forEach(c -> {
                if (c.getAsJsonObject().get("type").getAsString().equals("Progressing")) {
                    reasons.add(c.getAsJsonObject().get("reason").getAsString());
                }
            }));
            assertThat(reasons.stream().distinct()).containsExactly("NewReplicaSetAvailable",
                    "NewReplicaSetCreated",
                    "ReplicaSetUpdated");
            assertThat(reasons).endsWith("NewReplicaSetAvailable");
        }
    }

    @Test
    void theSameRestartTimeIsNoChangeAndAPausedDeploymentDoesNotRoll() throws Exception {
        deployment(1);
        rolledOut();
        send("PATCH", DEPLOYMENTS + "/auth", "application/strategic-merge-patch+json",
                restart("2026-01-01T00:00:00Z"));
        rolledOut();
        int generation = Json.number(deployment(), 0, "metadata", "generation");
        send("PATCH", DEPLOYMENTS + "/auth", "application/strategic-merge-patch+json",
                restart("2026-01-01T00:00:00Z"));
        assertThat(Json.number(deployment(), 0, "metadata", "generation")).isEqualTo(generation);

        send("PATCH", DEPLOYMENTS + "/auth", "application/merge-patch+json", "{\"spec\":{\"paused\":true}}");
        send("PATCH", DEPLOYMENTS + "/auth", "application/strategic-merge-patch+json",
                restart("2026-02-02T00:00:00Z"));
        Eventually.holds("seen as paused", Duration.ofSeconds(5),
                () -> deployment().toString().contains("DeploymentPaused"));
        assertThat(Json.at(deployment(), "status", "updatedReplicas")).isEmpty();
    }

    @Test
    void noReplicasMeansNoCounters() throws Exception {
        deployment(0);
        rolledOut();
        JsonObject status = deployment().getAsJsonObject("status");
        assertThat(status.keySet()).containsExactlyInAnyOrder("observedGeneration", "terminatingReplicas",
                "conditions");
    }

    @Test
    void limitsAreTheRealOnes() throws Exception {
        String body = "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"A\":\"%s\"}}";
        String mebibyte = java.util.Base64.getEncoder().encodeToString(new byte[1024 * 1024]);
        String more = java.util.Base64.getEncoder().encodeToString(new byte[1024 * 1024 + 1]);
        String path = SECRETS + "/big?fieldManager=x";
        assertThat(send("PATCH", path, "application/apply-patch+yaml", body.formatted(mebibyte)).statusCode())
                .isEqualTo(201);
        assertThat(send("PATCH", path, "application/apply-patch+yaml", body.formatted(more)).body())
                .contains("data: Too long: may not be more than 1048576 bytes");
        assertThat(
                send("PATCH", path, "application/apply-patch+yaml", " ".repeat(3 * 1024 * 1024 + 1)).body())
                .contains("Request entity too large: limit is 3145728");
        assertThat(send("POST", SECRETS, "application/json",
                "{\"metadata\":{\"name\":\"a\",\"annotations\":{\"x\":\"%s\"}}}"
                        .formatted("y".repeat(262144)))
                .body())
                .contains("metadata.annotations: Too long: may not be more than 262144 bytes");
    }

    @Test
    void aSavedStateComesBackWithItsAuthorityTokenAndObjects() throws Exception {
        secret("kept", "1");
        JsonObject state = JsonParser.parseString(emulator.save().toString()).getAsJsonObject();
        String kubeconfig = emulator.kubeconfig();
        int port = emulator.address().getPort();
        emulator.close();
        emulator = new KubernetesEmulator(port, "nexpo");
        emulator.restore(state);
        assertThat(emulator.kubeconfig()).isEqualTo(kubeconfig);
        client = trusting(emulator.authorityPem());
        assertThat(send("GET", SECRETS + "/kept", "", "").statusCode()).isEqualTo(200);
    }

    @Test
    void saysThatItIsStartingAndFreezes() throws Exception {
        emulator.starting(true);
        HttpResponse<String> ready = send("GET", "/readyz", "", "");
        assertThat(ready.statusCode()).isEqualTo(500);
        assertThat(ready.body()).contains("failed: reason withheld");
        emulator.starting(false);
        emulator.freeze(true);
        java.util.concurrent.CompletableFuture<HttpResponse<String>> answer = client
                .sendAsync(request("GET", "/version", "", ""), BodyHandlers.ofString());
        assertThat(answer).isNotDone();
        emulator.freeze(false);
        assertThat(answer.get(5, java.util.concurrent.TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
}
