package com.nexpo.console.system.posthog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One entry of a thing's history.
 *
 * @param who    e-mail; empty for PostHog itself
 * @param what   {@code created}, {@code updated}, {@code deleted} …
 * @param fields names of the members that changed
 */
public record Activity(Optional<String> who, String what, List<String> fields, Instant at) {
    public Activity {
        fields = List.copyOf(fields);
    }
}
