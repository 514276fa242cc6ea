package com.nexpo.console.system.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Secret;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.sandbox.http.Faults.Fault;
import com.nexpo.console.system.Limits;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.RemoteHttp;
import com.nexpo.console.system.ServiceConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract on the emulator, and what only a server that misbehaves on purpose can show. */
class VaultSecretsTest extends VaultSecretsContract {
    @Override
    VaultServer server() throws Exception {
        return VaultServer.emulated();
    }

    @AfterEach
    void allIsWellAgain() {
        server.emulator().faults().clear();
        server.emulator().unseal();
        server.emulator().standby(false);
    }

    @Test
    void aLostAnswerOfAWriteThatArrivedIsFoundByReadingBack() throws Exception {
        ServiceConfig wanted = config("A", "one");
        Change change = plan(wanted);
        server.emulator().faults().add("POST .*/data/", 1, new Fault.LoseAnswer());

        assertThat(store().apply(change, wanted)).isEqualTo(Outcome.done("version 1"));
        assertThat(stored().getAsJsonObject("metadata").get("version").getAsInt()).isEqualTo(1);
    }

    @Test
    void aLostWriteIsUnsure() throws Exception {
        ServiceConfig wanted = config("A", "one");
        Change change = plan(wanted);
        server.emulator().faults().add("POST .*/data/", 1, new Fault.Cut());

        assertThat(store().apply(change, wanted)).isInstanceOf(Outcome.Unsure.class);
    }

