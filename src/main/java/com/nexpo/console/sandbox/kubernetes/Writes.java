package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.kubernetes.ObjectStore.ObjectKey;
import com.nexpo.console.sandbox.kubernetes.Refusal.Cause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Creating, replacing, patching and deleting one object, with the checks in the server's order. */
final class Writes {
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private final ObjectStore store;
    private final Admission admission;
    private final SecureRandom random = new SecureRandom();

    Writes(ObjectStore store, Admission admission) {
        this.store = store;
        this.admission = admission;
    }

    /** Where a request points, and how it writes. */
    record Target(Kind kind, String namespace, String name, String manager, boolean dryRun) {
        ObjectKey key() {
            return new ObjectKey(kind, namespace, name);
        }

        Target named(String other) {
            return new Target(kind, namespace, other, manager, dryRun);
        }
    }

    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    void create(Exchange exchange, Target target, Representation form) throws IOException {
        JsonObject body = Bodies.object(exchange, target.kind());
        JsonObject created;
        synchronized (store) {
            JsonObject metadata = Json.make(body, "metadata");
            Json.text(metadata, "namespace").filter(n -> !n.isEmpty() && !n.equals(target.namespace()))
                    .ifPresent(_ -> {
                        throw Refusal.badRequest("the namespace of the provided object does not match the"
                                + " namespace sent on the request");
                    });
            Json.text(metadata, "generateName").filter(_ -> Json.text(metadata, "name").isEmpty())
                    .ifPresent(prefix -> metadata.addProperty("name", prefix + suffix()));
            Target named = target.named(Json.text(metadata, "name").orElse(""));
            refuseNamespace(named);
            JsonObject object = fresh(named, body);
            FieldOwnership.update(named.kind(), Optional.empty(), object, named.manager(), "", now());
            Validation.check(named.kind(), Optional.empty(), object);
            admit(exchange, named, Optional.empty());
            if (store.get(named.key()).isPresent()) {
                throw Refusal.alreadyExists(named.kind(), named.name());
            }
            created = write(named, object);
        }
        form.send(exchange, 201, form.one(target.kind(), created));
    }

    /** A body with what the server gives a new object. */
    private JsonObject fresh(Target target, JsonObject body) {
        JsonObject object = Schemas.normal(target.kind(), body);
        JsonObject metadata = Json.make(object, "metadata");
        metadata.addProperty("name", target.name());
        if (target.kind().namespaced()) {
            metadata.addProperty("namespace", target.namespace());
        }
        metadata.addProperty("uid", UUID.randomUUID().toString());
        metadata.addProperty("creationTimestamp", now());
        metadata.remove("resourceVersion");
        if (target.kind() == Kind.DEPLOYMENT) {
            metadata.addProperty("generation", 1);
            object.add("status", new JsonObject());
        }
        if (target.kind() == Kind.NAMESPACE) {
            Json.make(metadata, "labels").addProperty("kubernetes.io/metadata.name", target.name());
            object.add("spec", Json.object("finalizers", Json.array("kubernetes")));
            object.add("status", Json.object("phase", "Active"));
        }
        return object;
    }

    private String suffix() {
        return random.ints(5, 0, LETTERS.length()).collect(StringBuilder::new,
                (text, i) -> text.append(LETTERS.charAt(i)), StringBuilder::append).toString();
    }

    private void refuseNamespace(Target target) {
        if (!target.kind().namespaced()) {
            return;
        }
        JsonObject namespace = store.get(new ObjectKey(Kind.NAMESPACE, "", target.namespace()))
                .orElseThrow(() -> Refusal.notFound(Kind.NAMESPACE, target.namespace()));
        if (Json.text(namespace, "metadata", "deletionTimestamp").isPresent()) {
            throw Refusal.terminating(target.kind(), target.name(), target.namespace());
        }
    }

    private void admit(Exchange exchange, Target target, Optional<JsonObject> live) {
        admission.check(exchange, target.key(), live, store.keys(target.kind(), target.namespace()).size());
    }

    private JsonObject write(Target target, JsonObject object) {
        return target.dryRun() ? object : store.put(target.key(), object);
    }

    void replace(Exchange exchange, Target target, Representation form) throws IOException {
        JsonObject body = Bodies.object(exchange, target.kind());
        JsonObject replaced;
        synchronized (store) {
            JsonObject live = store.get(target.key())
                    .orElseThrow(() -> Refusal.notFound(target.kind(), target.name()));
            String uid = Json.text(live, "metadata", "uid").orElse("");
            Json.text(body, "metadata", "uid").filter(u -> !u.isEmpty() && !u.equals(uid)).ifPresent(u -> {
                throw Refusal.conflict(target.kind().plural(), target.kind(), target.name(),
                        ("StorageError: invalid object, Code: 4, Key: /registry/%s/%s/%s, ResourceVersion: 0,"
                                + " AdditionalErrorMsg: Precondition failed: UID in precondition: %s, UID in"
                                + " object meta: %s").formatted(target.kind().plural(), target.namespace(),
                                        target.name(), u, uid));
            });
            replaced = updated(exchange, target, live, body, "");
        }
        form.send(exchange, 200, form.one(target.kind(), replaced));
    }

