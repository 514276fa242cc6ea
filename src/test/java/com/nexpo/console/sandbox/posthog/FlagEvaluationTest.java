package com.nexpo.console.sandbox.posthog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.posthog.FlagEvaluation.Result;
import com.nexpo.console.sandbox.posthog.FlagEvaluation.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlagEvaluationTest {
    /** Categories that are not compared, and why. */
    private static final Map<String, String> LEFT_OUT = Map.of(
            "cohort", "this PostHog has no cohorts: such a flag fails with dependency_not_found_cohort");

    @Test
    void givesTheValueThatAllFourSdksAgreeOn() {
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (JsonObject vector : Samples.lines("evaluation-vectors.jsonl")) {
            Optional<JsonElement> agreed = agreed(vector);
            if (agreed.isEmpty() || LEFT_OUT.containsKey(Json.text(vector, "cat").orElse(""))) {
                continue;
            }
            compared++;
            Result result = evaluate(vector);
            if (!result.value().equals(agreed.get())) {
                wrong.add(vector.get("id") + " " + vector.get("cat") + ": " + result.value() + " instead of "
                        + agreed.get() + " for " + vector);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(compared).isGreaterThan(1_000);
    }

    @Test
    void hashesAsTheSdksDo() {
        assertThat(FlagEvaluation.hash("simple-flag.user-1")).isEqualTo(0.7371322536090543, within(1e-15));
        assertThat(FlagEvaluation.hash("beta.Zoë")).isEqualTo(0.3278652545161729, within(1e-15));
        assertThat(FlagEvaluation.hash("holdout-user-1")).isEqualTo(0.17805599206573022, within(1e-15));
    }

    @Test
    void saysWhyAFlagIsOff() {
        JsonObject flag = Json.object("key", "simple-flag", "active", true, "filters", Json.object("groups",
                List.of(Json.object("properties", List.of(), "rollout_percentage", 73))));
        FlagEvaluation evaluation = new FlagEvaluation(_ -> Optional.empty(), List.of());
        assertThat(evaluation.of(flag, subject("user-1")).reason()).isEqualTo("out_of_rollout_bound");
        flag.addProperty("active", false);
        assertThat(evaluation.of(flag, subject("user-1")).reason()).isEqualTo("flag_disabled");
    }

    @Test
    void flagsThatDependOnEachOtherFailAndSaySo() {
        JsonObject a = dependingOn("a", "b");
        JsonObject b = dependingOn("b", "a");
        FlagEvaluation evaluation = new FlagEvaluation(name -> Optional.of(name.equals("a") ? a : b),
                List.of());
        Result result = evaluation.of(a, subject("user-1"));
        assertThat(result.failed()).isTrue();
        assertThat(result.enabled()).isFalse();
        assertThat(result.reason()).isEqualTo("dependency_cycle_flag");
    }

    private static JsonObject dependingOn(String key, String other) {
        JsonObject filter = Json.object("key", other, "type", "flag", "operator", "flag_evaluates_to",
                "value", true);
        return Json.object("key", key, "active", true, "filters",
                Json.object("groups", List.of(Json.object("properties", List.of(filter)))));
    }

    private static Subject subject(String distinctId) {
        return new Subject(distinctId, new JsonObject(), new JsonObject(), new JsonObject(), "");
    }

    private static Optional<JsonElement> agreed(JsonObject vector) {
        JsonArray values = vector.getAsJsonArray("r");
        if (values == null || values.get(0).isJsonNull()) {
            return Optional.empty();
        }
        JsonElement first = values.get(0);
        boolean same = values.asList().stream().allMatch(first::equals);
        return same ? Optional.of(first) : Optional.empty();
    }

    private static Result evaluate(JsonObject vector) {
        List<JsonObject> others = Json.objects(vector, "deps");
        FlagEvaluation evaluation = new FlagEvaluation(
                name -> others.stream().filter(f -> Json.text(f, "key").equals(Optional.of(name)))
                        .findFirst(),
                List.of("company", "org"));
        return evaluation.of(Json.child(vector, "flag"), new Subject(Json.text(vector, "d").orElse(""),
                Json.child(vector, "p"), Json.child(vector, "g"), Json.child(vector, "gp"),
                Json.text(vector, "dev").orElse("")));
    }
}
