package com.nexpo.console.sandbox.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.sandbox.kubernetes.Accounts.Rule;
import com.nexpo.console.testing.Eventually;
import com.nexpo.console.testing.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The exchanges recorded on a real API server (v1.36.3), sent to the emulator: same status, same headers that
 * matter, same shape of the body, and for errors the same words.
 *
 * <p>Versions and uids differ from run to run: those that the recorded server gave are replaced by those that the
 * emulator gave in their place.
 */
class ReplayTest {
    private static final String UID = "[0-9a-f]{8}-[0-9a-f-]{27}";
    private static final String SECRETS = "/api/v1/namespaces/shop-prod/secrets";

    /** File and exchange that are not replayed, with the reason. */
    private static final Map<String, String> LEFT_OUT = leftOut();

    private static Map<String, String> leftOut() {
        Map<String, String> out = new HashMap<>();
        String etcd = "health checks are named after the parts of a real server; ours has fewer";
        out.put("02-health.json#1", etcd);
        out.put("02-health.json#3", etcd);
        out.put("03-discovery.json#9", "the list of all paths at / is asked for by no tool that is named");
        String described = "the recording describes the body instead of holding it; EmulatorTest sends such bodies";
        out.put("34-invalid.json#14", described);
        for (int i = 0; i < 5; i++) {
            out.put("35-size.json#" + i, described);
        }
        out.put("80-deployment-create.json#3", "a real pod carries what a scheduler fills in");
        out.put("80-deployment-create.json#5", "replica sets are asked for by no tool that is named");
        out.put("54-list-expired.json#1", "shows what earlier recordings left behind");
        String token = "TokenRequest needs service accounts, which the emulator keeps as accounts of its own";
        out.put("60-unauthenticated.json#4", token);
        out.put("60-unauthenticated.json#5", token);
        String roles = "roles are given to the emulator by its methods, not by the RBAC API";
        out.put("61-forbidden.json#0", roles);
        out.put("61-forbidden.json#1", roles);
        return out;
    }

    /** Files of which nothing is replayed, with the reason. */
    private static final Map<String, String> FILES_LEFT_OUT = Map.ofEntries(
            Map.entry("02b-health-starting.json",
                    "times of a real start; EmulatorTest asks for a starting server"),
            Map.entry("35-size.json", "holds descriptions of bodies; EmulatorTest sends such bodies"),
            Map.entry("51-watch.json", "writes happen while it watches; EmulatorTest does the same"),
            Map.entry("52-watch-bookmark.json", "lasts 100 seconds; EmulatorTest has bookmarks at once"),
            Map.entry("71-kubectl-apply.json", "made by kubectl; KubectlTest runs it"),
            Map.entry("72-kubectl-other-writers.json", "made by kubectl; KubectlTest runs it"),
            Map.entry("73-kubectl-words.json", "kubectl's output; KubectlTest runs it"),
            Map.entry("81-rollout-restart.json",
                    "writes happen while it watches; EmulatorTest does the same"),
            Map.entry("82-rollout-stuck.json", "made by kubectl and time; EmulatorTest does the same"),
            Map.entry("83-available-false.json", "pods cannot be lost here: there are no nodes"),
            Map.entry("92-warnings.json", "resources that neither the console nor the named tools use"));

    private KubernetesEmulator emulator = new KubernetesEmulator(0, "shop-prod");
    private HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> given = new HashMap<>();

