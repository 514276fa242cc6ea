package com.nexpo.console.sandbox.posthog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HogQlTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final List<JsonObject> events = List.of(
            called("a", "2026-11-24T11:59:00Z", "beta", null),
            called("b", "2026-11-24T11:30:00Z", "beta", "timeout"),
            called("c", "2026-11-24T11:20:00Z", "beta", "timeout"),
            called("d", "2026-11-24T11:10:00Z", "old", "flag_missing"),
            called("e", "2026-11-23T11:10:00Z", "beta", "timeout"),
            event("f", "login", "2026-11-24T11:00:01Z", Json.object("amount", 12.5)));

    @Test
    void countsFlagErrorsOfTheLastHour() throws Exception {
        assertThat(run("SELECT properties.$feature_flag, properties.$feature_flag_error, count() FROM events "
                + "WHERE event='$feature_flag_called' AND timestamp > now() - INTERVAL 1 HOUR "
                + "AND properties.$feature_flag_error IS NOT NULL GROUP BY 1,2 ORDER BY 3 DESC"))
                .isEqualTo("[[\"beta\", \"timeout\", 2], [\"old\", \"flag_missing\", 1]]");
    }

    @Test
    void findsOneEventByAProperty() throws Exception {
        assertThat(run("SELECT uuid FROM events WHERE event = 'login' AND properties.amount >= 12 LIMIT 1"))
                .isEqualTo("[[\"f\"]]");
        assertThat(run("select uuid from events where event = 'login' and properties['amount'] > 13"))
                .isEqualTo("[]");
    }

    @Test
    void groupsOrdersAndLimits() throws Exception {
        assertThat(run(
                "SELECT toDate(timestamp) AS day, count() AS n, countIf(properties.$feature_flag_error = 'timeout')"
                        + " FROM events GROUP BY day ORDER BY day"))
                .isEqualTo(
                        "[[\"2026-11-23T00:00:00Z\", 1, 1], [\"2026-11-24T00:00:00Z\", 5, 2]]");
        assertThat(run(
                "SELECT uuid FROM events WHERE uuid IN ('a', 'c') AND NOT event LIKE 'log%' ORDER BY timestamp LIMIT 1"))
                .isEqualTo("[[\"c\"]]");
        assertThat(run("SELECT count(DISTINCT event), max(timestamp) FROM events"))
                .isEqualTo("[[2, \"2026-11-24T11:59:00Z\"]]");
    }

    @Test
    void countsNothingAsNought() throws Exception {
        assertThat(run("SELECT count() FROM events WHERE event = 'nobody sent it'")).isEqualTo("[[0]]");
    }

    @Test
    void aQuoteInATextIsNotItsEnd() throws Exception {
        assertThat(run("SELECT count() FROM events WHERE event = 'it''s' OR event = 'it\\'s'"))
                .isEqualTo("[[0]]");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        for (String query : List.of("SELECT 1", "SELECT uuid FROM persons",
                "SELECT uuid FROM events HAVING 1",
                "SELECT quantile(0.5)(x) FROM events", "SELECT uuid FROM events; DROP TABLE events",
                "SELECT uuid FROM events WHERE", "SELECT magic(uuid) FROM events",
                "SELECT nothing FROM events")) {
            assertThatThrownBy(() -> run(query)).as(query).isInstanceOf(HogQl.NotUnderstood.class);
        }
    }

    private String run(String query) throws HogQl.NotUnderstood {
        return new HogQlRun(NOW).run(HogQl.parse(query), events).toString();
    }

    private static JsonObject called(String uuid, String at, String flag,
            @org.jspecify.annotations.Nullable String error) {
        JsonObject properties = Json.object("$feature_flag", flag);
        if (error != null) {
            properties.addProperty("$feature_flag_error", error);
        }
        return event(uuid, "$feature_flag_called", at, properties);
    }

    private static JsonObject event(String uuid, String name, String at, JsonObject properties) {
        return Json.object("uuid", uuid, "event", name, "distinct_id", "user-1", "timestamp", at,
                "properties",
                properties);
    }
}
