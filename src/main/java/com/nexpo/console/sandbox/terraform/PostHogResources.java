package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The PostHog provider 1.0.13, for the types that the blueprint uses: its requests, its reading of the answers, its
 * retries and the words of its diagnostics.
 */
final class PostHogResources implements Provider {

    private static final Set<Integer> REPEATED = Set.of(429, 500, 502, 503, 504);
    private static final Http.Retry RETRY = new Http.Retry(4, 4, Duration.ofMillis(200),
            Duration.ofSeconds(5),
            answer -> REPEATED.contains(answer.status()));

    private final Http http;
    private final String host;
    private final Optional<String> key;
    private final String organization;

    /** @param environment of the process: {@code POSTHOG_HOST}, {@code POSTHOG_API_KEY} */
    PostHogResources(Http http, Map<String, String> environment, String organization) {
        this.http = http;
        this.host = environment.getOrDefault("POSTHOG_HOST", "https://us.posthog.com");
        this.key = Optional.ofNullable(environment.get("POSTHOG_API_KEY")).filter(k -> !k.isEmpty());
        this.organization = organization;
    }

    @Override
    public void configure() throws ProviderException {
        if (key.isEmpty()) {
            throw new ProviderException("Missing API key",
                    "The provider requires a PostHog personal API key. Set it in configuration or as env var:"
                            + " POSTHOG_API_KEY.");
        }
    }

    @Override
    public Optional<JsonObject> read(ResourceType type, JsonObject state)
            throws ProviderException, InterruptedException {
        Call call = new Call("GET", path(type, state, true), "");
        Http.Answer answer = call.answer("Error reading " + type.title());
        return answer.status() == 404
                ? Optional.empty()
                : Optional.of(attributes(type, call.object(answer,
                        "Error reading " + type.title()), state));
    }

    @Override
    public JsonObject create(ResourceType type, JsonObject planned, JsonObject config)
            throws ProviderException, InterruptedException {
        String summary = "Error creating " + type.title();
        Call call = new Call("POST", path(type, planned, false), Json.compact(body(type, planned, false)));
        return attributes(type, call.object(call.answer(summary), summary), planned);
    }

    @Override
    public JsonObject update(ResourceType type, JsonObject prior, JsonObject planned, JsonObject config)
            throws ProviderException, InterruptedException {
        String summary = "Error updating " + type.title();
        Call call = new Call("PATCH", path(type, prior, true), Json.compact(body(type, planned, true)));
        Http.Answer answer = call.answer(summary);
        if (answer.status() == 404) {
            throw new ProviderException(List.of(
                    Diagnostic.warning("Resource not found", type.title() + " with ID "
                            + prior.get("id").getAsString()
                            + " was deleted externally and will be recreated."),
                    Diagnostic.error("Missing Resource State After Update",
                            "The Terraform Provider unexpectedly returned no resource state after having no errors in"
                                    + " the resource update. This is always an issue in the Terraform Provider and"
                                    + " should be reported to the provider developers.")));
        }
        return attributes(type, call.object(answer, summary), planned);
    }

    @Override
    public void delete(ResourceType type, JsonObject state) throws ProviderException, InterruptedException {
        String summary = "Error deleting " + type.title();
        if (type == ResourceType.FLAG) {
            Call get = new Call("GET", path(type, state, true), "");
            Http.Answer answer = get.answer(summary);
            if (answer.status() == 404) {
                throw new ProviderException(summary,
                        "failed to get feature flag for deletion: failed to send GET request: API error (status 404): "
                                + answer.body());
            }
        }
        JsonObject body = new JsonObject();
        if (type == ResourceType.FLAG) {
            body.add("key", state.get("key"));
        }
        body.addProperty("deleted", true);
        boolean hard = type == ResourceType.PROJECT;
        new Call(hard ? "DELETE" : "PATCH", path(type, state, true), hard ? "" : Json.compact(body))
                .answer(summary);
    }

