package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.sandbox.http.Emulator;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.http.Faults;
import com.nexpo.console.sandbox.http.LocalServer;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Vault that answers like OpenBao 2.6 in development mode: initialised, unsealed, one root token, a KV
 * version 2 engine at {@code secret/}.
 *
 * <p>This class is the way of a request through the server: seal, token, policy, quota, backend, wrapping. What
 * there is to ask for is in the {@link Backend}s. One request at a time.
 */
public final class VaultEmulator implements Emulator {
    private static final int LARGEST_REQUEST = 32 * 1024 * 1024;
    private static final Set<String> BEFORE_UNSEAL = Set.of("sys/health", "sys/seal-status", "sys/leader",
            "sys/init", "sys/unseal");

    private final Clock clock;
    private final Seal seal;
    private final Policies policies;
    private final Tokens tokens;
    private final Wrapping wrapping;
    private final Quotas quotas;
    private final Jwks jwks = new Jwks();
    private final Mounts secrets = new Mounts(false);
    private final Mounts auths = new Mounts(true);
    private final SystemBackend system;
    private final LocalServer server;

    /**
     * @param port      0 for any free one
     * @param rootToken the token that may do everything
     */
    public VaultEmulator(int port, String rootToken, Clock clock) {
        this(port, rootToken, clock, true);
    }

    /** @param initialised false for a server that waits for {@code sys/init} */
    VaultEmulator(int port, String rootToken, Clock clock, boolean initialised) {
        this.clock = clock;
        seal = new Seal(clock);
        policies = new Policies(clock);
        tokens = new Tokens(clock, rootToken);
        wrapping = new Wrapping(clock);
        quotas = new Quotas(clock);
        system = new SystemBackend(seal, policies, quotas, secrets, auths, this::backend);
        auths.add("token/", "token", "token based credentials", Map.of(), Optional.of(tokens));
        secrets.add("secret/", "kv", "key/value secret storage", Map.of("version", "2"),
                Optional.of(new KvEngine(clock)));
        if (initialised) {
            seal.initialise(1, 1);
            seal.open();
        }
        server = new LocalServer("vault", port, this::handle);
    }

    @Override
    public SystemId system() {
        return SystemId.VAULT;
    }

    @Override
    public URI address() {
        return server.address();
    }

    /** What it does wrong on purpose. */
    public Faults faults() {
        return server.faults();
    }

    /** A drill: seals it. */
    public synchronized void seal() {
        seal.seal();
    }

    /** Ends the drill. */
    public synchronized void unseal() {
        seal.open();
    }

    /** A drill: this node is a standby. */
    public synchronized void standby(boolean on) {
        seal.standby(on);
    }

    /** Mounts the JWT method if it is not there, as an operator would before Nomad is told of Vault. */
    public synchronized void enableJwt(String path) {
        String mount = path + "/";
        if (auths.at(mount).isEmpty()) {
            auths.add(mount, "jwt", "", Map.of(),
                    Optional.of(new JwtAuth(clock, tokens, jwks, "auth/" + mount)));
        }
    }

    /**
     * Why a Nomad workload does not get a token of this role, in Vault's words; empty when it does. The
     * signature is not looked at: the caller is the one who signs.
     */
    public synchronized Optional<String> loginRefusal(String role, String namespace, String jobId) {
        if (seal.sealed()) {
            return Optional.of("Vault is sealed");
        }
        Optional<JwtAuth> method = jwtMethods().stream().filter(m -> m.named(role).isPresent()).findFirst();
        if (method.isEmpty()) {
            return Optional.of(jwtMethods().isEmpty()
                    ? "permission denied"
                    : "role \"" + role + "\" could not be found");
        }
        JsonObject claims = new JsonObject();
        claims.addProperty("aud", "vault.io");
        claims.addProperty("nomad_namespace", namespace);
        claims.addProperty("nomad_job_id", jobId);
        return method.get().refusal(method.get().named(role).orElseThrow(), claims);
    }

    /**
     * True when a workload of this job, logged in with this role, may read this path.
     *
     * @param path as in the API: {@code secret/data/nexpo/posthog/auth}
     */
    public synchronized boolean mayRead(String role, String namespace, String jobId, String path) {
        return loginRefusal(role, namespace, jobId).isEmpty() && jwtMethods().stream()
                .flatMap(m -> m.named(role).stream()).findFirst().map(TokenPolicies::of)
                .filter(names -> policies.allows(names, path, Operation.READ, false)).isPresent();
    }

