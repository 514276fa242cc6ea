package com.nexpo.console.sandbox.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every exchange recorded on the real server is answered by the emulator in the same way. */
class VaultReplayTest {
    private static final String ROOT = "s.CANARYroot0123456789abcdef";
    private static final String VALUES = "{\"POSTHOG_HOST\":\"https://eu.posthog.com\","
            + "\"POSTHOG_PROJECT_API_KEY\":\"SAMPLE-phc-1\",\"POSTHOG_PROJECT_ID\":\"12345\"}";

    private static final String NO_NAMESPACES = "the console takes a namespace as given and asks for none; the "
            + "emulator has the root namespace only, as Vault's community edition";
    private static final Map<String, String> LEFT_OUT = Map.of(
            "namespace-create", NO_NAMESPACES, "namespace-list", NO_NAMESPACES, "namespace-in-path",
            NO_NAMESPACES,
            "namespace-mounts", NO_NAMESPACES, "namespace-no-mount", NO_NAMESPACES,
            "namespace-foreign-token", NO_NAMESPACES);

    private final Set<String> replayed = new LinkedHashSet<>();
    private final TestClock clock = new TestClock();

    @FunctionalInterface
    private interface Scenario {
        void run(RecordedExchanges recorded) throws Exception;
    }

    @TestFactory
    Stream<DynamicTest> recordings() {
        return Stream.of(
                test("health and system", true, this::system),
                test("seal and initialisation", false, this::seal),
                test("mounts", true, this::mounts),
                test("KV version 1 and quotas", true, this::kv1),
                test("KV version 2: writes", true, this::kv2),
                test("policies and tokens", true, this::tokens),
                test("wrapping", true, this::wrapping),
                test("JWT", true, this::jwt),
                test("AppRole and userpass", true, this::logins),
                DynamicTest.dynamicTest("every recording is replayed or left out with a reason",
                        this::complete));
    }

    private DynamicTest test(String name, boolean initialised, Scenario scenario) {
        return DynamicTest.dynamicTest(name, () -> {
            try (RecordedExchanges recorded = new RecordedExchanges(
                    new VaultEmulator(0, ROOT, clock, initialised)).with("SAMPLE-ROOT-TOKEN", ROOT)) {
                try {
                    scenario.run(recorded);
                } finally {
                    replayed.addAll(recorded.replayed());
                }
            }
        });
    }

