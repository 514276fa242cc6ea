package com.nexpo.console.system.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.kubernetes.KubernetesConnection.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Who runs with a Secret's values, and restarting them so that they take new ones. */
public final class Deployments {
    private static final String RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

    private final KubernetesConnection connection;
    private final String namespace;
    private final Clock clock;
    private final Duration poll;

    public Deployments(KubernetesConnection connection, String namespace) {
        this(connection, namespace, Clock.systemUTC(), Duration.ofSeconds(1));
    }

    Deployments(KubernetesConnection connection, String namespace, Clock clock, Duration poll) {
        this.connection = connection;
        this.namespace = namespace;
        this.clock = clock;
        this.poll = poll;
    }

    /** Whether running pods have the values of the moment. */
    public enum Freshness {
        /** All pods started after the last change. */
        FRESH,
        /** At least one pod started before it, or in the same second. */
        STALE,
        /** Nothing runs. */
        NOT_RUNNING,
        /** Pods may not be listed, or do not say when they started. */
        UNKNOWN
    }

    /**
     * A deployment that uses a Secret.
     *
     * @param uses how: {@code envFrom}, {@code env}, {@code volume}; a volume alone is refreshed by the kubelet
     */
    public record SecretConsumer(String deployment, Set<String> uses, boolean paused, Freshness freshness) {}

    /** The deployments of the namespace that use this Secret, by name. */
    public List<SecretConsumer> consumers(String secret) throws FailureException, InterruptedException {
        Optional<Instant> changed = changedAt(secret);
        List<SecretConsumer> consumers = new ArrayList<>();
        JsonObject list = connection.send("listing deployments in " + namespace, Repeat.SAFE,
                Request.get(deployments(), Map.of())).body();
        for (JsonObject deployment : Tree.objects(list, "items")) {
            Set<String> uses = uses(deployment, secret);
            if (!uses.isEmpty()) {
                Freshness freshness = uses.equals(Set.of("volume"))
                        ? Freshness.FRESH
                        : freshness(deployment, changed);
                consumers.add(new SecretConsumer(Tree.text(deployment, "metadata", "name").orElse(""), uses,
                        Tree.isTrue(deployment, "spec", "paused"), freshness));
            }
        }
        return consumers;
    }

    private String deployments() {
        return "/apis/apps/v1/namespaces/" + namespace + "/deployments";
    }

    private Optional<Instant> changedAt(String secret) throws FailureException, InterruptedException {
        JsonObject object = connection.send("reading secret " + namespace + "/" + secret, Repeat.SAFE,
                Request.get("/api/v1/namespaces/" + namespace + "/secrets/" + secret, Map.of())).body();
        return new SecretState(object).dataChangedAt();
    }

    private static Set<String> uses(JsonObject deployment, String secret) {
        Set<String> uses = new LinkedHashSet<>();
        List<JsonObject> containers = new ArrayList<>(
                Tree.objects(deployment, "spec", "template", "spec", "containers"));
        containers.addAll(Tree.objects(deployment, "spec", "template", "spec", "initContainers"));
        for (JsonObject container : containers) {
            addWhen(uses, "envFrom", Tree.objects(container, "envFrom"), secret, "secretRef", "name");
            addWhen(uses, "env", Tree.objects(container, "env"), secret, "valueFrom", "secretKeyRef", "name");
        }
        List<JsonObject> volumes = Tree.objects(deployment, "spec", "template", "spec", "volumes");
        addWhen(uses, "volume", volumes, secret, "secret", "secretName");
        for (JsonObject volume : volumes) {
            addWhen(uses, "volume", Tree.objects(volume, "projected", "sources"), secret, "secret", "name");
        }
        return uses;
    }

    private static void addWhen(Set<String> uses, String use, List<JsonObject> entries, String secret,
            String... path) {
        if (entries.stream().anyMatch(e -> Tree.text(e, path).filter(secret::equals).isPresent())) {
            uses.add(use);
        }
    }

    private Freshness freshness(JsonObject deployment, Optional<Instant> changed)
            throws InterruptedException {
        List<String> selector = new ArrayList<>();
        Tree.object(deployment, "spec", "selector", "matchLabels").ifPresent(labels -> labels.entrySet()
                .forEach(e -> selector.add(e.getKey() + "=" + e.getValue().getAsString())));
        if (changed.isEmpty() || selector.isEmpty()) {
            return Freshness.UNKNOWN;
        }
        try {
            List<JsonObject> pods = Tree.objects(connection.send("listing pods in " + namespace, Repeat.SAFE,
                    Request.get("/api/v1/namespaces/" + namespace + "/pods",
                            Map.of("labelSelector", String.join(",", selector))))
                    .body(), "items").stream().filter(Deployments::runs).toList();
            if (pods.isEmpty()) {
                return Freshness.NOT_RUNNING;
            }
            boolean allKnown = true;
            for (JsonObject pod : pods) {
                Optional<Instant> started = SecretState.instant(Tree.text(pod, "status", "startTime"));
                if (started.isPresent() && !started.get().isAfter(changed.get())) {
                    return Freshness.STALE;
                }
                allKnown &= started.isPresent();
            }
            return allKnown ? Freshness.FRESH : Freshness.UNKNOWN;
        } catch (FailureException e) {
            return Freshness.UNKNOWN;
        }
    }