    /** The values of the latest version at this path of a KV v2 engine, when a read would give any. */
    public synchronized Optional<Map<String, String>> exists(String path) {
        return secrets.of(path)
                .filter(mount -> mount.backend().filter(KvEngine.class::isInstance).isPresent()
                        && path.startsWith(mount.path() + "data/"))
                .flatMap(mount -> ((KvEngine) mount.backend().orElseThrow())
                        .live(path.substring((mount.path() + "data/").length())))
                .map(VaultEmulator::texts);
    }

    private List<JwtAuth> jwtMethods() {
        return java.util.stream.StreamSupport.stream(auths.all().spliterator(), false)
                .flatMap(mount -> mount.backend().stream()).filter(JwtAuth.class::isInstance)
                .map(JwtAuth.class::cast).toList();
    }

    private static Map<String, String> texts(JsonObject values) {
        Map<String, String> texts = new java.util.LinkedHashMap<>();
        values.entrySet().forEach(e -> texts.put(e.getKey(),
                e.getValue() instanceof JsonPrimitive p ? p.getAsString() : e.getValue().toString()));
        return texts;
    }

    private Optional<Backend> backend(String path, Mounts.Mount mount) {
        return Optional.ofNullable(made(path, mount));
    }

    private @Nullable Backend made(String path, Mounts.Mount mount) {
        return switch (mount.type()) {
            case "kv" -> "2".equals(mount.options().get("version")) ? new KvEngine(clock) : new KvV1Engine();
            case "jwt" -> new JwtAuth(clock, tokens, jwks, path);
            case "approle" -> new AppRoleAuth(clock, tokens, path);
            case "userpass" -> new UserpassAuth(clock, tokens, path);
            case "token" -> tokens;
            default -> null;
        };
    }

    private void handle(Exchange exchange) throws IOException, InterruptedException {
        String raw = exchange.rawPath();
        if (exchange.body().length > LARGEST_REQUEST) {
            exchange.json(413,
                    LogicalResponse.errors(413, "http: request body too large").body().orElseThrow());
            return;
        }
        exchange.with("Cache-Control", "no-store");
        if (raw.contains("//")) {
            redirect(exchange, raw.replaceAll("/{2,}", "/"));
            return;
        }
        if (!raw.startsWith("/v1/")) {
            exchange.text(404, "404 page not found\n");
            return;
        }
        LogicalResponse answer = answer(exchange);
        if (answer.body().isPresent()) {
            exchange.json(answer.status(), answer.body().get());
        } else {
            exchange.with("Content-Type", "application/json");
            exchange.empty(answer.status());
        }
    }

