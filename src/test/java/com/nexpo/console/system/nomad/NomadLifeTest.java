package com.nexpo.console.system.nomad;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.sandbox.nomad.NomadEmulator;
import com.nexpo.console.sandbox.nomad.NomadSettings;
import com.nexpo.console.sandbox.nomad.VaultAccess;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.nomad.NomadJobs.Wanted;
import com.nexpo.console.testing.Eventually;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Nomad without access control, one that was stopped and started again, and how deployments end by themselves. */
class NomadLifeTest {
    private static final String MANAGEMENT = "CANARY-nomad-management";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final NomadSettings SETTINGS = NomadSettings.sandbox(MANAGEMENT).withSpeed(40);

    private final List<NomadEmulator> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(NomadEmulator::close);
    }

    private NomadEmulator start(NomadSettings settings) {
        NomadEmulator nomad = new NomadEmulator(0, settings, VaultAccess.open());
        started.add(nomad);
        return nomad;
    }

    private static NomadApi api(NomadEmulator nomad, String token) {
        return Connections.to(nomad.address(), token, "default");
    }

    private static Wanted wanted(String hcl, Map<String, String> variables, String version) {
        return new Wanted("api-gateway", hcl, variables, version, true);
    }

    private static Rollout roll(NomadApi api, Wanted wanted) throws Exception {
        NomadJobs jobs = new NomadJobs(api);
        String evaluation = jobs.apply(jobs.plan(wanted)).evaluationId().orElseThrow();
        return new Rollouts(api).follow("api-gateway", evaluation, PATIENCE, _ -> {});
    }

    @Test
    void withoutAccessControlTheChecksWarnAndBlockNothing() throws Exception {
        NomadEmulator nomad = start(SETTINGS.withoutAcl());
        for (String token : List.of("", "CANARY-any-token")) {
            List<CheckResult> results = new NomadChecks(api(nomad, token), InstantSource.system())
                    .permissions();
            assertThat(results).extracting(CheckResult::code).containsExactly("NMD-001", "NMD-002", "NMD-003",
                    "NMD-004", "NMD-005");
            assertThat(results).noneMatch(CheckResult::blocks);
            assertThat(results).filteredOn(r -> r.status() != Status.PASS).singleElement().satisfies(r -> {
                assertThat(r.code()).isEqualTo("NMD-002");
                assertThat(r.status()).isEqualTo(Status.WARN);
                assertThat(r.message()).contains("has no access control").doesNotContain("CANARY");
            });
        }
        assertThat(roll(api(nomad, ""), wanted(Connections.jobFile("api-gateway.rawexec"), Map.of(), "v1")))
                .isEqualTo(new Rollout.Healthy(2));
    }

    @Test
    void withoutAVaultTheChecksBlockBeforeAnyJobIsPlanned() throws Exception {
        NomadEmulator nomad = start(SETTINGS.withoutVault());
        assertThat(new NomadChecks(api(nomad, MANAGEMENT), InstantSource.system()).permissions())
                .filteredOn(r -> r.status() == Status.FAIL).singleElement().satisfies(r -> {
                    assertThat(r.code()).isEqualTo("NMD-005");
                    assertThat(r.blocks()).isTrue();
                });
    }

    @Test
    void aNewInstanceTakesOverJobsVersionsDeploymentsTokensAndIndexes() throws Exception {
        NomadEmulator first = start(SETTINGS);
        String hcl = Connections.jobFile("api-gateway.rawexec");
        roll(api(first, MANAGEMENT), wanted(hcl, Map.of(), "v1"));
        roll(api(first, MANAGEMENT), wanted(hcl, Map.of(), "v2"));
        JsonObject policy = new JsonObject();
        policy.addProperty("Rules", "namespace \"default\" {\n  policy = \"write\"\n}\n");
        api(first, MANAGEMENT).send("writing a policy", Repeat.SAFE,
                "PUT", "/v1/acl/policy/deployer", policy);
        String token = first.token(List.of("deployer"), Optional.empty());
        List<String> questions = List.of("/v1/jobs", "/v1/job/api-gateway", "/v1/job/api-gateway/versions",
                "/v1/job/api-gateway/deployments", "/v1/job/api-gateway/allocations",
                "/v1/job/api-gateway/evaluations", "/v1/job/api-gateway/summary", "/v1/namespaces",
                "/v1/acl/policy/deployer", "/v1/acl/token/self");
        List<NomadApi.Indexed> before = answers(api(first, token), questions);
        JsonObject state = first.save();
        first.close();

        NomadEmulator second = start(SETTINGS);
        second.restore(state);
        List<NomadApi.Indexed> after = answers(api(second, token), questions);
        for (int i = 0; i < questions.size(); i++) {
            assertThat(after.get(i).json()).as(questions.get(i)).isEqualTo(before.get(i).json());
            assertThat(after.get(i).index()).as(questions.get(i)).isEqualTo(before.get(i).index());
        }
        NomadJobs jobs = new NomadJobs(api(second, token));
        assertThat(jobs.plan(wanted(hcl, Map.of(), "v2")).change().action()).isEqualTo(Action.NONE);
        assertThat(roll(api(second, token), wanted(hcl, Map.of(), "v3"))).isEqualTo(new Rollout.Healthy(2));
        assertThat(jobs.versions("api-gateway")).extracting(NomadJobs.Version::configVersion)
                .containsExactly("v3", "v2", "v1");
    }

    private static List<NomadApi.Indexed> answers(NomadApi api, List<String> paths) throws Exception {
        List<NomadApi.Indexed> answers = new ArrayList<>();
        for (String path : paths) {
            answers.add(api.get("asking " + path, path));
        }
        return answers;
    }

    @Test
    void aRolloutThatWasUnderWayGoesOnInTheNewInstance() throws Exception {
        NomadEmulator first = start(SETTINGS);
        NomadJobs jobs = new NomadJobs(api(first, MANAGEMENT));
        String evaluation = jobs
                .apply(jobs.plan(wanted(Connections.jobFile("api-gateway.rawexec"), Map.of(), "v1")))
                .evaluationId().orElseThrow();
        JsonObject state = first.save();
        first.close();
        NomadEmulator second = start(SETTINGS);
        second.restore(state);
        assertThat(new Rollouts(api(second, MANAGEMENT)).follow("api-gateway", evaluation, PATIENCE, _ -> {}))
                .isEqualTo(new Rollout.Healthy(2));
    }

    @Test
    void aHealthyCanaryThatPromotesItselfNeedsNobody() throws Exception {
        NomadApi api = api(start(SETTINGS), MANAGEMENT);
        String hcl = Connections.jobFile("api-gateway.rawexec").replaceFirst("auto_promote += false",
                "auto_promote = true");
        assertThat(hcl).contains("auto_promote = true");
        roll(api, wanted(hcl, Map.of("canaries", "1"), "v1"));
        assertThat(roll(api, wanted(hcl, Map.of("canaries", "1"), "v2"))).isEqualTo(new Rollout.Healthy(2));
        JsonObject deployment = api.get("asking", "/v1/job/api-gateway/deployment").object();
        JsonObject group = deployment.getAsJsonObject("TaskGroups").getAsJsonObject("api-gateway");
        assertThat(group.get("DesiredCanaries").getAsInt()).isEqualTo(1);
        assertThat(group.get("AutoPromote").getAsBoolean()).isTrue();
        assertThat(group.get("Promoted").getAsBoolean()).isTrue();
        assertThat(Members.text(deployment, "StatusDescription"))
                .isEqualTo("Deployment completed successfully");
        assertThat(Members.truth(new NomadJobs(api).read("api-gateway").orElseThrow(), "Stable")).isTrue();
    }

    @Test
    void aDeploymentThatCannotGoOnFailsAtItsProgressDeadline() throws Exception {
        NomadApi api = api(start(SETTINGS), MANAGEMENT);
        // The second instance needs the port that the first one holds on the only node.
        String hcl = Connections.jobFile("api-gateway.rawexec").replace("port \"http\" {}",
                "port \"http\" {\n static = 18080\n }");
        NomadJobs jobs = new NomadJobs(api);
        NomadJobs.JobPlan plan = jobs.plan(wanted(hcl, Map.of(), "v1"));
        assertThat(plan.unplaceable().get("api-gateway")).contains("http=18080");
        jobs.apply(plan);
        Eventually.holds("failed at the deadline", PATIENCE, () -> Members
                .text(api.get("asking", "/v1/job/api-gateway/deployment").object(), "Status")
                .equals("failed"));
        JsonObject deployment = api.get("asking", "/v1/job/api-gateway/deployment").object();
        assertThat(Members.text(deployment, "StatusDescription")).isEqualTo(
                "Failed due to progress deadline - no stable job version to auto revert to");
        JsonObject group = deployment.getAsJsonObject("TaskGroups").getAsJsonObject("api-gateway");
        assertThat(group.get("HealthyAllocs").getAsInt()).isEqualTo(1);
        assertThat(group.get("PlacedAllocs").getAsInt()).isEqualTo(1);
    }
}
