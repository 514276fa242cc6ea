package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.sandbox.http.Emulator;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.http.Faults;
import com.nexpo.console.sandbox.http.LocalServer;
import com.nexpo.console.sandbox.kubernetes.Accounts.Account;
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
    private final Watches watches = new Watches(store, rollouts::advance);
    private final PublicPaths publicPaths = new PublicPaths();
    private final Routes routes = new Routes(accounts, store, writes, watches, publicPaths);
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
            if (overloaded) {
                exchange.with("Retry-After", "2");
                throw Refusal.plain(429, "Too many requests, please try again later.\n");
            }
            rollouts.advance();
            routes.route(exchange);
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

    /** For drills and tests: a copy of the stored object, past login and rights. */
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
