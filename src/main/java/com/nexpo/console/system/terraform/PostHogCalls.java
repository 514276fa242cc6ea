package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Action;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How many calls of PostHog's API a plan or an apply makes, by what posthog/posthog 1.0.13 was seen to send. The
 * provider does not pace itself, and a throttled call costs it up to 15 seconds before it fails.
 *
 * @param general  calls that count against {@value #GENERAL_A_MINUTE} a minute
 * @param insights calls that count against {@value #INSIGHTS_A_MINUTE} a minute
 * @see <a href="https://posthog.com/docs/api#rate-limiting">the limits</a>
 */
public record PostHogCalls(int general, int insights) {
    static final int GENERAL_A_MINUTE = 480;
    static final int INSIGHTS_A_MINUTE = 240;
    private static final String PREFIX = "posthog_";
    private static final String INSIGHT = "posthog_insight";

    /** What a plan reads: each object once. */
    public static PostHogCalls ofRefresh(Map<String, Integer> objects) {
        PostHogCalls sum = new PostHogCalls(0, 0);
        for (Map.Entry<String, Integer> entry : objects.entrySet()) {
            sum = sum.plus(calls(entry.getKey(), entry.getValue()));
        }
        return sum;
    }

    /** What the apply of a saved plan sends; it refreshes nothing. */
    public static PostHogCalls ofApply(List<PlannedResource> resources) {
        PostHogCalls sum = new PostHogCalls(0, 0);
        for (PlannedResource resource : resources) {
            if (!resource.stateOnly()) {
                sum = sum.plus(calls(resource.type(), writes(resource.type(), resource.change().action())));
            }
            // An import is read twice.
            sum = sum.plus(calls(resource.type(), resource.importId().isPresent() ? 2 : 0));
        }
        return sum;
    }

    private static PostHogCalls calls(String type, int calls) {
        if (!type.startsWith(PREFIX)) {
            return new PostHogCalls(0, 0);
        }
        return type.equals(INSIGHT) ? new PostHogCalls(0, calls) : new PostHogCalls(calls, 0);
    }

    private static int writes(String type, Action action) {
        return switch (action) {
            case CREATE, UPDATE -> change(type);
            case DELETE -> delete(type);
            case REPLACE -> change(type) + delete(type);
            case NONE -> 0;
        };
    }

    private static int change(String type) {
        return switch (type) {
            case "posthog_dashboard_layout", "posthog_project_default_access",
                    "posthog_organization_member" ->
                2;
            default -> 1;
        };
    }

    private static int delete(String type) {
        return switch (type) {
            case "posthog_feature_flag", "posthog_dashboard_layout" -> 2;
            case "posthog_project_settings" -> 0;
            default -> 1;
        };
    }

    /** Both together. */
    public PostHogCalls plus(PostHogCalls other) {
        return new PostHogCalls(general + other.general, insights + other.insights);
    }

    /**
     * What to do about it.
     *
     * @param parallelism what the run would use
     * @param latency     of one call
     */
    public Advice advice(int parallelism, Duration latency) {
        double minutes = Math.max(general / (double) GENERAL_A_MINUTE, insights / (double) INSIGHTS_A_MINUTE);
        int total = general + insights;
        if (minutes <= 1) {
            return new Advice(false, parallelism,
                    "It calls PostHog " + total
                            + " times, within the %d a minute (%d for insights) that PostHog allows."
                                    .formatted(GENERAL_A_MINUTE, INSIGHTS_A_MINUTE));
        }
        double allowedASecond = total / (minutes * 60);
        int slower = Math.clamp((int) Math.floor(allowedASecond * latency.toMillis() / 1000.0), 1,
                parallelism);
        return new Advice(true, slower,
                ("It calls PostHog %d times, more than the %d a minute (%d for insights) that "
                        + "PostHog allows: run it with parallelism %d and expect about %d minutes.")
                        .formatted(total,
                                GENERAL_A_MINUTE, INSIGHTS_A_MINUTE, slower, (int) Math.ceil(minutes)));
    }

    /**
     * A sentence to show before a run starts.
     *
     * @param exceeds     true when a limit would be met
     * @param parallelism that keeps below it
     */
    public record Advice(boolean exceeds, int parallelism, String sentence) {}
}
