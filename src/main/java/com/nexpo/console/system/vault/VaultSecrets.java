package com.nexpo.console.system.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
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
import com.nexpo.console.model.Secret;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.model.Target;
import com.nexpo.console.model.Value;
import com.nexpo.console.system.ConfigStore;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.RemoteHttp.Answer;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.Snapshot;
import com.nexpo.console.system.Snapshot.Held;
import io.github.jopenlibs.vault.api.WriteOptions;
import io.github.jopenlibs.vault.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The services' secrets in a KV version 2 engine: one secret for each service, written whole, once, with
 * check-and-set.
 *
 * <p>A secret may hold keys of others. They are carried over in the same write; which keys are ours is noted in
 * the secret's custom metadata, and only those are ever removed.
 */
public final class VaultSecrets implements ConfigStore {
    /** The server takes requests of 32 MiB; Consul storage takes values of 512 KiB, others about 1 MiB. */
    private static final int LARGEST_VALUE = 1024 * 1024;
    private static final String NOT_OURS = "not written by this console";

    private final VaultConnection vault;
    private final String mount;
    private final Fingerprints fingerprints;
    private final VaultChecks checks;
    private volatile boolean mountIsGood;

    /** @param mount of the engine, such as {@code secret} or {@code team/kv} */
    public VaultSecrets(VaultConnection vault, String mount, Fingerprints fingerprints) {
        this.vault = vault;
        this.mount = VaultPath.plain(mount);
        this.fingerprints = fingerprints;
        this.checks = new VaultChecks(vault, this.mount);
    }

    @Override
    public String id() {
        return "vault";
    }

    @Override
    public List<String> refusals(ServiceConfig wanted) {
        List<String> refusals = new ArrayList<>();
        if (!wanted.place().matches("[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*")) {
            refusals.add(
                    "Vault path %s: letters, digits, dots, dashes and underscores between single slashes would be right."
                            .formatted(wanted.place()));
        }
        wanted.entries().forEach((key, entry) -> {
            if (!key.matches("[A-Za-z_][A-Za-z0-9_.-]{0,255}")) {
                refusals.add(
                        "Vault key %s: a letter or underscore, then letters, digits and underscores would be right."
                                .formatted(key));
            }
            if (entry.value().byteLength() > LARGEST_VALUE) {
                refusals.add("Vault key %s: the value has %d bytes; at most %d are right.".formatted(key,
                        entry.value().byteLength(), LARGEST_VALUE));
            }
            if (entry.value().reveal().indexOf('\0') >= 0) {
                refusals.add(
                        "Vault key %s: the value contains a NUL character, which no environment variable can hold."
                                .formatted(key));
            }
        });
        return refusals;
    }

    @Override
    public Snapshot read(ServiceConfig wanted) throws FailureException, InterruptedException {
        StoredSecret stored = load(wanted.place());
        Map<String, Held> entries = new LinkedHashMap<>();
        List<String> ours = stored.ours();
        stored.values().keySet()
                .forEach(key -> entries.put(key,
                        new Held(stored.text(key).map(text -> Secret.of(text, wanted.isSecret(key))),
                                Basis.unbound(),
                                ours.contains(key) ? Optional.empty() : Optional.of(NOT_OURS))));
        return new Snapshot(basis(stored), entries);
    }

    @Override
    public List<Change> plan(ServiceConfig wanted, Snapshot now) {
        List<FieldChange> fields = new ArrayList<>();
        Set<String> unnoted = new LinkedHashSet<>();
        wanted.entries().forEach((key, entry) -> {
            Held held = now.entries().get(key);
            if (held == null || held.value().filter(entry.value()::sameAs).isEmpty()) {
                fields.add(new FieldChange(key, before(held, entry), shown(entry.value(), entry.secret())));
            }
            if (held != null && held.owner().isPresent()) {
                unnoted.add(key);
            }
        });
        Set<String> kept = new LinkedHashSet<>();
        now.entries().forEach((key, held) -> {
            if (!wanted.entries().containsKey(key)) {
                if (held.owner().isPresent()) {
                    kept.add(key);
                } else {
                    fields.add(
                            new FieldChange(key, held.value().map(v -> shown(v, true)).orElse(Value.masked()),
                                    Value.absent()));
                }
            }
        });
        if (!unnoted.isEmpty()) {
            fields.add(new FieldChange("custom_metadata." + OwnedKeys.OWNER_ENTRY, Value.absent(),
                    Value.known(OwnedKeys.OWNER)));
        }
        boolean nothingThere = now.entries().isEmpty();
        Action action = fields.isEmpty() ? Action.NONE : nothingThere ? Action.CREATE : Action.UPDATE;
        return List.of(new Change(target(wanted.place()), action, fields, now.basis(),
                reason(action, fields, unnoted, kept)));
    }

