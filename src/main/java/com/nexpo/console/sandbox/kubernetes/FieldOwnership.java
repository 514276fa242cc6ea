package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who owns which field: {@code metadata.managedFields}, and what an apply and an update make of it.
 *
 * <p>After sigs.k8s.io/structured-merge-diff, {@code merge/update.go}: an applier owns what it lists and meets a
 * conflict where it changes what another owns; an updater takes what it changes without asking.
 */
final class FieldOwnership {
    private static final Set<String> NOT_OWNED_METADATA = Set.of("name", "namespace", "creationTimestamp",
            "uid",
            "resourceVersion", "generation", "managedFields", "selfLink", "deletionTimestamp",
            "deletionGracePeriodSeconds");

    private FieldOwnership() {}

    /** One entry of managedFields. */
    record Owner(String manager, String operation, String apiVersion, String subresource, String time,
            FieldSet fields) {
        boolean same(Owner other) {
            // An applier is the same whatever version it applied last.
            return manager.equals(other.manager) && operation.equals(other.operation)
                    && subresource.equals(other.subresource)
                    && (operation.equals("Apply") || apiVersion.equals(other.apiVersion));
        }

        Owner owning(FieldSet now) {
            return new Owner(manager, operation, apiVersion, subresource, time, now);
        }

        Owner at(String when) {
            return new Owner(manager, operation, apiVersion, subresource, when, fields);
        }

        String display() {
            return "\"" + manager + "\"" + (operation.equals("Apply") ? "" : " using " + apiVersion);
        }
    }

    static List<Owner> owners(JsonObject object) {
        List<Owner> owners = new ArrayList<>();
        Json.at(object, "metadata", "managedFields").filter(JsonElement::isJsonArray)
                .ifPresent(list -> list.getAsJsonArray().forEach(entry -> {
                    if (entry.isJsonObject() && entry.getAsJsonObject().has("manager")) {
                        owners.add(new Owner(Json.text(entry, "manager").orElse(""),
                                Json.text(entry, "operation").orElse(""),
                                Json.text(entry, "apiVersion").orElse(""),
                                Json.text(entry, "subresource").orElse(""),
                                Json.text(entry, "time").orElse(""),
                                FieldSet.of(Json.objectAt(entry, "fieldsV1").orElseGet(JsonObject::new))));
                    }
                }));
        return owners;
    }

    private static void write(JsonObject object, List<Owner> owners) {
        JsonArray list = new JsonArray();
        owners.stream().filter(owner -> !owner.fields().isEmpty())
                .sorted(Comparator.comparing(Owner::operation).thenComparing(Owner::time)
                        .thenComparing(Owner::manager))
                .forEach(owner -> {
                    JsonObject entry = Json.object("manager", owner.manager(), "operation", owner.operation(),
                            "apiVersion", owner.apiVersion());
                    if (!owner.time().isEmpty()) {
                        entry.addProperty("time", owner.time());
                    }
                    entry.addProperty("fieldsType", "FieldsV1");
                    entry.add("fieldsV1", owner.fields().toJson());
                    if (!owner.subresource().isEmpty()) {
                        entry.addProperty("subresource", owner.subresource());
                    }
                    list.add(entry);
                });
        JsonObject metadata = Json.make(object, "metadata");
        metadata.remove("managedFields");
        if (!list.isEmpty()) {
            metadata.add("managedFields", list);
        }
    }

    /**
     * The live object with {@code applied} laid over it and its owners moved.
     *
     * @param live empty when it does not exist
     * @throws Refusal 409 when the apply changes what others own and does not force
     */
    static JsonObject apply(Kind kind, Optional<JsonObject> live, JsonObject applied, String manager,
            boolean force, String now) {
        JsonObject before = live.orElseGet(() -> empty(kind));
        List<Owner> owners = owners(before);
        if (live.isPresent() && owners.isEmpty()) {
            FieldSet all = Structure.compare(ownable(empty(kind), ""), ownable(before, "")).added();
            owners.add(new Owner("before-first-apply", "Update", kind.apiVersion(), "", now, all));
        }
        Owner me = new Owner(manager, "Apply", kind.apiVersion(), "", "",
                claims(applied));
        Optional<Owner> mine = owners.stream().filter(me::same).findFirst();
        List<Owner> others = new ArrayList<>(owners.stream().filter(o -> !me.same(o)).toList());

        JsonObject after = Structure.merge(before, withoutIdentity(applied));
        mine.ifPresent(last -> giveUp(after, last.fields(), me.fields(), others));
        Structure.Difference difference = Structure.compare(ownable(before, ""), ownable(after, ""));
        refuseConflicts(others, difference.written(), force);
        others.replaceAll(o -> o.owning(o.fields().minus(difference.written()).minus(difference.removed())));
        String time = difference.isEmpty() ? mine.map(Owner::time).orElse("") : now;
        others.add(me.at(time));
        write(after, others);
        return after;
    }

    /** Removes what this applier owned before, lists no more, and nobody else owns. */
    private static void giveUp(JsonObject after, FieldSet before, FieldSet now, List<Owner> others) {
        FieldSet kept = now;
        for (Owner other : others) {
            kept = kept.plus(other.fields());
        }
        List<List<String>> gone = new ArrayList<>(before.minus(kept).paths());
        gone.sort(Comparator.comparingInt((List<String> path) -> path.size()).reversed());
        for (List<String> path : gone) {
            if (!kept.reaches(path)) {
                Structure.remove(after, path);
            }
        }
    }

