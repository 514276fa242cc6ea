package com.nexpo.console.system.nomad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.sandbox.http.Faults;
import com.nexpo.console.sandbox.nomad.Behaviour;
import com.nexpo.console.sandbox.nomad.NomadEmulator;
import com.nexpo.console.sandbox.nomad.NomadSettings;
import com.nexpo.console.sandbox.nomad.VaultAccess;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.nomad.NomadJobs.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the console makes of refusals, lost answers, bad releases and missing secrets. */
class NomadRefusalsTest {
    private static final String MANAGEMENT = "CANARY-nomad-management";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final VaultAccess NO_SECRETS = new VaultAccess() {
        @Override
        public Optional<String> login(String namespace, String jobId, String role) {
            return role.equals("nope") ? Optional.of("role \"nope\" could not be found") : Optional.empty();
        }

        @Override
        public boolean mayRead(String namespace, String jobId, String role, String path) {
            return false;
        }
    };

    private final NomadEmulator nomad = new NomadEmulator(0, NomadSettings.sandbox(MANAGEMENT).withSpeed(40),
            NO_SECRETS);
    private final NomadApi api = Connections.to(nomad.address(), MANAGEMENT, "default");
    private final NomadJobs jobs = new NomadJobs(api);
    private final Rollouts rollouts = new Rollouts(api);

    @AfterEach
    void stop() {
        nomad.close();
    }

    private Wanted wanted(String file, Map<String, String> variables, String version) {
        return new Wanted("api-gateway", Connections.jobFile(file), variables, version, true);
    }

    private Rollout roll(Wanted wanted) throws Exception {
        String evaluation = jobs.apply(jobs.plan(wanted)).evaluationId().orElseThrow();
        return rollouts.follow("api-gateway", evaluation, PATIENCE, _ -> {});
    }

    @Test
    void aMissingSecretIsNamedWithWhatToCheck() throws Exception {
        Rollout rollout = roll(wanted("api-gateway.vault", Map.of(), "v1"));
        assertThat(rollout).isInstanceOfSatisfying(Rollout.Failed.class, failed -> assertThat(failed.reason())
                .contains("waits for the Vault secret secret/data/nexpo/posthog/api-gateway")
                .contains("the policy of the task's role"));
    }

    @Test
    void aRefusedVaultLoginIsToldInVaultsWords() throws Exception {
        Rollout rollout = roll(wanted("api-gateway.vault", Map.of("role", "nope"), "v1"));
        assertThat(rollout).isInstanceOfSatisfying(Rollout.Failed.class,
                failed -> assertThat(failed.reason()).contains("role \"nope\" could not be found"));
    }

    @Test
    void aBadReleaseIsFollowedIntoItsRollback() throws Exception {
        assertThat(roll(wanted("api-gateway.rawexec", Map.of(), "v1"))).isEqualTo(new Rollout.Healthy(2));
        nomad.drill("default", "api-gateway", Behaviour.CRASHES);
        Rollout rollout = roll(wanted("api-gateway.rawexec", Map.of(), "v2"));
        assertThat(rollout).isInstanceOfSatisfying(Rollout.Failed.class, failed -> {
            assertThat(failed.rolledBackTo()).contains(0L);
            assertThat(failed.rollback()).contains(new Rollout.Healthy(2));
            assertThat(failed.reason()).contains("rolling back to job version 0").contains("Exit Code: 3");
        });
    }

    @Test
    void aRollbackToAVersionWithCanariesAsksForPromotionAgain() throws Exception {
        roll(wanted("api-gateway.rawexec", Map.of("canaries", "1"), "v1"));
        JsonObject bad = jobs.read("api-gateway").orElseThrow();
        bad.getAsJsonArray("TaskGroups").get(0).getAsJsonObject().getAsJsonObject("Update")
                .addProperty("Canary", 0);
        bad.getAsJsonObject("Meta").addProperty("release", "bad");
        nomad.drill("default", "api-gateway", Behaviour.UNHEALTHY);
        JsonObject body = new JsonObject();
        body.add("Job", bad);
        String evaluation = Members
                .text(api.send("registering", Repeat.ONCE, "POST", "/v1/jobs", body).object(), "EvalID");
        Rollout rollout = rollouts.follow("api-gateway", evaluation, PATIENCE, _ -> {});
        assertThat(rollout).isInstanceOfSatisfying(Rollout.Failed.class,
                failed -> assertThat(failed.rollback().orElseThrow())
                        .isInstanceOf(Rollout.AwaitingPromotion.class));
    }

    @Test
    void aLostAnswerIsResolvedByReadingTheJobBack() throws Exception {
        NomadJobs.JobPlan plan = jobs.plan(wanted("api-gateway.rawexec", Map.of(), "v1"));
        nomad.faults().add("POST /v1/jobs\\?", 1, new Faults.Fault.LoseAnswer());
        NomadJobs.Applied applied = jobs.apply(plan);
        assertThat(applied.outcome()).isInstanceOf(Outcome.Done.class);
        assertThat(rollouts.follow("api-gateway", applied.evaluationId().orElseThrow(), PATIENCE, _ -> {}))
                .isEqualTo(new Rollout.Healthy(2));
    }

