package com.nexpo.console.system.posthog;

import com.google.gson.JsonElement;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.system.Limits;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.posthog.server.PostHog;
import com.posthog.server.PostHogCaptureOptions;
import com.posthog.server.PostHogConfig;
import com.posthog.server.PostHogInterface;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Proves that events arrive: sends one with the official SDK, as services do, and waits until a query finds it. A 200
 * at capture proves nothing: PostHog answers it for a wrong token, too.
 */
public final class EventRoundTrip {
    /** The event's name; it makes no person ({@code $process_person_profile:false}). */
    public static final String EVENT = "posthog_console_check";

    /** The SDK puts a captured event into its queue on another thread; {@code flush} before that sends nothing. */
    private static final Duration UNTIL_QUEUED = Duration.ofMillis(300);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final PostHogApi api;
    private final URI ingestHost;
    private final RemoteCall door = new RemoteCall(SystemId.POSTHOG, Limits.DEFAULT);

    /** @param ingestHost of capture, such as {@code https://eu.i.posthog.com} */
    public EventRoundTrip(PostHogApi api, URI ingestHost) {
        this.api = api;
        this.ingestHost = ingestHost;
    }

    /** The event as PostHog stored it, and how long it took from sending to being found. */
    public record Arrived(String uuid, Duration after) {}

    /**
     * Sends one event to the project and waits for it.
     *
     * @param token      the project's public token ({@code phc_…})
     * @param properties put into the event besides the tag, such as the service's name
     * @param deadline   PostHog Cloud takes up to two minutes
     * @throws FailureException with {@code PH-NOT-INGESTED} when it was not found in time
     */
    public Arrived run(Project project, String token, Map<String, String> properties, Duration deadline)
            throws FailureException, InterruptedException {
        String tag = UUID.randomUUID().toString();
        long begin = System.nanoTime();
        door.call("sending an event to project " + project.name(), Repeat.ONCE, _ -> {
            send(token, tag, properties);
            return tag;
        });
        long end = begin + deadline.toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            List<List<JsonElement>> rows = api.hogQl(project.id(),
                    "SELECT uuid FROM events WHERE event = '%s' AND properties.check_id = '%s' AND timestamp > now() - INTERVAL 1 DAY LIMIT 1"
                            .formatted(EVENT, tag));
            if (!rows.isEmpty()) {
                return new Arrived(rows.getFirst().getFirst().getAsString(),
                        Duration.ofNanos(System.nanoTime() - begin));
            }
            if (System.nanoTime() + pause.toNanos() > end) {
                throw new FailureException(new Failure(FailureKind.TIMEOUT, "PH-NOT-INGESTED",
                        "The event %s sent to %s did not appear in PostHog project %s (%d) within %d s."
                                .formatted(
                                        tag, ingestHost.getAuthority(), project.name(), project.id(),
                                        deadline.toSeconds()),
                        "Compare the token with the project's, and look at the ingest host and at the organization's"
                                + " event quota."));
            }
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                    ? pause.multipliedBy(2)
                    : LONGEST_PAUSE;
        }
    }

    private void send(String token, String tag, Map<String, String> properties) throws InterruptedException {
        PostHogConfig config = PostHogConfig.builder(token).host(ingestHost.toString())
                .preloadFeatureFlags(false).sendFeatureFlagEvent(false).build();
        PostHogCaptureOptions.Builder options = PostHogCaptureOptions.builder().property("check_id", tag)
                .property("$process_person_profile", false);
        properties.forEach(options::property);
        PostHogInterface sdk = PostHog.with(config);
        try {
            sdk.capture("posthog-console-check-" + tag, EVENT, options.build());
            TimeUnit.NANOSECONDS.sleep(UNTIL_QUEUED.toNanos());
            sdk.flush();
        } finally {
            sdk.close();
        }
    }
}
