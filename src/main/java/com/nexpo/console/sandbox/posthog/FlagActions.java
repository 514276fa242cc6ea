package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.nexpo.console.sandbox.posthog.FlagEvaluation.Condition;
import com.nexpo.console.sandbox.posthog.FlagEvaluation.Result;
import com.nexpo.console.sandbox.posthog.FlagEvaluation.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What lies below a flag and beside the list: switches, history, status, and why it evaluates as it does. */
final class FlagActions {
    private final State state;
    private final ActivityLog log;
    private final Flags flags;

    FlagActions(State state, ActivityLog log, Flags flags) {
        this.state = state;
        this.log = log;
        this.flags = flags;
    }

    Reply handle(Call call, long project, List<String> rest) throws ApiError {
        if (rest.size() == 1) {
            return switch (rest.getFirst()) {
                case "activity" -> log.of(call, project, Optional.of("FeatureFlag"), Optional.empty());
                case "evaluation_reasons" -> reasons(call, project);
                default -> throw ApiError.notFound();
            };
        }
        JsonObject flag = flags.find(project, rest.getFirst());
        String action = rest.get(1);
        if (call.is("GET") && action.equals("activity")) {
            return log.of(call, project, Optional.of("FeatureFlag"),
                    Optional.of(flag.get("id").getAsString()));
        }
        return call.is("GET") ? read(call, project, flag, action, rest) : write(call, project, flag, action);
    }

    private Reply read(Call call, long project, JsonObject flag, String action, List<String> rest)
            throws ApiError {
        call.needs("feature_flag");
        return switch (action) {
            case "status" -> Reply.ok(status(flag));
            case "dependent_flags" -> Reply.ok(Json.array(flags.dependents(project, flag).stream()
                    .filter(f -> Json.flag(f, "active"))
                    .map(f -> Json.object("id", f.get("id"), "key", f.get("key"), "name", f.get("name")))
                    .toList()));
            case "versions" -> {
                JsonObject version = rest.size() < 3 ? null : flags.versions(flag).get(rest.get(2));
                if (version == null) {
                    throw ApiError.notFound();
                }
                yield Reply.ok(version.deepCopy());
            }
            default -> throw ApiError.notFound();
        };
    }

    private Reply write(Call call, long project, JsonObject flag, String action) throws ApiError {
        if (!call.is("POST")) {
            throw ApiError.methodNotAllowed(call.method());
        }
        if (action.equals("test_evaluation")) {
            call.caller().needs("feature_flag:read");
            return Reply.ok(test(call, project, flag));
        }
        call.needs("feature_flag");
        return switch (action) {
            case "enable" -> turn(call, project, flag, "active", true);
            case "disable" -> turn(call, project, flag, "active", false);
            case "archive" -> turn(call, project, flag, "archived", true);
            case "unarchive" -> turn(call, project, flag, "archived", false);
            default -> throw ApiError.notFound();
        };
    }

    /** Changes that bit alone; what is so already stays at its version. */
    private Reply turn(Call call, long project, JsonObject flag, String bit, boolean on) throws ApiError {
        return Reply.ok(Json.flag(flag, bit) == on
                ? flag.deepCopy()
                : flags.change(call, project, flag, Json.object(bit, on)));
    }

    private static JsonObject status(JsonObject flag) {
        boolean active = Json.flag(flag, "active");
        List<JsonObject> groups = Json.objects(Json.child(flag, "filters"), "groups");
        boolean conditions = groups.stream().anyMatch(g -> !Json.objects(g, "properties").isEmpty());
        double most = groups.stream().mapToDouble(g -> Json.get(g, "rollout_percentage")
                .map(com.google.gson.JsonElement::getAsDouble).orElse(100.0)).max().orElse(0);
        String state = Json.flag(flag, "deleted")
                ? "deleted"
                : Json.flag(flag, "archived") ? "archived" : "active";
        String reason = state.equals("deleted")
                ? "Flag has been deleted"
                : state.equals("archived")
                        ? "Flag is archived"
                        : active
                                ? "Flag is not fully rolled out and may still be active"
                                : "Flag is disabled (not evaluated for staleness)";
        return Json.object("status", state, "reason", reason, "reason_states_rollout", false, "rollout",
                Json.object("effectively_full_rollout", active && !conditions && most >= 100,
                        "has_targeting_conditions", conditions, "max_rollout_percentage", most,
                        "is_multivariate",
                        Json.get(Json.child(flag, "filters"), "multivariate").isPresent()));
    }