    private void complete() throws Exception {
        Path folder = Path.of(VaultReplayTest.class.getResource("/vault/README.md").toURI()).getParent();
        Set<String> missing = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(".json"))
                    .forEach(file -> missing.add(file.substring(0, file.length() - 5)));
        }
        assertThat(missing).containsAll(replayed).hasSizeGreaterThan(180);
        missing.removeAll(replayed);
        assertThat(missing).isEqualTo(new TreeSet<>(LEFT_OUT.keySet()));
    }

    private void system(RecordedExchanges recorded) {
        recorded.replay("health-active", "health-custom-code", "health-wrong-namespace",
                "seal-status-unsealed",
                "leader", "license-status", "version-history", "unsupported-get");
    }

    private void seal(RecordedExchanges recorded) {
        recorded.replay("health-uninitialised", "seal-status-uninitialised", "init-false",
                "uninitialised-read");
        JsonObject made = recorded.replay("init-do");
        List<String> keys = new ArrayList<>(Fields.texts(made.get("keys")));
        recorded.with("SAMPLE-ROOT-TOKEN-1", made.get("root_token").getAsString()).with("SAMPLE-UNSEAL-KEY-1",
                keys.get(0));
        recorded.replay("health-sealed", "seal-status-sealed", "sealed-read", "sealed-lookup-self",
                "sealed-login",
                "unseal-progress", "unseal-bad-key");
        recorded.step("PUT", "sys/unseal", "{\"key\":\"" + keys.get(0) + "\"}");
        recorded.step("PUT", "sys/unseal", "{\"key\":\"" + keys.get(2) + "\"}");
        recorded.replay("health-after-unseal", "seal-status-just-unsealed", "seal-do");
        recorded.replay("health-sealed");
    }

    private void mounts(RecordedExchanges recorded) {
        recorded.replay("mounts", "mount-exists", "mount-missing", "mount-tune", "mount-kv1",
                "mount-kv-no-version",
                "mount-nested", "internal-ui-mounts", "internal-ui-mounts-no-token", "missing-mount",
                "missing-mount-write", "preflight-kv1-foo", "preflight-plain-foo", "preflight-team-kv-foo",
                "preflight-secret-nexpo-posthog-api-gateway", "preflight-nope-foo");
    }

    private void kv1(RecordedExchanges recorded) {
        recorded.replay("mount-kv1", "kv1-read-missing", "kv1-write", "kv1-read", "kv1-read-data-path",
                "kv1-write-data-path", "kv1-read-data-path-after", "quota-create");
        recorded.step("GET", "kv1/foo", "");
        recorded.replay("rate-limited");
        clock.advance(Duration.ofSeconds(11));
        recorded.step("GET", "kv1/foo", "");
    }

    private void kv2(RecordedExchanges recorded) {
        recorded.replay("kv2-config", "kv2-read-missing", "kv2-metadata-missing", "kv2-delete-missing",
                "kv2-patch-missing", "kv2-write-cas-on-missing", "kv2-write-cas0-create",
                "kv2-write-cas0-conflict",
                "kv2-write-cas-ok", "kv2-write-cas-stale", "kv2-write-cas-negative",
                "kv2-write-cas-not-a-number",
                "kv2-read", "kv2-read-version", "kv2-read-version-missing", "kv2-read-version-bad",
                "kv2-write-no-data", "kv2-write-bad-json", "kv2-write-null-data", "kv2-write-empty",
                "kv2-write-types", "kv2-read-types", "kv2-write-no-cas", "kv2-patch", "kv2-read-after-patch",
                "kv2-patch-cas0", "kv2-patch-cas-stale", "kv2-patch-wrong-type", "kv2-subkeys",
                "kv2-metadata-write", "kv2-metadata-read", "kv2-write-cas-required", "kv2-metadata-patch");
        recorded.step("POST", "secret/metadata/nexpo/posthog/api-gateway", "{\"cas_required\":false}");
        recorded.replay("kv2-metadata-long-key", "kv2-metadata-bad", "kv2-delete", "kv2-read-deleted",
                "kv2-patch-deleted", "kv2-subkeys-deleted", "kv2-write-cas0-after-delete", "kv2-undelete",
                "kv2-delete-version", "kv2-destroy", "kv2-read-destroyed", "kv2-metadata-after-destroy",
                "kv2-write-after-destroy");
        for (String service : new String[]{"auth", "payments", "user"}) {
            recorded.step("POST", "secret/data/nexpo/posthog/" + service, "{\"data\":" + VALUES + "}");
        }
        recorded.replay("kv2-list", "kv2-list-get", "kv2-list-page", "kv2-list-folder", "kv2-list-empty",
                "kv2-list-data-path", "kv2-detailed-metadata", "kv2-metadata-delete",
                "kv2-read-after-metadata-delete", "kv2-double-slash", "kv2-empty-path", "kv2-trailing-slash",
                "kv2-unicode-path", "kv2-read-without-data", "kv2-write-without-data");
        recorded.with("(1100000 bytes)", "x".repeat(1_100_000)).with("(33 MiB)",
                "x".repeat(33 * 1024 * 1024));
        recorded.replay("kv2-write-1mib", "request-too-large");
    }

    private void tokens(RecordedExchanges recorded) {
        recorded.replay("policy-put", "policy-get", "policy-get-legacy", "policy-list", "policy-missing",
                "policy-put-bad", "policy-put-root", "policy-put-syntax", "guide-policy-put",
                "guide-token-role",
                "guide-token-role-read", "mount-kv1");
        recorded.step("POST", "secret/data/nexpo/posthog/auth", "{\"data\":" + VALUES + "}");
        recorded.with("SAMPLE-VAULT-TOKEN-1", token(recorded,
                "{\"policies\":[\"posthog-writer\"],\"ttl\":\"1h\",\"meta\":{\"who\":\"console\"}}"))
                .with("SAMPLE-VAULT-TOKEN-2", token(recorded, "{\"policies\":[\"nexpo-posthog-read\"]}"))
                .with("SAMPLE-VAULT-TOKEN-3",
                        token(recorded, "{\"policies\":[\"posthog-writer\"],\"renewable\":false}"))
                .with("SAMPLE-VAULT-TOKEN-4",
                        token(recorded, "{\"policies\":[\"posthog-writer\"],\"ttl\":\"1s\"}"))
                .with("SAMPLE-VAULT-TOKEN-5",
                        token(recorded, "{\"policies\":[\"posthog-writer\"],\"num_uses\":1}"));
        recorded.replay("lookup-self", "lookup-self-root", "lookup-self-bogus", "bogus-token", "no-token",
                "bearer-token", "capabilities-self", "capabilities-self-empty", "capabilities-self-root",
                "capabilities-self-guide-policy", "denied-read", "denied-write", "denied-delete",
                "denied-mounts",
                "denied-missing-mount", "denied-list-guide-policy", "internal-ui-mounts-limited",
                "preflight-limited", "preflight-denied", "renew-self-root", "renew-self-not-renewable",
                "revoke-self", "login-unknown-mount");
        clock.advance(Duration.ofSeconds(2));
        recorded.replay("expired-token", "lookup-self-expired", "renew-self-expired", "renew-self");
        clock.advance(Duration.ofSeconds(3));
        recorded.replay("namespace-root-name", "wrong-namespace-header");
        recorded.stepAs("SAMPLE-VAULT-TOKEN-5", "GET", "auth/token/lookup-self", "");
        recorded.replay("used-up-token");
    }

    private static String token(RecordedExchanges recorded, String body) {
        return recorded.step("POST", "auth/token/create", body).getAsJsonObject("auth").get("client_token")
                .getAsString();
    }

    private void wrapping(RecordedExchanges recorded) {
        recorded.step("POST", "secret/data/nexpo/posthog/auth", "{\"data\":" + VALUES + "}");
        JsonObject wrapped = recorded.replay("wrap");
        recorded.with("SAMPLE-TOKEN-1", wrapped.getAsJsonObject("wrap_info").get("token").getAsString());
        recorded.replay("unwrap", "unwrap-twice");
    }

    private void jwt(RecordedExchanges recorded) throws Exception {
        try (TestIdentity nomad = new TestIdentity()) {
            String good = nomad.sign("vault.io", "default", "identity-probe");
            recorded.replay("jwt-login-no-mount", "jwt-enable", "jwt-login-not-configured",
                    "jwt-config-unreachable");
            recorded.with("http://127.0.0.1:4646/.well-known/jwks.json", nomad.url())
                    .with("SAMPLE-JWT.header.payload.signature", good);
            recorded.replay("jwt-config", "jwt-config-read", "jwt-role-no-bounds", "jwt-role-write",
                    "jwt-role-read");
            String mappings = "\"claim_mappings\":{\"nomad_namespace\":\"nomad_namespace\",\"nomad_job_id\":"
                    + "\"nomad_job_id\",\"nomad_task\":\"nomad_task\"},\"token_period\":\"30m\",";
            recorded.step("POST", "auth/jwt-nomad/role/nomad-workloads",
                    "{\"role_type\":\"jwt\",\"user_claim\":"
                            + "\"sub\",\"bound_audiences\":\"vault.io\"," + mappings
                            + "\"token_policies\":\"nomad-workloads\"}");
            recorded.step("POST", "auth/jwt-nomad/role/other-namespace",
                    "{\"role_type\":\"jwt\",\"user_claim\":"
                            + "\"sub\",\"bound_audiences\":\"vault.io\",\"bound_claims\":{\"nomad_namespace\":\"other\"}}");
            recorded.step("POST", "auth/jwt-nomad/role/bad-user-claim",
                    "{\"role_type\":\"jwt\",\"user_claim\":\"nope\",\"bound_audiences\":\"vault.io\"}");
            recorded.step("PUT", "sys/policies/acl/posthog-api-gateway",
                    "{\"policy\":\"path \\\"secret/data/nexpo/"
                            + "posthog/api-gateway\\\" { capabilities = [\\\"read\\\"] }\"}");
            JsonObject in = recorded.replay("jwt-login-ok");
            recorded.with("SAMPLE-VAULT-TOKEN-1",
                    in.getAsJsonObject("auth").get("client_token").getAsString());
            recorded.replay("jwt-token-denied-other-secret", "jwt-login-default-role",
                    "jwt-login-claim-mismatch",
                    "jwt-login-garbage", "jwt-login-no-user-claim", "jwt-login-unknown-role");
            recorded.with("SAMPLE-JWT.header.payload.signature",
                    good.substring(0, good.length() - 8) + "AAAAAAAA");
            recorded.replay("jwt-login-bad-signature");
            recorded.with("SAMPLE-JWT.header.payload.signature",
                    nomad.sign("nomadproject.io", "default", "identity-probe"));
            recorded.replay("jwt-login-wrong-audience", "jwt-login-default-identity");
        }
    }

    private void logins(RecordedExchanges recorded) {
        recorded.replay("policy-put", "auth-enable");
        recorded.step("POST", "sys/auth/userpass", "{\"type\":\"userpass\"}");
        recorded.replay("auth-list", "approle-role-write");
        String role = recorded.replay("approle-role-id").getAsJsonObject("data").get("role_id").getAsString();
        String secret = recorded.replay("approle-secret-id").getAsJsonObject("data").get("secret_id")
                .getAsString();
        recorded.with("SAMPLE-ROLE-ID", role).with("SAMPLE-SECRET-ID-1", secret);
        recorded.replay("approle-login", "approle-login-bad-role", "approle-login-bad-secret");
        recorded.step("POST", "auth/userpass/users/dev",
                "{\"password\":\"SAMPLE-PASSWORD\",\"token_policies\":\"posthog-writer\"}");
        recorded.replay("userpass-login", "userpass-login-unknown");
        for (int i = 0; i < 5; i++) {
            recorded.replay("userpass-login-bad");
        }
        recorded.replay("userpass-locked");
    }
}
