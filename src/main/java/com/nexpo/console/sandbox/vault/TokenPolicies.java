package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The policies that a role's tokens get. */
final class TokenPolicies {
    private TokenPolicies() {}

    static List<String> of(JsonObject role) {
        List<String> names = new ArrayList<>(Fields.list(role, "token_policies"));
        if (!Fields.flag(role, "token_no_default_policy", false)) {
            names.add("default");
        }
        return names;
    }
}
