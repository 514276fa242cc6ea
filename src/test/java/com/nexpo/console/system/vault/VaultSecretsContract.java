package com.nexpo.console.system.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Secret;
import com.nexpo.console.model.Value;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What has to hold of {@link VaultSecrets} on any server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class VaultSecretsContract {
    private static final Fingerprints KEY = new Fingerprints(
            "0123456789abcdef".getBytes(StandardCharsets.UTF_8));
    private static int services;

    VaultServer server;
    private String place;

    abstract VaultServer server() throws Exception;

    @BeforeAll
    void start() throws Exception {
        server = server();
    }

    @AfterAll
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void anotherService() {
        place = "nexpo/posthog/service-" + services++;
    }

    VaultSecrets store() {
        return new VaultSecrets(server.connection(), server.mount, KEY);
    }

    ServiceConfig config(String... keysAndValues) {
        Map<String, ServiceConfig.Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            entries.put(keysAndValues[i], new ServiceConfig.Entry(Secret.of(keysAndValues[i + 1]), true));
        }
        return new ServiceConfig("auth", place, entries);
    }

    Change plan(ServiceConfig wanted) throws Exception {
        List<Change> changes = store().plan(wanted, store().read(wanted));
        assertThat(changes).hasSize(1);
        return changes.getFirst();
    }

    String done(ServiceConfig wanted) throws Exception {
        Outcome outcome = store().apply(plan(wanted), wanted);
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done) outcome).detail();
    }

    JsonObject stored() throws Exception {
        return server.call("GET", server.mount + "/data/" + place, null).getAsJsonObject("data");
    }

    @Test
    void aSecretThatIsNotThereIsCreatedInOneVersion() throws Exception {
        ServiceConfig wanted = config("POSTHOG_HOST", "https://eu.example", "POSTHOG_KEY", "phc_CANARY1");

        Change change = plan(wanted);

        assertThat(change.action()).isEqualTo(Action.CREATE);
        assertThat(change.basis()).isEqualTo(Basis.notThere());
        assertThat(change.target().id()).isEqualTo(server.mount + "/" + place);
        assertThat(change.fields()).extracting(FieldChange::name).containsExactly("POSTHOG_HOST",
                "POSTHOG_KEY");
        assertThat(store().apply(change, wanted)).isEqualTo(Outcome.done("version 1"));
        assertThat(stored().getAsJsonObject("data").asMap()).isEqualTo(Map.of("POSTHOG_HOST",
                new JsonPrimitive("https://eu.example"), "POSTHOG_KEY", new JsonPrimitive("phc_CANARY1")));
    }

    @Test
    void theSecondPlanFindsNothingToDo() throws Exception {
        ServiceConfig wanted = config("A", "one", "B", "two");
        done(wanted);

        Change again = plan(wanted);

        assertThat(again.action()).isEqualTo(Action.NONE);
        assertThat(again.fields()).isEmpty();
        assertThat(again.basis()).isEqualTo(Basis.at("version", "1"));
        assertThat(store().apply(again, wanted)).isInstanceOf(Outcome.Done.class);
        assertThat(stored().getAsJsonObject("metadata").get("version").getAsInt()).isEqualTo(1);
    }

    @Test
    void valuesArriveExactly() throws Exception {
        String large = "x".repeat(4096);
        ServiceConfig wanted = config("QUOTES", "a\"b'c`d", "LINES", "one\ntwo\r\n\tthree\n", "DOLLAR",
                "$HOME ${X} $$", "BRACES", "{{ with secret }}{{ end }}", "UNICODE", "Grüße 你好 🚀 \u2028",
                "EMPTY", "",
                "LARGE", large, "BACKSLASH", "C:\\new\\temp\\", "JSON", "{\"a\":[1,null]}", "NUMBER",
                "12345678901234567890", "CONTROL", "\u0001\u001f\u007f");

        done(wanted);

        Snapshot read = store().read(wanted);
        wanted.entries().forEach((key, entry) -> assertThat(read.entries()).as(key)
                .hasEntrySatisfying(key, held -> assertThat(held.value().orElseThrow().reveal())
                        .isEqualTo(entry.value().reveal())));
        assertThat(plan(wanted).action()).isEqualTo(Action.NONE);
    }

    @Test
    void oneChangedKeyIsOneNewVersionAndShowsFingerprintsOnly() throws Exception {
        done(config("A", "one", "B", "CANARY-before"));
        ServiceConfig wanted = config("A", "one", "B", "CANARY-after");

        Change change = plan(wanted);

        assertThat(change.action()).isEqualTo(Action.UPDATE);
        assertThat(change.fields()).singleElement().satisfies(field -> {
            assertThat(field.name()).isEqualTo("B");
            assertThat(field.before()).isEqualTo(Value.hidden(Secret.of("CANARY-before"), KEY));
            assertThat(field.after()).isEqualTo(Value.hidden(Secret.of("CANARY-after"), KEY));
        });
        assertThat(change.toString()).doesNotContain("CANARY");
        assertThat(store().apply(change, wanted)).isEqualTo(Outcome.done("version 2"));
    }

    @Test
    void keysOfOthersAreKeptWithTheirTypesAndNamed() throws Exception {
        server.call("POST", server.mount + "/data/" + place,
                "{\"data\":{\"THEIRS\":\"x\",\"NUMBER\":5,\"DEEP\":{\"a\":[1,true,null]}}}");
        ServiceConfig wanted = config("OURS", "one");

        Change change = plan(wanted);

        assertThat(change.action()).isEqualTo(Action.UPDATE);
        assertThat(change.reason()).contains("kept, not ours: ").contains("THEIRS").contains("NUMBER")
                .contains("DEEP");
        assertThat(store().apply(change, wanted)).isEqualTo(Outcome.done("version 2"));
        assertThat(stored().getAsJsonObject("data").toString())
                .isEqualTo("{\"DEEP\":{\"a\":[1,true,null]},\"NUMBER\":5,\"OURS\":\"one\",\"THEIRS\":\"x\"}");
    }

    @Test
    void aKeyOfOursThatIsNoLongerWantedIsRemovedAndTheirsStays() throws Exception {
        done(config("A", "one", "B", "two"));
        server.call("POST", server.mount + "/data/" + place,
                "{\"data\":{\"A\":\"one\",\"B\":\"two\",\"THEIRS\":\"x\"}}");
        ServiceConfig wanted = config("A", "one");

        Change change = plan(wanted);

        assertThat(change.fields()).singleElement()
                .satisfies(field -> assertThat(field.after()).isEqualTo(Value.absent()));
        assertThat(store().apply(change, wanted)).isInstanceOf(Outcome.Done.class);
        assertThat(stored().getAsJsonObject("data").keySet()).containsExactlyInAnyOrder("A", "THEIRS");
    }

    @Test
    void aKeyThatAnotherWroteIsTakenOverWithoutANewVersionWhenItsValueIsRight() throws Exception {
        server.call("POST", server.mount + "/data/" + place, "{\"data\":{\"A\":\"one\"}}");
        server.call("POST", server.mount + "/metadata/" + place, "{\"custom_metadata\":{\"team\":\"core\"}}");
        ServiceConfig wanted = config("A", "one");

        Change change = plan(wanted);

        assertThat(change.action()).isEqualTo(Action.UPDATE);
        assertThat(change.reason()).contains("taken over from another writer: A");
        assertThat(store().apply(change, wanted)).isEqualTo(Outcome.done("version 1"));
        assertThat(plan(wanted).action()).isEqualTo(Action.NONE);
        JsonObject custom = stored().getAsJsonObject("metadata").getAsJsonObject("custom_metadata");
        assertThat(custom.get("team").getAsString()).isEqualTo("core");
        assertThat(custom.get("managed_by").getAsString()).isEqualTo("posthog-deployment-console");
    }

    @Test
    void aSecretThatWasDeletedComesBackAsTheNextVersion() throws Exception {
        ServiceConfig wanted = config("A", "one");
        done(wanted);
        server.call("DELETE", server.mount + "/data/" + place, null);

        Change change = plan(wanted);

        assertThat(change.action()).isEqualTo(Action.CREATE);
        assertThat(change.basis()).isEqualTo(Basis.at("version", "1"));
        assertThat(store().apply(change, wanted)).isEqualTo(Outcome.done("version 2"));
    }

    @Test
    void whatWasWrittenSinceTheReviewIsRefusedWithItsVersionAndWriter() throws Exception {
        done(config("A", "one"));
        ServiceConfig wanted = config("A", "two");
        Change change = plan(wanted);
        server.call("POST", server.mount + "/data/" + place, "{\"data\":{\"A\":\"CANARY-other\"}}");

        Outcome outcome = store().apply(change, wanted);

        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).failure().message()).contains(place)
                .contains("is at version 2")
                .contains("managed_by posthog-deployment-console").contains("made on version 1")
                .containsPattern("written 20\\d\\d-").doesNotContain("CANARY");
        assertThat(stored().getAsJsonObject("data").get("A").getAsString()).isEqualTo("CANARY-other");
    }

    @Test
    void fortyLongKeyNamesAreNotedOverSeveralEntriesAndReadBack() throws Exception {
        String[] many = new String[80];
        for (int i = 0; i < 40; i++) {
            many[2 * i] = "POSTHOG_A_RATHER_LONG_VARIABLE_NAME_" + i;
            many[2 * i + 1] = "value " + i;
        }
        done(config(many));

        assertThat(plan(config(many)).action()).isEqualTo(Action.NONE);
        Change fewer = plan(config("ONLY", "one"));
        assertThat(fewer.fields()).hasSize(41);
        done(config("ONLY", "one"));
        assertThat(stored().getAsJsonObject("data").keySet()).containsExactly("ONLY");
    }

    @Test
    void aVersionOneEngineIsRefusedInWords() throws Exception {
        String v1 = "v1-" + place.replaceAll(".*/", "");
        server.call("POST", "sys/mounts/" + v1, "{\"type\":\"kv\",\"options\":{\"version\":\"1\"}}");
        try {
            VaultSecrets store = new VaultSecrets(server.connection(), v1, KEY);
            assertThatThrownBy(() -> store.read(config("A", "one"))).isInstanceOf(FailureException.class)
                    .hasMessageContaining("KV version 1");
        } finally {
            server.call("DELETE", "sys/mounts/" + v1, null);
        }
    }

    @Test
    void aMountThatIsNotThereIsSaid() {
        VaultSecrets store = new VaultSecrets(server.connection(), "no-such-mount", KEY);

        assertThatThrownBy(() -> store.read(config("A", "one"))).isInstanceOf(FailureException.class)
                .hasMessageContaining("shows no engine at no-such-mount/");
    }

    @Test
    void aTokenWithoutRightsIsToldWhichPolicyItNeeds() throws Exception {
        String token = server.tokenWith(
                "path \"" + server.mount + "/data/" + place + "\" { capabilities = [\"read\"] }",
                "1h");
        VaultSecrets store = new VaultSecrets(server.connection(token), server.mount, KEY);
        ServiceConfig wanted = config("A", "CANARY-value");

        List<CheckResult> checks = store.permissions(List.of(wanted));

        assertThat(checks).extracting(CheckResult::code).containsExactly("VLT-001", "VLT-002", "VLT-003",
                "VLT-004");
        assertThat(checks.subList(0, 3)).extracting(CheckResult::status).containsOnly(Status.PASS);
        CheckResult rights = checks.getLast();
        assertThat(rights.status()).isEqualTo(Status.FAIL);
        assertThat(rights.message()).contains("create, update on " + server.mount + "/data/" + place)
                .contains("patch, read on " + server.mount + "/metadata/" + place);
        Outcome outcome = store.apply(store.plan(wanted, store.read(wanted)).getFirst(), wanted);
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).failure().code()).isEqualTo("VLT-POLICY");

        String policy = rights.fix().orElseThrow().text();
        String better = server.tokenWith(policy.substring(policy.indexOf("path ")), "1h");
        VaultSecrets allowed = new VaultSecrets(server.connection(better), server.mount, KEY);
        assertThat(allowed.permissions(List.of(wanted))).extracting(CheckResult::status)
                .containsOnly(Status.PASS);
        assertThat(allowed.apply(allowed.plan(wanted, allowed.read(wanted)).getFirst(), wanted))
                .isEqualTo(Outcome.done("version 1"));
    }

    @Test
    void aTokenThatEndsSoonAndOneThatIsUnknownAreTold() throws Exception {
        String soon = server.tokenWith("path \"x\" { capabilities = [\"read\"] }", "5m");
        List<CheckResult> checks = new VaultSecrets(server.connection(soon), server.mount, KEY)
                .permissions(List.of(config("A", "one")));
        assertThat(checks.get(1).status()).isEqualTo(Status.WARN);
        assertThat(checks.get(1).message()).contains("The token ends at");

        List<CheckResult> unknown = new VaultSecrets(server.connection("s.CANARYunknown0123456789"),
                server.mount, KEY)
                .permissions(List.of(config("A", "one")));
        assertThat(unknown).extracting(CheckResult::status).containsExactly(Status.PASS, Status.FAIL,
                Status.SKIPPED,
                Status.SKIPPED);
        assertThat(unknown.toString()).doesNotContain("CANARY");
    }
}