    @Override
    public JsonObject imported(ResourceType type, String id) throws ProviderException {
        String[] parts = id.split("/", -1);
        if (parts.length != 2 || !parts[1].matches("\\d+")) {
            throw new ProviderException("Error importing " + type.title(),
                    "The import id is owner/number, but it is " + id + ".");
        }
        JsonObject state = new JsonObject();
        state.addProperty(type == ResourceType.PROJECT ? "organization_id" : "project_id", parts[0]);
        state.addProperty("id", Long.parseLong(parts[1]));
        return state;
    }

    private String path(ResourceType type, JsonObject state, boolean one) {
        String project = Json.text(state, "project_id").orElse("");
        String collection = switch (type) {
            case PROJECT -> "/api/organizations/" + Json.text(state, "organization_id").orElse(organization)
                    + "/projects/";
            case FLAG -> "/api/projects/" + project + "/feature_flags/";
            case DASHBOARD -> "/api/projects/" + project + "/dashboards/";
            case INSIGHT -> "/api/projects/" + project + "/insights/";
            case ACTION -> "/api/projects/" + project + "/actions/";
            case PARAMETER -> throw new IllegalStateException("not a resource of PostHog");
        };
        return one ? collection + state.get("id").getAsString() + "/" : collection;
    }

    private static JsonObject body(ResourceType type, JsonObject planned, boolean update) {
        JsonObject body = new JsonObject();
        for (String name : sent(type, update)) {
            JsonElement value = Json.get(planned, attribute(name));
            if (!value.isJsonNull() && !Unknown.is(value)) {
                body.add(name, attribute(name).equals(name) && !name.equals("filters")
                        ? value
                        : JsonParser.parseString(
                                value.isJsonPrimitive() ? value.getAsString() : value.toString()));
            }
        }
        if (type == ResourceType.FLAG && body.has("filters")) {
            overwriteRollout(body.getAsJsonObject("filters"), Json.get(planned, "rollout_percentage"));
        }
        return body;
    }

    /** The provider writes its attribute over the one of the first group, also when they differ. */
    private static void overwriteRollout(JsonObject filters, JsonElement rollout) {
        if (rollout.isJsonNull() || Unknown.is(rollout) || !Json.get(filters, "groups").isJsonArray()
                || filters.getAsJsonArray("groups").isEmpty()) {
            return;
        }
        filters.getAsJsonArray("groups").get(0).getAsJsonObject().add("rollout_percentage", rollout);
    }

    private static List<String> sent(ResourceType type, boolean update) {
        return switch (type) {
            case PROJECT -> List.of("name", "timezone");
            case FLAG -> List.of("key", "name", "active", "filters", "tags", "deleted",
                    "ensure_experience_continuity");
            case DASHBOARD -> update
                    ? List.of("name", "description", "pinned", "tags", "deleted")
                    : List.of("name", "description", "pinned", "tags");
            case INSIGHT -> update
                    ? List.of("name", "description", "query", "tags", "dashboards", "deleted")
                    : List.of("name", "description", "query", "tags", "dashboards");
            case ACTION -> update
                    ? List.of("name", "description", "tags", "post_to_slack", "steps", "deleted")
                    : List.of("name", "description", "tags", "steps");
            case PARAMETER -> throw new IllegalStateException("not a resource of PostHog");
        };
    }

    /** The attribute that a key of the API is. */
    private static String attribute(String apiKey) {
        return switch (apiKey) {
            case "query" -> "query_json";
            case "steps" -> "steps_json";
            case "dashboards" -> "dashboard_ids";
            default -> apiKey;
        };
    }

    /** The state's attributes from an answer; {@code known} is what the state or the plan has of it. */
    private JsonObject attributes(ResourceType type, JsonObject answer, JsonObject known) {
        Map<String, JsonElement> read = new HashMap<>();
        read.put("id", Json.get(answer, "id").isJsonNull() ? new JsonPrimitive(0) : answer.get("id"));
        if (type == ResourceType.PROJECT) {
            read.put("organization_id",
                    Json.text(known, "organization_id").<JsonElement>map(JsonPrimitive::new)
                            .orElse(new JsonPrimitive(organization)));
        } else {
            read.put("project_id", Json.get(known, "project_id"));
        }
        JsonObject attributes = type.plan(new JsonObject(), Optional.empty());
        for (String name : List.copyOf(attributes.keySet())) {
            attributes.add(name, read.containsKey(name)
                    ? read.getOrDefault(name, JsonNull.INSTANCE)
                    : attribute(name, answer, Json.get(known, name)));
        }
        return attributes;
    }

