package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** One kind of thing in a project with list, create, read, change and delete; what is special is its {@link Kind}'s. */
final class Collection implements Call.Resource {
    /** What makes one kind different from another. */
    interface Kind {
        /** The path segment and the table. */
        String table();

        /** The object of its scopes. */
        String scope();

        /** The name in the activity log. */
        String logScope();

        default boolean hasUuid() {
            return false;
        }

        /** True when DELETE removes it; else only {@code deleted:true} does. */
        default boolean deletable() {
            return false;
        }

        /** True when a deleted one can still be read. */
        default boolean readableWhenDeleted() {
            return false;
        }

        /** A new one with all members that the server gives it; {@code id} is set already. */
        JsonObject create(Call call, long project, JsonObject body, JsonElement id) throws ApiError;

        /** Takes over what was sent. */
        void update(Call call, long project, JsonObject object, JsonObject body) throws ApiError;

        /** As it goes over the wire. */
        default JsonObject shown(long project, JsonObject object) {
            return object.deepCopy();
        }
    }

    private final State state;
    private final ActivityLog log;
    private final Kind kind;

    Collection(State state, ActivityLog log, Kind kind) {
        this.state = state;
        this.log = log;
        this.kind = kind;
    }

    @Override
    public Reply handle(Call call, long project, List<String> rest) throws ApiError {
        call.needs(kind.scope());
        Map<String, JsonObject> table = state.table(kind.table(), project);
        if (rest.isEmpty()) {
            return switch (call.method()) {
                case "GET" -> call.page(table.values().stream().filter(o -> !Json.flag(o, "deleted"))
                        .filter(o -> call.matchesSearch(o, "name", "description", "derived_name"))
                        .map(o -> kind.shown(project, o)).toList());
                case "POST" -> create(call, project, table);
                default -> throw ApiError.methodNotAllowed(call.method());
            };
        }
        JsonObject object = table.get(rest.getFirst());
        if (object == null || rest.size() > 1) {
            throw ApiError.notFound();
        }
        return switch (call.method()) {
            case "GET" -> {
                if (Json.flag(object, "deleted") && !kind.readableWhenDeleted()) {
                    throw ApiError.notFound();
                }
                yield Reply.ok(kind.shown(project, object));
            }
            case "PATCH" -> update(call, project, object);
            case "DELETE" -> delete(call, project, table, rest.getFirst());
            default -> throw ApiError.methodNotAllowed(call.method());
        };
    }

    private Reply create(Call call, long project, Map<String, JsonObject> table) throws ApiError {
        JsonElement id = Json.of(kind.hasUuid() ? UUID.randomUUID().toString() : state.nextId());
        JsonObject object = kind.create(call, project, call.body(), id);
        table.put(id.getAsString(), object);
        kind.update(call, project, object, call.body());
        log.add(call.caller(), project, kind.logScope(), id.getAsString(),
                Json.text(object, "name").orElse(""),
                "created", List.of());
        return Reply.created(kind.shown(project, object));
    }

    private Reply update(Call call, long project, JsonObject object) throws ApiError {
        JsonObject before = object.deepCopy();
        kind.update(call, project, object, call.body());
        log.updated(call.caller(), project, kind.logScope(), object.get("id").getAsString(), before, object);
        return Reply.ok(kind.shown(project, object));
    }

    private Reply delete(Call call, long project, Map<String, JsonObject> table, String id) throws ApiError {
        if (!kind.deletable()) {
            throw ApiError.methodNotAllowed("DELETE");
        }
        JsonObject gone = table.remove(id);
        log.add(call.caller(), project, kind.logScope(), id,
                gone == null ? "" : Json.text(gone, "name").orElse(""), "deleted", List.of());
        return Reply.noContent();
    }
}
