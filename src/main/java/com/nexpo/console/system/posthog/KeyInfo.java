package com.nexpo.console.system.posthog;

import java.util.List;

/**
 * What PostHog says of the key in use.
 *
 * @param scopes        {@code object:action}, or {@code *}
 * @param projects      ids that it is limited to; none for no limit
 * @param organizations UUIDs that it is limited to; none for no limit
 */
public record KeyInfo(String label, List<String> scopes, List<String> projects, List<String> organizations) {
    public KeyInfo {
        scopes = List.copyOf(scopes);
        projects = List.copyOf(projects);
        organizations = List.copyOf(organizations);
    }

    /** True when the scopes include this one; {@code x:write} includes {@code x:read}. */
    public boolean has(String scope) {
        return scopes.contains("*") || scopes.contains(scope)
                || (scope.endsWith(":read") && scopes.contains(scope.replace(":read", ":write")));
    }
}
