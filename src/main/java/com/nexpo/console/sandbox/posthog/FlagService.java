package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.posthog.FlagEvaluation.Result;
import com.nexpo.console.sandbox.posthog.FlagEvaluation.Subject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The flags service: {@code /flags} as SDKs call it, definitions for local evaluation, and remote configuration
 * ({@code rust/feature-flags}). Errors are plain text, but quota and throttling.
 */
final class FlagService {
    /** Group types by index; projects here have these two. */
    static final List<String> GROUP_TYPES = List.of("company", "org");

    private final State state;
    private final Projects projects;
    private final Flags flags;
    private final Keys keys;
    private boolean quotaReached;

    FlagService(State state, Projects projects, Flags flags, Keys keys) {
        this.state = state;
        this.projects = projects;
        this.flags = flags;
        this.keys = keys;
    }

    /** A drill: the plan's evaluations are used up, or not. */
    void quotaReached(boolean reached) {
        quotaReached = reached;
    }

    /** {@code POST /flags/?v=2}, and {@code v=4} in the shape of 2. */
    Reply evaluate(Exchange exchange) throws ApiError {
        JsonObject body = exchange.bodyObject()
                .orElseThrow(() -> ApiError.text(400, "Failed to decode request body as JSON."));
        JsonObject project = Json.text(body, "api_key").or(() -> Json.text(body, "token"))
                .flatMap(projects::byToken).orElseThrow(() -> ApiError.text(401,
                        "The provided API key is invalid or has expired. Please check your API key and try again."));
        Optional<String> distinctId = Json.text(body, "distinct_id");
        if (distinctId.isEmpty()) {
            throw ApiError.text(400, "The distinct_id field is missing from the request.");
        }
        JsonObject answer = Json.object("errorsWhileComputingFlags", false, "requestId", UUID.randomUUID(),
                "evaluatedAt", state.instant().toEpochMilli(), "flags", new JsonObject());
        if (quotaReached) {
            answer.add("quotaLimited", Json.array(List.of("feature_flags")));
            return Reply.ok(answer);
        }
        long id = project.get("id").getAsLong();
        compute(id, body, subject(id, distinctId.get(), body), answer);
        return exchange.query("v").isPresent() ? Reply.ok(answer) : Reply.ok(legacy(answer));
    }

    private void compute(long project, JsonObject body, Subject subject, JsonObject answer) {
        List<String> wanted = Json.texts(body, "flag_keys_to_evaluate");
        FlagEvaluation evaluation = new FlagEvaluation(name -> flags.named(project, name), GROUP_TYPES);
        for (JsonObject flag : flags.all(project)) {
            String key = flag.get("key").getAsString();
            boolean off = !Json.flag(flag, "active") || Json.flag(flag, "archived");
            if (off || (!wanted.isEmpty() && !wanted.contains(key))) {
                continue;
            }
            Result result = evaluation.of(flag, subject);
            answer.getAsJsonObject("flags").add(key, shown(flag, result));
            if (result.failed()) {
                answer.addProperty("errorsWhileComputingFlags", true);
            }
            flag.addProperty("last_called_at", state.now());
        }
    }

    private Subject subject(long project, String distinctId, JsonObject body) {
        JsonObject person = state.table("persons", project).getOrDefault(distinctId, new JsonObject())
                .deepCopy();
        JsonObject sent = Json.child(body, "person_properties");
        sent.entrySet().forEach(e -> person.add(e.getKey(), e.getValue()));
        String device = Json.text(body, "device_id").or(() -> Json.text(body, "$device_id"))
                .or(() -> Json.text(sent, "$device_id")).orElse("");
        return new Subject(distinctId, person, Json.child(body, "groups"),
                Json.child(body, "group_properties"),
                device);
    }

    private static JsonObject shown(JsonObject flag, Result result) {
        JsonObject shown = Json.object("key", flag.get("key"), "enabled", result.enabled(), "variant",
                result.variant().isEmpty() ? null : result.variant());
        if (result.failed()) {
            shown.addProperty("failed", true);
        }
        shown.add("reason", Json.object("code", result.reason(), "condition_index",
                result.conditionIndex() < 0 ? null : result.conditionIndex(), "description",
                result.description()));
        shown.add("metadata",
                Json.object("id", flag.get("id"), "version", flag.get("version"), "description", null,
                        "payload", payload(flag, result), "has_experiment", false));
        return shown;
    }

