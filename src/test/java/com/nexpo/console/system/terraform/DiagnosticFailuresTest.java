package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureKind;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosticFailuresTest {
    private static final Instant NOW = Instant.parse("2026-11-23T05:15:41Z");

    @ParameterizedTest
    @CsvSource({"posthog/apply-stale-plan.jsonl, CONFLICT, TF-STALE, Plan again",
        "posthog/plan-401.jsonl, DENIED, TF-KEY-REFUSED, does not accept",
        "posthog/plan-missing-key.jsonl, DENIED, TF-KEY-MISSING, POSTHOG_API_KEY",
        "posthog/plan-prevent-destroy.jsonl, INVALID, TF-PROTECTED, module.shared_posthog.posthog_project.shared[0]",
        "posthog/plan-import-missing.jsonl, NOT_FOUND, TF-NOT-FOUND, plan again",
        "posthog/apply-partial-403.jsonl, DENIED, TF-SCOPE, insight:write",
        "posthog/apply-partial-500.jsonl, INTERNAL, TF-POSTHOG, Server Error (500)",
        "posthog/apply-filters-only-rollout.jsonl, INTERNAL, TF-INCONSISTENT, value of filters",
        "s3-err.jsonl, INTERNAL, TF-STATE-NOT-SAVED, Do not apply again",
        "lock.jsonl, CONFLICT, TF-LOCKED, root@vm"})
    void aRecordedDiagnosticSaysWhatIsWrongAndWhatWouldBeRight(String stream, FailureKind kind, String code,
            String words) {
        Diagnostic first = Recorded.diagnostics(stream).stream().filter(Diagnostic::error).findFirst()
                .orElseThrow();

        Failure failure = DiagnosticFailures.of(first, NOW);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.display()).contains(words);
        assertThat(failure.fix()).isPresent();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "400|{\"type\":\"validation_error\",\"code\":\"unique\",\"detail\":\"There is already a feature flag with this key.\",\"attr\":\"key\"}|CONFLICT|TF-EXISTS",
        "409|{\"code\":\"conflict\",\"detail\":\"There is already a project called \\\"nexpo\\\".\",\"attr\":\"name\"}|CONFLICT|TF-NAME-TAKEN",
        "409|{\"detail\":\"A change request has been created and needs approval.\",\"code\":\"approval_required\"}|CONFLICT|TF-APPROVAL",
        "409|{\"code\":\"conflict\",\"detail\":\"The feature flag was updated by bob@example.com since you started editing it.\"}|CONFLICT|TF-EDITED",
        "429|{\"type\":\"throttled_error\",\"code\":\"throttled\",\"detail\":\"Request was throttled.\"}|THROTTLED|TF-THROTTLED",
        "403|{\"code\":\"permission_denied\",\"detail\":\"You have reached the maximum limit of allowed projects for your current plan.\"}|DENIED|TF-PROJECT-LIMIT",
        "400|{\"code\":\"invalid_input\",\"detail\":\"cannot be deleted because other flags depend on it.\"}|INVALID|TF-REFUSED",
        "403|{\"code\":\"permission_denied\",\"detail\":\"You do not have access.\"}|DENIED|TF-DENIED"})
    void anAnswerOfPostHogIsTranslated(int status, String body, FailureKind kind, String code) {
        Failure failure = failure("Error creating Feature Flag",
                "failed to send POST request: API error (status " + status + "): " + body);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.maybeDone()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "failed to send request: Post \"http://127.0.0.1:1/\": context canceled|TF-CANCELLED|true",
        "failed to send request: context deadline exceeded|TF-TIMEOUT|true",
        "failed to send GET request: failed to send request: Get \"http://127.0.0.1:1/\": EOF|TF-CUT|true",
        "failed to unmarshal response: invalid character '<' looking for beginning of value|TF-ANSWER|true",
        "dial tcp 127.0.0.1:1: connect: connection refused|TF-UNREACHABLE|false",
        "no organization found matching slug \"your-org-id\"|TF-ORGANIZATION|false",
        "Cannot apply incomplete plan|TF-INCOMPLETE|false",
        "Reason: Unsetting the previously set backend. Backend initialization required|TF-BACKEND-MOVED|false"})
    void aLostAnswerMayHaveBeenCarriedOut(String detail, String code, boolean maybeDone) {
        Failure failure = failure("Error creating Insight", detail);

        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.maybeDone()).isEqualTo(maybeDone);
    }

    @Test
    void aLockIsToldWithOwnerAndAge() {
        Failure failure = DiagnosticFailures.of(Recorded.diagnostics("s3-lock.jsonl").getFirst(), NOW);

        assertThat(failure.message()).contains("root@vm", "apply", "c6291e41-6c93-b4b0-cba6-0d913764b92d")
                .doesNotContain("vBlDNTDomo21");
        assertThat(DiagnosticFailures.of(Recorded.diagnostics("lock.jsonl").getFirst(), NOW).message())
                .contains("5 minutes ago");
    }

    @Test
    void whatIsNotKnownKeepsItsOwnWords() {
        Failure failure = failure("Invalid for_each argument", "The given value is unsuitable.");

        assertThat(failure.code()).isEqualTo("TF-ERROR");
        assertThat(failure.message())
                .isEqualTo("a.b: Invalid for_each argument. The given value is unsuitable.");
    }

    @Test
    void valuesAreTakenOutOfDiagnostics() {
        Diagnostic whole = Recorded.diagnostics("posthog/apply-secret-in-diagnostic.jsonl").getFirst();
        assertThat(whole.detail()).contains(".inputs_json: was •••, but now •••.").doesNotContain("whsec_",
                "127.0.0.1");

        assertThat(
                diagnostic("x", "API error (status 400): {\"detail\":\"no\",\"inputs\":{\"x\":\"CANARY\"}}")
                        .detail())
                .contains("no").doesNotContain("CANARY");
        assertThat(diagnostic("x", "bad: {\"client_secret\":\"CANARY \\\" quoted\",\"name\":\"n\"}").detail())
                .doesNotContain("CANARY").contains("\"name\":\"n\"");
        assertThat(diagnostic("x", "bad: {\"token\":{\"value\":\"CANARY\"}}").detail())
                .doesNotContain("CANARY");
        assertThat(diagnostic("x", "got cty.StringVal(\"CANARY\") here").detail()).doesNotContain("CANARY");
        assertThat(diagnostic("x", "key phx_CANARY0123456789").detail()).doesNotContain("CANARY");
    }

    private static Failure failure(String summary, String detail) {
        return DiagnosticFailures.of(diagnostic(summary, detail), NOW);
    }

    private static Diagnostic diagnostic(String summary, String detail) {
        JsonObject json = new JsonObject();
        json.addProperty("severity", "error");
        json.addProperty("summary", summary);
        json.addProperty("detail", detail);
        json.addProperty("address", "a.b");
        return Diagnostic.of(json);
    }
}
