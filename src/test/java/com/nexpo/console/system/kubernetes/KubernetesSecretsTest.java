package com.nexpo.console.system.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Secret;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.model.Value;
import com.nexpo.console.system.Limits;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.ServiceConfig.Entry;
import com.nexpo.console.system.Snapshot;
import com.nexpo.console.system.kubernetes.KubernetesConnection.Request;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What holds for the adapter on any API server: the emulator, and the real one when {@code K8S_TEST_KUBECONFIG}
 * names its kubeconfig ({@code K8S_TEST_CONTEXT} and {@code K8S_TEST_NAMESPACE} as wanted; the namespace must
 * exist).
 */
abstract class KubernetesSecretsTest {
    static final Fingerprints FINGERPRINTS = new Fingerprints(new byte[32]);
    static final String CANARY = "phc_CANARY_first_value";
    static final String CANARY_TWO = "phc_CANARY_second_value";

    KubernetesConnection connection = open(Path.of(""), Optional.empty());
    KubernetesSecrets secrets = new KubernetesSecrets(connection, "", FINGERPRINTS);
    private final String name = "console-test-" + UUID.randomUUID().toString().substring(0, 8);

    /** The kubeconfig of the server to test on. */
    abstract Path kubeconfig() throws Exception;

    Optional<String> context() {
        return Optional.empty();
    }

    abstract String namespace();

    static KubernetesConnection open(Path kubeconfig, Optional<String> context) {
        return new KubernetesConnection(new RemoteCall(SystemId.KUBERNETES, Limits.DEFAULT),
                List.of(kubeconfig),
                context, Clock.systemUTC());
    }

    @BeforeEach
    void connect() throws Exception {
        connection = open(kubeconfig(), context());
        secrets = new KubernetesSecrets(connection, namespace(), FINGERPRINTS);
    }

    @AfterEach
    void cleanUp() throws Exception {
        if (secrets.state(name).isPresent()) {
            raw("DELETE", path(), Map.of(), "application/json", "");
        }
        connection.close();
    }

    String path() {
        return "/api/v1/namespaces/" + namespace() + "/secrets/" + name;
    }

    /** Does what somebody else does to the secret. */
    JsonObject raw(String method, String path, Map<String, String> query, String type, String body)
            throws Exception {
        return connection.send("a test's call", Repeat.ONCE, new Request(method, path, query, type,
                body.isEmpty() ? Optional.empty() : Optional.of(JsonParser.parseString(body)))).body();
    }

