package com.nexpo.console.system.nomad;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.sandbox.nomad.NomadEmulator;
import com.nexpo.console.sandbox.nomad.NomadSettings;
import com.nexpo.console.sandbox.nomad.VaultAccess;
import com.nexpo.console.system.nomad.NomadJobs.JobPlan;
import com.nexpo.console.system.nomad.NomadJobs.Wanted;
import com.nexpo.console.system.RemoteCall.Repeat;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the adapter promises, on the emulator; on a real Nomad instead when {@code NOMAD_TEST_ADDR} (and
 * {@code NOMAD_TEST_TOKEN}) are given. Jobs use raw_exec and no Vault, so that a development agent is enough.
 */
class NomadContractTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Optional<NomadEmulator> emulator = Optional.empty();
    private NomadApi api = Connections.to(URI.create("http://127.0.0.1:1"), "", "default");
    private NomadJobs jobs = new NomadJobs(api);
    private Rollouts rollouts = new Rollouts(api);
    private final String hcl = Connections.jobFile("api-gateway.rawexec").replace("job \"api-gateway\"",
            "job \"console-contract\"");

    @BeforeEach
    void start() throws Exception {
        Optional<String> real = Optional.ofNullable(System.getenv("NOMAD_TEST_ADDR"));
        if (real.isEmpty()) {
            emulator = Optional
                    .of(new NomadEmulator(0, NomadSettings.sandbox("CANARY-nomad-management").withSpeed(40),
                            VaultAccess.open()));
        }
        String token = real.isEmpty()
                ? "CANARY-nomad-management"
                : Optional.ofNullable(System.getenv("NOMAD_TEST_TOKEN")).orElse("");
        api = Connections.to(real.map(URI::create).orElseGet(() -> emulator.orElseThrow().address()), token,
                "default");
        jobs = new NomadJobs(api);
        rollouts = new Rollouts(api);
        purge();
    }

    @AfterEach
    void stop() throws Exception {
        purge();
        emulator.ifPresent(NomadEmulator::close);
    }

    private void purge() throws Exception {
        api.send("purging", Repeat.SAFE, "DELETE", "/v1/job/console-contract?purge=true", null);
    }

    private Wanted wanted(String release, String canaries, String version) {
        return new Wanted("console-contract", hcl,
                Map.of("release", release, "instances", "2", "canaries", canaries),
                version, true);
    }

    private Rollout roll(JobPlan plan) throws Exception {
        NomadJobs.Applied applied = jobs.apply(plan);
        assertThat(applied.outcome()).isInstanceOf(Outcome.Done.class);
        return rollouts.follow("console-contract", applied.evaluationId().orElseThrow(), PATIENCE, _ -> {});
    }

    @Test
    void aJobThatIsNotThereIsRegisteredAndBecomesHealthy() throws Exception {
        JobPlan plan = jobs.plan(wanted("1.0.0", "0", "v1"));
        assertThat(plan.change().action()).isEqualTo(Action.CREATE);
        assertThat(plan.change().basis()).isEqualTo(Basis.notThere());
        assertThat(roll(plan)).isEqualTo(new Rollout.Healthy(2));
        assertThat(jobs.plan(wanted("1.0.0", "0", "v1")).change().action()).isEqualTo(Action.NONE);
    }

    @Test
    void aJobThatIsNotThereIsLeftAloneUnlessToldOtherwise() throws Exception {
        JobPlan plan = jobs.plan(new Wanted("console-contract", hcl, Map.of(), "v1", false));
        assertThat(plan.change().action()).isEqualTo(Action.NONE);
        assertThat(jobs.apply(plan).evaluationId()).isEmpty();
        assertThat(jobs.read("console-contract")).isEmpty();
    }

    @Test
    void aRunningJobKeepsWhatIsNotOursAndGetsTheConfigurationVersion() throws Exception {
        roll(jobs.plan(wanted("1.0.0", "0", "v1")));
        // The blueprint now says another release and count: neither is ours to change.
        JobPlan plan = jobs.plan(new Wanted("console-contract", hcl,
                Map.of("release", "9.9.9", "instances", "5"), "v2", true));
        assertThat(plan.change().action()).isEqualTo(Action.UPDATE);
        assertThat(plan.change().fields()).extracting(f -> f.name())
                .containsExactly("Meta[posthog_config_version]");
        assertThat(roll(plan)).isEqualTo(new Rollout.Healthy(2));
        JsonObject now = jobs.read("console-contract").orElseThrow();
        assertThat(now.getAsJsonObject("Meta").get("release").getAsString()).isEqualTo("1.0.0");
        assertThat(now.getAsJsonObject("Meta").get("posthog_config_version").getAsString()).isEqualTo("v2");
    }

    @Test
    void aJobThatChangedSinceTheReviewIsRefusedNamingTheIndex() throws Exception {
        roll(jobs.plan(wanted("1.0.0", "0", "v1")));
        JobPlan stale = jobs.plan(wanted("1.0.0", "0", "v2"));
        roll(jobs.plan(wanted("1.0.0", "0", "v3")));
        Outcome outcome = jobs.apply(stale).outcome();
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).failure().message()).contains("conflicting job modify index");
    }

    @Test
    void aCanaryWaitsForPromotionAndIsThenRolledOut() throws Exception {
        roll(jobs.plan(wanted("1.0.0", "1", "v1")));
        Rollout waiting = roll(jobs.plan(wanted("1.0.0", "1", "v2")));
        assertThat(waiting).isInstanceOf(Rollout.AwaitingPromotion.class);
        Rollout.AwaitingPromotion canary = (Rollout.AwaitingPromotion) waiting;
        assertThat(canary.canaries()).hasSize(1);
        String evaluation = rollouts.promote(canary.deploymentId());
        assertThat(rollouts.follow("console-contract", evaluation, PATIENCE, _ -> {}))
                .isEqualTo(new Rollout.Healthy(2));
    }

    @Test
    void aCanaryThatIsFailedByHandGoesBackToTheStableVersion() throws Exception {
        roll(jobs.plan(wanted("1.0.0", "1", "v1")));
        Rollout.AwaitingPromotion canary = (Rollout.AwaitingPromotion) roll(
                jobs.plan(wanted("1.0.0", "1", "v2")));
        assertThat(rollouts.fail(canary.deploymentId())).contains(0L);
        JsonObject now = jobs.read("console-contract").orElseThrow();
        assertThat(now.getAsJsonObject("Meta").get("posthog_config_version").getAsString()).isEqualTo("v1");
    }

    @Test
    void aJobCanBeRevertedToAnEarlierVersion() throws Exception {
        roll(jobs.plan(wanted("1.0.0", "0", "v1")));
        roll(jobs.plan(wanted("1.0.0", "0", "v2")));
        List<NomadJobs.Version> versions = jobs.versions("console-contract");
        assertThat(versions).extracting(NomadJobs.Version::configVersion).containsExactly("v2", "v1");
        String evaluation = jobs.revert("console-contract", 0, 1);
        assertThat(rollouts.follow("console-contract", evaluation, PATIENCE, _ -> {}))
                .isEqualTo(new Rollout.Healthy(2));
        assertThat(jobs.versions("console-contract").getFirst().configVersion()).isEqualTo("v1");
    }

    @Test
    void whatNoNodeTakesIsToldAtOnce() throws Exception {
        String nowhere = hcl.replace("datacenters = [\"*\"]", "datacenters = [\"*\"]\n  priority = 50")
                .replace("\"raw_exec\"", "\"nodriver\"");
        JobPlan plan = jobs.plan(new Wanted("console-contract", nowhere, Map.of(), "v1", true));
        assertThat(plan.unplaceable()).containsEntry("api-gateway", "no node has the task's driver");
        NomadJobs.Applied applied = jobs.apply(plan);
        Rollout rollout = rollouts.follow("console-contract", applied.evaluationId().orElseThrow(), PATIENCE,
                _ -> {});
        assertThat(rollout)
                .isEqualTo(new Rollout.Unplaceable(Map.of("api-gateway", "no node has the task's driver")));
    }

    @Test
    void progressIsToldInSentences() throws Exception {
        List<String> told = new ArrayList<>();
        NomadJobs.Applied applied = jobs.apply(jobs.plan(wanted("1.0.0", "0", "v1")));
        rollouts.follow("console-contract", applied.evaluationId().orElseThrow(), PATIENCE, told::add);
        assertThat(told.getLast()).isEqualTo("Deployment completed successfully: 2 of 2 healthy");
    }
}
