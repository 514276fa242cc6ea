package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Destinations such as webhooks: kept and shown; a secret input is taken and never given back
 * ({@code products/cdp/backend/api/hog_function.py}).
 */
record HogFunctions(State state) implements Collection.Kind {
    private static final Map<String, String> TEMPLATES = Map.of("template-webhook", "HTTP Webhook",
            "template-slack", "Slack");

    @Override
    public String table() {
        return "hog_functions";
    }

    @Override
    public String scope() {
        return "hog_function";
    }

    @Override
    public String logScope() {
        return "HogFunction";
    }

    @Override
    public boolean hasUuid() {
        return true;
    }

    @Override
    public JsonObject create(Call call, long project, JsonObject body, JsonElement id) throws ApiError {
        Optional<String> template = Json.text(body, "template_id");
        if (template.isPresent() && !TEMPLATES.containsKey(template.get())) {
            throw ApiError.invalid("invalid_input", "No template found for id '" + template.get() + "'",
                    "template_id");
        }
        return Json.object("id", id, "type", "destination", "name", null, "description", "", "created_at",
                state.now(), "created_by", call.caller().basic(), "updated_at", state.now(), "enabled", false,
                "deleted", false, "hog", "return event", "bytecode", List.of("_H", 1), "transpiled", null,
                "inputs_schema", List.of(), "inputs", new JsonObject(), "filters", null, "masking", null,
                "mappings",
                null, "icon_url", "/static/posthog-icon.svg", "template",
                template.<Object>map(
                        t -> Json.object("id", t, "name", TEMPLATES.get(t), "description", "", "type",
                                "destination", "status", "stable", "icon_url", "/static/posthog-icon.svg",
                                "free", false))
                        .orElse(com.google.gson.JsonNull.INSTANCE),
                "execution_order", null, "status", Json.object("state", 0, "tokens", 0));
    }

    @Override
    public void update(Call call, long project, JsonObject function, JsonObject body) {
        Json.copy(body, function, "type", "name", "description", "enabled", "deleted", "hog", "inputs_schema",
                "masking", "mappings", "icon_url", "execution_order");
        function.addProperty("updated_at", state.now());
        if (body.has("inputs")) {
            JsonObject before = Json.child(function, "inputs");
            JsonObject inputs = new JsonObject();
            Json.child(body, "inputs").entrySet().forEach(entry -> {
                boolean kept = entry.getValue().isJsonObject()
                        && Json.flag(entry.getValue().getAsJsonObject(), "secret")
                        && before.has(entry.getKey());
                inputs.add(entry.getKey(), kept ? before.get(entry.getKey()) : entry.getValue().deepCopy());
            });
            function.add("inputs", inputs);
        }
        if (body.has("filters")) {
            JsonObject filters = Json.child(body, "filters").deepCopy();
            filters.addProperty("source", Json.text(filters, "source").orElse("events"));
            filters.add("bytecode", Json.array(List.of("_H", 1, 29)));
            function.add("filters", filters);
        }
    }

    @Override
    public JsonObject shown(long project, JsonObject function) {
        JsonObject shown = function.deepCopy();
        List<String> secrets = Json.objects(function, "inputs_schema").stream()
                .filter(i -> Json.flag(i, "secret"))
                .flatMap(i -> Json.text(i, "key").stream()).collect(Collectors.toList());
        // The webhook template's one secret input (PostHog/posthog pull request 90307).
        secrets.add("signing_secret");
        JsonObject inputs = new JsonObject();
        int order = 0;
        for (Map.Entry<String, JsonElement> entry : Json.child(shown, "inputs").entrySet()) {
            if (secrets.contains(entry.getKey())) {
                inputs.add(entry.getKey(), Json.object("secret", true));
            } else if (entry.getValue().isJsonObject()) {
                JsonObject input = entry.getValue().getAsJsonObject();
                input.add("bytecode", Json.array(List.of("_H", 1, 32, "x")));
                input.addProperty("order", order);
                inputs.add(entry.getKey(), input);
            }
            order++;
        }
        shown.add("inputs", inputs);
        return shown;
    }
}