    private static void redirect(Exchange exchange, String clean) throws IOException {
        exchange.with("Location", clean);
        exchange.bytes(307, "text/html; charset=utf-8",
                ("<a href=\"" + clean + "\">Temporary Redirect</a>.\n\n")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private synchronized LogicalResponse answer(Exchange exchange) {
        try {
            return route(exchange);
        } catch (VaultError e) {
            return e.answer();
        }
    }

    private LogicalResponse route(Exchange exchange) {
        LogicalRequest request = Requests.read(exchange);
        checkNamespace(exchange, request.path());
        if (BEFORE_UNSEAL.contains(request.path())) {
            return beforeUnseal(request);
        }
        if (seal.sealed()) {
            throw VaultError.of(503, "Vault is sealed");
        }
        Optional<String> id = exchange.header("X-Vault-Token").or(exchange::bearer).filter(t -> !t.isEmpty());
        if (request.path().equals("sys/wrapping/unwrap") || request.path().equals("sys/wrapping/lookup")) {
            String wrapped = Fields.text(request.body(), "token", id.orElse(""));
            return request.path().endsWith("unwrap") ? wrapping.unwrap(wrapped) : wrapping.lookup(wrapped);
        }
        LogicalResponse answer = authorised(request, id.flatMap(tokens::find));
        long wrapFor = exchange.header("X-Vault-Wrap-TTL").map(Fields::seconds).orElse(0L);
        return wrapFor > 0 && answer.status() < 300 && answer.body().isPresent()
                ? wrapping.wrap(answer, request.path(), wrapFor)
                : answer;
    }

    private LogicalResponse authorised(LogicalRequest sent, Optional<Token> token) {
        Optional<Served> served = served(sent.path());
        boolean open = served.filter(s -> s.backend().open(sent.path().substring(s.mount().length())))
                .isPresent();
        if (!open && token.isEmpty()) {
            throw VaultError.denied();
        }
        boolean fresh = sent.operation() == Operation.UPDATE && served
                .filter(s -> !s.backend().exists(sent.path().substring(s.mount().length()))).isPresent();
        LogicalRequest request = new LogicalRequest(fresh ? Operation.CREATE : sent.operation(), sent.path(),
                sent.body(), sent.query(), sent.contentType(), token);
        token.ifPresent(tokens::use);
        // The preflight judges by the mount it asks about, not by its own path.
        boolean preflight = request.path().startsWith("sys/internal/ui/mounts");
        if (!open && !preflight && !policies.allows(request.caller().policies(), request.path(),
                request.operation(), SystemBackend.needsSudo(request.path()))) {
            throw VaultError.notAllowed();
        }
        quotas.take(request.path());
        Served backend = served.orElseThrow(() -> VaultError.noRoute(request.path()));
        return backend.backend().handle(request.below(backend.mount()));
    }

    private record Served(String mount, Backend backend) {}

    private Optional<Served> served(String path) {
        if (path.startsWith("sys/")) {
            return Optional.of(new Served("sys/", system));
        }
        boolean auth = path.startsWith("auth/");
        Optional<Mounts.Mount> mount = auth ? auths.of(path.substring(5)) : secrets.of(path);
        return mount.flatMap(
                m -> m.backend().map(backend -> new Served((auth ? "auth/" : "") + m.path(), backend)));
    }

    private LogicalResponse beforeUnseal(LogicalRequest request) {
        return switch (request.path()) {
            case "sys/health" -> seal.health(request);
            case "sys/seal-status" -> LogicalResponse.raw(200, seal.status());
            case "sys/unseal" -> LogicalResponse.raw(200, seal.unseal(request.body()));
            case "sys/leader" -> {
                if (seal.sealed()) {
                    throw VaultError.of(503, "Vault is sealed");
                }
                JsonObject leader = new JsonObject();
                leader.addProperty("ha_enabled", false);
                yield LogicalResponse.raw(200, leader);
            }
            default -> init(request);
        };
    }

    private LogicalResponse init(LogicalRequest request) {
        if (request.operation() == Operation.READ) {
            JsonObject state = new JsonObject();
            state.addProperty("initialized", seal.initialised());
            return LogicalResponse.raw(200, state);
        }
        List<String> keys = seal.initialise((int) Fields.number(request.body(), "secret_shares", 0),
                (int) Fields.number(request.body(), "secret_threshold", 0));
        String root = Ids.token();
        tokens.addRoot(root);
        return LogicalResponse.raw(200, seal.initResult(keys, root));
    }

    /** The community editions know the root namespace only. */
    private static void checkNamespace(Exchange exchange, String path) {
        Optional<String> namespace = exchange.header("X-Vault-Namespace").map(n -> n.replaceAll("^/|/$", ""))
                .filter(n -> !n.isEmpty());
        if (namespace.isEmpty()) {
            return;
        }
        exchange.with("X-Vault-Namespace", namespace.get());
        if (path.equals("sys/health")) {
            throw VaultError.bad("operation unavailable in namespaces");
        }
        if (!namespace.get().equals("root")) {
            throw VaultError.of(404, "namespace not found");
        }
    }

    @Override
    public synchronized JsonObject save() {
        JsonObject state = new JsonObject();
        state.add("seal", seal.save());
        state.add("policies", policies.save());
        state.add("secrets", secrets.save());
        state.add("auths", auths.save());
        return state;
    }

    @Override
    public synchronized void restore(JsonObject state) {
        seal.restore(state.getAsJsonObject("seal"));
        policies.restore(state.getAsJsonObject("policies"));
        secrets.restore(state.getAsJsonObject("secrets"), mount -> backend(mount.path(), mount));
        auths.restore(state.getAsJsonObject("auths"), mount -> backend("auth/" + mount.path(), mount));
    }

    @Override
    public void close() {
        server.close();
        jwks.close();
    }
}