    private static String reason(Action action, List<FieldChange> fields, Set<String> unnoted,
            Set<String> kept) {
        List<String> parts = new ArrayList<>();
        parts.add(switch (action) {
            case NONE -> "It holds what is wanted";
            case CREATE -> "The service has no values here yet";
            default -> {
                long values = fields.stream().filter(f -> !f.name().startsWith("custom_metadata.")).count();
                yield values == 0 ? "The values are right" : values + " of its keys differ";
            }
        });
        if (!unnoted.isEmpty()) {
            parts.add("taken over from another writer: " + String.join(", ", unnoted));
        }
        if (!kept.isEmpty()) {
            parts.add("kept, not ours: " + String.join(", ", kept));
        }
        return String.join("; ", parts) + ".";
    }

    @Override
    public Outcome apply(Change change, ServiceConfig wanted) throws InterruptedException {
        if (change.action() == Action.NONE) {
            return Outcome.done("nothing to change");
        }
        if (!change.target().equals(target(wanted.place()))) {
            return new Outcome.Failed(new Failure(FailureKind.INVALID, "VLT-TARGET",
                    "The change is of %s, the values are those of %s.".formatted(change.target().display(),
                            name(wanted.place()))));
        }
        try {
            StoredSecret now = load(wanted.place());
            if (!basis(now).equals(change.basis())) {
                return new Outcome.Refused(conflict(wanted.place(), change.basis(), now));
            }
            Map<String, JsonElement> merged = merged(wanted, now);
            if (merged.equals(now.values()) && now.version() > 0) {
                return note(wanted, now, now.version());
            }
            return write(change, wanted, now, merged);
        } catch (FailureException e) {
            return Outcome.of(e.failure());
        }
    }

    /** What others hold there, and what is wanted; without what we wrote once and is wanted no more. */
    private static Map<String, JsonElement> merged(ServiceConfig wanted, StoredSecret now) {
        Map<String, JsonElement> merged = new LinkedHashMap<>(now.values());
        now.ours().forEach(merged::remove);
        wanted.entries().forEach((key, entry) -> merged.put(key, new JsonPrimitive(entry.value().reveal())));
        return merged;
    }

    private Outcome write(Change change, ServiceConfig wanted, StoredSecret now,
            Map<String, JsonElement> merged) throws FailureException, InterruptedException {
        String what = "writing secret " + name(wanted.place());
        Answer answer;
        try {
            answer = writeOnce(what, wanted.place(), merged, now.version());
        } catch (FailureException e) {
            return e.failure().maybeDone()
                    ? readBack(wanted, now, merged, e.failure())
                    : Outcome.of(e.failure());
        }
        if (!answer.ok()) {
            Failure failure = VaultFailures.of(what, answer);
            return failure.code().equals("VLT-CAS")
                    ? new Outcome.Refused(conflict(wanted.place(), change.basis(), load(wanted.place())))
                    : Outcome.of(failure);
        }
        return note(wanted, now, now.version() + 1);
    }

    private Answer writeOnce(String what, String place, Map<String, JsonElement> values, int cas)
            throws FailureException, InterruptedException {
        Map<String, Object> sent = new LinkedHashMap<>();
        // The driver makes text of a nested map; its own JSON types go through as they are.
        values.forEach((key, value) -> sent.put(key, Json.parse(value.toString())));
        WriteOptions options = new WriteOptions().checkAndSet((long) cas).build();
        return vault.kv(what, Repeat.ONCE, depth(),
                driver -> driver.logical().write(path(place), sent, null, options));
    }

