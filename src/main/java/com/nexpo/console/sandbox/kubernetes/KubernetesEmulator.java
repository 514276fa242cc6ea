package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.sandbox.Emulator;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.http.Faults;
import com.nexpo.console.sandbox.http.LocalServer;
import com.nexpo.console.sandbox.kubernetes.Accounts.Account;
import com.nexpo.console.sandbox.kubernetes.Accounts.AccessRequest;
import com.nexpo.console.sandbox.kubernetes.Accounts.Rule;
import com.nexpo.console.sandbox.kubernetes.ObjectStore.ObjectKey;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A Kubernetes API server (v1.36) over TLS with an authority of its own, for the resources that the console and
 * kubectl use here: namespaces, secrets, deployments with their pods, and the reviews of one's own access.
 */
public final class KubernetesEmulator implements Emulator {
    private final Certificates certificates = new Certificates();
    private final Accounts accounts = new Accounts();
    private final ObjectStore store = new ObjectStore();
    private final Admission admission = new Admission();
    private final Writes writes = new Writes(store, admission);
    private final Rollouts rollouts = new Rollouts(store, writes);
    private final Lists lists = new Lists(store);
    private final Watches watches = new Watches(store, rollouts::advance);
    private final PublicPaths publicPaths = new PublicPaths();
    private final LocalServer server;
    private final String namespace;
    private volatile String token = randomToken();
    private volatile boolean overloaded;
    private volatile Optional<CountDownLatch> frozen = Optional.empty();

    /**
     * Starts it.
     *
     * @param port      0 for any free one
     * @param namespace exists from the start, beside those that every cluster has
     */
    public KubernetesEmulator(int port, String namespace) {
        this.namespace = namespace;
        addConsoleAccount();
        for (String name : List.of("default", "kube-system", "kube-public", namespace)) {
            addNamespace(name);
        }
        server = new LocalServer("kubernetes", port, certificates.context(), this::handle);
    }

    private static String randomToken() {
        byte[] bytes = new byte[20];
        new java.security.SecureRandom().nextBytes(bytes);
        return "sandbox-" + HexFormat.of().formatHex(bytes);
    }

    private void addConsoleAccount() {
        addAdministrator(token, "console");
    }

    @Override
    public SystemId system() {
        return SystemId.KUBERNETES;
    }

    @Override
    public URI address() {
        return server.address();
    }

    /** What goes wrong on purpose at the HTTP level. */
    public Faults faults() {
        return server.faults();
    }

    /** What the cluster's own policies refuse. */
    public Admission admission() {
        return admission;
    }

    /** The administrator's bearer token. */
    public String token() {
        return token;
    }

    /** The authority that signed the server's certificate, in PEM. */
    public String authorityPem() {
        return certificates.authorityPem();
    }

    /** A kubeconfig whose only context is {@code sandbox}. */
    public String kubeconfig() {
        return kubeconfig("console", token);
    }

    /** The same for another account's token. */
    public String kubeconfig(String user, String userToken) {
        String authority = Base64.getEncoder()
                .encodeToString(authorityPem().getBytes(StandardCharsets.US_ASCII));
        return """
                apiVersion: v1
                kind: Config
                current-context: sandbox
                clusters:
                - name: sandbox
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: %s
                  user:
                    token: %s
                contexts:
                - name: sandbox
                  context:
                    cluster: sandbox
                    user: %s
                    namespace: %s
                """.formatted(address(), authority, user, userToken, user, namespace);
    }

    /** Lets somebody in who may do everything. */
    public void addAdministrator(String withToken, String user) {
        accounts.add(withToken, new Account(user, "1001", List.of(Accounts.MASTERS, "system:authenticated"),
                Map.of(), List.of()));
    }

    /** Lets a person in who may do nothing but ask who they are. */
    public void addUser(String withToken, String user, List<String> groups) {
        List<String> all = new ArrayList<>(groups);
        all.add("system:authenticated");
        accounts.add(withToken, new Account(user, "1002", all, Map.of(), List.of()));
    }

