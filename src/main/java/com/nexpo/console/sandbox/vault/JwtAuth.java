package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The auth method {@code jwt}, through which Nomad's workloads log in.
 *
 * @see <a href="https://openbao.org/api-docs/auth/jwt/">its API</a>
 */
final class JwtAuth implements Backend {
    private static final long LEEWAY = 60;

    private final Clock clock;
    private final Tokens tokens;
    private final Jwks jwks;
    private final String mount;
    private final TreeMap<String, JsonObject> roles = new TreeMap<>();
    private Optional<JsonObject> config = Optional.empty();

    /** @param mount its path, such as {@code auth/jwt-nomad/} */
    JwtAuth(Clock clock, Tokens tokens, Jwks jwks, String mount) {
        this.clock = clock;
        this.tokens = tokens;
        this.jwks = jwks;
        this.mount = mount;
    }

    @Override
    public LogicalResponse handle(LogicalRequest request) {
        String path = request.path();
        if (path.equals("config")) {
            return config(request);
        }
        if (path.equals("login") && request.operation().writes()) {
            return login(request.body());
        }
        if (path.equals("role/") && request.operation() == Operation.LIST) {
            JsonObject data = new JsonObject();
            data.add("keys", Fields.array(roles.keySet()));
            return roles.isEmpty() ? LogicalResponse.missing() : LogicalResponse.data(data);
        }
        if (path.startsWith("role/")) {
            return role(request, path.substring("role/".length()));
        }
        throw VaultError.unsupportedPath();
    }

    @Override
    public boolean exists(String path) {
        return !path.startsWith("role/") || roles.containsKey(path.substring("role/".length()));
    }

    @Override
    public boolean open(String path) {
        return path.equals("login");
    }

    /** The role with this name, as it was stored. */
    Optional<JsonObject> named(String role) {
        return Optional.ofNullable(roles.get(role));
    }

    /** Why these claims do not get a token of this role; empty when they do. */
    Optional<String> refusal(JsonObject role, JsonObject claims) {
        List<String> audiences = audiences(claims.get("aud"));
        List<String> bound = Fields.list(role, "bound_audiences");
        boolean audienceFits = bound.isEmpty()
                ? audiences.isEmpty()
                : audiences.stream().anyMatch(bound::contains);
        if (!audienceFits) {
            return Optional.of("error validating token: invalid audience (aud) claim: "
                    + (bound.isEmpty()
                            ? "audience claim found in JWT but no audiences bound to the role"
                            : "audience claim does not match any expected audience"));
        }
        String subject = Fields.text(role, "bound_subject", "");
        if (!subject.isEmpty() && !subject.equals(Fields.text(claims, "sub", ""))) {
            return Optional.of("error validating token: invalid subject (sub) claim");
        }
        Optional<String> wrongClaim = role.getAsJsonObject("bound_claims").entrySet().stream()
                .filter(e -> !claimFits(e.getValue(), claims.get(e.getKey())))
                .map(e -> claims.has(e.getKey())
                        ? "error validating claims: claim \"" + e.getKey()
                                + "\" does not match any associated bound claim values"
                        : "error validating claims: claim \"" + e.getKey() + "\" is missing")
                .findFirst();
        if (wrongClaim.isPresent()) {
            return wrongClaim;
        }
        String user = Fields.text(role, "user_claim", "");
        return userClaim(role, claims).isPresent()
                ? Optional.empty()
                : Optional.of("claim \"" + user + "\" not found in token");
    }

    private LogicalResponse login(JsonObject body) {
        JsonObject settings = config.orElseThrow(() -> VaultError.bad("could not load configuration"));
        String name = Fields.text(body, "role", Fields.text(settings, "default_role", ""));
        if (name.isEmpty()) {
            throw VaultError.bad("missing role");
        }
        JsonObject role = roles.get(name);
        if (role == null) {
            throw VaultError.bad("role \"" + name + "\" could not be found");
        }
        Jwks.Jwt jwt = Jwks.parse(Fields.text(body, "jwt", ""));
        verify(settings, jwt);
        refusal(role, jwt.claims()).ifPresent(text -> {
            throw VaultError.bad(text);
        });
        Map<String, String> meta = new LinkedHashMap<>();
        meta.put("role", name);
        Fields.field(role, "claim_mappings").map(JsonElement::getAsJsonObject)
                .ifPresent(mappings -> mappings.entrySet()
                        .forEach(e -> Fields.field(jwt.claims(), e.getKey())
                                .ifPresent(v -> meta.put(e.getValue().getAsString(), v.getAsString()))));
        Token token = tokens.login(mount, mount.substring(5, mount.length() - 1) + "-"
                + userClaim(role, jwt.claims()).orElse(""), Fields.list(role, "token_policies"), meta,
                TokenSettings.of(role));
        return LogicalResponse.auth(token.auth(clock.instant()));
    }

