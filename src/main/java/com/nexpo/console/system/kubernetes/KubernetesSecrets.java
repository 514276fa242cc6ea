package com.nexpo.console.system.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.model.Target;
import com.nexpo.console.model.Value;
import com.nexpo.console.system.ConfigStore;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.Snapshot;
import com.nexpo.console.system.kubernetes.KubernetesConnection.Answer;
import com.nexpo.console.system.kubernetes.KubernetesConnection.Refused;
import com.nexpo.console.system.kubernetes.KubernetesConnection.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Services' variables in Kubernetes Secrets, one Secret for a service, by server-side apply under a field manager
 * of our own.
 *
 * <p>Keys that others own are left alone. An apply is pinned to the version and uid that were reviewed; one of a
 * Secret that must not exist yet is pinned to a version that none has, because a plain create would book the keys
 * under another operation of ours, and the next apply would conflict with ourselves.
 */
public final class KubernetesSecrets implements ConfigStore {
    private static final String APPLY = "application/apply-patch+yaml";
    private static final String JSON_PATCH = "application/json-patch+json";
    /** Sum of all values of a Secret, in bytes (core/v1 MaxSecretSize). */
    private static final int LARGEST = 1024 * 1024;
    private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]{1,253}");
    private static final Pattern NAME = Pattern
            .compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    /** No stored object has it: the counter of a cluster's store begins there. */
    private static final String NO_VERSION = "1";

    private final KubernetesConnection connection;
    private final String namespace;
    private final Fingerprints fingerprints;

    public KubernetesSecrets(KubernetesConnection connection, String namespace, Fingerprints fingerprints) {
        this.connection = connection;
        this.namespace = namespace;
        this.fingerprints = fingerprints;
    }

    @Override
    public String id() {
        return "kubernetes";
    }

    @Override
    public List<String> refusals(ServiceConfig wanted) {
        List<String> refusals = new ArrayList<>();
        String place = wanted.place();
        if (place.length() > 253 || !NAME.matcher(place).matches()) {
            refusals.add(
                    ("Secret name '%s' is not possible: lower case letters, digits, '-' and '.', at most 253,"
                            + " beginning and ending with a letter or digit.").formatted(place));
        }
        wanted.entries().keySet().forEach(key -> {
            if (!KEY.matcher(key).matches() || key.equals(".") || key.startsWith("..")) {
                refusals.add(
                        ("Key '%s' of secret %s is not possible: letters, digits, '-', '_' and '.', at most"
                                + " 253, and not beginning with '..'.").formatted(key, place));
            }
        });
        long size = wanted.entries().values().stream().mapToLong(e -> e.value().byteLength()).sum();
        if (size > LARGEST) {
            refusals.add("The values of secret %s have %d bytes together, at most %d are possible."
                    .formatted(place, size, LARGEST));
        }
        return refusals;
    }

    @Override
    public Snapshot read(ServiceConfig wanted) throws FailureException, InterruptedException {
        Optional<SecretState> state = state(wanted.place());
        if (state.isEmpty()) {
            return new Snapshot(Basis.notThere(), Map.of());
        }
        Map<String, Snapshot.Held> held = new LinkedHashMap<>();
        state.get().values(wanted::isSecret).forEach((key, value) -> held.put(key,
                new Snapshot.Held(value, Basis.unbound(), state.get().otherOwner(key))));
        return new Snapshot(state.get().basis(), held);
    }

    /** The Secret with this name, if there is one. */
    Optional<SecretState> state(String name) throws FailureException, InterruptedException {
        try {
            Answer answer = connection.attempt("reading secret " + title(name), Repeat.SAFE,
                    Request.get(path(name), Map.of()));
            return Optional.of(new SecretState(answer.body()));
        } catch (Refused refused) {
            // A missing namespace is told the same way: a read does not name it.
            if (refused.failure().kind() == FailureKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw new FailureException(refused.failure());
        }
    }

    private String title(String name) {
        return namespace + "/" + name;
    }

    private String path(String name) {
        return "/api/v1/namespaces/" + namespace + "/secrets/" + name;
    }

    private Target target(ServiceConfig wanted) {
        return new Target(SystemId.KUBERNETES, "secret", title(wanted.place()));
    }

    @Override
    public List<Change> plan(ServiceConfig wanted, Snapshot now) {
        List<FieldChange> fields = new ArrayList<>();
        Map<String, List<String>> others = new TreeMap<>();
        wanted.entries().forEach((key, entry) -> {
            Optional<Snapshot.Held> held = Optional.ofNullable(now.entries().get(key));
            boolean same = held.flatMap(Snapshot.Held::value).filter(v -> v.sameAs(entry.value()))
                    .isPresent();
            if (!same) {
                fields.add(
                        new FieldChange(key, held.map(h -> shown(h, entry.secret())).orElseGet(Value::absent),
                                entry.secret()
                                        ? Value.hidden(entry.value(), fingerprints)
                                        : Value.known(entry.value().reveal())));
                held.flatMap(Snapshot.Held::owner)
                        .ifPresent(owner -> others.computeIfAbsent(owner, _ -> new ArrayList<>()).add(key));
            }
        });
        Map<String, List<String>> left = new TreeMap<>();
        now.entries().forEach((key, held) -> {
            if (wanted.entries().containsKey(key)) {
                return;
            }
            if (held.owner().isEmpty()) {
                fields.add(new FieldChange(key, shown(held, true), Value.absent()));
            } else {
                left.computeIfAbsent(held.owner().get(), _ -> new ArrayList<>()).add(key);
            }
        });
        boolean exists = !(now.basis() instanceof Basis.NotThere);
        Action action = !exists ? Action.CREATE : fields.isEmpty() ? Action.NONE : Action.UPDATE;
        return List.of(new Change(target(wanted), action, fields, now.basis(),
                reason(action, others, left)));
    }

    private Value shown(Snapshot.Held held, boolean secret) {
        return held.value().map(v -> secret ? Value.hidden(v, fingerprints) : Value.known(v.reveal()))
                .orElseGet(Value::masked);
    }

    private static String reason(Action action, Map<String, List<String>> others,
            Map<String, List<String>> left) {
        StringBuilder reason = new StringBuilder(switch (action) {
            case CREATE -> "The secret does not exist yet.";
            case NONE -> "The secret holds what is wanted.";
            default -> "The secret differs from what is wanted.";
        });
        others.forEach((owner,
                keys) -> reason.append(" %s %s owned by %s: the apply is refused until %s over."
                        .formatted(keys(keys), keys.size() == 1 ? "is" : "are", owner,
                                keys.size() == 1 ? "it is taken" : "they are taken")));
        left.forEach(
                (owner, keys) -> reason.append(" Left alone: %s, owned by %s.".formatted(keys(keys), owner)));
        return reason.toString();
    }

    private static String keys(List<String> keys) {
        return String.join(", ", keys);
    }

    @Override
    public Outcome apply(Change change, ServiceConfig wanted) throws InterruptedException {
        if (change.action() == Action.NONE) {
            return Outcome.done("nothing to do");
        }
        List<String> refusals = refusals(wanted);
        if (!refusals.isEmpty()) {
            return new Outcome.Failed(
                    new Failure(FailureKind.INVALID, "K8S-VALUES", String.join(" ", refusals)));
        }
        JsonObject body = SecretState.body(namespace, wanted);
        pin(body.getAsJsonObject("metadata"), change.basis());
        String what = "applying secret " + title(wanted.place());
        try {
            Answer answer = connection.attempt(what, Repeat.ONCE, new Request("PATCH", path(wanted.place()),
                    Map.of("fieldManager", SecretState.MANAGER, "force", "false"), APPLY, Optional.of(body)));
            return confirmed(new SecretState(answer.body()), wanted, answer.warnings());
        } catch (Refused refused) {
            return refusal(refused, change, wanted);
        } catch (FailureException e) {
            return e.failure().maybeDone() ? resolved(e.failure(), change, wanted) : Outcome.of(e.failure());
        }
    }

    private static void pin(JsonObject metadata, Basis basis) {
        switch (basis) {
            case Basis.NotThere() -> metadata.addProperty("resourceVersion", NO_VERSION);
            case Basis.At(_, String version) -> {
                int slash = version.indexOf('/');
                metadata.addProperty("resourceVersion", slash < 0 ? version : version.substring(0, slash));
                if (slash >= 0) {
                    // The version alone does not protect: for a secret that is gone it is not looked at.
                    metadata.addProperty("uid", version.substring(slash + 1));
                }
            }
            case Basis.Unbound() -> {
                // whoever plans without a basis wants it unconditionally
            }
        }
    }

    /** The answer shows all values: a webhook that changes them on the way in is found out here. */
    private Outcome confirmed(SecretState stored, ServiceConfig wanted, List<String> warnings) {
        if (!stored.holds(wanted)) {
            return new Outcome.Failed(new Failure(FailureKind.INTERNAL, "K8S-ALTERED",
                    "Kubernetes: secret %s was stored, but not with the values that were sent."
                            .formatted(title(wanted.place())),
                    "Look for a mutating admission webhook in the cluster."));
        }
        String detail = "resourceVersion " + stored.version();
        return Outcome.done(
                warnings.isEmpty() ? detail : detail + "; the server warns: " + String.join("; ", warnings));
    }

    private Outcome refusal(Refused refused, Change change, ServiceConfig wanted)
            throws InterruptedException {
        if (ApiFailures.isOwnerConflict(refused.status())) {
            return new Outcome.Refused(ownerConflict(refused.status(), wanted));
        }
        String code = refused.failure().code();
        // A first try whose answer was lost looks exactly like somebody else's change.
        boolean perhapsOurs = code.equals("K8S-STALE") || code.equals("K8S-RECREATED");
        return perhapsOurs ? resolved(refused.failure(), change, wanted) : Outcome.of(refused.failure());
    }

    /** Reads back to say whether it was done after all. */
    private Outcome resolved(Failure failure, Change change, ServiceConfig wanted)
            throws InterruptedException {
        try {
            Optional<SecretState> now = state(wanted.place());
            if (now.isPresent() && now.get().holds(wanted) && removed(change, now.get())) {
                return Outcome.done("found done when read back, resourceVersion " + now.get().version());
            }
            Basis basis = now.map(SecretState::basis).orElseGet(Basis::notThere);
            if (failure.maybeDone() && basis.equals(change.basis())) {
                return new Outcome.Failed(
                        new Failure(failure.kind(), failure.code(),
                                failure.message() + " Nothing was changed."));
            }
            return Outcome.of(failure);
        } catch (FailureException e) {
            return Outcome.of(failure);
        }
    }

    private static boolean removed(Change change, SecretState now) {
        return change.fields().stream().filter(f -> f.after() instanceof Value.Absent)
                .noneMatch(f -> now.has(f.name()));
    }

    private Failure ownerConflict(JsonElement status, ServiceConfig wanted) {
        // The server lists them in another order each time.
        Map<String, List<String>> byManager = new TreeMap<>();
        for (JsonObject cause : ApiFailures.causes(status)) {
            String manager = Tree.text(cause, "message").orElse("").replaceFirst("^conflict with ", "")
                    .replace("\"", "");
            String field = Tree.text(cause, "field").orElse("");
            byManager.computeIfAbsent(manager, _ -> new ArrayList<>())
                    .add(field.startsWith(".data.") ? field.substring(".data.".length()) : field);
        }
        List<String> parts = new ArrayList<>();
        byManager.forEach((manager, keys) -> {
            keys.sort(null);
            parts.add("%s of %s".formatted(keys(keys), manager));
        });
        return new Failure(FailureKind.CONFLICT, "K8S-OWNER",
                "Kubernetes: secret %s holds keys that others own and that would change: %s."
                        .formatted(title(wanted.place()), String.join("; ", parts)),
                "Take the keys over, if the other side no longer writes them; else change them there.");
    }

    /**
     * Makes the wanted keys ours, whoever owns them, and then applies: for a Secret that was made by kubectl, as
     * the guide does. Removes kubectl's copy of all values from the annotations. Refused when the Secret is no
     * longer as it was reviewed.
     */
    public Outcome takeOver(Change change, ServiceConfig wanted) throws InterruptedException {
        String what = "taking over secret " + title(wanted.place());
        try {
            Optional<SecretState> now = state(wanted.place());
            boolean asReviewed = now.isPresent() && now.get().basis().equals(change.basis());
            if (!asReviewed) {
                return new Outcome.Refused(new Failure(FailureKind.CONFLICT, "K8S-STALE",
                        "Kubernetes: " + what + ": it was changed since the review.",
                        "Plan again and review what changed."));
            }
            Answer moved = connection.attempt(what, Repeat.ONCE, new Request("PATCH", path(wanted.place()),
                    Map.of("fieldManager", SecretState.MANAGER), JSON_PATCH,
                    Optional.of(TakeOver.patch(now.get(), wanted))));
            Basis basis = new SecretState(moved.body()).basis();
            return apply(new Change(change.target(), Action.UPDATE, change.fields(), basis, change.reason()),
                    wanted);
        } catch (Refused refused) {
            return Outcome.of(refused.failure());
        } catch (FailureException e) {
            return Outcome.of(e.failure());
        }
    }

    @Override
    public List<CheckResult> permissions(List<ServiceConfig> wanted) throws InterruptedException {
        return new AccessChecks(connection, namespace)
                .run(wanted.stream().map(ServiceConfig::place).toList());
    }

    @Override
    public Optional<String> equivalentCommand(ServiceConfig wanted) {
        return Optional.of("kubectl -n %s get secret %s -o json".formatted(namespace, wanted.place()));
    }
}
