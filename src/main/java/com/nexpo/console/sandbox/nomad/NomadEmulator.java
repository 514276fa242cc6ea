package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonObject;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.sandbox.http.Emulator;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.http.Faults;
import com.nexpo.console.sandbox.http.LocalServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Nomad of one server and one client on loopback, without anything really running: jobs are parsed, planned,
 * registered and rolled out in time, with the answers of Nomad 2.0.5.
 */
public final class NomadEmulator implements Emulator {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
    private static final Duration USUAL_WAIT = Duration.ofMinutes(5);

    private final Object lock = new Object();
    private final NomadSettings settings;
    private final Store store;
    private final Acl acl;
    private final Jwks jwks = new Jwks();
    private final Map<JobKey, Behaviour> drills = new ConcurrentHashMap<>();
    private final Deployments deployments;
    private final Tasks tasks;
    private final Scheduler scheduler;
    private final JobRoutes jobRoutes;
    private final DeploymentRoutes deploymentRoutes;
    private final ClusterRoutes clusterRoutes;
    private final ClientRoutes clientRoutes;
    private final EventStream events;
    private final LocalServer server;

    /** @param port 0 for any free one */
    public NomadEmulator(int port, NomadSettings settings, VaultAccess vault) {
        this.settings = settings;
        this.store = new Store(new Timeline(InstantSource.system(), settings.speed()));
        this.acl = new Acl(settings.acl(), settings.management());
        Node node = new Node(settings.drivers(), settings.consul());
        Evaluations evaluations = new Evaluations(store);
        Reconciler reconciler = new Reconciler(store, node);
        JobForms forms = new JobForms();
        this.deployments = new Deployments(store, evaluations);
        this.tasks = new Tasks(store, deployments, vault);
        this.scheduler = new Scheduler(store, reconciler, tasks);
        this.clusterRoutes = new ClusterRoutes(store, acl, node, settings);
        JobValidation validation = new JobValidation(clusterRoutes::hasNamespace, settings.vault());
        Jobs jobs = new Jobs(store, forms, validation, reconciler, evaluations,
                key -> drills.getOrDefault(key, Behaviour.HEALTHY));
        this.jobRoutes = new JobRoutes(store, jobs, new JobSpec(forms), forms);
        this.deploymentRoutes = new DeploymentRoutes(store, deployments);
        this.clientRoutes = new ClientRoutes(store, tasks);
        this.events = new EventStream(lock, store, this::advance, Duration.ofSeconds(30));
        this.server = new LocalServer("Nomad", port, this::handle);
    }

    @Override
    public SystemId system() {
        return SystemId.NOMAD;
    }

    @Override
    public URI address() {
        return server.address();
    }

    /** What is broken on purpose at the HTTP level. */
    public Faults faults() {
        return server.faults();
    }

    /** From now on, versions of this job that are registered behave like this. */
    public void drill(String namespace, String jobId, Behaviour behaviour) {
        drills.put(new JobKey(namespace, jobId), behaviour);
    }

    /** The secret of a new client token with these policies. */
    public String token(List<String> policies, Optional<Duration> lifetime) {
        synchronized (lock) {
            return Json.text(acl.create("made for a test", "client", policies,
                    lifetime.map(store.time().now()::plus), store.index()), "SecretID");
        }
    }

    @Override
    public JsonObject save() {
        synchronized (lock) {
            JsonObject state = store.save();
            state.add("acl", acl.save());
            state.add("namespaces", clusterRoutes.save());
            return state;
        }
    }

