package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** {@code /api/projects/{id}/feature_flags/}: list, create, read and change; the rest is {@link FlagActions}'. */
final class Flags implements Call.Resource {
    private static final String[] WRITABLE = {"key", "name", "filters", "active", "deleted", "archived",
        "tags",
        "ensure_experience_continuity", "evaluation_runtime", "evaluation_contexts", "bucketing_identifier"};

    private final State state;
    private final ActivityLog log;
    private final FlagActions actions;
    private final Set<Long> needApproval = new HashSet<>();

    Flags(State state, ActivityLog log) {
        this.state = state;
        this.log = log;
        this.actions = new FlagActions(state, log, this);
    }

    /** A drill: every change of a flag of this project asks for an approval instead. */
    void requireApproval(long project, boolean required) {
        if (required) {
            needApproval.add(project);
        } else {
            needApproval.remove(project);
        }
    }

    @Override
    public Reply handle(Call call, long project, List<String> rest) throws ApiError {
        if (rest.isEmpty()) {
            call.needs("feature_flag");
            return switch (call.method()) {
                case "GET" -> call.page(list(call, project));
                case "POST" -> Reply.created(create(call, project));
                default -> throw ApiError.methodNotAllowed(call.method());
            };
        }
        if (rest.size() > 1 || !rest.getFirst().chars().allMatch(Character::isDigit)) {
            return actions.handle(call, project, rest);
        }
        call.needs("feature_flag");
        JsonObject flag = find(project, rest.getFirst());
        return switch (call.method()) {
            case "GET" -> Reply.ok(flag.deepCopy());
            case "PATCH", "PUT" -> Reply.ok(change(call, project, flag, call.body()));
            default -> throw ApiError.methodNotAllowed(call.method());
        };
    }

    Stream<JsonObject> live(long project) {
        return state.table("feature_flags", project).values().stream().filter(f -> !Json.flag(f, "deleted"));
    }

    /** A deleted flag is found too. */
    JsonObject find(long project, String id) throws ApiError {
        JsonObject flag = state.table("feature_flags", project).get(id);
        if (flag == null) {
            throw ApiError.notFound();
        }
        return flag;
    }

    /** By key or id among those that are not deleted. */
    Optional<JsonObject> named(long project, String keyOrId) {
        return live(project).filter(f -> Json.text(f, "key").equals(Optional.of(keyOrId))
                || f.get("id").getAsString().equals(keyOrId)).findFirst();
    }

    /** Live flags with a condition on this one. */
    List<JsonObject> dependents(long project, JsonObject flag) {
        String id = flag.get("id").getAsString();
        String key = flag.get("key").getAsString();
        return live(project).filter(other -> dependsOn(other).anyMatch(on -> on.equals(id) || on.equals(key)))
                .toList();
    }

    static Stream<String> dependsOn(JsonObject flag) {
        return Json.objects(Json.child(flag, "filters"), "groups").stream()
                .flatMap(group -> Json.objects(group, "properties").stream())
                .filter(filter -> Json.text(filter, "type").equals(Optional.of("flag")))
                .flatMap(filter -> Json.text(filter, "key").stream());
    }

    private List<JsonObject> list(Call call, long project) {
        boolean archived = call.query("archived").map(Boolean::parseBoolean).orElse(false);
        return live(project).filter(f -> Json.flag(f, "archived") == archived)
                .filter(f -> call.query("active").map(a -> a.equals("STALE")
                        ? Json.text(f, "status").equals(Optional.of("STALE"))
                        : Boolean.parseBoolean(a) == Json.flag(f, "active")).orElse(true))
                .filter(f -> call.query("key").map(k -> Json.text(f, "key").equals(Optional.of(k)))
                        .orElse(true))
                .filter(f -> call.query("type").map(t -> t.equals(type(f))).orElse(true))
                .filter(f -> call.query("created_by_id")
                        .map(id -> Json.child(f, "created_by").get("id").getAsString().equals(id))
                        .orElse(true))
                .filter(f -> call.query("evaluation_runtime")
                        .map(r -> Json.text(f, "evaluation_runtime").equals(Optional.of(r))).orElse(true))
                .filter(f -> tags(call, "tags").map(t -> Json.texts(f, "tags").stream().anyMatch(t::contains))
                        .orElse(true))
                .filter(f -> tags(call, "excluded_tags")
                        .map(t -> Json.texts(f, "tags").stream().noneMatch(t::contains))
                        .orElse(true))
                .filter(f -> call.matchesSearch(f, "key", "name")).map(JsonObject::deepCopy).toList()
                .reversed();
    }

    private static Optional<List<String>> tags(Call call, String name) {
        return call.query(name).flatMap(text -> {
            try {
                JsonElement parsed = JsonParser.parseString(text);
                return Optional.of(Json.texts(Json.object("t", parsed), "t"));
            } catch (JsonParseException e) {
                return Optional.empty();
            }
        });
    }

    private static String type(JsonObject flag) {
        boolean variants = Json.get(Json.child(flag, "filters"), "multivariate").isPresent();
        return Json.flag(flag, "is_remote_configuration")
                ? "remote_config"
                : variants ? "multivariant" : "boolean";
    }