    /** The answer was lost: done when the next version is there and holds what was sent, else nobody knows. */
    private Outcome readBack(ServiceConfig wanted, StoredSecret before, Map<String, JsonElement> sent,
            Failure lost) throws InterruptedException {
        try {
            StoredSecret now = load(wanted.place());
            boolean written = now.version() == before.version() + 1 && now.values().equals(sent);
            return written ? note(wanted, before, now.version()) : new Outcome.Unsure(lost);
        } catch (FailureException e) {
            return new Outcome.Unsure(lost);
        }
    }

    /** Notes in the custom metadata which keys are ours. */
    private Outcome note(ServiceConfig wanted, StoredSecret before, int version) throws InterruptedException {
        String what = "noting the owner of secret " + name(wanted.place());
        try {
            VaultConnection.check(what, vault.send(what, Repeat.SAFE, "PATCH",
                    VaultPath.of(mount, "metadata", wanted.place()),
                    OwnedKeys.patch(before.custom(), wanted.entries().keySet())));
            return Outcome.done("version " + version);
        } catch (FailureException e) {
            Failure failure = e.failure();
            return new Outcome.Failed(new Failure(failure.kind(), failure.code(),
                    "The values of %s are written as version %d, but their owner is not noted: %s".formatted(
                            name(wanted.place()), version, failure.message()),
                    failure.fix(), false));
        }
    }

    private Failure conflict(String place, Basis planned, StoredSecret now) {
        String there = now.version() == 0
                ? "is gone"
                : "is at version %d, written %s%s".formatted(now.version(), now.created(), who(now));
        return new Failure(FailureKind.CONFLICT, "VLT-CAS",
                "Vault secret %s %s; the plan was made on %s.".formatted(name(place), there,
                        planned.display()),
                "Plan again.");
    }

    /** Custom metadata is where a writer says who it is. */
    private static String who(StoredSecret now) {
        String entries = now.custom().entrySet().stream().filter(e -> !OwnedKeys.isEntry(e.getKey())).sorted(
                Map.Entry.comparingByKey()).limit(3).map(e -> e.getKey() + " " + e.getValue())
                .reduce((a, b) -> a + ", " + b).orElse("");
        return entries.isEmpty() ? "" : " (" + entries + ")";
    }

    /** The secret as it is now, after making sure once that the engine is KV version 2. */
    private StoredSecret load(String place) throws FailureException, InterruptedException {
        if (!mountIsGood) {
            Optional<Failure> refusal = KvMount.of(vault, mount, place).refusal();
            if (refusal.isPresent()) {
                throw new FailureException(refusal.get());
            }
            mountIsGood = true;
        }
        String what = "reading secret " + name(place);
        Answer answer = vault.kv(what, Repeat.SAFE, depth(), driver -> driver.logical().read(path(place)));
        boolean missing = answer.status() == 404 && !VaultFailures.errors(answer).contains("no handler");
        if (!answer.ok() && !missing) {
            throw new FailureException(VaultFailures.of(what, answer));
        }
        return StoredSecret.of(answer);
    }

    private static Basis basis(StoredSecret stored) {
        return stored.version() == 0
                ? Basis.notThere()
                : Basis.at("version", String.valueOf(stored.version()));
    }

    private Value before(@Nullable Held held, ServiceConfig.Entry entry) {
        return held == null
                ? Value.absent()
                : held.value().map(v -> shown(v, entry.secret())).orElse(Value.masked());
    }

    private Value shown(Secret value, boolean secret) {
        return secret ? Value.hidden(value, fingerprints) : Value.known(value.reveal());
    }

    private Target target(String place) {
        return new Target(SystemId.VAULT, "secret", name(place));
    }

    private String name(String place) {
        return VaultPath.plain(mount, place);
    }

    private String path(String place) {
        return VaultPath.of(mount, place);
    }

    /** How many segments the mount has: the driver puts {@code data} after so many. */
    private int depth() {
        return mount.split("/", -1).length;
    }

    @Override
    public List<CheckResult> permissions(List<ServiceConfig> wanted) throws InterruptedException {
        return checks.all(wanted.stream().map(ServiceConfig::place).toList());
    }

    @Override
    public Optional<String> equivalentCommand(ServiceConfig wanted) {
        String namespace = vault.namespace().map(name -> " -namespace=" + name).orElse("");
        return Optional
                .of("vault kv get -address=%s%s -mount=%s %s".formatted(vault.address(), namespace, mount,
                        wanted.place()));
    }
}