    private static void refuseConflicts(List<Owner> others, FieldSet written, boolean force) {
        List<Refusal.Cause> causes = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        for (Owner other : others) {
            FieldSet taken = other.fields().common(written);
            if (taken.isEmpty()) {
                continue;
            }
            lines.append(lines.isEmpty() ? "" : "\n").append("conflicts with ").append(other.display())
                    .append(':');
            for (List<String> path : taken.paths()) {
                lines.append("\n- ").append(FieldSet.display(path));
                causes.add(new Refusal.Cause("FieldManagerConflict", "conflict with " + other.display(),
                        FieldSet.display(path)));
            }
        }
        if (causes.isEmpty() || force) {
            return;
        }
        String message = causes.size() == 1
                ? "Apply failed with 1 conflict: " + causes.getFirst().message() + ": "
                        + causes.getFirst().field()
                : "Apply failed with %d conflicts: %s".formatted(causes.size(), lines);
        throw Refusal.ownerConflict(message, causes);
    }

    /**
     * Books what an update changes under its manager, in {@code after}.
     *
     * @param live        empty when the update creates the object
     * @param subresource {@code status}, or empty
     */
    static void update(Kind kind, Optional<JsonObject> live, JsonObject after, String manager,
            String subresource, String now) {
        Optional<JsonElement> given = Json.at(after, "metadata", "managedFields");
        boolean cleared = given.filter(g -> g.isJsonArray() && g.getAsJsonArray().size() == 1
                && g.getAsJsonArray().get(0).isJsonObject()
                && g.getAsJsonArray().get(0).getAsJsonObject().isEmpty())
                .isPresent();
        boolean neverTracked = live.isPresent() && owners(live.get()).isEmpty();
        if (cleared || (neverTracked && owners(after).isEmpty())) {
            write(after, List.of());
            return;
        }
        List<Owner> owners = owners(after).isEmpty()
                ? live.map(FieldOwnership::owners).orElseGet(List::of)
                : owners(after);
        JsonObject before = live.orElseGet(() -> empty(kind));
        write(after, moved(owners,
                Structure.compare(ownable(before, subresource), ownable(after, subresource)),
                new Owner(manager, "Update", kind.apiVersion(), subresource, now, new FieldSet())));
    }

    private static List<Owner> moved(List<Owner> owners, Structure.Difference difference, Owner me) {
        List<Owner> moved = new ArrayList<>(owners);
        moved.replaceAll(o -> o.owning(o.fields().minus(difference.removed())
                .minus(me.same(o) ? new FieldSet() : difference.written())));
        FieldSet taken = difference.written();
        if (taken.isEmpty()) {
            return moved;
        }
        Optional<Owner> mine = moved.stream().filter(me::same).findFirst();
        mine.ifPresent(moved::remove);
        moved.add(me.owning(mine.map(o -> o.fields().plus(taken)).orElse(taken)));
        return moved;
    }

    /** Books a new object that is not stored, such as an access review. */
    static void created(JsonObject object, String apiVersion, String manager, String now) {
        JsonObject spec = Json.object("spec", object.get("spec").deepCopy());
        FieldSet all = Structure.compare(Json.object("spec", new JsonObject()), spec).added();
        write(object, List.of(new Owner(manager, "Update", apiVersion, "", now, all)));
    }

    /** The parts of an object that can be owned, through the main resource or a subresource. */
    private static JsonObject ownable(JsonObject object, String subresource) {
        JsonObject part = object.deepCopy();
        part.remove("apiVersion");
        part.remove("kind");
        if (subresource.isEmpty()) {
            part.remove("status");
        } else {
            part.remove("spec");
        }
        JsonObject metadata = Json.make(part, "metadata");
        NOT_OWNED_METADATA.forEach(metadata::remove);
        boolean namespace = Json.text(object, "kind").filter("Namespace"::equals).isPresent();
        if (namespace) {
            part.remove("spec");
        }
        return part;
    }

    /** An applied object whose metadata is but its name lays no claim to metadata. */
    private static FieldSet claims(JsonObject applied) {
        JsonObject part = ownable(applied, "");
        if (part.getAsJsonObject("metadata").isEmpty()) {
            part.remove("metadata");
        }
        return Structure.claimed(part);
    }

    private static JsonObject withoutIdentity(JsonObject applied) {
        JsonObject copy = applied.deepCopy();
        Json.objectAt(copy, "metadata").ifPresent(metadata -> NOT_OWNED_METADATA.forEach(metadata::remove));
        return copy;
    }

    /** What the server compares a new object with: the parts that its type always has. */
    private static JsonObject empty(Kind kind) {
        JsonObject object = Json.object("kind", kind.title(), "metadata", new JsonObject());
        if (kind == Kind.DEPLOYMENT) {
            JsonObject spec = Json.make(object, "spec");
            spec.add("strategy", new JsonObject());
            spec.add("template", Json.object("metadata", new JsonObject(), "spec",
                    Json.object("containers", new JsonArray())));
            object.add("status", new JsonObject());
        } else if (kind == Kind.POD) {
            object.add("spec", Json.object("containers", new JsonArray()));
            object.add("status", new JsonObject());
        }
        return object;
    }
}
