package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The auth method {@code approle}: a role's id and a secret id give a token. */
final class AppRoleAuth implements Backend {
    private final Clock clock;
    private final Tokens tokens;
    private final String mount;
    private final TreeMap<String, JsonObject> roles = new TreeMap<>();

    /** @param mount its path, such as {@code auth/approle/} */
    AppRoleAuth(Clock clock, Tokens tokens, String mount) {
        this.clock = clock;
        this.tokens = tokens;
        this.mount = mount;
    }

    @Override
    public LogicalResponse handle(LogicalRequest request) {
        String[] parts = request.path().split("/", -1);
        if (request.path().equals("login") && request.operation().writes()) {
            return login(request.body());
        }
        if (!parts[0].equals("role") || parts.length < 2) {
            throw VaultError.unsupportedPath();
        }
        String name = parts[1];
        if (parts.length == 2) {
            return role(request, name);
        }
        JsonObject role = Optional.ofNullable(roles.get(name))
                .orElseThrow(() -> VaultError.bad("role \"" + name + "\" does not exist"));
        return switch (parts[2]) {
            case "role-id" -> {
                JsonObject data = new JsonObject();
                data.add("role_id", role.get("role_id"));
                yield LogicalResponse.data(data);
            }
            case "secret-id" -> secretId(role);
            default -> throw VaultError.unsupportedPath();
        };
    }

    private LogicalResponse role(LogicalRequest request, String name) {
        if (request.operation() == Operation.DELETE) {
            roles.remove(name);
            return LogicalResponse.none();
        }
        if (!request.operation().writes()) {
            throw VaultError.unsupportedOperation();
        }
        JsonObject role = roles.computeIfAbsent(name, _ -> new JsonObject());
        request.body().entrySet().forEach(e -> role.add(e.getKey(), e.getValue()));
        role.addProperty("name", name);
        if (!role.has("role_id")) {
            role.addProperty("role_id", Ids.uuid());
            role.add("secret_ids", new JsonObject());
        }
        return LogicalResponse.none();
    }

    private LogicalResponse secretId(JsonObject role) {
        String id = Ids.uuid();
        long ttl = Fields.seconds(role, "secret_id_ttl", 0);
        role.getAsJsonObject("secret_ids").addProperty(id,
                (ttl > 0 ? clock.instant().plusSeconds(ttl) : Instant.MAX).toString());
        JsonObject data = new JsonObject();
        data.addProperty("secret_id", id);
        data.addProperty("secret_id_accessor", Ids.uuid());
        data.addProperty("secret_id_num_uses", 0);
        data.addProperty("secret_id_ttl", ttl);
        return LogicalResponse.data(data);
    }

    private LogicalResponse login(JsonObject body) {
        String roleId = Fields.text(body, "role_id", "");
        String secretId = Fields.text(body, "secret_id", "");
        JsonObject role = roles.values().stream().filter(r -> Fields.text(r, "role_id", "").equals(roleId))
                .filter(r -> Fields.field(r.getAsJsonObject("secret_ids"), secretId)
                        .map(JsonElement::getAsString)
                        .map(Instant::parse).filter(end -> end.isAfter(clock.instant())).isPresent())
                .findFirst().orElseThrow(() -> VaultError.bad("invalid role or secret ID"));
        Token token = tokens.login(mount, "approle", Fields.list(role, "token_policies"),
                Map.of("role_name", Fields.text(role, "name", "")), TokenSettings.of(role));
        return LogicalResponse.auth(token.auth(clock.instant()));
    }

    @Override
    public boolean exists(String path) {
        String[] parts = path.split("/", -1);
        return parts.length != 2 || roles.containsKey(parts[1]);
    }

    @Override
    public boolean open(String path) {
        return path.equals("login");
    }

    @Override
    public JsonObject save() {
        return States.tree(roles);
    }

    @Override
    public void restore(JsonObject state) {
        States.restore(state, roles);
    }
}
