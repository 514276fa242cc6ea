package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Insights, actions and alerts. */
final class Content {
    private Content() {}

    /** Saved queries. A deleted one reads as not found. */
    record Insights(State state, Dashboards dashboards) implements Collection.Kind {
        @Override
        public String table() {
            return "insights";
        }

        @Override
        public String scope() {
            return "insight";
        }

        @Override
        public String logScope() {
            return "Insight";
        }

        @Override
        public JsonObject create(Call call, long project, JsonObject body, JsonElement id) {
            return Json.object("id", id, "short_id",
                    UUID.randomUUID().toString().replace("-", "").substring(0, 8),
                    "name", null, "derived_name", null, "description", "", "query", null, "filters",
                    new JsonObject(),
                    "order", null, "deleted", false, "dashboards", List.of(), "dashboard_tiles", List.of(),
                    "last_refresh", null, "result", null, "hasMore", null, "columns", null, "created_at",
                    state.now(),
                    "created_by", call.caller().basic(), "updated_at", state.now(), "tags", List.of(),
                    "favorited",
                    false, "saved", true, "last_modified_at", state.now(), "is_sample", false,
                    "effective_restriction_level", 21, "effective_privilege_level", 37, "timezone", "UTC",
                    "is_cached",
                    false, "query_status", null, "hogql", null, "types", null);
        }

        @Override
        public void update(Call call, long project, JsonObject insight, JsonObject body) throws ApiError {
            Json.copy(body, insight, "name", "derived_name", "description", "query", "tags", "deleted",
                    "favorited",
                    "saved");
            insight.addProperty("updated_at", state.now());
            insight.addProperty("last_modified_at", state.now());
            if (body.has("dashboards")) {
                List<Long> wanted = Json.texts(body, "dashboards").stream().map(Long::parseLong).toList();
                dashboards.place(project, insight.get("id").getAsLong(), wanted);
            }
        }

        @Override
        public JsonObject shown(long project, JsonObject insight) {
            JsonObject shown = insight.deepCopy();
            shown.add("dashboards", Json.array(dashboards.of(project, insight.get("id").getAsLong())));
            return shown;
        }
    }

    /** Named sets of events. A deleted one can still be read. */
    record Actions(State state) implements Collection.Kind {
        private static final String[] STEP = {"event", "properties", "selector", "tag_name", "text",
            "text_matching",
            "href", "href_matching", "url", "url_matching"};

        @Override
        public String table() {
            return "actions";
        }

        @Override
        public String scope() {
            return "action";
        }

        @Override
        public String logScope() {
            return "Action";
        }

        @Override
        public boolean readableWhenDeleted() {
            return true;
        }

        @Override
        public JsonObject create(Call call, long project, JsonObject body, JsonElement id) throws ApiError {
            if (Json.text(body, "name").isPresent() && state.table("actions", project).values().stream()
                    .anyMatch(a -> !Json.flag(a, "deleted")
                            && Json.text(a, "name").equals(Json.text(body, "name")))) {
                throw ApiError.invalid("unique", "This project already has an action with this name.",
                        "name");
            }
            return Json.object("id", id, "name", null, "description", "", "post_to_slack", false,
                    "slack_message_format", "", "steps", List.of(), "created_at", state.now(), "created_by",
                    call.caller().basic(), "deleted", false, "is_calculating", false, "last_calculated_at",
                    state.now(), "team_id", project, "is_action", true, "bytecode_error", null, "pinned_at",
                    null,
                    "tags", List.of(), "user_access_level", "manager");
        }

        @Override
        public void update(Call call, long project, JsonObject action, JsonObject body) {
            Json.copy(body, action, "name", "description", "post_to_slack", "slack_message_format", "tags",
                    "deleted");
            if (body.has("steps")) {
                List<JsonObject> steps = new ArrayList<>();
                for (JsonObject sent : Json.objects(body, "steps")) {
                    JsonObject step = new JsonObject();
                    for (String member : STEP) {
                        step.add(member, Json.of(sent.get(member)));
                    }
                    steps.add(step);
                }
                action.add("steps", Json.array(steps));
            }
        }
    }

    /** Thresholds on an insight; deleted for good. What is sent as a number comes back as an object. */
    record Alerts(State state) implements Collection.Kind {
        @Override
        public String table() {
            return "alerts";
        }

        @Override
        public String scope() {
            return "alert";
        }

        @Override
        public String logScope() {
            return "AlertConfiguration";
        }

        @Override
        public boolean hasUuid() {
            return true;
        }

        @Override
        public boolean deletable() {
            return true;
        }

        @Override
        public JsonObject create(Call call, long project, JsonObject body, JsonElement id) {
            return Json.object("id", id, "created_by", call.caller().basic(), "created_at", state.now(),
                    "insight",
                    null, "name", "", "subscribed_users", List.of(), "threshold", null, "condition",
                    new JsonObject(), "state", "Not firing", "enabled", true, "last_notified_at", null,
                    "last_checked_at", null, "next_check_at", null, "checks", List.of(), "config", null,
                    "calculation_interval", "daily", "snoozed_until", null, "skip_weekend", false);
        }

        @Override
        public void update(Call call, long project, JsonObject alert, JsonObject body) throws ApiError {
            Json.copy(body, alert, "name", "enabled", "condition", "calculation_interval", "skip_weekend",
                    "snoozed_until");
            if (body.has("insight")) {
                JsonObject insight = state.table("insights", project).get(body.get("insight").getAsString());
                if (insight == null) {
                    throw ApiError.invalid("does_not_exist",
                            "Invalid pk \"" + body.get("insight").getAsString()
                                    + "\" - object does not exist.",
                            "insight");
                }
                JsonObject basic = new JsonObject();
                Json.copy(insight, basic, "id", "short_id", "name", "deleted");
                alert.add("insight", basic);
            }
            if (body.has("subscribed_users")) {
                alert.add("subscribed_users", Json.array(Json.texts(body, "subscribed_users").stream()
                        .map(state.table("users")::get).filter(java.util.Objects::nonNull)
                        .map(user -> new Caller(new JsonObject(), user).basic()).toList()));
            }
            if (body.has("threshold")) {
                alert.add("threshold",
                        Json.object("id", UUID.randomUUID(), "created_at", state.now(), "name", "",
                                "configuration", Json.child(body, "threshold").get("configuration")));
            }
            if (body.has("config")) {
                JsonObject config = Json.object("check_ongoing_interval", false);
                Json.child(body, "config").entrySet().forEach(e -> config.add(e.getKey(), e.getValue()));
                alert.add("config", config);
            }
        }
    }
}