    /**
     * Lets a service account in that may do this and nothing else.
     *
     * @param resources each as {@code secrets} or {@code deployments.apps}
     * @param names     of the objects; all when empty
     */
    public void addServiceAccount(String withToken, String inNamespace, String name, List<String> resources,
            List<String> verbs, List<String> names) {
        List<Rule> rules = new ArrayList<>();
        resources.forEach(resource -> {
            int dot = resource.indexOf('.');
            String plural = dot < 0 ? resource : resource.substring(0, dot);
            String group = dot < 0 ? "" : resource.substring(dot + 1);
            rules.add(new Rule(name, inNamespace, List.of(group), List.of(plural), verbs, names));
        });
        addRules(withToken, inNamespace, name, rules);
    }

    /** As above, but with these rules; those that it had before with this token stay. */
    void addRules(String withToken, String inNamespace, String name, List<Rule> rules) {
        List<Rule> all = new ArrayList<>(accounts.login(Optional.of(withToken)).map(Account::rules)
                .orElseGet(List::of));
        all.addAll(rules);
        accounts.add(withToken, new Account("system:serviceaccount:" + inNamespace + ":" + name,
                "8511718b-f559-4e8b-8f3e-5032b3e7d3b4",
                List.of("system:serviceaccounts", "system:serviceaccounts:" + inNamespace,
                        "system:authenticated"),
                Map.of("authentication.kubernetes.io/credential-id", List.of("JTI=SANDBOX")), all));
    }

    /** This token no longer works. */
    public void revoke(String oldToken) {
        accounts.remove(oldToken);
    }

    /** Makes a namespace, unless it exists. */
    public void addNamespace(String name) {
        ObjectKey key = new ObjectKey(Kind.NAMESPACE, "", name);
        if (store.get(key).isEmpty()) {
            JsonObject metadata = Json.object("name", name, "uid", java.util.UUID.randomUUID().toString(),
                    "creationTimestamp", Writes.now(), "labels",
                    Json.object("kubernetes.io/metadata.name", name));
            store.put(key, Json.object("kind", "Namespace", "apiVersion", "v1", "metadata", metadata, "spec",
                    Json.object("finalizers", Json.array("kubernetes")), "status",
                    Json.object("phase", "Active")));
        }
    }

    /** The time between two visible steps of a rollout; 300 ms at first. */
    public void rolloutStep(Duration each) {
        rollouts.step(each);
    }

    /** From now on, new pods of this deployment do not get ready, or do again. */
    public void stickRollout(String inNamespace, String deployment, boolean stuck) {
        rollouts.stick(inNamespace, deployment, stuck);
    }

    /** The time between two bookmarks of a watch; a minute at first. */
    public void bookmarkEvery(Duration period) {
        watches.bookmarkEvery(period);
    }

    /** Forgets the history: watches and lists from before are answered 410. */
    public void compact() {
        store.compact();
    }

    /** Every request is answered 429 while this is on. */
    public void overload(boolean on) {
        overloaded = on;
    }

    /** Says that it is not ready while this is on. */
    public void starting(boolean on) {
        publicPaths.starting(on);
    }

    /** Requests are taken and not answered while this is on. */
    public void freeze(boolean on) {
        frozen.ifPresent(CountDownLatch::countDown);
        frozen = on ? Optional.of(new CountDownLatch(1)) : Optional.empty();
    }

    @Override
    public JsonObject save() {
        return Json.object("certificates", certificates.save(), "token", token, "store", store.save());
    }

    @Override
    public void restore(JsonObject state) {
        certificates.restore(state.getAsJsonObject("certificates"));
        accounts.remove(token);
        token = state.get("token").getAsString();
        addConsoleAccount();
        store.restore(state.getAsJsonObject("store"));
    }

    @Override
    public void close() {
        freeze(false);
        server.close();
    }

    private void handle(Exchange exchange) throws IOException, InterruptedException {
        Optional<CountDownLatch> wait = frozen;
        if (wait.isPresent()) {
            wait.get().await();
        }
        try {
            route(exchange);
        } catch (Refusal refusal) {
            answer(exchange, refusal);
        }
    }

    private static void answer(Exchange exchange, Refusal refusal) throws IOException {
        if (exchange.answered()) {
            return;
        }
        if (refusal.body().isEmpty()) {
            exchange.text(refusal.status(), refusal.text());
        } else if (refusal.plainType()) {
            exchange.text(refusal.status(), refusal.body().get().toString());
        } else {
            exchange.json(refusal.status(), refusal.body().get());
        }
    }

