package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Who changed what and when ({@code posthog/models/activity_logging}); newest first. */
final class ActivityLog {
    private static final Set<String> NOT_LOGGED = Set.of("version", "updated_at", "last_modified_by",
            "last_modified_at", "status");

    private final State state;

    ActivityLog(State state) {
        this.state = state;
    }

    /** Writes one entry; {@code changes} as {@link #updated} makes them. */
    void add(Caller caller, long project, String scope, String item, String name, String activity,
            List<JsonObject> changes) {
        String id = UUID.randomUUID().toString();
        JsonObject user = new JsonObject();
        Json.copy(caller.user(), user, "id", "uuid", "first_name", "last_name", "email");
        state.table("activity", project).put(id,
                Json.object("id", id, "user", user, "unread", false, "is_system",
                        false, "activity", activity, "scope", scope, "item_id", item, "detail",
                        Json.object("id", null, "name", name, "short_id", null, "type", null, "trigger", null,
                                "changes",
                                changes),
                        "created_at", state.now()));
    }

    /** Writes what differs between two states of a thing. */
    void updated(Caller caller, long project, String scope, String item, JsonObject before,
            JsonObject after) {
        Set<String> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        List<JsonObject> changes = new ArrayList<>();
        for (String name : names) {
            JsonElement was = Optional.ofNullable(before.get(name)).orElse(JsonNull.INSTANCE);
            JsonElement is = Optional.ofNullable(after.get(name)).orElse(JsonNull.INSTANCE);
            if (!NOT_LOGGED.contains(name) && !was.equals(is)) {
                changes.add(Json.object("type", scope, "action", "changed", "field", name, "before",
                        was.deepCopy(),
                        "after", is.deepCopy()));
            }
        }
        boolean deleted = Json.flag(after, "deleted") && !Json.flag(before, "deleted");
        boolean restored = !Json.flag(after, "deleted") && Json.flag(before, "deleted");
        add(caller, project, scope, item,
                Json.text(after, "key").or(() -> Json.text(after, "name")).orElse(""),
                deleted ? "deleted" : restored ? "restored" : "updated", changes);
    }

    /** {@code GET /api/projects/{id}/activity_log/}. */
    Reply list(Call call, long project, List<String> rest) throws ApiError {
        if (!rest.isEmpty()) {
            throw ApiError.notFound();
        }
        return of(call, project, call.query("scope"), call.query("item_id"));
    }

    /** One page of what happened to one thing or all of a kind; {@code limit} and {@code page} count. */
    Reply of(Call call, long project, Optional<String> scope, Optional<String> item) throws ApiError {
        call.caller().needs("activity_log:read");
        List<JsonObject> all = new ArrayList<>(state.table("activity", project).values().stream()
                .filter(e -> scope.isEmpty() || scope.equals(Json.text(e, "scope")))
                .filter(e -> item.isEmpty() || item.equals(Json.text(e, "item_id"))).toList()).reversed();
        int limit = call.query("limit").map(Integer::parseInt).orElse(10);
        int from = (call.query("page").map(Integer::parseInt).orElse(1) - 1) * limit;
        int to = Math.min(all.size(), from + limit);
        return Reply.ok(Json.object("count", all.size(), "next", null, "previous", null, "results",
                from < to ? all.subList(from, to) : List.of()));
    }
}
