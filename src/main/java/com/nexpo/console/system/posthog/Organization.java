package com.nexpo.console.system.posthog;

import java.util.OptionalInt;

/**
 * An organization.
 *
 * @param id           a UUID
 * @param projectLimit projects that its plan allows; empty when PostHog does not say
 * @param keysAllowed  false when members below administrator may not use personal API keys
 */
public record Organization(String id, String name, String slug, OptionalInt projectLimit,
        boolean keysAllowed) {}