    void patch(Exchange exchange, Target target, Representation form, boolean mayCreate,
            Refusal createRefusal)
            throws IOException {
        String type = exchange.header("Content-Type").orElse("").split(";", -1)[0].strip();
        boolean apply = type.equals("application/apply-patch+yaml");
        refusePatchOptions(exchange, apply);
        Answer answer;
        synchronized (store) {
            Optional<JsonObject> live = store.get(target.key());
            if (apply) {
                answer = apply(exchange, target, live, mayCreate, createRefusal);
            } else {
                Bodies.refuseTooLarge(exchange);
                JsonObject old = live.orElseThrow(() -> Refusal.notFound(target.kind(), target.name()));
                JsonObject next = switch (type) {
                    case "application/merge-patch+json" -> Patches.merge(old, patchObject(exchange));
                    case "application/strategic-merge-patch+json" ->
                        Patches.strategic(old, patchObject(exchange));
                    case "application/json-patch+json" -> Patches.operations(old, patchArray(exchange));
                    default -> throw Refusal.unsupportedPatch();
                };
                answer = new Answer(200, updated(exchange, target, old, next, ""));
            }
        }
        form.send(exchange, answer.status(), form.one(target.kind(), answer.object()));
    }

    private record Answer(int status, JsonObject object) {}

    private static void refusePatchOptions(Exchange exchange, boolean apply) {
        if (!apply && exchange.query("force").isPresent()) {
            throw Refusal.badOption("PatchOptions", new Cause("FieldValueForbidden",
                    "Forbidden: may not be specified for non-apply patch", "force"));
        }
        if (apply && exchange.query("fieldManager").orElse("").isEmpty()) {
            throw Refusal.badOption("PatchOptions",
                    new Cause("FieldValueRequired", "Required value: is required for apply patch",
                            "fieldManager"));
        }
    }

    private static JsonObject patchObject(Exchange exchange) {
        return exchange.bodyObject()
                .orElseThrow(() -> Refusal.badRequest("error decoding patch: the body is no JSON object"));
    }

    private static JsonArray patchArray(Exchange exchange) {
        try {
            JsonElement body = JsonParser.parseString(exchange.bodyText());
            if (body.isJsonArray()) {
                return body.getAsJsonArray();
            }
        } catch (JsonParseException _) {
            // told below
        }
        throw Refusal.badRequest("error decoding patch: the body is no JSON array");
    }

    private Answer apply(Exchange exchange, Target target, Optional<JsonObject> live, boolean mayCreate,
            Refusal createRefusal) {
        JsonObject body = Bodies.applied(exchange);
        refuseApplied(target, body);
        if (live.isEmpty() && !mayCreate) {
            throw createRefusal;
        }
        if (live.isEmpty()) {
            refuseNamespace(target);
        }
        boolean force = exchange.query("force").filter(f -> !f.equals("false") && !f.equals("0")).isPresent();
        JsonObject merged = FieldOwnership.apply(target.kind(), live, body, target.manager(), force, now());
        Json.text(body, "metadata", "uid").filter(u -> !u.isEmpty())
                .filter(u -> live.flatMap(l -> Json.text(l, "metadata", "uid")).filter(u::equals).isEmpty())
                .ifPresent(u -> {
                    throw Validation.otherUid(target.kind(), target.name(), u);
                });
        if (live.isPresent()) {
            refuseStale(target, live.get(), Json.text(body, "metadata", "resourceVersion").orElse(""));
            return new Answer(200, stored(exchange, target, live.get(), merged));
        }
        JsonElement owners = merged.getAsJsonObject("metadata").get("managedFields");
        JsonObject object = fresh(target, merged);
        if (owners != null) {
            object.getAsJsonObject("metadata").add("managedFields", owners);
        }
        Validation.check(target.kind(), Optional.empty(), object);
        admit(exchange, target, Optional.empty());
        return new Answer(201, write(target, object));
    }

