package com.nexpo.console.system.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.system.vault.VaultAccess.Workload;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What has to hold of {@link VaultAccess} on any server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class VaultAccessContract {
    VaultServer server;
    VaultAccess access;
    private String prefix;
    final Workload auth = new Workload("auth", "nexpo/posthog/auth", "default", "auth");
    final Workload gateway = new Workload("api-gateway", "nexpo/posthog/api-gateway", "default",
            "api-gateway");

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
    void ownNames() {
        prefix = "ct-" + UUID.randomUUID().toString().substring(0, 8);
        access = new VaultAccess(server.connection(), server.mount, server.authMount, prefix);
    }

    private void applyAll(Workload... workloads) throws Exception {
        for (Workload workload : workloads) {
            for (Change change : access.plan(List.of(workload))) {
                assertThat(access.apply(change, workload)).isInstanceOf(Outcome.Done.class);
            }
        }
    }

    private JsonObject role(String name) throws Exception {
        return server.call("GET", "auth/" + server.authMount + "/role/" + prefix + "-" + name, null)
                .getAsJsonObject("data");
    }

    @Test
    void everyServiceGetsItsPolicyAndItsRoleAndTheSecondPlanFindsNothing() throws Exception {
        List<Change> first = access.plan(List.of(auth, gateway));

        assertThat(first).extracting(change -> change.target().type() + " " + change.target().id())
                .containsExactly(
                        "policy " + prefix + "-auth", "role " + server.authMount + "/" + prefix + "-auth",
                        "policy " + prefix + "-api-gateway",
                        "role " + server.authMount + "/" + prefix + "-api-gateway");
        assertThat(first).extracting(Change::action).containsOnly(Action.CREATE);
        applyAll(auth, gateway);

        List<Change> second = access.plan(List.of(auth, gateway));
        assertThat(second).extracting(Change::action).containsOnly(Action.NONE);
        JsonObject role = role("auth");
        assertThat(role.getAsJsonObject("bound_claims").toString())
                .isEqualTo("{\"nomad_job_id\":\"auth\",\"nomad_namespace\":\"default\"}");
        assertThat(role.get("token_period").getAsInt()).isEqualTo(1800);
        assertThat(role.get("user_claim").getAsString()).isEqualTo("/nomad_job_id");
    }

    @Test
    void thePolicyLetsReadThisSecretAndNothingElse() throws Exception {
        String token = server.tokenWith(access.policyText(auth), "1h");
        server.call("POST", server.mount + "/data/nexpo/posthog/auth", "{\"data\":{\"A\":\"one\"}}");
        VaultConnection own = server.connection(token);

        assertThat(own.get("reading", server.mount + "/data/nexpo/posthog/auth").status()).isEqualTo(200);
        assertThatThrownBy(() -> own.get("reading", server.mount + "/data/nexpo/posthog/api-gateway"))
                .isInstanceOf(FailureException.class).hasMessageContaining("policies do not let");
    }

    @Test
    void aRoleThatSomebodyWidenedIsPlannedBackFieldByField() throws Exception {
        applyAll(auth);
        JsonObject wider = WorkloadRole.of(auth, prefix + "-auth");
        wider.getAsJsonObject("bound_claims").remove("nomad_job_id");
        wider.addProperty("token_period", "2h");
        server.call("POST", "auth/" + server.authMount + "/role/" + prefix + "-auth", wider.toString());

        List<Change> changes = access.plan(List.of(auth));

        assertThat(changes).extracting(Change::action).containsExactly(Action.NONE, Action.UPDATE);
        assertThat(changes.getLast().fields()).extracting(FieldChange::name)
                .containsExactlyInAnyOrder("bound_claims", "token_period");
        applyAll(auth);
        assertThat(access.plan(List.of(auth))).extracting(Change::action).containsOnly(Action.NONE);
    }

    @Test
    void aPolicyThatDiffersInOneByteIsWrittenAgain() throws Exception {
        applyAll(auth);
        JsonObject body = new JsonObject();
        body.addProperty("policy", access.policyText(auth) + "\n");
        server.call("PUT", "sys/policies/acl/" + prefix + "-auth", body.toString());

        assertThat(access.plan(List.of(auth))).extracting(Change::action).containsExactly(Action.UPDATE,
                Action.NONE);
    }

    @Test
    void whatChangedSinceTheReviewIsRefused() throws Exception {
        List<Change> planned = access.plan(List.of(auth));
        server.call("PUT", "sys/policies/acl/" + prefix + "-auth",
                "{\"policy\":\"path \\\"x\\\" { capabilities = [\\\"read\\\"] }\"}");
        server.call("POST", "auth/" + server.authMount + "/role/" + prefix + "-auth",
                "{\"role_type\":\"jwt\",\"user_claim\":\"sub\",\"bound_audiences\":[\"x\"]}");

        for (Change change : planned) {
            assertThat(access.apply(change, auth)).as(change.target().type())
                    .isInstanceOf(Outcome.Refused.class);
        }
    }

    @Test
    void anAuthMethodThatIsNotThereComesWithTheCommandThatEnablesIt() {
        VaultAccess missing = new VaultAccess(server.connection(), server.mount, "jwt-nope", prefix);

        assertThatThrownBy(() -> missing.plan(List.of(auth))).isInstanceOfSatisfying(FailureException.class,
                e -> assertThat(e.failure().fix()).hasValueSatisfying(
                        fix -> assertThat(fix).contains("vault auth enable -path=jwt-nope jwt")));
    }

    @Test
    void missingRightsComeWithThePolicyThatIsEnough() throws Exception {
        String token = server.tokenWith(
                "path \"auth/" + server.authMount + "/role/*\" { capabilities = [\"read\"] }",
                "1h");
        List<CheckResult> checks = new VaultAccess(server.connection(token), server.mount, server.authMount,
                prefix)
                .permissions(List.of(auth));
        assertThat(checks).extracting(CheckResult::status).containsExactly(Status.PASS, Status.FAIL);

        String fix = checks.getLast().fix().orElseThrow().text();
        VaultAccess allowed = new VaultAccess(server.connection(server.tokenWith(
                fix.substring(fix.indexOf("path ")), "1h")), server.mount, server.authMount, prefix);
        assertThat(allowed.permissions(List.of(auth))).extracting(CheckResult::status)
                .containsOnly(Status.PASS);
        for (Change change : allowed.plan(List.of(auth))) {
            assertThat(allowed.apply(change, auth)).isInstanceOf(Outcome.Done.class);
        }
    }
}
