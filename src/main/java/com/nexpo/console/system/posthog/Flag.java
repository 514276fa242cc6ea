package com.nexpo.console.system.posthog;

import com.google.gson.JsonObject;
import java.util.Optional;

/**
 * A feature flag.
 *
 * @param version    grows by one with every change; 0 when PostHog does not say
 * @param filters    conditions, variants and payloads, as PostHog holds them
 * @param modifiedBy e-mail of who changed it last
 */
public record Flag(long id, String key, String name, boolean active, boolean deleted, long version,
        JsonObject filters, Optional<String> modifiedBy, Optional<String> updatedAt) {}
