package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TerraformStreamTest {
    static Stream<String> streams() throws IOException {
        return Recorded.names(".jsonl");
    }

    @ParameterizedTest
    @MethodSource("streams")
    void everyRecordedStreamIsReadFromItsVersionToItsEnd(String stream) {
        List<TerraformEvent> events = Recorded.events(stream);

        assertThat(events.getFirst()).isEqualTo(new TerraformEvent.Version("Terraform 1.11.4"));
        assertThat(events).noneMatch(e -> e instanceof TerraformEvent.PlannedChange c
                && (c.address().isEmpty() || c.action().isEmpty()));
        assertThat(events).noneMatch(e -> e instanceof TerraformEvent.ApplyStart s && s.address().isEmpty());
        long errors = Recorded.text(stream).lines().filter(l -> l.contains("\"severity\":\"error\"")).count();
        assertThat(Recorded.diagnostics(stream).stream().filter(Diagnostic::error)).hasSize((int) errors);
    }

    @ParameterizedTest
    @MethodSource("streams")
    void noStreamLetsASecretThrough(String stream) {
        assertThat(Recorded.events(stream).toString()).doesNotContain("whsec_", "phc_S", "phx_");
    }

    @Test
    void anUnknownTypeIsIgnored() {
        assertThat(TerraformStream.parse("{\"@level\":\"info\",\"type\":\"policy_result\",\"policy\":{}}"))
                .isEmpty();
    }

    @Test
    void aLineThatIsNoJsonIsKeptAsLog() {
        assertThat(TerraformStream.parse("plugin says: hello"))
                .contains(new TerraformEvent.Log("plugin says: hello"));
        assertThat(TerraformStream.parse("{\"type\": cut short")).get()
                .isInstanceOf(TerraformEvent.Log.class);
        assertThat(TerraformStream.parse("  ")).isEmpty();
    }

    @Test
    void theReasonOfAReplacementIsRead() {
        assertThat(Recorded.events("plan-replace.jsonl")).contains(new TerraformEvent.PlannedChange(
                "aws_ssm_parameter.key", "replace", Optional.of("cannot_update")));
    }

    @Test
    void aPlanThatFailedPrintsASummaryAllTheSame() {
        assertThat(Recorded.events("posthog/plan-401.jsonl"))
                .contains(new TerraformEvent.Summary("plan", 0, 0, 0, 0));
    }

    @Test
    void waitingForTheLockIsTold() {
        assertThat(Recorded.events("lock.jsonl")).contains(new TerraformEvent.LockWait(true));
    }
}