    @Test
    void aRequestThatNeverArrivedIsAFailureAndNoSuccess() throws Exception {
        NomadJobs.JobPlan plan = jobs.plan(wanted("api-gateway.rawexec", Map.of(), "v1"));
        nomad.faults().add("POST /v1/jobs\\?", 1, new Faults.Fault.Cut());
        assertThat(jobs.apply(plan).outcome()).isInstanceOf(Outcome.Failed.class);
        assertThat(jobs.read("api-gateway")).isEmpty();
    }

    @Test
    void tooManyConnectionsAreWaitedOutWithoutRetryAfter() throws Exception {
        nomad.faults().add("GET /v1/job/api-gateway\\?", 1,
                new Faults.Fault.Answer(429, "text/plain",
                        "Your IP is issuing too many concurrent connections", Map.of()));
        assertThat(jobs.read("api-gateway")).isEmpty();
    }

    @Test
    void eachRefusalHasItsKind() {
        failsWith(api, "/v1/job/nope/versions", FailureKind.NOT_FOUND, "job versions not found");
        failsWith(api, "/v1/evaluation/short", FailureKind.INVALID, "UUID must be 36 characters");
        failsWith(api, "/v1/nope", FailureKind.INTERNAL, "does not know the address");
        failsWith(Connections.to(nomad.address(), "CANARY-unknown-token", "default"), "/v1/jobs",
                FailureKind.DENIED,
                "Permission denied");
        String expired = nomad.token(List.of(), Optional.of(Duration.ofSeconds(-1)));
        failsWith(Connections.to(nomad.address(), expired, "default"), "/v1/acl/token/self",
                FailureKind.DENIED,
                "ACL token expired");
    }

    private static void failsWith(NomadApi asked, String path, FailureKind kind, String words) {
        assertThatThrownBy(() -> asked.get("asking", path)).isInstanceOfSatisfying(FailureException.class,
                e -> {
                    assertThat(e.failure().kind()).isEqualTo(kind);
                    assertThat(e.failure().message()).contains(words).doesNotContain("CANARY");
                });
    }

    private static List<CheckResult> checks(NomadApi asked) throws Exception {
        return new NomadChecks(asked, InstantSource.system()).permissions();
    }

    @Test
    void aTokenIsToldFromNoTokenAndFromTooLittleRights() throws Exception {
        assertThat(checks(api)).allMatch(r -> r.status() == CheckResult.Status.PASS);
        assertThat(checks(Connections.to(nomad.address(), "", "default")))
                .filteredOn(r -> r.code().equals("NMD-002"))
                .singleElement().satisfies(r -> assertThat(r.message()).contains("anonymous"));
        JsonObject policy = new JsonObject();
        policy.addProperty("Rules", "namespace \"default\" {\n  policy = \"read\"\n}\n");
        api.send("writing a policy", Repeat.SAFE, "PUT", "/v1/acl/policy/reader", policy);
        NomadApi reader = Connections.to(nomad.address(),
                nomad.token(List.of("reader", "gone"), Optional.empty()), "default");
        List<CheckResult> results = checks(reader);
        assertThat(results).filteredOn(r -> r.code().equals("NMD-003")).singleElement().satisfies(r -> {
            assertThat(r.blocks()).isTrue();
            assertThat(r.message()).isEqualTo("It lacks submit-job, read-logs.");
        });
        assertThat(results).filteredOn(r -> r.code().equals("NMD-005")).singleElement()
                .satisfies(r -> assertThat(r.status()).isEqualTo(CheckResult.Status.SKIPPED));
    }

    @Test
    void theGuidesJobHasEveryKnownDefectAndTheCorrectOneNoBlockingOne() throws Exception {
        List<CheckResult> guide = JobLint.lint(jobs.parse(Connections.jobFile("guide-api-gateway"), Map.of()),
                Instant.EPOCH);
        assertThat(guide).extracting(CheckResult::code).contains("NMD-101", "NMD-102", "NMD-103", "NMD-104",
                "NMD-105",
                "NMD-106", "NMD-107", "NMD-108", "NMD-109", "NMD-110", "NMD-111");
        List<CheckResult> correct = JobLint.lint(jobs.parse(Connections.jobFile("api-gateway.docker"),
                Map.of("image", "nexpo/api-gateway", "image_version", "1.4.2")), Instant.EPOCH);
        assertThat(correct).isEmpty();
    }

    @Test
    void valuesWithQuotesAndTemplateMarksArriveInTheJobAsTheyAre() throws Exception {
        String odd = "a \"quoted\" ${var.x} %{if} \\ back\nline";
        JsonObject job = jobs.parse(Connections.jobFile("api-gateway.rawexec"), Map.of("release", odd));
        assertThat(job.getAsJsonObject("Meta").get("release").getAsString()).isEqualTo(odd);
    }
}