    private static JsonElement attribute(String name, JsonObject answer, JsonElement known) {
        return switch (name) {
            case "filters" -> seen(known, Json.get(answer, "filters"));
            case "query_json" -> seen(known, Json.get(answer, "query"));
            case "steps_json" -> seen(known, Json.get(answer, "steps"));
            case "rollout_percentage" -> rollout(answer);
            case "tags" -> set(Json.get(answer, "tags"), known);
            case "dashboard_ids" -> set(Json.get(answer, "dashboards"), known);
            case "deleted" ->
                Json.get(answer, name).isJsonNull() ? new JsonPrimitive(false) : answer.get(name);
            case "description", "derived_name", "create_in_folder" ->
                Json.text(answer, name).filter(t -> !t.isEmpty() || !known.isJsonNull())
                        .<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE);
            default -> Json.get(answer, name);
        };
    }

    private static JsonElement seen(JsonElement known, JsonElement remote) {
        if (remote.isJsonNull()) {
            return known;
        }
        JsonElement written = known.isJsonNull() || Unknown.is(known)
                ? remote
                : Json.seenThrough(JsonParser.parseString(known.getAsString()), remote);
        return new JsonPrimitive(Json.encode(written));
    }

    private static JsonElement rollout(JsonObject answer) {
        JsonElement top = Json.get(answer, "rollout_percentage");
        JsonElement filters = Json.get(answer, "filters");
        if (!top.isJsonNull() || !filters.isJsonObject()) {
            return top;
        }
        JsonElement groups = Json.get(filters.getAsJsonObject(), "groups");
        boolean any = groups.isJsonArray() && !groups.getAsJsonArray().isEmpty();
        return any ? Json.get(groups.getAsJsonArray().get(0).getAsJsonObject(), "rollout_percentage") : top;
    }

    private static JsonElement set(JsonElement remote, JsonElement known) {
        boolean empty = !remote.isJsonArray() || remote.getAsJsonArray().isEmpty();
        return empty && !(known instanceof JsonArray)
                ? JsonNull.INSTANCE
                : empty ? JsonNull.INSTANCE : Json.asSet(remote.getAsJsonArray());
    }

    /** One call of the API. */
    private final class Call {
        private final String method;
        private final URI address;
        private final String body;

        Call(String method, String path, String body) {
            this.method = method;
            this.address = URI.create(host + path);
            this.body = body;
        }

        /** The answer; 404 is one to a GET, a PATCH and a DELETE. */
        Http.Answer answer(String summary) throws ProviderException, InterruptedException {
            try {
                Http.Answer answer = http.send(method, address,
                        Map.of("Authorization", "Bearer " + key.orElse(""),
                                "Content-Type", "application/json", "User-Agent",
                                "posthog/terraform-provider; version: 1.0.13"),
                        body, RETRY);
                boolean gone = answer.status() == 404 && !method.equals("POST");
                if (answer.status() >= 300 && !gone) {
                    throw failed(summary, "API error (status " + answer.status() + "): " + answer.body());
                }
                return answer;
            } catch (Http.NoAnswer e) {
                throw failed(summary, "failed to send request: " + e.getMessage());
            } catch (InterruptedException e) {
                throw failed(summary, "failed to send request: " + Http.cancelled(method, address));
            }
        }

        private ProviderException failed(String summary, String why) {
            return new ProviderException(summary, "failed to send " + method + " request: " + why);
        }

        JsonObject object(Http.Answer answer, String summary) throws ProviderException {
            try {
                JsonElement parsed = JsonParser.parseString(answer.body());
                if (parsed.isJsonObject()) {
                    return parsed.getAsJsonObject();
                }
            } catch (JsonParseException e) {
                // Worded below, as the provider does.
            }
            String why = answer.body().isBlank()
                    ? "unexpected end of JSON input"
                    : "invalid character '" + answer.body().strip().charAt(0)
                            + "' looking for beginning of value";
            throw new ProviderException(summary, "failed to unmarshal response: " + why);
        }
    }
}
