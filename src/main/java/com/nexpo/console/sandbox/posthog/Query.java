package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.posthog.HogQl.NotUnderstood;
import com.nexpo.console.sandbox.posthog.HogQl.Select;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code POST /api/projects/{id}/query/}: HogQL over events, and trends by day. Anything else is refused. */
final class Query implements Call.Resource {
    private static final Pattern DAYS_BACK = Pattern.compile("-(\\d+)([dwm])");

    private final Events events;

    Query(Events events) {
        this.events = events;
    }

    @Override
    public Reply handle(Call call, long project, List<String> rest) throws ApiError {
        call.caller().needs("query:read");
        if (!rest.isEmpty()) {
            throw ApiError.notFound();
        }
        if (!call.is("POST")) {
            throw ApiError.methodNotAllowed(call.method());
        }
        return Reply.ok(answer(Json.child(call.body(), "query"), events.visible(project)));
    }

    private static JsonObject answer(JsonObject query, List<JsonObject> events) throws ApiError {
        String kind = Json.text(query, "kind").orElse("");
        return switch (kind) {
            case "HogQLQuery" -> hogQl(query, events);
            case "InsightVizNode", "DataVisualizationNode" -> answer(Json.child(query, "source"), events);
            case "TrendsQuery" -> trends(query, events);
            default -> throw ApiError.invalid("invalid_input", "Unsupported query kind: " + kind, "query");
        };
    }

    private static JsonObject hogQl(JsonObject query, List<JsonObject> events) throws ApiError {
        try {
            String text = Json.text(query, "query").orElse("");
            Select select = HogQl.parse(text);
            List<List<Object>> rows = new HogQlRun(Instant.now()).run(select, events);
            return Json.object("cache_key", null, "columns",
                    select.items().stream().map(HogQl.Item::name).toList(),
                    "error", null, "hasMore", false, "hogql", text, "is_cached", false, "limit",
                    select.limit(),
                    "offset", 0, "query", text, "results", rows, "timings", null, "types", List.of());
        } catch (NotUnderstood e) {
            throw ApiError.invalid("invalid_input", String.valueOf(e.getMessage()), null);
        }
    }

    private static JsonObject trends(JsonObject query, List<JsonObject> events) throws ApiError {
        for (String unknown : List.of("breakdownFilter", "compareFilter")) {
            if (!Json.child(query, unknown).isEmpty()) {
                throw ApiError.invalid("invalid_input", "Not answered here: " + unknown, "query");
            }
        }
        if (!Json.text(query, "interval").orElse("day").equals("day")) {
            throw ApiError.invalid("invalid_input", "Not answered here: an interval other than day", "query");
        }
        LocalDate today = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC);
        LocalDate from = from(today, Json.text(Json.child(query, "dateRange"), "date_from").orElse("-7d"));
        List<JsonObject> results = new ArrayList<>();
        for (JsonObject series : Json.objects(query, "series")) {
            results.add(series(series, query, events, from, today));
        }
        return Json.object("error", null, "hogql", null, "is_cached", false, "results", results, "timings",
                null);
    }

    private static LocalDate from(LocalDate today, String text) throws ApiError {
        Matcher matcher = DAYS_BACK.matcher(text);
        if (!matcher.matches()) {
            throw ApiError.invalid("invalid_input", "Not answered here: date_from " + text, "query");
        }
        int amount = Integer.parseInt(matcher.group(1));
        return switch (matcher.group(2)) {
            case "w" -> today.minusWeeks(amount);
            case "m" -> today.minusMonths(amount);
            default -> today.minusDays(amount);
        };
    }

    private static JsonObject series(JsonObject series, JsonObject query, List<JsonObject> events,
            LocalDate from,
            LocalDate to) throws ApiError {
        String math = Json.text(series, "math").orElse("total");
        if (!Json.text(series, "kind").orElse("").equals("EventsNode")
                || !List.of("total", "dau").contains(math)) {
            throw ApiError.invalid("invalid_input", "Not answered here: a series of "
                    + Json.text(series, "kind").orElse("no kind") + " with math " + math, "query");
        }
        Optional<String> name = Json.text(series, "event");
        List<JsonObject> filters = new ArrayList<>(Json.objects(series, "properties"));
        filters.addAll(Json.objects(query, "properties"));
        List<JsonObject> matching = events.stream()
                .filter(e -> name.isEmpty() || Json.text(e, "event").equals(name))
                .filter(e -> filters.stream()
                        .allMatch(f -> PropertyMatch.matches(f, Json.child(e, "properties"))))
                .toList();
        List<Long> data = new ArrayList<>();
        List<String> days = new ArrayList<>();
        for (LocalDate day = from; !day.isAfter(to); day = day.plusDays(1)) {
            String prefix = day.toString();
            List<JsonObject> ofDay = matching.stream().filter(e -> day(e).equals(prefix)).toList();
            data.add(math.equals("total")
                    ? ofDay.size()
                    : ofDay.stream().map(e -> Json.text(e, "distinct_id")).distinct().count());
            days.add(prefix);
        }
        JsonElement label = Json.of(name.orElse("All events"));
        return Json.object("action", series, "label", label, "count", data.stream().mapToLong(n -> n).sum(),
                "data",
                data, "labels", days, "days", days);
    }

    private static String day(JsonObject event) {
        return Events.instant(event.get("timestamp").getAsString())
                .map(at -> at.truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10)).orElse("");
    }
}
