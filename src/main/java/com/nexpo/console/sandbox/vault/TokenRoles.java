package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.TreeMap;

/** {@code auth/token/roles}: the guide makes one, though Nomad's workload identity has no use for it. */
final class TokenRoles {
    private final TreeMap<String, JsonObject> roles = new TreeMap<>();

    LogicalResponse handle(LogicalRequest request) {
        String name = request.path().substring("roles/".length());
        return switch (request.operation()) {
            case LIST -> {
                if (roles.isEmpty()) {
                    yield LogicalResponse.missing();
                }
                JsonObject data = new JsonObject();
                data.add("keys", Fields.array(roles.keySet()));
                yield LogicalResponse.data(data);
            }
            case READ -> roles.containsKey(name)
                    ? LogicalResponse.data(roles.get(name).deepCopy())
                    : LogicalResponse.missing();
            case CREATE, UPDATE -> {
                roles.put(name, role(name, request.body()));
                yield LogicalResponse.none();
            }
            case DELETE -> {
                roles.remove(name);
                yield LogicalResponse.none();
            }
            case PATCH -> throw VaultError.unsupportedOperation();
        };
    }

    boolean exists(String path) {
        return roles.containsKey(path.substring("roles/".length()));
    }

    JsonObject named(String name) {
        JsonObject role = roles.get(name);
        if (role == null) {
            throw VaultError.bad("unknown role " + name);
        }
        return role;
    }

    private static JsonObject role(String name, JsonObject body) {
        JsonObject role = new JsonObject();
        role.add("allowed_entity_aliases", JsonNull.INSTANCE);
        role.add("allowed_policies", Fields.array(Fields.list(body, "allowed_policies")));
        role.add("allowed_policies_glob", Fields.array(Fields.list(body, "allowed_policies_glob")));
        role.add("disallowed_policies", Fields.array(Fields.list(body, "disallowed_policies")));
        role.add("disallowed_policies_glob", new JsonArray());
        role.addProperty("explicit_max_ttl", 0);
        role.addProperty("name", name);
        role.addProperty("orphan", Fields.flag(body, "orphan", false));
        role.addProperty("path_suffix", Fields.text(body, "path_suffix", ""));
        role.addProperty("period", 0);
        role.addProperty("renewable", Fields.flag(body, "renewable", true));
        role.addProperty("token_explicit_max_ttl", Fields.seconds(body, "token_explicit_max_ttl", 0));
        role.addProperty("token_no_default_policy", false);
        role.addProperty("token_period", Fields.seconds(body, "token_period", 0));
        role.addProperty("token_type", "default-service");
        return role;
    }

    JsonObject save() {
        return States.tree(roles);
    }

    void restore(JsonObject state) {
        States.restore(state, roles);
    }
}