    /** The payload of the variant, or of {@code true}; null when the flag is off or has none. */
    static @org.jspecify.annotations.Nullable JsonElement payload(JsonObject flag, Result result) {
        String member = result.variant().isEmpty() ? "true" : result.variant();
        JsonObject payloads = Json.child(Json.child(flag, "filters"), "payloads");
        return result.enabled() ? payloads.get(member) : null;
    }

    /** Without {@code v}: values and payloads, no reasons. */
    private static JsonObject legacy(JsonObject answer) {
        JsonObject values = new JsonObject();
        JsonObject payloads = new JsonObject();
        answer.getAsJsonObject("flags").entrySet().forEach(entry -> {
            JsonObject flag = entry.getValue().getAsJsonObject();
            values.add(entry.getKey(), Json.get(flag, "variant").orElse(flag.get("enabled")));
            Json.get(Json.child(flag, "metadata"), "payload").ifPresent(p -> payloads.add(entry.getKey(), p));
        });
        return Json.object("errorsWhileComputingFlags", answer.get("errorsWhileComputingFlags"), "requestId",
                answer.get("requestId"), "featureFlags", values, "featureFlagPayloads", payloads);
    }

    /** {@code GET /flags/definitions} and its two older paths; the ETag is the digest of the document. */
    Reply definitions(Exchange exchange) throws ApiError {
        Caller caller = authenticated(exchange);
        JsonObject project = exchange.query("token").flatMap(projects::byToken)
                .orElseThrow(() -> ApiError.of(401, "authentication_error", "personal_api_key_invalid",
                        "Invalid project token.", null));
        if (quotaReached) {
            throw ApiError.quota();
        }
        long id = project.get("id").getAsLong();
        caller.mayUseProject(id);
        JsonObject groupTypes = new JsonObject();
        for (int i = 0; i < GROUP_TYPES.size(); i++) {
            groupTypes.addProperty(String.valueOf(i), GROUP_TYPES.get(i));
        }
        JsonObject document = Json.object("flags",
                flags.all(id).stream().map(f -> definition(id, f)).toList(),
                "group_type_mapping", groupTypes, "cohorts", new JsonObject());
        String tag = "\""
                + Long.toHexString(Double.doubleToLongBits(FlagEvaluation.hash(document.toString()))) + "\"";
        exchange.with("ETag", tag);
        return exchange.header("If-None-Match").filter(tag::equals).isPresent()
                ? new Reply(304, com.google.gson.JsonNull.INSTANCE)
                : Reply.ok(document);
    }

    private Caller authenticated(Exchange exchange) throws ApiError {
        try {
            Caller caller = keys.authenticate(exchange);
            caller.needs("feature_flag:read");
            return caller;
        } catch (ApiError e) {
            throw e.status() == 401
                    ? ApiError.of(401, "authentication_error", "personal_api_key_invalid",
                            "Personal API key found in request Authorization header is invalid.", null)
                    : ApiError.of(403, "authentication_error", "personal_api_key_insufficient_scopes",
                            "API key missing required scope 'feature_flag:read'", null);
        }
    }

    private JsonObject definition(long project, JsonObject flag) {
        JsonObject definition = new JsonObject();
        definition.addProperty("id", flag.get("id").getAsLong());
        definition.addProperty("team_id", project);
        Json.copy(flag, definition, "key", "name", "active", "deleted", "version",
                "ensure_experience_continuity",
                "has_encrypted_payloads", "filters", "evaluation_runtime", "bucketing_identifier");
        definition.addProperty("has_experiment", false);
        for (JsonObject group : Json.objects(Json.child(definition, "filters"), "groups")) {
            for (JsonObject filter : Json.objects(group, "properties")) {
                if (Json.text(filter, "type").equals(Optional.of("flag"))) {
                    filter.add("dependency_chain", Json.array(List.of(Json.text(filter, "key").orElse(""))));
                }
            }
        }
        return definition;
    }

    /** {@code GET …/feature_flags/{key}/remote_config}: a JSON text that holds the payload's JSON. */
    Reply remoteConfig(Exchange exchange, String key) throws ApiError {
        Caller caller = authenticated(exchange);
        JsonObject project = exchange.query("token").flatMap(projects::byToken)
                .or(() -> state.table("projects").values().stream().reduce((_, last) -> last))
                .orElseThrow(ApiError::notFound);
        caller.mayUseProject(project.get("id").getAsLong());
        JsonObject flag = flags.named(project.get("id").getAsLong(), key).orElseThrow(ApiError::notFound);
        JsonElement payload = Json.child(Json.child(flag, "filters"), "payloads").get("true");
        return Reply.ok(payload == null ? new JsonPrimitive("") : payload);
    }
}
