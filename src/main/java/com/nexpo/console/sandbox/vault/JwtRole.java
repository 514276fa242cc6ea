package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;

/** A role of the JWT auth method as it is stored and read back. */
final class JwtRole {
    private JwtRole() {}

    /** The role after a write; what the write does not name stays as it was. */
    static JsonObject written(Optional<JsonObject> before, JsonObject body) {
        JsonObject role = before.map(JsonObject::deepCopy).orElseGet(JwtRole::fresh);
        for (String name : List.of("bound_audiences", "token_policies", "token_bound_cidrs")) {
            Fields.field(body, name).ifPresent(_ -> role.add(name, Fields.array(Fields.list(body, name))));
        }
        for (String name : List.of("token_period", "token_ttl", "token_max_ttl", "token_explicit_max_ttl",
                "token_num_uses", "clock_skew_leeway", "expiration_leeway", "not_before_leeway", "max_age")) {
            Fields.field(body, name).ifPresent(_ -> role.addProperty(name, Fields.seconds(body, name, 0)));
        }
        for (String name : List.of("user_claim_json_pointer", "token_no_default_policy",
                "verbose_oidc_logging")) {
            Fields.field(body, name).ifPresent(_ -> role.addProperty(name, Fields.flag(body, name, false)));
        }
        for (String name : List.of("role_type", "bound_subject", "user_claim", "groups_claim", "token_type",
                "bound_claims", "bound_claims_type", "claim_mappings")) {
            Fields.field(body, name).ifPresent(value -> role.add(name, Fields.canonical(value)));
        }
        check(role);
        return role;
    }

    private static void check(JsonObject role) {
        if (Fields.text(role, "user_claim", "").isEmpty()) {
            throw VaultError.bad("a user claim must be defined on the role");
        }
        boolean bound = !Fields.list(role, "bound_audiences").isEmpty()
                || !role.getAsJsonObject("bound_claims").isEmpty()
                || !Fields.text(role, "bound_subject", "").isEmpty()
                || !role.getAsJsonArray("token_bound_cidrs").isEmpty();
        if (!bound) {
            throw VaultError.bad("must have at least one bound constraint when creating/updating a role");
        }
    }

    private static JsonObject fresh() {
        JsonObject role = new JsonObject();
        role.add("allowed_redirect_uris", JsonNull.INSTANCE);
        role.add("bound_audiences", new JsonArray());
        role.add("bound_claims", new JsonObject());
        role.addProperty("bound_claims_type", "string");
        role.addProperty("bound_subject", "");
        role.addProperty("callback_mode", "client");
        role.add("claim_mappings", new JsonObject());
        role.addProperty("clock_skew_leeway", 0);
        role.addProperty("expiration_leeway", 0);
        role.addProperty("groups_claim", "");
        role.addProperty("max_age", 0);
        role.addProperty("not_before_leeway", 0);
        role.add("oauth2_metadata", JsonNull.INSTANCE);
        role.addProperty("oidc_disable_confirmation", false);
        role.add("oidc_scopes", JsonNull.INSTANCE);
        role.addProperty("role_type", "oidc");
        role.add("token_bound_cidrs", new JsonArray());
        for (String name : List.of("token_explicit_max_ttl", "token_max_ttl")) {
            role.addProperty(name, 0);
        }
        role.addProperty("token_no_default_policy", false);
        role.addProperty("token_num_uses", 0);
        role.addProperty("token_period", 0);
        role.add("token_policies", new JsonArray());
        role.addProperty("token_policies_template_claims", false);
        role.addProperty("token_strictly_bind_ip", false);
        role.addProperty("token_ttl", 0);
        role.addProperty("token_type", "default");
        role.addProperty("user_claim", "");
        role.addProperty("user_claim_json_pointer", false);
        role.addProperty("verbose_oidc_logging", false);
        return role;
    }
}