    private void route(Exchange exchange) throws IOException, InterruptedException {
        if (overloaded) {
            exchange.with("Retry-After", "2");
            throw Refusal.plain(429, "Too many requests, please try again later.\n");
        }
        Account account = impersonated(exchange,
                accounts.login(exchange.bearer()).orElseThrow(Refusal::unauthorized));
        rollouts.advance();
        List<String> path = exchange.segments();
        String first = path.isEmpty() ? "" : path.getFirst();
        boolean core = first.equals("api") && path.size() > 2 && path.get(1).equals("v1");
        boolean grouped = first.equals("apis") && path.size() > 3;
        if (core) {
            resource(exchange, account, "", path.subList(2, path.size()));
        } else if (grouped) {
            resource(exchange, account, path.get(1), path.subList(3, path.size()));
        } else {
            document(exchange, account, path);
        }
    }

    private Account impersonated(Exchange exchange, Account account) {
        Optional<String> user = exchange.header("Impersonate-User");
        if (user.isEmpty()) {
            return account;
        }
        if (!account.master()) {
            throw Refusal.forbidden("", "users", user.get(),
                    "User \"%s\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope"
                            .formatted(account.user()),
                    List.of());
        }
        return accounts.impersonate(user.get(),
                exchange.header("Impersonate-Group").map(List::of).orElse(List.of()));
    }

    /** Paths that are no resources. */
    private void document(Exchange exchange, Account account, List<String> path) throws IOException {
        if (!PublicPaths.open(account, exchange.rawPath())) {
            throw Refusal.forbiddenPath(account.user(), "get", exchange.rawPath());
        }
        switch (String.join("/", path.subList(0, Math.min(2, path.size())))) {
            case "version" -> PublicPaths.version(exchange);
            case "api" -> Discovery.core(exchange, server.port());
            case "apis" -> Discovery.groups(exchange);
            case "api/v1" -> Discovery.resources(exchange, "");
            case "openapi/v3" -> openApi(exchange, path);
            case String health when health.matches("(readyz|livez|healthz)(/.*)?") ->
                publicPaths.health(exchange, path);
            case String group when group.startsWith("apis/") && path.size() == 2 ->
                Discovery.group(exchange, path.get(1));
            case String group when group.startsWith("apis/") -> Discovery.resources(exchange, path.get(1));
            default -> throw Refusal.plain(404, "404 page not found\n");
        }
    }

    private static void openApi(Exchange exchange, List<String> path) throws IOException {
        if (path.size() == 2) {
            Discovery.openApiIndex(exchange);
        } else {
            Discovery.openApi(exchange, path.get(2).equals("api") ? "" : path.get(3));
        }
    }

    private void resource(Exchange exchange, Account account, String group, List<String> path)
            throws IOException, InterruptedException {
        boolean inNamespace = path.size() > 2 && path.getFirst().equals("namespaces");
        Optional<String> where = inNamespace ? Optional.of(path.get(1)) : Optional.empty();
        List<String> rest = inNamespace ? path.subList(2, path.size()) : path;
        String plural = rest.getFirst();
        if (plural.startsWith("selfsubject")) {
            review(exchange, account, group, plural);
            return;
        }
        Optional<Kind> kind = Kind.of(group, plural);
        String name = rest.size() > 1 ? rest.get(1) : "";
        authorize(exchange, account, group, plural, where.orElse(""), name);
        if (kind.isEmpty() || rest.size() > 2) {
            throw Refusal.noSuchResource();
        }
        if (name.isEmpty()) {
            collection(exchange, kind.get(), where);
        } else {
            one(exchange, account, kind.get(), where.orElse(""), name);
        }
    }

    private void review(Exchange exchange, Account account, String group, String plural) throws IOException {
        authorize(exchange, account, group, plural, "", "");
        switch (plural) {
            case "selfsubjectaccessreviews" -> Reviews.access(exchange, account);
            case "selfsubjectrulesreviews" -> Reviews.rules(exchange, account);
            case "selfsubjectreviews" -> Reviews.identity(exchange, account);
            default -> throw Refusal.noSuchResource();
        }
    }

