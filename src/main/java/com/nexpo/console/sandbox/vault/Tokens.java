package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The tokens, and the auth method {@code token/} through which they look at and renew themselves. */
final class Tokens implements Backend {
    /** The server's default lease: 32 days. */
    static final long DEFAULT_TTL = 2_764_800;

    private final Clock clock;
    private final Map<String, Token> tokens = new LinkedHashMap<>();
    private final TokenRoles roles = new TokenRoles();

    Tokens(Clock clock, String rootToken) {
        this.clock = clock;
        addRoot(rootToken);
    }

    /** A root token, which has no end. */
    Token addRoot(String id) {
        Token root = new Token(id, Ids.accessor(), List.of("root"), "token", "auth/token/create", Map.of(),
                Optional.empty(), clock.instant(), 0, Optional.empty(), Optional.empty(), false, 0, 0, 0, "",
                "service");
        tokens.put(id, root);
        return root;
    }

    /** The living token with this id. */
    Optional<Token> find(String id) {
        Token token = tokens.get(id);
        if (token != null && token.expired(clock.instant())) {
            revoke(token);
            return Optional.empty();
        }
        return Optional.ofNullable(token);
    }

    /** Counts a use; the last one takes the token with it. */
    void use(Token token) {
        if (token.usesLeft() == 1) {
            revoke(token);
        } else if (token.usesLeft() > 1) {
            tokens.put(token.id(), token.withUses(token.usesLeft() - 1));
        }
    }

    /** What a login gives. */
    Token login(String mount, String displayName, List<String> policies, Map<String, String> meta,
            TokenSettings settings) {
        return add(Ids.token(), policies, displayName, mount + "login", meta, Optional.empty(), settings,
                Ids.uuid());
    }

    /** A token with an id of the caller's choice. */
    Token add(String id, List<String> policies, String displayName, String path, Map<String, String> meta,
            Optional<Token> parent, TokenSettings settings, String entity) {
        Instant now = clock.instant();
        TreeSet<String> named = new TreeSet<>(policies);
        if (settings.withDefaultPolicy()) {
            named.add("default");
        }
        long ttl = settings.period() > 0
                ? settings.period()
                : settings.ttl() > 0 ? settings.ttl() : DEFAULT_TTL;
        ttl = settings.maxTtl() > 0 ? Math.min(ttl, settings.maxTtl()) : ttl;
        Token token = new Token(id, Ids.accessor(), List.copyOf(named), displayName, path, meta,
                parent.map(Token::id), now, ttl, Optional.of(now.plusSeconds(ttl)), Optional.empty(),
                settings.renewable(), settings.period(), settings.maxTtl(), settings.uses(), entity,
                "service");
        tokens.put(id, token);
        return token;
    }

    @Override
    public LogicalResponse handle(LogicalRequest request) {
        if (request.path().equals("roles/") || request.path().startsWith("roles/")) {
            return roles.handle(request);
        }
        return switch (request.path()) {
            case "lookup-self" -> LogicalResponse.data(request.caller().lookup(clock.instant()));
            case "lookup" -> LogicalResponse.data(named(request).lookup(clock.instant()));
            case "renew-self" -> renew(request.caller(), request.body());
            case "renew" -> renew(named(request), request.body());
            case "revoke-self" -> {
                revoke(request.caller());
                yield LogicalResponse.none();
            }
            case "revoke" -> {
                revoke(named(request));
                yield LogicalResponse.none();
            }
            case "create", "create-orphan" -> create(request, new JsonObject());
            default -> {
                if (request.path().startsWith("create/")) {
                    yield create(request, roles.named(request.path().substring("create/".length())));
                }
                throw VaultError.unsupportedPath();
            }
        };
    }

    @Override
    public boolean exists(String path) {
        return !path.startsWith("roles/") || roles.exists(path);
    }

    private LogicalResponse create(LogicalRequest request, JsonObject role) {
        Token caller = request.caller();
        JsonObject body = request.body();
        List<String> asked = Fields.list(body, "policies");
        List<String> allowed = Fields.list(role, "allowed_policies");
        List<String> policies = !asked.isEmpty() ? asked : !allowed.isEmpty() ? allowed : caller.policies();
        boolean inherits = caller.isRoot() || !allowed.isEmpty()
                || caller.policies()
                        .containsAll(policies.stream().filter(p -> !p.equals("default")).toList());
        if (!inherits) {
            throw VaultError.bad("child policies must be subset of parent");
        }
        boolean root = policies.contains("root");
        String id = Fields.text(body, "id", Ids.token());
        if (root) {
            return LogicalResponse.auth(addRoot(id).auth(clock.instant()));
        }
        boolean orphan = request.path().equals("create-orphan") || Fields.flag(body, "no_parent", false)
                || Fields.flag(role, "orphan", false);
        Map<String, String> meta = new LinkedHashMap<>();
        Fields.field(body, "meta").map(JsonElement::getAsJsonObject)
                .ifPresent(m -> m.entrySet().forEach(e -> meta.put(e.getKey(), e.getValue().getAsString())));
        TokenSettings settings = new TokenSettings(Fields.seconds(body, "ttl", 0),
                Fields.seconds(body, "explicit_max_ttl", 0),
                Fields.seconds(body, "period", Fields.seconds(role, "token_period", 0)),
                (int) Fields.number(body, "num_uses", 0), Fields.flag(body, "renewable", true),
                !Fields.flag(body, "no_default_policy", false));
        String name = Fields.text(body, "display_name", "");
        Token made = add(id, policies, name.isEmpty() ? "token" : "token-" + name,
                "auth/token/" + request.path(), meta, orphan ? Optional.empty() : Optional.of(caller),
                settings,
                "");
        return LogicalResponse.auth(made.auth(clock.instant()));
    }

    private LogicalResponse renew(Token token, JsonObject body) {
        Instant now = clock.instant();
        if (!token.renewable() || token.expires().isEmpty()) {
            throw VaultError.bad("lease is not renewable");
        }
        long increment = token.period() > 0
                ? token.period()
                : Fields.seconds(body, "increment", token.ttl());
        Instant end = now.plusSeconds(increment > 0 ? increment : token.ttl());
        if (token.maxTtl() > 0 && end.isAfter(token.issued().plusSeconds(token.maxTtl()))) {
            end = token.issued().plusSeconds(token.maxTtl());
        }
        Token renewed = token.until(end, now);
        tokens.put(token.id(), renewed);
        return LogicalResponse.auth(renewed.auth(now));
    }

    private Token named(LogicalRequest request) {
        return find(Fields.text(request.body(), "token", ""))
                .orElseThrow(() -> VaultError.of(403, "bad token"));
    }

    private void revoke(Token token) {
        tokens.remove(token.id());
        List.copyOf(tokens.values()).stream()
                .filter(child -> child.parent().filter(token.id()::equals).isPresent()).forEach(this::revoke);
    }

    @Override
    public JsonObject save() {
        JsonObject state = new JsonObject();
        state.add("tokens", States.write(new ArrayList<>(tokens.values())));
        state.add("roles", roles.save());
        return state;
    }

    @Override
    public void restore(JsonObject state) {
        tokens.clear();
        for (JsonElement entry : state.getAsJsonArray("tokens")) {
            Token token = States.read(entry, Token.class);
            tokens.put(token.id(), token);
        }
        roles.restore(state.getAsJsonObject("roles"));
    }
}
