package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.Outcome;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ApplyTrackerTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-24T00:00:00Z"));
    private final List<String> told = new ArrayList<>();

    static Stream<String> goodApplies() throws IOException {
        return Recorded.names(".jsonl").filter(name -> name.contains("apply"))
                .filter(name -> Recorded.text(name).contains("\"operation\":\"apply\""));
    }

    @ParameterizedTest
    @MethodSource("goodApplies")
    void everyChangeOfAGoodApplyIsDone(String stream) {
        ApplyResult result = run(stream, 0, false);

        assertThat(result.complete()).isTrue();
        assertThat(result.notReached()).isEmpty();
        assertThat(result.outcomes()).isNotEmpty()
                .allSatisfy((_, o) -> assertThat(o).isInstanceOf(Outcome.Done.class));
        assertThat(result.problems()).isEmpty();
    }

    @Test
    void aPartialApplyIsToldResourceByResource() {
        ApplyResult result = run("posthog/apply-partial-403.jsonl", 1, false);

        assertThat(kinds(result)).containsEntry("Done", 9L).containsEntry("Failed", 1L);
        assertThat(result.notReached()).extracting(change -> change.target().id())
                .containsExactly("module.auth_posthog.posthog_dashboard_layout.auth");
        assertThat(failures(result)).singleElement().satisfies(failure -> {
            assertThat(failure.code()).isEqualTo("TF-SCOPE");
            assertThat(failure.display()).contains("insight:write", "security-events");
        });
        assertThat(result.problems()).isEmpty();
        assertThat(told).hasSize(10 + 10);
    }

    @Test
    void aServerErrorMayHaveBeenCarriedOut() {
        assertThat(kinds(run("posthog/apply-partial-500.jsonl", 1, false))).containsEntry("Unsure", 1L);
    }

    @Test
    void anInconsistentResultIsMatchedByItsText() {
        ApplyResult result = run("posthog/apply-inconsistent.jsonl", 1, false);

        assertThat(failures(result)).singleElement().satisfies(failure -> {
            assertThat(failure.code()).isEqualTo("TF-INCONSISTENT");
            assertThat(failure.message()).contains("value of filters", "social-login-analytics");
            assertThat(failure.fix().orElseThrow()).contains("rollout_percentage");
        });
        assertThat(result.problems()).hasSize(2)
                .allSatisfy(p -> assertThat(p.code()).isEqualTo("TF-INCONSISTENT"));
    }

    @Test
    void anInconsistentCreationAndAWholeInputAreToldWithoutValues() {
        assertThat(failures(run("posthog/apply-create-inconsistent.jsonl", 1, false))).singleElement()
                .satisfies(failure -> assertThat(failure.message()).contains("tags"));
        ApplyResult secret = run("posthog/apply-secret-in-diagnostic.jsonl", 1, false);
        assertThat(secret.toString()).doesNotContain("whsec_").contains("inputs_json",
                "sensitive_inputs_json");
    }

    @Test
    void aStoppedApplyLeavesTheChangeUnsureAndSaysWhatWasInFlight() {
        ApplyResult result = run("posthog/apply-cancelled.jsonl", 1, true);

        assertThat(result.cancelled()).isTrue();
        assertThat(kinds(result)).containsEntry("Unsure", 1L);
        assertThat(result.inFlight()).extracting(change -> change.target().id())
                .containsExactly("posthog_feature_flag.f");
        assertThat(result.problems()).as("\"execution halted\" says nothing").isEmpty();
    }

    @Test
    void aStoppedReplacementIsNotCalledRefusedOrDone() {
        ApplyResult result = run("sigterm.jsonl", 1, true);

        assertThat(kinds(result)).containsEntry("Failed", 1L);
        assertThat(result.notReached()).hasSize(2);
    }

    @Test
    void aDeleteWhoseErrorNamesNobodyIsMatchedByTheErroredLine() {
        assertThat(failures(run("posthog/destroy-flag-404.jsonl", 1, false))).singleElement()
                .satisfies(failure -> assertThat(failure.code()).isEqualTo("TF-NOT-FOUND"));
    }

    @Test
    void anUpdateOfWhatIsGoneIsRefusedAndWarned() {
        ApplyResult result = run("posthog/apply-update-404.jsonl", 1, false);

        assertThat(kinds(result)).containsEntry("Refused", 1L);
        assertThat(result.warnings()).singleElement()
                .satisfies(w -> assertThat(w).contains("deleted externally"));
    }

    @Test
    void unreachableAwsFailsEachParameter() {
        assertThat(failures(run("apply-err.jsonl", 1, false))).hasSize(4)
                .allSatisfy(failure -> assertThat(failure.code()).isEqualTo("TF-UNREACHABLE"));
    }

    @Test
    void aStateThatCouldNotBeStoredIsAProblemOfTheRunAndTheResourceIsDone() {
        ApplyResult result = run("s3-err.jsonl", 1, false);

        assertThat(kinds(result)).containsEntry("Done", 1L);
        assertThat(result.problems()).extracting(Failure::code).contains("TF-STATE-NOT-SAVED",
                "TF-LOCK-LEFT");
    }

    @Test
    void aRunThatEndsUnseenLeavesUnsureWhatItWorkedOn() {
        TerraformPlan plan = Recorded.planIn("posthog/apply-create.jsonl");
        ApplyTracker tracker = new ApplyTracker(plan, RunListener.SILENT, CLOCK);
        Recorded.events("posthog/apply-create.jsonl").stream()
                .takeWhile(event -> !(event instanceof TerraformEvent.ApplyComplete))
                .forEach(tracker::accept);

        ApplyResult result = tracker.finish(137, false, Optional.empty());

        assertThat(kinds(result)).containsOnlyKeys("Unsure").containsEntry("Unsure", 2L);
        assertThat(result.notReached()).hasSize(plan.changes().size() - 2);
    }

    private ApplyResult run(String stream, int exitCode, boolean cancelled) {
        RunListener listener = new RunListener() {
            @Override
            public void started(Change change) {
                told.add("started " + change.target().id());
            }

            @Override
            public void finished(Change change, Outcome outcome) {
                told.add("finished " + change.target().id());
            }
        };
        ApplyTracker tracker = new ApplyTracker(Recorded.planIn(stream), listener, CLOCK);
        Recorded.events(stream).forEach(tracker::accept);
        return tracker.finish(exitCode, cancelled, Optional.empty());
    }

    private static Map<String, Long> kinds(ApplyResult result) {
        return result.outcomes().values().stream()
                .collect(Collectors.groupingBy(o -> o.getClass().getSimpleName(), Collectors.counting()));
    }

    private static List<Failure> failures(ApplyResult result) {
        return result.outcomes().values().stream().flatMap(outcome -> switch (outcome) {
            case Outcome.Failed(Failure failure) -> Stream.of(failure);
            case Outcome.Unsure(Failure failure) -> Stream.of(failure);
            case Outcome.Refused(Failure failure) -> Stream.of(failure);
            case Outcome.Done _ -> Stream.<Failure>empty();
        }).toList();
    }
}