    private static void refuseApplied(Target target, JsonObject body) {
        String kind = Json.text(body, "kind").orElse("");
        if (kind.isEmpty() || Json.text(body, "apiVersion").isEmpty()) {
            throw Refusal.badRequest("invalid object type: /%s, Kind=%s"
                    .formatted(Json.text(body, "apiVersion").orElse(""), kind));
        }
        Json.text(body, "metadata", "name").filter(n -> !n.equals(target.name())).ifPresent(name -> {
            throw Refusal.badRequest("the name of the object (%s) does not match the name on the URL (%s)"
                    .formatted(name, target.name()));
        });
        Json.text(body, "metadata", "namespace").filter(n -> !n.equals(target.namespace())).ifPresent(_ -> {
            throw Refusal
                    .badRequest("the namespace of the provided object does not match the namespace sent on"
                            + " the request");
        });
        if (Json.at(body, "metadata", "managedFields").isPresent()) {
            throw Refusal.badRequest("metadata.managedFields must be nil");
        }
        Schemas.checkApplied(target.kind(), target.namespace(), target.name(), body);
    }

    private static void refuseStale(Target target, JsonObject live, String version) {
        if (version.isEmpty() || version.equals("0")) {
            return;
        }
        if (!version.matches("\\d+")) {
            throw Refusal.unreasoned("strconv.ParseUint: parsing \"%s\": invalid syntax".formatted(version));
        }
        if (!Json.text(live, "metadata", "resourceVersion").orElse("").equals(version)) {
            throw Refusal.modified(target.kind(), target.name());
        }
    }

    /** Lets an updater's new state in, after all checks. The caller holds the store's lock. */
    private JsonObject updated(Exchange exchange, Target target, JsonObject live, JsonObject next,
            String subresource) {
        refuseStale(target, live, Json.text(next, "metadata", "resourceVersion").orElse(""));
        Schemas.checkCreated(target.kind(), next);
        JsonObject normal = Schemas.normal(target.kind(), next);
        if (subresource.isEmpty() && live.has("status")) {
            normal.add("status", live.get("status"));
        }
        FieldOwnership.update(target.kind(), Optional.of(live), normal, target.manager(), subresource, now());
        return stored(exchange, target, live, normal);
    }

    private JsonObject stored(Exchange exchange, Target target, JsonObject live, JsonObject next) {
        JsonObject normal = Schemas.normal(target.kind(), next);
        JsonObject metadata = Json.make(normal, "metadata");
        for (String kept : List.of("name", "namespace", "uid", "creationTimestamp", "generation",
                "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds")) {
            Json.at(live, "metadata", kept).ifPresent(value -> metadata.add(kept, value));
        }
        boolean rolled = target.kind() == Kind.DEPLOYMENT
                && !Json.at(live, "spec").equals(Json.at(normal, "spec"));
        if (rolled) {
            metadata.addProperty("generation", Json.number(live, 1, "metadata", "generation") + 1);
        }
        Validation.check(target.kind(), Optional.of(live), normal);
        admit(exchange, target, Optional.of(live));
        if (withoutTimes(live).equals(withoutTimes(normal))) {
            return live;
        }
        boolean released = metadata.has("deletionTimestamp") && !metadata.has("finalizers");
        if (released && !target.dryRun()) {
            store.remove(target.key());
            return normal;
        }
        return write(target, normal);
    }

    /** Times of managedFields alone are no change. */
    private static JsonObject withoutTimes(JsonObject object) {
        JsonObject copy = object.deepCopy();
        Json.at(copy, "metadata", "managedFields").ifPresent(
                list -> list.getAsJsonArray().forEach(entry -> entry.getAsJsonObject().remove("time")));
        return copy;
    }

    /** Books a controller's change of an object, if it still exists. */
    void asController(ObjectKey key, String subresource, java.util.function.Consumer<JsonObject> change) {
        synchronized (store) {
            store.get(key).ifPresent(live -> {
                JsonObject next = live.deepCopy();
                change.accept(next);
                FieldOwnership.update(key.kind(), Optional.of(live), next, "kube-controller-manager",
                        subresource,
                        now());
                store.put(key, next);
            });
        }
    }

    /** Checks the options that every write has. */
    static boolean dryRun(Exchange exchange, String options) {
        List<String> values = exchange.queryAll("dryRun");
        if (!values.isEmpty() && !Set.of("All").containsAll(values)) {
            String text = "[" + String.join(" ", values.stream().map(v -> "\"" + v + "\"").toList()) + "]";
            throw Refusal.badOption(options, new Cause("FieldValueNotSupported",
                    "Unsupported value: %s: supported values: \"All\"".formatted(text), "dryRun"));
        }
        return !values.isEmpty();
    }

    /** The field manager: as given, else the User-Agent up to the first slash. */
    static String manager(Exchange exchange, String options) {
        String given = exchange.query("fieldManager").orElse("");
        if (given.getBytes(StandardCharsets.UTF_8).length > 128) {
            throw Refusal.badOption(options, new Cause("FieldValueTooLong",
                    "Too long: may not be more than 128 bytes", "fieldManager"));
        }
        if (!given.isEmpty()) {
            return given;
        }
        String agent = exchange.header("User-Agent").orElse("").split("/", -1)[0];
        return agent.isEmpty() ? "unknown" : agent;
    }
}
