package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.http.Exchange;
import java.util.List;
import java.util.Optional;

/** Personal API keys, the users they belong to, and what they may see of themselves. */
final class Keys {
    private final State state;

    Keys(State state) {
        this.state = state;
    }

    /** Makes a key of the first user valid; lists that are empty do not limit. */
    void add(String token, String label, List<String> scopes, List<Long> projects,
            List<String> organizations) {
        JsonObject user = state.table("users").values().iterator().next();
        state.table("keys").put(token,
                Json.object("id", "key" + state.nextId(), "label", label, "value", null,
                        "mask_value", token.substring(0, Math.min(4, token.length())) + "..."
                                + token.substring(Math.max(0, token.length() - 4)),
                        "created_at", state.now(), "last_used_at", null, "last_rolled_at", null, "user_id",
                        user.get("id"),
                        "scopes", scopes, "scoped_teams", projects, "scoped_organizations", organizations));
    }

    void revoke(String token) {
        state.table("keys").remove(token);
    }

    Caller authenticate(Exchange exchange) throws ApiError {
        Optional<String> bearer = exchange.bearer();
        if (bearer.isEmpty()) {
            throw ApiError.notAuthenticated();
        }
        JsonObject key = state.table("keys").get(bearer.get());
        if (key == null) {
            throw ApiError.invalidKey();
        }
        JsonObject user = state.table("users").get(key.get("user_id").getAsString());
        if (user == null) {
            throw ApiError.invalidKey();
        }
        return new Caller(key, user);
    }

    /** {@code GET /api/personal_api_keys/@current/}; any valid key may look at itself. */
    Reply current(Call call, List<String> rest) throws ApiError {
        if (!call.is("GET") || !rest.equals(List.of("@current"))) {
            throw ApiError.notFound();
        }
        JsonObject shown = call.caller().key().deepCopy();
        shown.remove("user_id");
        return Reply.ok(shown);
    }

    /** {@code GET /api/users/@me/}; exempt from project and organisation limits. */
    Reply me(Call call, List<String> rest) throws ApiError {
        if (!rest.equals(List.of("@me"))) {
            throw ApiError.notFound();
        }
        call.needs("user");
        JsonObject me = call.caller().user().deepCopy();
        List<JsonObject> organizations = state.table("organizations").values().stream()
                .map(o -> Json.object("id", o.get("id"), "name", o.get("name"), "slug", o.get("slug"),
                        "logo_media_id", null, "membership_level", o.get("membership_level"),
                        "members_can_use_personal_api_keys", o.get("members_can_use_personal_api_keys")))
                .toList();
        me.add("organization", organizations.getFirst());
        me.add("organizations", Json.array(organizations));
        me.add("team", state.table("projects").values().stream().findFirst()
                .map(p -> Json.object("id", p.get("id"), "uuid", p.get("uuid"), "organization",
                        p.get("organization"),
                        "project_id", p.get("id"), "api_token", p.get("api_token"), "name", p.get("name"),
                        "timezone", p.get("timezone"))).<com.google.gson.JsonElement>map(p -> p)
                .orElse(com.google.gson.JsonNull.INSTANCE));
        return Reply.ok(me);
    }
}