    @Override
    public void restore(JsonObject state) {
        synchronized (lock) {
            JsonObject copy = state.deepCopy();
            store.restore(copy);
            Json.object(copy, "acl").ifPresent(acl::restore);
            clusterRoutes.restore(copy);
            lock.notifyAll();
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private void handle(Exchange http) throws IOException, InterruptedException {
        List<String> segments = http.segments();
        if (http.rawPath().startsWith("/.well-known/")) {
            wellKnown(http, segments.getLast());
            return;
        }
        if (segments.isEmpty() || !segments.getFirst().equals("v1") || segments.size() < 2) {
            http.bytes(404, "", new byte[0]);
            return;
        }
        Ask ask = new Ask(http, segments.subList(1, segments.size()), caller(http));
        try {
            refuseRegion(http);
            if (isStream(ask.path())) {
                events.serve(ask);
            } else if (isLog(ask.path())) {
                clientRoutes.logs(ask);
            } else {
                answer(http, waitFor(ask));
            }
        } catch (ApiError e) {
            e.index().ifPresent(index -> readHeaders(http, index));
            if (e.text().isEmpty()) {
                http.bytes(e.status(), "", new byte[0]);
            } else {
                http.text(e.status(), e.text());
            }
        }
    }

    private Acl.Caller caller(Exchange http) {
        synchronized (lock) {
            return acl.caller(http.header("X-Nomad-Token").or(http::bearer));
        }
    }

    private void refuseRegion(Exchange http) throws ApiError {
        if (http.query("region").filter(r -> !r.isEmpty() && !r.equals(settings.region())).isPresent()) {
            throw new ApiError(500, "No path to region");
        }
    }

    private static boolean isStream(List<String> path) {
        return path.equals(List.of("event", "stream"));
    }

    private static boolean isLog(List<String> path) {
        return path.size() == 4 && path.subList(0, 3).equals(List.of("client", "fs", "logs"));
    }

    private void wellKnown(Exchange http, String document) throws IOException {
        if (document.equals("jwks.json")) {
            http.with("Cache-Control", "max-age=1314378");
            readHeaders(http, 7);
            http.json(200, jwks.get());
        } else {
            http.text(404, "OIDC Discovery endpoint disabled");
        }
    }

    /** Answers at once, or, when the caller names an index, as soon as there is something newer. */
    private Reply waitFor(Ask ask) throws ApiError, InterruptedException {
        long seen = number(ask.http().query("index"));
        Duration patience = patience(ask.http().query("wait"));
        long end = System.nanoTime() + patience.toNanos() + patience.toNanos() / 16;
        synchronized (lock) {
            while (true) {
                advance();
                Reply reply = route(ask);
                long left = (end - System.nanoTime()) / 1_000_000;
                boolean waits = ask.is("GET") && seen > 0 && reply.kind() == Reply.Kind.READ
                        && reply.index() <= seen;
                if (!waits || left <= 0) {
                    lock.notifyAll();
                    return reply;
                }
                long due = store.time().untilNext().map(Duration::toMillis).orElse(left);
                lock.wait(Math.max(1, Math.min(left, due)));
            }
        }
    }

    private static long number(Optional<String> index) throws ApiError {
        if (index.isPresent() && !index.get().matches("[0-9]+")) {
            throw new ApiError(400, "Invalid index");
        }
        return index.map(Long::parseLong).orElse(0L);
    }

    private static Duration patience(Optional<String> wait) throws ApiError {
        if (wait.isEmpty()) {
            return USUAL_WAIT;
        }
        Duration asked = Duration
                .ofNanos(Values.duration(wait.get()).filter(_ -> !wait.get().matches("[0-9]+"))
                        .orElseThrow(() -> new ApiError(400, "Invalid wait time")));
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }

    private void advance() {
        store.time().advance((what, id) -> {
            switch (what) {
                case EVALUATE -> scheduler.evaluate(id);
                case TASK -> tasks.step(id);
                case HEALTHY -> tasks.minimumPassed(id);
                case HEALTH_DEADLINE -> tasks.deadlinePassed(id);
                case PROGRESS_DEADLINE -> deployments.progressDeadline(id);
                case STOPPED -> tasks.stopped(id);
            }
            lock.notifyAll();
        });
    }

    private Reply route(Ask ask) throws ApiError {
        return switch (ask.path().getFirst()) {
            case "jobs" -> jobRoutes.jobs(ask);
            case "job" -> jobRoutes.job(ask);
            case "validate" -> jobRoutes.validate(ask);
            case "deployments" -> deploymentRoutes.deployments(ask);
            case "evaluations" -> deploymentRoutes.evaluations(ask);
            case "allocations" -> deploymentRoutes.allocations(ask);
            case "deployment" -> deploymentRoutes.deployment(ask);
            case "evaluation" -> deploymentRoutes.evaluation(ask);
            case "allocation" -> deploymentRoutes.allocation(ask);
            case "client" -> client(ask);
            case "agent" -> clusterRoutes.agent(ask);
            case "status" -> clusterRoutes.status(ask);
            case "regions" -> clusterRoutes.regions();
            case "nodes" -> clusterRoutes.nodes(ask);
            case "namespaces" -> clusterRoutes.namespaces(ask);
            case "namespace" -> clusterRoutes.namespace(ask);
            case "acl" -> clusterRoutes.acl(ask);
            default -> throw new ApiError(404, "");
        };
    }

    private Reply client(Ask ask) throws ApiError {
        List<String> path = ask.path();
        boolean restart = path.size() == 4 && path.get(1).equals("allocation")
                && path.get(3).equals("restart");
        if (!restart) {
            throw new ApiError(404, "");
        }
        return clientRoutes.restart(ask);
    }

    private static void readHeaders(Exchange http, long index) {
        http.with("X-Nomad-Index", Long.toString(index)).with("X-Nomad-Knownleader", "true").with(
                "X-Nomad-Lastcontact",
                "0");
    }

    private static void answer(Exchange http, Reply reply) throws IOException {
        reply.headers().forEach(http::with);
        switch (reply.kind()) {
            case READ -> readHeaders(http, reply.index());
            case WRITE, EMPTY -> http.with("X-Nomad-Index", Long.toString(reply.index()));
            case PLAIN -> {
                // Nothing about the state.
            }
        }
        if (reply.kind() == Reply.Kind.EMPTY) {
            http.bytes(reply.status(), "", new byte[0]);
        } else {
            http.json(reply.status(), reply.body());
        }
    }
}