    private static void authorize(Exchange exchange, Account account, String group, String plural,
            String where,
            String name) {
        // A role for a name may list it when the field selector asks for nothing else.
        String asked = name.isEmpty() ? Selectors.onlyName(exchange.query("fieldSelector")).orElse("") : name;
        String scope = plural.equals("namespaces") && group.isEmpty() ? name : where;
        AccessRequest request = new AccessRequest(verb(exchange, name), group, plural, scope, asked);
        if (account.allowed(request).isEmpty()) {
            throw denied(exchange, account, request, name);
        }
    }

    private static Refusal denied(Exchange exchange, Account account, AccessRequest request, String name) {
        exchange.with("X-Content-Type-Options", "nosniff");
        String scope = request.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"%s\"".formatted(request.namespace());
        return Refusal.forbidden(request.group(), request.resource(), name,
                "User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s".formatted(account.user(),
                        request.verb(), request.resource(), request.group(), scope),
                List.of());
    }

    private static String verb(Exchange exchange, String name) {
        return switch (exchange.method()) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> name.isEmpty() ? (watches(exchange) ? "watch" : "list") : "get";
        };
    }

    private static boolean watches(Exchange exchange) {
        return exchange.query("watch").filter(w -> w.equals("1") || w.equals("true") || w.isEmpty())
                .isPresent();
    }

    private void collection(Exchange exchange, Kind kind, Optional<String> where)
            throws IOException, InterruptedException {
        Representation form = Representation.of(exchange);
        switch (exchange.method()) {
            case "GET" -> {
                if (watches(exchange)) {
                    watches.watch(exchange, kind, where, form);
                } else {
                    lists.list(exchange, kind, where, form);
                }
            }
            case "POST" ->
                writes.create(exchange, target(exchange, "CreateOptions", kind, where.orElse(""), ""),
                        form);
            case "DELETE" -> lists.deleteAll(exchange, kind, where.orElse(""),
                    Writes.dryRun(exchange, "DeleteOptions"), form);
            default -> throw Refusal.methodNotAllowed();
        }
    }

    private void one(Exchange exchange, Account account, Kind kind, String where, String name)
            throws IOException {
        Representation form = Representation.of(exchange);
        switch (exchange.method()) {
            case "GET" -> form.send(exchange, 200, form.one(kind, store.get(new ObjectKey(kind, where, name))
                    .orElseThrow(() -> Refusal.notFound(kind, name))));
            case "PUT" ->
                writes.replace(exchange, target(exchange, "UpdateOptions", kind, where, name), form);
            case "PATCH" -> {
                AccessRequest create = new AccessRequest("create", kind.group(), kind.plural(), where, "");
                boolean may = account.allowed(create).isPresent();
                Refusal otherwise = Refusal.forbidden(kind, name,
                        "User \"%s\" cannot create resource \"%s\" in API group \"%s\" in the namespace \"%s\""
                                .formatted(account.user(), kind.plural(), kind.group(), where));
                writes.patch(exchange, target(exchange, "PatchOptions", kind, where, name), form, may,
                        otherwise);
            }
            case "DELETE" ->
                writes.delete(exchange, target(exchange, "DeleteOptions", kind, where, name), form);
            default -> throw Refusal.methodNotAllowed();
        }
    }

    private static Writes.Target target(Exchange exchange, String options, Kind kind, String where,
            String name) {
        return new Writes.Target(kind, where, name, Writes.manager(exchange, options),
                Writes.dryRun(exchange, options));
    }

    /** For drills and tests: the stored object as JSON text, without going through the door. */
    public Optional<JsonObject> peek(String plural, String inNamespace, String name) {
        return Kind.of("", plural).or(() -> Kind.of("apps", plural))
                .flatMap(kind -> store.get(new ObjectKey(kind, inNamespace, name)));
    }

    /** For the sandbox: a deployment as if it had been applied, with the JSON of its spec. */
    public void addDeployment(String inNamespace, String name, String specJson) {
        JsonObject body = Json.object("metadata", Json.object("name", name, "namespace", inNamespace, "uid",
                java.util.UUID.randomUUID().toString(), "creationTimestamp", Writes.now(), "generation", 1),
                "spec", JsonParser.parseString(specJson));
        store.put(new ObjectKey(Kind.DEPLOYMENT, inNamespace, name), Schemas.normal(Kind.DEPLOYMENT, body));
    }
}