    private static boolean runs(JsonObject pod) {
        String phase = Tree.text(pod, "status", "phase").orElse("");
        return !phase.equals("Succeeded") && !phase.equals("Failed");
    }

    /**
     * Replaces all pods, as {@code kubectl rollout restart} does. Refused for a paused deployment: the server
     * would take it and roll nothing out.
     */
    public Outcome restart(String deployment) throws InterruptedException {
        try {
            JsonObject now = get(deployment);
            if (Tree.isTrue(now, "spec", "paused")) {
                return new Outcome.Refused(paused(deployment));
            }
            // Whole seconds, and never the value that is there: the same value would restart nothing.
            Instant time = clock.instant().truncatedTo(ChronoUnit.SECONDS);
            Optional<String> last = Tree.text(now, "spec", "template", "metadata", "annotations",
                    RESTARTED_AT);
            if (last.filter(time.toString()::equals).isPresent()) {
                time = time.plusSeconds(1);
            }
            connection.send("restarting deployment " + title(deployment), Repeat.SAFE,
                    new Request("PATCH", deployments() + "/" + deployment,
                            Map.of("fieldManager", SecretState.MANAGER),
                            "application/strategic-merge-patch+json",
                            Optional.of(annotation(time.toString()))));
            return Outcome.done("restarted at " + time);
        } catch (FailureException e) {
            return Outcome.of(e.failure());
        }
    }

    private static JsonElement annotation(String time) {
        JsonObject annotations = new JsonObject();
        annotations.addProperty(RESTARTED_AT, time);
        JsonObject body = annotations;
        for (String name : List.of("annotations", "metadata", "template", "spec")) {
            JsonObject outer = new JsonObject();
            outer.add(name, body);
            body = outer;
        }
        return body;
    }

    private String title(String deployment) {
        return namespace + "/" + deployment;
    }

    private Failure paused(String deployment) {
        return new Failure(FailureKind.CONFLICT, "K8S-PAUSED",
                "Kubernetes: deployment %s is paused, a restart would roll nothing out."
                        .formatted(title(deployment)),
                "Resume it: kubectl -n %s rollout resume deployment/%s".formatted(namespace, deployment));
    }

    private JsonObject get(String deployment) throws FailureException, InterruptedException {
        return connection.send("reading deployment " + title(deployment), Repeat.SAFE,
                Request.get(deployments() + "/" + deployment, Map.of())).body();
    }

    /**
     * Waits until the newest template runs everywhere.
     *
     * @param progress is told each step once, as a short text
     */
    public Outcome follow(String deployment, Duration deadline, Consumer<String> progress)
            throws InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        String told = "";
        while (true) {
            Rollout rollout;
            try {
                rollout = Rollout.of(get(deployment));
            } catch (FailureException e) {
                return Outcome.of(e.failure());
            }
            if (rollout.done()) {
                return Outcome.done(rollout.display());
            }
            if (rollout.paused()) {
                return new Outcome.Failed(paused(deployment));
            }
            if (!rollout.display().equals(told)) {
                told = rollout.display();
                progress.accept(told);
            }
            if (rollout.stuck() || System.nanoTime() > end) {
                return new Outcome.Failed(notFinished(deployment, rollout, deadline));
            }
            TimeUnit.MILLISECONDS.sleep(poll.toMillis());
        }
    }

    private Failure notFinished(String deployment, Rollout rollout, Duration deadline) {
        String why = rollout.stuck()
                ? "exceeded its progress deadline"
                : "did not finish within " + deadline.toSeconds() + " s";
        return new Failure(FailureKind.TIMEOUT, "K8S-ROLLOUT",
                "Kubernetes: the rollout of %s %s: %s.".formatted(title(deployment), why, rollout.display()),
                "Look at its pods: kubectl -n %s describe deployment/%s".formatted(namespace, deployment));
    }

    /**
     * How far a rollout is. Right after a change the counters still describe the old template; only the
     * generation tells.
     */
    record Rollout(boolean seen, long wanted, long updated, long total, long available, boolean paused,
            boolean stuck) {
        static Rollout of(JsonObject deployment) {
            boolean stuck = Tree.objects(deployment, "status", "conditions").stream()
                    .anyMatch(c -> Tree.text(c, "reason").filter("ProgressDeadlineExceeded"::equals)
                            .isPresent());
            boolean seen = Tree.number(deployment, 0, "status", "observedGeneration") >= Tree.number(
                    deployment, 0,
                    "metadata", "generation");
            return new Rollout(seen, Tree.number(deployment, 1, "spec", "replicas"),
                    Tree.number(deployment, 0, "status", "updatedReplicas"),
                    Tree.number(deployment, 0, "status", "replicas"),
                    Tree.number(deployment, 0, "status", "availableReplicas"),
                    Tree.isTrue(deployment, "spec", "paused"),
                    seen && stuck);
        }

        boolean done() {
            return seen && updated == wanted && total == updated && available == updated;
        }

        String display() {
            return !seen
                    ? "waiting for the controller"
                    : "%d of %d new, %d old, %d available".formatted(updated, wanted,
                            Math.max(0, total - updated),
                            available);
        }
    }
}