    private FlagEvaluation evaluation(long project) {
        return new FlagEvaluation(name -> flags.named(project, name), FlagService.GROUP_TYPES);
    }

    private JsonObject test(Call call, long project, JsonObject flag) throws ApiError {
        String distinctId = Json.text(call.body(), "distinct_id")
                .orElseThrow(() -> ApiError.adHoc(400, "distinct_id or person_id is required"));
        JsonObject person = state.table("persons", project).getOrDefault(distinctId, new JsonObject())
                .deepCopy();
        Result result = evaluation(project).of(flag,
                new Subject(distinctId, person, Json.child(call.body(), "groups"), new JsonObject(), ""));
        List<JsonObject> conditions = new ArrayList<>();
        List<JsonObject> groups = Json.objects(Json.child(flag, "filters"), "groups");
        for (Condition condition : result.conditions()) {
            conditions.add(explained(groups.get(condition.index()), condition, person));
        }
        return Json.object("flag_key", flag.get("key"), "result", result.value(), "reason", result.reason(),
                "reason_description", result.description(), "condition_index",
                result.conditionIndex() < 0 ? null : result.conditionIndex(), "payload",
                FlagService.payload(flag, result), "person_properties", person, "evaluation_distinct_id",
                distinctId,
                "conditions", conditions);
    }

    private static JsonObject explained(JsonObject group, Condition condition, JsonObject person) {
        List<JsonObject> properties = new ArrayList<>();
        List<JsonObject> filters = Json.objects(group, "properties");
        for (int i = 0; i < filters.size(); i++) {
            JsonObject filter = filters.get(i);
            boolean matched = condition.properties().get(i);
            properties.add(Json.object("key", filter.get("key"), "operator", filter.get("operator"), "value",
                    filter.get("value"), "type", filter.get("type"), "actual_value",
                    person.get(Json.text(filter, "key").orElse("")), "matched", matched, "explanation",
                    matched ? "The property matches." : "The property does not match."));
        }
        return Json.object("index", condition.index(), "properties", properties, "rollout_percentage",
                group.get("rollout_percentage"), "variant", group.get("variant"), "matched",
                condition.matches(),
                "properties_matched", condition.propertiesMatch(), "rollout_excluded",
                condition.propertiesMatch() && !condition.inRollout(), "explanation",
                condition.matches()
                        ? "Matches."
                        : condition.propertiesMatch()
                                ? "Excluded by the rollout."
                                : "A property does not match.");
    }

    private Reply reasons(Call call, long project) throws ApiError {
        call.needs("feature_flag");
        String distinctId = call.query("distinct_id")
                .orElseThrow(() -> ApiError.invalid("required", "This field is required.", "distinct_id"));
        JsonObject person = state.table("persons", project).getOrDefault(distinctId, new JsonObject())
                .deepCopy();
        JsonObject groups = call.query("groups").map(FlagActions::parsed).orElseGet(JsonObject::new);
        JsonObject reasons = new JsonObject();
        for (JsonObject flag : flags.all(project)) {
            Result result = evaluation(project).of(flag,
                    new Subject(distinctId, person, groups, new JsonObject(), ""));
            boolean disabled = result.reason().equals("flag_disabled");
            reasons.add(flag.get("key").getAsString(), Json.object("value", result.value(), "evaluation",
                    Json.object("reason", disabled ? "disabled" : result.reason(), "condition_index",
                            result.conditionIndex() < 0 ? null : result.conditionIndex(), "description",
                            result.description())));
        }
        return Reply.ok(reasons);
    }

    private static JsonObject parsed(String text) {
        try {
            return JsonParser.parseString(text).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            return new JsonObject();
        }
    }
}