    @Test
    void aWriterWhoComesBetweenReadAndWriteIsNotOverwritten() throws Exception {
        ServiceConfig wanted = config("A", "one");
        Change change = plan(wanted);
        server.emulator().faults().add("POST .*/data/", 1, new Fault.Answer(400, "application/json",
                "{\"errors\":[\"check-and-set parameter did not match the current version\"]}", Map.of()));

        assertThat(store().apply(change, wanted)).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void valuesThatAreWrittenWithoutTheirNoteAreAFailureThatTheNextRunMends() throws Exception {
        ServiceConfig wanted = config("A", "one");
        Change change = plan(wanted);
        server.emulator().faults().add("PATCH .*/metadata/", 1, new Fault.Answer(403, "application/json",
                "{\"errors\":[\"1 error occurred:\\n\\t* permission denied\\n\\n\"]}", Map.of()));

        Outcome outcome = store().apply(change, wanted);

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).failure().message()).contains("are written as version 1");
        assertThat(done(wanted)).isEqualTo("version 1");
        assertThat(plan(wanted).fields()).isEmpty();
    }

    @Test
    void noFailureHoldsASecret() throws Exception {
        ServiceConfig wanted = config("A", "CANARY-quoted-back");
        Change change = plan(wanted);
        List<Fault> faults = List.of(new Fault.Cut(),
                new Fault.Answer(500, "application/json", "{\"errors\":[\"no: CANARY-quoted-back\"]}",
                        Map.of()),
                new Fault.Answer(400, "application/json", "{\"errors\":[\"no: CANARY-quoted-back\"]}",
                        Map.of()),
                new Fault.Answer(200, "text/html", "<html>CANARY-quoted-back</html>", Map.of()));
        for (Fault fault : faults) {
            server.emulator().faults().add("POST .*/data/", 1, fault);
            Outcome outcome = store().apply(change, wanted);
            assertThat(outcome).isNotInstanceOf(Outcome.Done.class);
            assertThat(outcome.toString()).doesNotContain("CANARY");
        }
    }

    @Test
    void anExceptionsTraceHoldsNoSecret() {
        server.emulator().faults().add("GET .*/data/", 1, new Fault.Answer(500, "application/json",
                "{\"errors\":[\"" + VaultServer.EMULATOR_TOKEN + "\"]}", Map.of()));

        assertThatThrownBy(() -> store().read(config("A", "one"))).isInstanceOf(FailureException.class)
                .satisfies(e -> {
                    StringWriter trace = new StringWriter();
                    e.printStackTrace(new PrintWriter(trace));
                    assertThat(trace.toString()).doesNotContain("CANARY");
                });
    }

    @Test
    void sealedStandbyAndUnreachableAreTold() throws Exception {
        server.emulator().standby(true);
        assertThat(first().status()).isEqualTo(Status.WARN);
        assertThat(first().message()).contains("standby");

        server.emulator().standby(false);
        server.emulator().seal();
        assertThat(first().status()).isEqualTo(Status.FAIL);
        assertThat(first().message()).contains("is sealed");
        assertThatThrownBy(() -> store().read(config("A", "one"))).hasMessageContaining("Vault is sealed");

        server.emulator().faults().add("GET /v1/sys/health", 99, new Fault.Cut());
        assertThat(first().status()).isEqualTo(Status.ERROR);
    }

    private CheckResult first() throws Exception {
        return store().permissions(List.of(config("A", "one"))).getFirst();
    }

    @Test
    void aQuotaThatIsUsedUpIsWaitedFor() throws Exception {
        server.emulator().faults().add("GET .*/data/", 2, new Fault.Answer(429, "application/json",
                "{\"errors\":[\"request path \\\"x\\\": rate limit quota exceeded\"]}", Map.of()));

        assertThat(store().read(config("A", "one")).entries()).isEmpty();
    }

    @Test
    void valuesThatNoVariableCanHoldAreRefusedBeforeAnything() {
        ServiceConfig wanted = config("GOOD", "x", "NUL", "a\0b", "WITH SPACE", "x", "LARGE",
                "x".repeat(1024 * 1024 + 1));

        assertThat(store().refusals(wanted)).hasSize(3).anyMatch(r -> r.contains("NUL"))
                .anyMatch(r -> r.contains("WITH SPACE")).anyMatch(r -> r.contains("LARGE"));
        assertThat(store().refusals(new ServiceConfig("a", "nexpo//x?y", Map.of()))).hasSize(1);
    }

    @Test
    void anAppRoleLoginGivesATokenThatWorksAndABadOneSaysSoWithoutTheSecret() throws Exception {
        server.call("POST", "sys/auth/approle", "{\"type\":\"approle\"}");
        server.call("POST", "auth/approle/role/console", "{\"token_policies\":\"default\"}");
        String role = server.call("GET", "auth/approle/role/console/role-id", null).getAsJsonObject("data")
                .get("role_id").getAsString();
        Secret secret = Secret.of(server.call("POST", "auth/approle/role/console/secret-id", "{}")
                .getAsJsonObject("data").get("secret_id").getAsString());
        VaultConnection nobody = server.connection("");

        VaultConnection somebody = nobody.as(nobody.loginByAppRole("approle", role, secret));

        assertThat(somebody.get("looking up the token", "auth/token/lookup-self").ok()).isTrue();
        assertThatThrownBy(() -> nobody.loginByAppRole("approle", role, Secret.of("CANARY-id")))
                .isInstanceOf(FailureException.class).hasMessageContaining("invalid role or secret ID")
                .hasMessageNotContaining("CANARY");
        assertThatThrownBy(() -> nobody.loginByJwt("jwt-nope", "console", Secret.of("CANARY.jwt.x")))
                .isInstanceOf(FailureException.class).hasMessageNotContaining("CANARY");
    }

    @Test
    void aNamespaceThatIsNotThereIsSaid() throws Exception {
        VaultConnection other = new VaultConnection(server.address(), Optional.of("team-a"),
                Secret.of(VaultServer.EMULATOR_TOKEN), RemoteHttp.clientBuilder().build(),
                new RemoteCall(SystemId.VAULT, Limits.DEFAULT));

        List<CheckResult> checks = new VaultChecks(other, server.mount).all(List.of("a"));

        assertThat(checks.getFirst().status()).isEqualTo(Status.PASS);
        assertThat(checks.get(1).status()).isEqualTo(Status.FAIL);
        assertThat(checks.get(1).message()).contains("does not know the profile's namespace");
    }

    @Test
    void aPathWithUnusualCharactersGoesWhereItSays() throws Exception {
        String odd = "nexpo/a?b/c d%2F+e/\u00fc";
        ServiceConfig wanted = new ServiceConfig("auth", odd, config("A", "one").entries());

        done(wanted);

        assertThat(server.emulator().exists(server.mount + "/data/" + odd)).contains(Map.of("A", "one"));
        assertThat(plan(wanted).fields()).isEmpty();
        assertThat(store().refusals(wanted)).hasSize(1);
    }

    @Test
    void aChangeOfAnotherServiceIsNotCarriedOut() throws Exception {
        Change other = plan(config("A", "one"));
        ServiceConfig wanted = new ServiceConfig("user", "nexpo/posthog/somebody-else",
                config("A", "one").entries());

        Outcome outcome = store().apply(other, wanted);

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(server.emulator().exists(server.mount + "/data/nexpo/posthog/somebody-else")).isEmpty();
    }

    @Test
    void theCommandForPeopleNamesThePlaceAndNoValue() {
        assertThat(store().equivalentCommand(config("A", "CANARY"))).hasValueSatisfying(
                command -> assertThat(command).startsWith("vault kv get -address=http://127.0.0.1:")
                        .contains("-mount=" + server.mount + " nexpo/posthog/").doesNotContain("CANARY"));
    }
}