    private JsonObject create(Call call, long project) throws ApiError {
        JsonObject body = call.body();
        if (Json.text(body, "key").orElse("").isBlank()) {
            throw ApiError.invalid("required", "This field is required.", "key");
        }
        validate(project, body, -1);
        long id = state.nextId();
        JsonObject by = call.caller().basic();
        JsonObject flag = Json.object("id", id, "key", body.get("key"), "name", "", "filters",
                Json.object("groups", List.of(Json.object("properties", List.of(), "rollout_percentage", 0))),
                "active", true, "deleted", false, "archived", false, "version", 1, "created_at", state.now(),
                "created_by", by, "updated_at", state.now(), "last_modified_by", by,
                "ensure_experience_continuity", false, "tags", List.of(), "evaluation_contexts", List.of(),
                "evaluation_runtime", "all", "rollout_percentage", null, "is_simple_flag", true,
                "experiment_set",
                List.of(), "surveys", null, "features", null, "has_encrypted_payloads", false,
                "is_remote_configuration", false, "status", "ACTIVE", "user_access_level", "manager",
                "can_edit", true,
                "last_called_at", null);
        Json.copy(body, flag, WRITABLE);
        complete(flag);
        state.table("feature_flags", project).put(String.valueOf(id), flag);
        remember(flag);
        log.add(call.caller(), project, "FeatureFlag", String.valueOf(id), flag.get("key").getAsString(),
                "created",
                List.of());
        return flag.deepCopy();
    }

    /** Carries out a change after all refusals; the answer is the flag as it is then. */
    JsonObject change(Call call, long project, JsonObject flag, JsonObject body) throws ApiError {
        refuseStale(flag, body);
        validate(project, body, flag.get("id").getAsLong());
        guard(project, flag, body);
        if (needApproval.contains(project)) {
            throw ApiError.approvalRequired(UUID.randomUUID().toString());
        }
        JsonObject before = flag.deepCopy();
        Json.copy(body, flag, WRITABLE);
        complete(flag);
        flag.addProperty("version", Json.number(flag, "version") + 1);
        flag.addProperty("updated_at", state.now());
        flag.add("last_modified_by", call.caller().basic());
        remember(flag);
        log.updated(call.caller(), project, "FeatureFlag", flag.get("id").getAsString(), before, flag);
        return flag.deepCopy();
    }

    /** 409 when the sender's {@code version} is old and what it changes was changed since its {@code original_flag}. */
    private static void refuseStale(JsonObject flag, JsonObject body) throws ApiError {
        JsonObject original = Json.child(body, "original_flag");
        if (Json.get(body, "version").isEmpty() || original.isEmpty()
                || Json.number(body, "version") >= Json.number(flag, "version")) {
            return;
        }
        for (String name : WRITABLE) {
            if (body.has(name) && original.has(name) && !original.get(name).equals(flag.get(name))) {
                throw ApiError.conflict("The feature flag was updated by "
                        + Json.text(Json.child(flag, "last_modified_by"), "email").orElse("somebody")
                        + " since you started editing it. Please refresh and try again.", null);
            }
        }
    }

    private void validate(long project, JsonObject body, long self) throws ApiError {
        Optional<String> key = Json.text(body, "key");
        if (key.isPresent() && !Json.flag(body, "deleted") && live(project)
                .anyMatch(f -> Json.text(f, "key").equals(key) && f.get("id").getAsLong() != self)) {
            throw ApiError.invalid("unique", "There is already a feature flag with this key.", "key");
        }
        for (JsonObject group : Json.objects(Json.child(body, "filters"), "groups")) {
            double rollout = Json.get(group, "rollout_percentage").map(JsonElement::getAsDouble).orElse(0.0);
            if (rollout < 0 || rollout > 100) {
                throw ApiError.invalid("invalid_input", "Rollout percentage must be between 0 and 100.",
                        "filters");
            }
        }
    }

    private void guard(long project, JsonObject flag, JsonObject body) throws ApiError {
        boolean deletes = Json.flag(body, "deleted") && !Json.flag(flag, "deleted");
        boolean disables = body.has("active") && !Json.flag(body, "active") && Json.flag(flag, "active");
        boolean enables = Json.flag(body, "active") && !Json.flag(flag, "active");
        if ((deletes || disables)
                && dependents(project, flag).stream().anyMatch(f -> Json.flag(f, "active"))) {
            throw ApiError.invalid("invalid_input",
                    "This feature flag cannot be " + (deletes ? "deleted" : "disabled")
                            + " because other flags depend on it.",
                    null);
        }
        if (enables && Json.flag(flag, "archived")) {
            throw ApiError.invalid("invalid_input", "Archived feature flags cannot be enabled.", null);
        }
        if (enables && dependsOn(flag).anyMatch(on -> named(project, on)
                .filter(other -> Json.flag(other, "active")).isEmpty())) {
            throw ApiError.invalid("invalid_input",
                    "This feature flag cannot be enabled because it depends on disabled flags.", null);
        }
    }

    /** Members that the server adds to what was sent. */
    private static void complete(JsonObject flag) {
        JsonObject filters = Json.child(flag, "filters").deepCopy();
        for (JsonObject group : Json.objects(filters, "groups")) {
            if (!group.has("variant")) {
                group.add("variant", Json.of(null));
            }
        }
        if (!filters.has("payloads")) {
            filters.add("payloads", new JsonObject());
        }
        if (!filters.has("multivariate")) {
            filters.add("multivariate", Json.of(null));
        }
        flag.add("filters", filters);
        if (Json.get(flag, "tags").isEmpty()) {
            flag.add("tags", Json.array(List.of()));
        }
    }

    private void remember(JsonObject flag) {
        state.table("flag_versions/" + flag.get("id").getAsString())
                .put(flag.get("version").getAsString(), flag.deepCopy());
    }

    /** Every version that the flag had, by number. */
    Map<String, JsonObject> versions(JsonObject flag) {
        return state.table("flag_versions/" + flag.get("id").getAsString());
    }

    /** All flags of a project that an evaluation looks at, deleted ones left out. */
    List<JsonObject> all(long project) {
        return new ArrayList<>(live(project).toList());
    }
}