    private void verify(JsonObject settings, Jwks.Jwt jwt) {
        List<PublicKey> keys;
        try {
            keys = keys(settings);
        } catch (IOException e) {
            throw VaultError
                    .bad("error validating token: error verifying token signature: fetching keys oidc:"
                            + " get keys failed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw VaultError.of(500, "interrupted");
        }
        if (keys.stream().noneMatch(key -> Jwks.signedBy(jwt, key))) {
            throw VaultError
                    .bad("error validating token: error verifying token signature: failed to verify id"
                            + " token signature");
        }
        Instant now = clock.instant();
        long expires = Fields.number(jwt.claims(), "exp", Long.MAX_VALUE);
        if (expires != Long.MAX_VALUE && now.getEpochSecond() > expires + LEEWAY) {
            throw VaultError
                    .bad("error validating token: invalid expiration time (exp) claim: token is expired");
        }
        long notBefore = Fields.number(jwt.claims(), "nbf", 0);
        if (now.getEpochSecond() < notBefore - LEEWAY) {
            throw VaultError
                    .bad("error validating token: invalid not before (nbf) claim: token not yet valid");
        }
    }

    private List<PublicKey> keys(JsonObject settings) throws IOException, InterruptedException {
        String url = Fields.text(settings, "jwks_url", "");
        List<PublicKey> keys = new ArrayList<>();
        Fields.list(settings, "jwt_validation_pubkeys").forEach(pem -> keys.add(Jwks.pem(pem)));
        if (!url.isEmpty()) {
            keys.addAll(jwks.fetch(url));
        }
        return keys;
    }

    private LogicalResponse config(LogicalRequest request) {
        if (request.operation() == Operation.READ) {
            return config.map(c -> LogicalResponse.data(c.deepCopy())).orElseGet(LogicalResponse::missing);
        }
        if (!request.operation().writes()) {
            throw VaultError.unsupportedOperation();
        }
        JsonObject body = request.body();
        JsonObject made = new JsonObject();
        made.addProperty("bound_issuer", Fields.text(body, "bound_issuer", ""));
        made.addProperty("default_role", Fields.text(body, "default_role", ""));
        made.addProperty("jwks_ca_pem", Fields.text(body, "jwks_ca_pem", ""));
        made.addProperty("jwks_url", Fields.text(body, "jwks_url", ""));
        made.add("jwt_supported_algs", Fields.array(Fields.list(body, "jwt_supported_algs")));
        made.add("jwt_validation_pubkeys", Fields.array(Fields.list(body, "jwt_validation_pubkeys")));
        made.addProperty("namespace_in_state", true);
        for (String name : new String[]{"oidc_client_id", "oidc_discovery_ca_pem", "oidc_discovery_url",
            "oidc_response_mode"}) {
            made.addProperty(name, "");
        }
        made.add("oidc_response_types", new JsonArray());
        made.add("override_allowed_server_names", new JsonArray());
        made.add("provider_config", new JsonObject());
        made.addProperty("status", "valid");
        checkReachable(made);
        config = Optional.of(made);
        return LogicalResponse.none();
    }

    private void checkReachable(JsonObject made) {
        boolean nothing = Fields.text(made, "jwks_url", "").isEmpty()
                && made.getAsJsonArray("jwt_validation_pubkeys").isEmpty();
        if (nothing) {
            throw VaultError.bad(
                    "exactly one of 'jwt_validation_pubkeys', 'jwks_url' or 'oidc_discovery_url' must be set");
        }
        try {
            keys(made);
        } catch (IOException e) {
            throw VaultError.bad("error checking jwks URL");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw VaultError.of(500, "interrupted");
        }
    }

    private LogicalResponse role(LogicalRequest request, String name) {
        return switch (request.operation()) {
            case READ -> named(name).map(r -> LogicalResponse.data(r.deepCopy()))
                    .orElseGet(LogicalResponse::missing);
            case CREATE, UPDATE -> {
                roles.put(name, JwtRole.written(named(name), request.body()));
                yield LogicalResponse.none();
            }
            case DELETE -> {
                roles.remove(name);
                yield LogicalResponse.none();
            }
            case PATCH, LIST -> throw VaultError.unsupportedOperation();
        };
    }

    private static List<String> audiences(@Nullable JsonElement aud) {
        if (aud == null || aud.isJsonNull()) {
            return List.of();
        }
        return aud.isJsonArray() ? Fields.texts(aud) : List.of(aud.getAsString());
    }

    private static boolean claimFits(JsonElement wanted, @Nullable JsonElement found) {
        if (found == null || found.isJsonNull()) {
            return false;
        }
        Set<String> allowed = Set
                .copyOf(wanted.isJsonArray() ? Fields.texts(wanted) : List.of(wanted.getAsString()));
        List<String> has = found.isJsonArray() ? Fields.texts(found) : List.of(found.getAsString());
        return has.stream().anyMatch(allowed::contains);
    }

    /** The user claim: a name, or a pointer when the role says so. */
    private static Optional<String> userClaim(JsonObject role, JsonObject claims) {
        String name = Fields.text(role, "user_claim", "");
        if (!Fields.flag(role, "user_claim_json_pointer", false)) {
            return Fields.field(claims, name).map(JsonElement::getAsString);
        }
        JsonElement at = claims;
        for (String part : name.substring(name.startsWith("/") ? 1 : 0).split("/", -1)) {
            at = at.isJsonObject() && at.getAsJsonObject().has(part)
                    ? at.getAsJsonObject().get(part)
                    : JsonNull.INSTANCE;
        }
        return Optional.of(at).filter(JsonPrimitive.class::isInstance).map(JsonElement::getAsString);
    }

    @Override
    public JsonObject save() {
        JsonObject state = new JsonObject();
        state.add("config", config.<JsonElement>map(JsonObject::deepCopy).orElse(JsonNull.INSTANCE));
        state.add("roles", States.tree(roles));
        return state;
    }

    @Override
    public void restore(JsonObject state) {
        config = Fields.field(state, "config").map(c -> c.getAsJsonObject().deepCopy());
        States.restore(state.getAsJsonObject("roles"), roles);
    }
}
