package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.nexpo.console.sandbox.http.Exchange;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Capture and what becomes of it. As in PostHog, a 200 does not mean ingested: an event of an unknown token, without a
 * name or over quota is dropped, and the others can be read only after the ingestion delay.
 */
final class Events {
    private final State state;
    private final Projects projects;
    private final Duration delay;
    private boolean quotaReached;

    Events(State state, Projects projects, Duration delay) {
        this.state = state;
        this.projects = projects;
        this.delay = delay;
    }

    /** A drill: the plan's events are used up, or not. */
    void quotaReached(boolean reached) {
        quotaReached = reached;
    }

    /** {@code /batch}, {@code /capture}, {@code /e}, {@code /i/v0/e}: all take one event or a batch. */
    Reply capture(Exchange exchange) throws ApiError {
        JsonElement body = parsed(exchange);
        JsonObject outer = body.isJsonObject() ? body.getAsJsonObject() : new JsonObject();
        List<JsonObject> events = body.isJsonArray()
                ? Json.objects(Json.object("batch", body), "batch")
                : outer.has("batch") ? Json.objects(outer, "batch") : List.of(outer);
        Optional<String> token = Stream.concat(Stream.of(outer), events.stream())
                .flatMap(o -> token(o).stream())
                .findFirst();
        if (token.isEmpty() || !token.get().startsWith("phc_")) {
            throw ApiError.text(401, "API key is not valid: " + (token.isEmpty() ? "missing" : "not_phc"));
        }
        if (quotaReached) {
            return Reply.ok(Json.object("status", "Ok", "quota_limited", List.of("events")));
        }
        projects.byToken(token.get()).ifPresent(project -> events.forEach(event -> keep(project, event)));
        return Reply.ok(Json.object("status", "Ok"));
    }

    private static JsonElement parsed(Exchange exchange) throws ApiError {
        try {
            JsonElement body = JsonParser.parseString(exchange.bodyText());
            if (body.isJsonObject() || body.isJsonArray()) {
                return body;
            }
        } catch (JsonParseException e) {
            // Falls through to the same answer as a body that is no object.
        }
        throw ApiError.text(400, "failed to parse request: invalid JSON");
    }

    private static Optional<String> token(JsonObject object) {
        return Json.text(object, "api_key").or(() -> Json.text(object, "token"))
                .or(() -> Json.text(Json.child(object, "properties"), "token"));
    }

    private void keep(JsonObject project, JsonObject event) {
        Optional<String> name = Json.text(event, "event");
        if (name.isEmpty()) {
            return;
        }
        long id = project.get("id").getAsLong();
        JsonObject properties = Json.child(event, "properties").deepCopy();
        String distinctId = Json.text(event, "distinct_id").or(() -> Json.text(properties, "distinct_id"))
                .orElse("");
        String uuid = Json.text(event, "uuid").filter(u -> !u.isEmpty()).orElse(UUID.randomUUID().toString());
        Instant now = state.instant();
        Instant at = Json.text(event, "timestamp").flatMap(Events::instant).orElse(now);
        state.table("events", id).put(uuid,
                Json.object("uuid", uuid, "event", name.get(), "distinct_id", distinctId,
                        "timestamp", at.toString(), "properties", properties, "visible_at",
                        now.plus(delay).toEpochMilli()));
        setPerson(id, distinctId, event, properties);
        project.addProperty("ingested_event", true);
    }

    /** Person properties that events set, for later evaluations of flags. */
    private void setPerson(long project, String distinctId, JsonObject event, JsonObject properties) {
        JsonObject set = Json.child(properties, "$set").deepCopy();
        Json.child(event, "$set").entrySet().forEach(e -> set.add(e.getKey(), e.getValue()));
        boolean noPerson = properties.has("$process_person_profile")
                && !Json.flag(properties, "$process_person_profile");
        if (set.isEmpty() || noPerson) {
            return;
        }
        JsonObject person = state.table("persons", project).computeIfAbsent(distinctId,
                _ -> new JsonObject());
        set.entrySet().forEach(e -> person.add(e.getKey(), e.getValue()));
    }

    /** Those that have been ingested, oldest first. */
    List<JsonObject> visible(long project) {
        long now = state.instant().toEpochMilli();
        List<JsonObject> events = new ArrayList<>();
        for (Map.Entry<String, JsonObject> event : state.table("events", project).entrySet()) {
            if (event.getValue().get("visible_at").getAsLong() <= now) {
                events.add(event.getValue());
            }
        }
        return events;
    }

    static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text.replace(' ', 'T')).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** {@code GET /api/projects/{id}/events/}: the newest hundred, by name when asked. */
    Reply list(Call call, long project, List<String> rest) throws ApiError {
        call.caller().needs("query:read");
        if (!rest.isEmpty() || !call.is("GET")) {
            throw ApiError.notFound();
        }
        List<JsonObject> found = visible(project).stream()
                .filter(e -> call.query("event").map(n -> Json.text(e, "event").equals(Optional.of(n)))
                        .orElse(true))
                .map(e -> {
                    JsonObject shown = new JsonObject();
                    shown.add("id", e.get("uuid"));
                    Json.copy(e, shown, "distinct_id", "properties", "event", "timestamp");
                    return shown;
                }).toList().reversed();
        return Reply.ok(Json.object("next", null, "results",
                found.stream().limit(100).toList()));
    }
}
