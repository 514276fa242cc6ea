package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostHogCallsTest {
    private static final Duration LATENCY = Duration.ofMillis(200);

    @Test
    void aPlanReadsEachObjectOnceAndInsightsCountApart() {
        assertThat(PostHogCalls
                .ofRefresh(Map.of("posthog_feature_flag", 3, "posthog_insight", 2, "posthog_dashboard", 1,
                        "posthog_dashboard_layout", 1, "aws_ssm_parameter", 40)))
                .isEqualTo(new PostHogCalls(5, 2));
    }

    @Test
    void anApplyWritesWhatThePlanSays() throws IOException {
        // 2 projects, 3 flags, a dashboard, its layout (read and written), 2 insights
        assertThat(PostHogCalls.ofApply(Recorded.plan("posthog/show-plan-create.json").resources()))
                .isEqualTo(new PostHogCalls(8, 2));
        assertThat(PostHogCalls.ofApply(Recorded.plan("posthog/show-plan-update-flag.json").resources()))
                .isEqualTo(new PostHogCalls(1, 0));
        // a flag is read before it is deleted
        assertThat(PostHogCalls.ofApply(Recorded.plan("posthog/show-plan-destroy.json").resources()))
                .isEqualTo(new PostHogCalls(2 + 3 * 2 + 1 + 2, 2));
        assertThat(PostHogCalls.ofApply(Recorded.plan("posthog/show-plan-import.json").resources()))
                .isEqualTo(new PostHogCalls(2 + 1 + 2, 0));
    }

    @Test
    void withinTheLimitNothingIsChanged() {
        PostHogCalls.Advice advice = new PostHogCalls(480, 240).advice(10, LATENCY);

        assertThat(advice.exceeds()).isFalse();
        assertThat(advice.parallelism()).isEqualTo(10);
        assertThat(advice.sentence()).contains("720 times");
    }

    @Test
    void aboveTheLimitAParallelismThatKeepsBelowItIsAdvised() {
        PostHogCalls.Advice flags = new PostHogCalls(4_800, 0).advice(10, LATENCY);
        assertThat(flags.exceeds()).isTrue();
        assertThat(flags.parallelism()).isEqualTo(1);
        assertThat(flags.sentence()).contains("4800 times", "parallelism 1", "10 minutes");

        PostHogCalls.Advice insights = new PostHogCalls(0, 480).advice(10, Duration.ofSeconds(1));
        assertThat(insights.parallelism()).isEqualTo(4);
        assertThat(insights.sentence()).contains("2 minutes");
    }
}