    @BeforeEach
    void connect() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        byte[] pem = emulator.authorityPem().getBytes(StandardCharsets.US_ASCII);
        store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509")
                .generateCertificate(new java.io.ByteArrayInputStream(pem)));
        TrustManagerFactory trust = TrustManagerFactory
                .getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        client = HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
        emulator.addAdministrator("SAMPLE-TOKEN-ADMIN", "sample-admin");
        account("DEPLOYER", "deployer",
                rule("deployer", "", "secrets", "get", "list", "watch", "create", "patch"),
                rule("deployer", "apps", "deployments", "get", "list", "watch", "patch"));
        account("NONE", "none");
        account("PATCHER", "patcher", rule("patcher", "", "secrets", "patch"));
        account("CREATOR", "creator", rule("creator", "", "secrets", "create", "get"));
        emulator.addUser("SAMPLE-TOKEN-LIMITED", "limited-user", List.of("team-limited"));
        account("ONE", "one", new Rule("one", "shop-prod", List.of(""), List.of("secrets"),
                List.of("get", "list"), List.of("l1")));
    }

    private void account(String token, String name, Rule... rules) {
        emulator.addRules("SAMPLE-TOKEN-" + token, "shop-prod", name, List.of(rules));
    }

    private static Rule rule(String role, String group, String resource, String... verbs) {
        return new Rule(role, "shop-prod", List.of(group), List.of(resource), List.of(verbs), List.of());
    }

    @AfterEach
    void stop() {
        emulator.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"01-version.json", "02-health.json", "03-discovery.json", "10-namespace.json",
        "20-secret-create.json", "21-ssa-create-update.json", "22-ssa-errors.json", "23-ssa-conflict.json",
        "24-ssa-remove-key.json", "25-ssa-empty-maps.json", "26-take-over.json", "27-review-then-apply.json",
        "30-replace.json", "31-ssa-resource-version.json", "32-other-patches.json", "33-immutable.json",
        "34-invalid.json", "36-string-data.json", "37-type-change.json", "38-dry-run.json",
        "39-delete.json", "40-encodings.json", "50-list.json", "53-watch-gone.json", "54-list-expired.json",
        "55-list-empty.json", "56-list-remaining.json", "60-unauthenticated.json", "61-forbidden.json",
        "62-self-reviews.json", "70-kubectl-guide.json", "80-deployment-create.json", "90-admission.json",
        "91-overload.json"})
    void answersAsRecorded(String file) throws Exception {
        JsonArray exchanges = sample(file);
        prepare(file);
        List<String> differences = new ArrayList<>();
        int replayed = 0;
        for (int i = 0; i < exchanges.size(); i++) {
            JsonObject exchange = exchanges.get(i).getAsJsonObject();
            between(file, i);
            boolean http = exchange.has("request") && exchange.has("response");
            if (!http || LEFT_OUT.containsKey(file + "#" + i)) {
                continue;
            }
            replayed++;
            for (String difference : replay(exchange)) {
                differences
                        .add("[%d] %s: %s".formatted(i, Json.text(exchange, "note").orElse(""), difference));
            }
        }
        assertThat(differences).as(file).isEmpty();
        assertThat(replayed).as("exchanges replayed of " + file).isPositive();
    }

    private static JsonArray sample(String file) throws IOException {
        try (InputStream in = ReplayTest.class.getResourceAsStream("/kubernetes/" + file)) {
            assertThat(in).as(file).isNotNull();
            return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject()
                    .getAsJsonArray("exchanges");
        }
    }

    @Test
    void everyRecordingIsReplayedOrLeftOutForAReason() throws Exception {
        Set<String> known = new TreeSet<>(FILES_LEFT_OUT.keySet());
        known.addAll(List.of(ReplayTest.class.getDeclaredMethod("answersAsRecorded", String.class)
                .getAnnotation(ValueSource.class).strings()));
        Path folder = Path.of(ReplayTest.class.getResource("/kubernetes/01-version.json").toURI())
                .getParent();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".json")))
                    .containsExactlyInAnyOrderElementsOf(known);
        }
    }

    /** Makes what earlier files, or commands of this one, had made. */
    private void prepare(String file) throws Exception {
        switch (file) {
            case "10-namespace.json" -> {
                send("DELETE", "/api/v1/namespaces/shop-prod", "", "");
                emulator.restore(without(emulator.save(), "shop-prod"));
                create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"going\"}}", "");
                create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"kube-node-lease\"}}", "");
            }
            case "22-ssa-errors.json" -> apply("auth-posthog-config", "{\"A\":\"MQ==\"}", "");
            case "30-replace.json" -> {
                secret("put-me", "{\"A\":\"MQ==\"}", "posthog-deployment-console");
                learn("258", "put-me");
            }
            case "32-other-patches.json" -> secret("pm", "{\"A\":\"MQ==\",\"B\":\"Mg==\"}", "first");
            case "37-type-change.json" -> apply("typed", "{\"A\":\"MQ==\"}", ",\"type\":\"Opaque\"");
            case "38-dry-run.json" -> {
                // dry2 is made when it is needed: the file's first exchanges ask for another
                apply("dry2", "{\"A\":\"MQ==\"}", ",\"type\":\"Opaque\"");
            }
            case "39-delete.json" -> {
                secret("del", "{\"A\":\"MQ==\"}", "x");
                learn("285", "del");
                given.put("f929bcca-f6f4-44f5-8397-deab612d1e79", uid("del"));
                send("PATCH", SECRETS + "/fin?fieldManager=posthog-deployment-console",
                        "application/apply-patch+yaml",
                        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"finalizers\":[\"example.com/hold\"]},"
                                + "\"type\":\"Opaque\",\"data\":{\"A\":\"MQ==\"}}");
                listed("coll", 2, "\"coll\":\"x\"");
            }
            case "50-list.json" -> {
                secret("api-gateway-posthog-config", "{\"A\":\"MQ==\",\"B\":\"MQ==\"}", "x");
                listed("l", 5,
                        "\"app.kubernetes.io/managed-by\":\"posthog-deployment-console\",\"svc\":\"s\"");
                secret("zz", "{\"A\":\"MQ==\"}", "x");
            }
            case "54-list-expired.json" -> {
                listed("l", 5,
                        "\"app.kubernetes.io/managed-by\":\"posthog-deployment-console\",\"svc\":\"s\"");
                for (int i = 0; i < 500; i++) {
                    send("PATCH", SECRETS + "/l0?fieldManager=x", "application/merge-patch+json",
                            "{\"data\":{\"A\":\"%s\"}}".formatted(i % 2 == 0 ? "MQ==" : "Mg=="));
                }
                emulator.compact();
            }
            case "56-list-remaining.json" -> {
                listed("l", 3, "\"svc\":\"s\"");
                create(SECRETS, "{\"metadata\":{\"name\":\"csa-posthog-config\",\"annotations\":{"
                        + "\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\"}},\"data\":{\"A\":\"MQ==\"}}",
                        "kubectl-client-side-apply");
            }
            case "61-forbidden.json" -> listed("l", 3,
                    "\"app.kubernetes.io/managed-by\":\"posthog-deployment-console\",\"svc\":\"s1\"");
            case "91-overload.json" -> secret("a", "{\"A\":\"MQ==\"}", "x");
            default -> {
                // the file stands alone
            }
        }
    }

    /** Does what happened between two exchanges without being recorded. */
    private void between(String file, int next) throws Exception {
        switch (file + "#" + next) {
            case "25-ssa-empty-maps.json#5" -> send("PATCH", SECRETS + "/em?fieldManager=kubectl-label",
                    "application/merge-patch+json", "{\"metadata\":{\"labels\":{\"team\":\"pay\"}}}");
            case "26-take-over.json#1" -> {
                for (String name : List.of("to", "to2")) {
                    create(SECRETS, ("{\"metadata\":{\"name\":\"%s\",\"annotations\":{"
                            + "\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\"}},"
                            + "\"data\":{\"A\":\"MQ==\",\"OLD\":\"eA==\"}}").formatted(name),
                            "kubectl-client-side-apply");
                }
            }
            case "27-review-then-apply.json#0" -> apply("rev", "{\"A\":\"MQ==\"}", ",\"type\":\"Opaque\"");
            case "27-review-then-apply.json#2" -> send("PATCH", SECRETS + "/rev?fieldManager=somebody",
                    "application/merge-patch+json", "{\"data\":{\"X\":\"MQ==\"}}");
            case "27-review-then-apply.json#6" -> send("DELETE", SECRETS + "/rev", "", "");
            case "70-kubectl-guide.json#1" ->
                create(SECRETS, "{\"metadata\":{\"name\":\"guide-posthog-config\"},"
                        + "\"data\":{\"EMPTY\":\"\",\"NOEQ\":\"\",\"POSTHOG_API_KEY\":\"cGhjX3NhbXBsZV8x\",\"POSTHOG_HOST\":"
                        + "\"aHR0cHM6Ly91cy5pLnBvc3Rob2cuY29t\",\"QUOTED\":\"ImluIHF1b3RlcyI=\"}}",
                        "kubectl-create");
            case "80-deployment-create.json#1" -> {
                emulator.stickRollout("shop-prod", "api-gateway", true);
                emulator.rolloutStep(Duration.ofMillis(1));
            }
            case "80-deployment-create.json#2" -> rolledTo("ReplicaSetUpdated");
            case "80-deployment-create.json#4" -> {
                emulator.stickRollout("shop-prod", "api-gateway", false);
                rolledTo("NewReplicaSetAvailable");
            }
            case "90-admission.json#0" -> emulator.admission()
                    .deny("ValidatingAdmissionPolicy 'secrets-need-team' with binding 'secrets-need-team'"
                            + " denied request: a secret needs the label team");
            case "90-admission.json#3" -> {
                emulator.admission().clear();
                emulator.admission()
                        .warn("Validation failed for ValidatingAdmissionPolicy 'secrets-need-team'"
                                + " with binding 'secrets-need-team': a secret needs the label team");
            }
            case "90-admission.json#4" -> emulator.admission()
                    .failWebhook("failed calling webhook \"check.example.com\": failed to call webhook: Post"
                            + " \"https://127.0.0.1:1/check?timeout=2s\": dial tcp 127.0.0.1:1: connect:"
                            + " connection refused");
            case "90-admission.json#6" -> {
                emulator.admission().clear();
                emulator.admission().limitSecrets(1);
            }
            case "91-overload.json#2" -> emulator.overload(true);
            default -> {
                // nothing happened
            }
        }
        if (file.equals("60-unauthenticated.json") && next == 6) {
            emulator.revoke("SAMPLE-JWT");
        }
    }

    private void rolledTo(String reason) throws Exception {
        Eventually.holds("the rollout", Duration.ofSeconds(5),
                () -> send("GET", "/apis/apps/v1/namespaces/shop-prod/deployments/api-gateway", "", "").body()
                        .contains(reason));
    }

    private static JsonObject without(JsonObject state, String namespace) {
        JsonArray kept = new JsonArray();
        state.getAsJsonObject("store").getAsJsonArray("objects").forEach(object -> {
            if (!Json.text(object, "metadata", "name").orElse("").equals(namespace)) {
                kept.add(object);
            }
        });
        state.getAsJsonObject("store").add("objects", kept);
        return state;
    }

    private void secret(String name, String data, String manager) throws Exception {
        create(SECRETS, "{\"metadata\":{\"name\":\"%s\"},\"data\":%s}".formatted(name, data), manager);
    }

    private void create(String path, String body, String manager) throws Exception {
        assertThat(send("POST", path + "?fieldManager=" + manager, "application/json", body).statusCode())
                .isEqualTo(201);
    }

    private void apply(String name, String data, String more) throws Exception {
        HttpResponse<String> response = send("PATCH",
                SECRETS + "/" + name + "?fieldManager=posthog-deployment-console",
                "application/apply-patch+yaml",
                "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":%s%s}".formatted(data, more));
        assertThat(response.statusCode()).isEqualTo(201);
    }

    private void listed(String prefix, int count, String labels) throws Exception {
        for (int i = 0; i < count; i++) {
            send("PATCH", SECRETS + "/" + prefix + i + "?fieldManager=posthog-deployment-console",
                    "application/apply-patch+yaml",
                    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"labels\":{%s}},\"type\":\"Opaque\","
                            .formatted(labels) + "\"data\":{\"A\":\"MQ==\"}}");
        }
    }

    private void learn(String recorded, String name) {
        given.put(recorded, Json.text(emulator.peek("secrets", "shop-prod", name).orElseThrow(), "metadata",
                "resourceVersion").orElseThrow());
    }

    private String uid(String name) {
        return Json.text(emulator.peek("secrets", "shop-prod", name).orElseThrow(), "metadata", "uid")
                .orElseThrow();
    }

    private HttpResponse<String> send(String method, String path, String type, String body) throws Exception {
        Map<String, String> headers = new HashMap<>(Map.of("Authorization", "Bearer SAMPLE-TOKEN-ADMIN"));
        if (!type.isEmpty()) {
            headers.put("Content-Type", type);
        }
        return send(method, path, headers, body);
    }

    private HttpResponse<String> send(String method, String path, Map<String, String> headers, String body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(emulator.address() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private List<String> replay(JsonObject exchange) throws Exception {
        JsonObject request = exchange.getAsJsonObject("request");
        JsonObject recorded = exchange.getAsJsonObject("response");
        Map<String, String> headers = new HashMap<>();
        request.getAsJsonObject("headers").entrySet().forEach(e -> {
            if (!Set.of("host", "content-length", "connection").contains(
                    e.getKey().toLowerCase(java.util.Locale.ROOT))) {
                headers.put(e.getKey(), e.getValue().getAsString());
            }
        });
        String body = request.has("body")
                ? translated(request.get("body")).toString()
                : Json.text(request, "bodyText").orElse("");
        String path = request.get("path").getAsString().replaceAll("timeoutSeconds=\\d+", "timeoutSeconds=1")
                .replace(" ", "%20");
        HttpResponse<String> answer = send(request.get("method").getAsString(), path, headers, body);
        return compare(recorded, answer);
    }

    /** The recorded body with the emulator's versions and uids. */
    private JsonElement translated(JsonElement body) {
        if (body.isJsonObject()) {
            JsonObject copy = new JsonObject();
            body.getAsJsonObject().entrySet().forEach(e -> copy.add(e.getKey(), translated(e.getValue())));
            return copy;
        }
        if (body.isJsonArray()) {
            JsonArray copy = new JsonArray();
            body.getAsJsonArray().forEach(e -> copy.add(translated(e)));
            return copy;
        }
        boolean text = body.isJsonPrimitive() && body.getAsJsonPrimitive().isString();
        return text ? new JsonPrimitive(given.getOrDefault(body.getAsString(), body.getAsString())) : body;
    }

    private List<String> compare(JsonObject recorded, HttpResponse<String> answer) {
        List<String> differences = new ArrayList<>();
        int status = recorded.get("status").getAsInt();
        if (status != answer.statusCode()) {
            differences
                    .add("recorded %d, emulator %d %s".formatted(status, answer.statusCode(), answer.body()));
            return differences;
        }
        for (String header : List.of("content-type", "retry-after")) {
            String was = Json.text(recorded, "headers", header).orElse("");
            String is = answer.headers().firstValue(header).orElse("");
            if (!was.equals(is)) {
                differences.add("%s: recorded '%s', emulator '%s'".formatted(header, was, is));
            }
        }
        String warning = Json.text(recorded, "headers", "warning").orElse("");
        if (!warning.isEmpty() && !answer.headers().allValues("warning").contains(warning)) {
            differences.add("warning: recorded %s, emulator %s".formatted(warning,
                    answer.headers().allValues("warning")));
        }
        if (recorded.has("body")) {
            bodies(recorded.get("body"), answer.body(), differences);
        } else if (recorded.has("bodyText") && answer.headers().firstValue("content-type").orElse("")
                .startsWith("text/plain")) {
            if (!recorded.get("bodyText").getAsString().equals(answer.body())) {
                differences.add(
                        "text: recorded %s, emulator %s".formatted(recorded.get("bodyText"), answer.body()));
            }
        } else if (recorded.has("events")) {
            events(recorded.getAsJsonArray("events"), answer.body(), differences);
        }
        return differences;
    }

    /** Recorded lines of a watch; the last one is words on how it ended. */
    private static void events(JsonArray recorded, String body, List<String> differences) {
        List<JsonElement> was = recorded.asList().stream().filter(JsonElement::isJsonObject).toList();
        List<JsonElement> is = new ArrayList<>();
        body.lines().filter(line -> !line.isBlank()).forEach(line -> is.add(JsonParser.parseString(line)));
        if (was.size() != is.size()) {
            differences.add("recorded %d events, emulator %d: %s".formatted(was.size(), is.size(), body));
            return;
        }
        for (int i = 0; i < was.size(); i++) {
            differences.addAll(shape().differences(was.get(i), is.get(i)));
        }
    }

    private void bodies(JsonElement recorded, String text, List<String> differences) {
        JsonElement emulated = JsonParser.parseString(text);
        if (recorded.isJsonObject() && recorded.getAsJsonObject().has("_trimmed")) {
            recorded = recorded.deepCopy();
            recorded.getAsJsonObject().remove("_trimmed");
        }
        learn(recorded, emulated);
        differences.addAll(shape().differences(recorded, emulated));
        boolean failure = Json.text(recorded, "status").filter("Failure"::equals).isPresent();
        if (failure) {
            words(recorded, emulated, differences);
        } else {
            owners(recorded, emulated, differences);
        }
    }

    /** Lists of discovery differ by what a whole server offers; keys of data and labels are data. */
    private static Shape shape() {
        return new Shape(Set.of("spec.template.metadata.labels", "metadata.annotations",
                // the items of a discovery or list are compared by the first one, which is another object here
                "resources", "groups", "items[].versions[].resources", "items[].spec", "items[].data",
                "metadata.remainingItemCount?", "metadata.continue?", "status.resourceRules",
                "status.nonResourceRules", "items[].metadata.labels?", "items[].metadata.labels",
                "items[].metadata.managedFields", "rows[].object.metadata", "metadata.managedFields",
                "status.conditions", "items[].metadata.managedFields?", "metadata.managedFields[].time?",
                "items[].metadata.annotations?"));
    }

    /** The same words, apart from versions, uids and the order of causes. */
    private static void words(JsonElement recorded, JsonElement emulated, List<String> differences) {
        for (String member : List.of("reason", "code", "details")) {
            JsonElement was = sorted(withoutUids(Json.at(recorded, member).orElse(JsonNull.INSTANCE)));
            JsonElement is = sorted(withoutUids(Json.at(emulated, member).orElse(JsonNull.INSTANCE)));
            if (!was.equals(is)) {
                differences.add("%s: recorded %s, emulator %s".formatted(member, was, is));
            }
        }
        String was = normal(Json.text(recorded, "message").orElse(""));
        String is = normal(Json.text(emulated, "message").orElse(""));
        if (!was.equals(is)) {
            differences.add("message: recorded '%s', emulator '%s'".formatted(was, is));
        }
    }

    private static JsonElement withoutUids(JsonElement details) {
        return JsonParser.parseString(details.toString().replaceAll(UID, "UID"));
    }

    private static String normal(String message) {
        String plain = message.replaceAll(UID, "UID").replaceAll("\\(\\d+\\)", "(N)");
        // The server lists conflicts in another order each time.
        return new TreeSet<>(plain.lines().toList()).toString();
    }

    private static JsonElement sorted(JsonElement details) {
        if (!details.isJsonObject() || !details.getAsJsonObject().has("causes")) {
            return details;
        }
        JsonObject copy = details.getAsJsonObject().deepCopy();
        List<JsonElement> causes = new ArrayList<>(copy.getAsJsonArray("causes").asList());
        causes.sort(java.util.Comparator.comparing(JsonElement::toString));
        JsonArray ordered = new JsonArray();
        causes.forEach(ordered::add);
        copy.add("causes", ordered);
        return copy;
    }

    /** The same owners of the same fields. */
    private static void owners(JsonElement recorded, JsonElement emulated, List<String> differences) {
        boolean stored = Json.text(recorded, "kind").filter(k -> k.equals("Secret") || k.equals("Deployment")
                || k.equals("Namespace") || k.equals("SelfSubjectAccessReview")).isPresent();
        if (!stored) {
            return;
        }
        Set<String> was = ownersOf(recorded.getAsJsonObject());
        Set<String> is = ownersOf(emulated.getAsJsonObject());
        if (!was.equals(is)) {
            differences.add("owners: recorded %s, emulator %s".formatted(was, is));
        }
        if (!Json.at(recorded, "data").equals(Json.at(emulated, "data"))) {
            differences.add("data: recorded %s, emulator %s".formatted(Json.at(recorded, "data"),
                    Json.at(emulated, "data")));
        }
    }

    private static Set<String> ownersOf(JsonObject object) {
        Set<String> owners = new TreeSet<>();
        FieldOwnership.owners(object).stream()
                // what the controller wrote by now depends on how far it is
                .filter(owner -> owner.subresource().isEmpty())
                // a request without a manager is booked under the client's own name
                .forEach(
                        owner -> owners.add((owner.manager().matches("unknown|sample-client|Java-http-client")
                                ? "(client)"
                                : owner.manager()) + " " + owner.operation() + " "
                                + owner.fields().toJson()));
        return owners;
    }

    /** Remembers what the emulator gave where the recorded server gave something else. */
    private void learn(JsonElement recorded, JsonElement emulated) {
        for (String member : List.of("resourceVersion", "uid")) {
            Json.text(recorded, "metadata", member)
                    .ifPresent(was -> Json.text(emulated, "metadata", member)
                            .ifPresent(is -> given.put(was, is)));
        }
    }
}
