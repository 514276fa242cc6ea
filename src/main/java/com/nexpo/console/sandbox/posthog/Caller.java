package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonObject;
import java.util.List;

/** Who calls: a personal API key and the user it belongs to. */
record Caller(JsonObject key, JsonObject user) {
    /** Refuses with PostHog's words when the key lacks the scope; {@code x:write} includes {@code x:read}. */
    void needs(String scope) throws ApiError {
        List<String> scopes = Json.texts(key, "scopes");
        boolean has = scopes.contains("*") || scopes.contains(scope)
                || (scope.endsWith(":read") && scopes.contains(scope.replace(":read", ":write")));
        if (!has) {
            throw ApiError.denied("API key missing required scope '" + scope + "'");
        }
    }

    /** Refuses a key that is scoped to projects, as every endpoint outside of projects does. */
    void needsNoProjectScope() throws ApiError {
        if (!Json.texts(key, "scoped_teams").isEmpty()) {
            throw ApiError
                    .denied("API keys with scoped projects are only supported on project-based endpoints.");
        }
    }

    void mayUseOrganization(String id) throws ApiError {
        List<String> scoped = Json.texts(key, "scoped_organizations");
        if (!scoped.isEmpty() && !scoped.contains(id)) {
            throw ApiError
                    .denied("API key does not have access to the requested organization: ID " + id + ".");
        }
    }

    void mayUseProject(long id) throws ApiError {
        List<String> scoped = Json.texts(key, "scoped_teams");
        if (!scoped.isEmpty() && !scoped.contains(String.valueOf(id))) {
            throw ApiError.denied("API key does not have access to the requested project: ID " + id + ".");
        }
    }

    /** The user as other objects embed it. */
    JsonObject basic() {
        JsonObject basic = new JsonObject();
        Json.copy(user, basic, "id", "uuid", "distinct_id", "first_name", "last_name", "email",
                "is_email_verified",
                "hedgehog_config", "role_at_organization");
        return basic;
    }
}
