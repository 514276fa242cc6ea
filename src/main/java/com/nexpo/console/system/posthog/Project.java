package com.nexpo.console.system.posthog;

/**
 * A project.
 *
 * @param organization  UUID
 * @param token         the public project token ({@code phc_…}); no secret, but unique
 * @param ingestedEvent true once any event arrived
 */
public record Project(long id, String name, String organization, String token, boolean ingestedEvent) {}