    ServiceConfig wanted(String... keysAndValues) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            entries.put(keysAndValues[i], new Entry(Secret.of(keysAndValues[i + 1]), true));
        }
        return new ServiceConfig("auth", name, entries);
    }

    private Change plan(ServiceConfig wanted) throws Exception {
        List<Change> changes = secrets.plan(wanted, secrets.read(wanted));
        assertThat(changes).hasSize(1);
        return changes.getFirst();
    }

    private void applied(ServiceConfig wanted) throws Exception {
        assertThat(secrets.apply(plan(wanted), wanted)).isInstanceOf(Outcome.Done.class);
    }

    private static com.nexpo.console.model.Failure refused(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused) outcome).failure();
    }

    private static String text(Snapshot.@Nullable Held held) {
        return held == null ? "(no such key)" : held.value().map(Secret::reveal).orElse("(none)");
    }

    @Test
    void createsChangesAndFindsNothingLeftToDo() throws Exception {
        ServiceConfig first = wanted("KEY", CANARY, "HOST", "https://eu.example.com");
        Change create = plan(first);
        assertThat(create.action()).isEqualTo(Action.CREATE);
        assertThat(create.basis()).isEqualTo(Basis.notThere());
        assertThat(create.toString()).doesNotContain(CANARY);
        assertThat(secrets.apply(create, first)).isInstanceOf(Outcome.Done.class);
        assertThat(plan(first).action()).isEqualTo(Action.NONE);

        ServiceConfig second = wanted("KEY", CANARY_TWO);
        Change update = plan(second);
        assertThat(update.action()).isEqualTo(Action.UPDATE);
        assertThat(update.fields()).extracting("name").containsExactlyInAnyOrder("KEY", "HOST");
        assertThat(secrets.apply(update, second)).isInstanceOf(Outcome.Done.class);
        Snapshot now = secrets.read(second);
        assertThat(now.entries()).containsOnlyKeys("KEY");
        assertThat(plan(second).action()).isEqualTo(Action.NONE);
    }

    @Test
    void ownsOnlyWhatItMeans() throws Exception {
        applied(wanted("KEY", CANARY));
        JsonObject stored = raw("GET", path(), Map.of(), "application/json", "");
        assertThat(Tree.objects(stored, "metadata", "managedFields")).singleElement()
                .satisfies(entry -> assertThat(Tree.object(entry, "fieldsV1")).contains(JsonParser
                        .parseString(
                                "{\"f:data\":{\"f:KEY\":{}},\"f:metadata\":{\"f:labels\":{\"f:app.kubernetes.io/managed-by\":{}}}}")
                        .getAsJsonObject()));
        raw("PATCH", path(), Map.of("fieldManager", "gitops", "force", "false"),
                "application/apply-patch+yaml",
                "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"labels\":{\"team\":\"pay\"},"
                        + "\"annotations\":{\"a\":\"b\"}}}");
        applied(wanted("KEY", CANARY_TWO));
    }

    @Test
    void valuesArriveExactly() throws Exception {
        ServiceConfig wanted = wanted("QUOTES", "a \"b\" 'c' \\ d", "LINES", "one\ntwo\r\n\n", "DOLLAR",
                "$HOME ${X} $(x)",
                "BRACES", "{{ with secret }}{% x %}", "UNICODE", "grüße 日本 🚀 e\u0301", "EMPTY", "", "SPACES",
                "  x  ",
                "LONG", "k".repeat(4096), "YAML", "yes: [no, null] # ~", "NUL", "a\0b");
        applied(wanted);
        Snapshot now = secrets.read(wanted);
        wanted.entries().forEach((key, entry) -> assertThat(text(now.entries().get(key))).as(key)
                .isEqualTo(entry.value().reveal()));
        assertThat(plan(wanted).action()).isEqualTo(Action.NONE);
    }

    @Test
    void aChangeSinceTheReviewIsRefused() throws Exception {
        applied(wanted("KEY", CANARY));
        ServiceConfig next = wanted("KEY", CANARY_TWO);
        Change reviewed = plan(next);
        raw("PATCH", path(), Map.of("fieldManager", "somebody"), "application/merge-patch+json",
                "{\"data\":{\"OTHER\":\"MQ==\"}}");
        assertThat(refused(secrets.apply(reviewed, next)).code()).isEqualTo("K8S-STALE");
        assertThat(text(secrets.read(next).entries().get("KEY"))).isEqualTo(CANARY);
    }

    @Test
    void aSecretDeletedSinceTheReviewIsNotMadeAnew() throws Exception {
        applied(wanted("KEY", CANARY));
        ServiceConfig next = wanted("KEY", CANARY_TWO);
        Change reviewed = plan(next);
        raw("DELETE", path(), Map.of(), "application/json", "");
        assertThat(refused(secrets.apply(reviewed, next)).code()).isEqualTo("K8S-RECREATED");
        assertThat(secrets.state(name)).isEmpty();
    }

    @Test
    void aSecretMadeAnewSinceTheReviewIsRefused() throws Exception {
        applied(wanted("KEY", CANARY));
        ServiceConfig next = wanted("KEY", CANARY_TWO);
        Change reviewed = plan(next);
        raw("DELETE", path(), Map.of(), "application/json", "");
        applied(wanted("KEY", "phc_CANARY_third"));
        assertThat(refused(secrets.apply(reviewed, next)).code()).isIn("K8S-RECREATED", "K8S-STALE");
        assertThat(text(secrets.read(next).entries().get("KEY"))).isEqualTo("phc_CANARY_third");
    }

    @Test
    void aSecretThatAppearedSinceTheReviewIsNotOverwritten() throws Exception {
        ServiceConfig wanted = wanted("KEY", CANARY);
        Change reviewed = plan(wanted);
        raw("POST", "/api/v1/namespaces/" + namespace() + "/secrets",
                Map.of("fieldManager", "kubectl-create"),
                "application/json",
                "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"" + name
                        + "\"},\"data\":{\"KEY\":\"MQ==\"}}");
        assertThat(refused(secrets.apply(reviewed, wanted)).code()).isIn("K8S-STALE", "K8S-OWNER");
        assertThat(text(secrets.read(wanted).entries().get("KEY"))).isEqualTo("1");
    }

    @Test
    void aRepeatedApplyWhoseFirstAnswerWasLostIsFoundDone() throws Exception {
        applied(wanted("KEY", CANARY));
        ServiceConfig next = wanted("KEY", CANARY_TWO);
        Change reviewed = plan(next);
        assertThat(secrets.apply(reviewed, next)).isInstanceOf(Outcome.Done.class);
        assertThat(secrets.apply(reviewed, next)).isInstanceOf(Outcome.Done.class);
    }

    private void madeByKubectl() throws Exception {
        raw("POST", "/api/v1/namespaces/" + namespace() + "/secrets", Map.of("fieldManager",
                "kubectl-client-side-apply"), "application/json",
                "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"" + name
                        + "\",\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\"}},"
                        + "\"data\":{\"KEY\":\"MQ==\",\"SAME\":\"c2FtZS1DQU5BUlk=\",\"THEIRS\":\"eA==\"}}");
    }

    @Test
    void othersKeysAreLeftAloneNamedAndNotOverwritten() throws Exception {
        madeByKubectl();
        ServiceConfig wanted = wanted("KEY", CANARY, "SAME", "same-CANARY");
        Change change = plan(wanted);
        assertThat(change.fields()).extracting("name").containsExactly("KEY");
        assertThat(change.reason()).contains("KEY is owned by kubectl-client-side-apply")
                .contains("Left alone: THEIRS, owned by kubectl-client-side-apply");
        com.nexpo.console.model.Failure failure = refused(secrets.apply(change, wanted));
        assertThat(failure.code()).isEqualTo("K8S-OWNER");
        assertThat(failure.message()).contains("KEY of kubectl-client-side-apply using v1")
                .doesNotContain(CANARY);
        assertThat(text(secrets.read(wanted).entries().get("KEY"))).isEqualTo("1");
    }

    @Test
    void takingOverMakesTheKeysOursForGood() throws Exception {
        madeByKubectl();
        ServiceConfig wanted = wanted("KEY", CANARY, "SAME", "same-CANARY");
        assertThat(secrets.takeOver(plan(wanted), wanted)).isInstanceOf(Outcome.Done.class);
        SecretState state = secrets.state(name).orElseThrow();
        assertThat(state.hasLastApplied()).isFalse();
        assertThat(state.otherOwner("KEY")).isEmpty();
        assertThat(state.otherOwner("SAME")).isEmpty();
        assertThat(state.otherOwner("THEIRS")).contains("kubectl-client-side-apply");
        ServiceConfig less = wanted("KEY", CANARY_TWO);
        applied(less);
        assertThat(secrets.read(less).entries()).containsOnlyKeys("KEY", "THEIRS");
    }

    @Test
    void aTakeOverIsRefusedWhenTheSecretChangedSinceTheReview() throws Exception {
        madeByKubectl();
        ServiceConfig wanted = wanted("KEY", CANARY);
        Change reviewed = plan(wanted);
        raw("PATCH", path(), Map.of("fieldManager", "kubectl-edit"), "application/merge-patch+json",
                "{\"data\":{\"KEY\":\"Mg==\"}}");
        assertThat(refused(secrets.takeOver(reviewed, wanted)).code()).isEqualTo("K8S-STALE");
        assertThat(text(secrets.read(wanted).entries().get("KEY"))).isEqualTo("2");
    }

    @Test
    void anImmutableSecretIsRefusedInWords() throws Exception {
        applied(wanted("KEY", CANARY));
        raw("PATCH", path(), Map.of("fieldManager", "locker"), "application/merge-patch+json",
                "{\"immutable\":true}");
        ServiceConfig next = wanted("KEY", CANARY_TWO);
        com.nexpo.console.model.Failure failure = refused(secrets.apply(plan(next), next));
        assertThat(failure.code()).isEqualTo("K8S-IMMUTABLE");
        assertThat(failure.fix().orElse("")).contains("Delete it and plan again");
    }

    @Test
    void aValueThatIsNoTextIsShownAsThereButUnreadable() throws Exception {
        applied(wanted("KEY", CANARY));
        raw("PATCH", path(), Map.of("fieldManager", "other"), "application/merge-patch+json",
                "{\"data\":{\"BYTES\":\"/wA=\"}}");
        Snapshot now = secrets.read(wanted());
        assertThat(now.entries().get("BYTES")).isNotNull().satisfies(held -> {
            assertThat(held.value()).isEmpty();
            assertThat(held.owner()).contains("other");
        });
    }

    @Test
    void aFingerprintStandsForAValueInAPlan() throws Exception {
        ServiceConfig wanted = wanted("KEY", CANARY);
        assertThat(plan(wanted).fields().getFirst().after())
                .isEqualTo(Value.hidden(Secret.of(CANARY), FINGERPRINTS));
    }

    @Test
    void namesTheCommandThatReadsItBack() {
        assertThat(secrets.equivalentCommand(wanted()))
                .contains("kubectl -n %s get secret %s -o json".formatted(namespace(), name));
    }

    @Test
    void refusesWhatCannotBeStoredBeforeAnyCall() {
        assertThat(secrets.refusals(wanted("GOOD", "x"))).isEmpty();
        assertThat(secrets.refusals(wanted("BAD KEY", "x", "..a", "x", "k".repeat(254), "x"))).hasSize(3)
                .first().asString().contains("'BAD KEY'");
        assertThat(secrets.refusals(wanted("BIG", "x".repeat(1024 * 1024)))).isEmpty();
        assertThat(secrets.refusals(wanted("BIG", "x".repeat(1024 * 1024), "MORE", "y"))).singleElement()
                .asString()
                .contains("1048577 bytes");
        assertThat(secrets.refusals(new ServiceConfig("a", "Bad_Name", Map.of()))).singleElement().asString()
                .contains("'Bad_Name'");
    }
}
