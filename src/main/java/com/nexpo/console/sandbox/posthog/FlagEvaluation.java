package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The value of a flag for somebody, and why: bucketing by hash, holdout, conditions in order, variants.
 *
 * <p>The rules are those the four server SDKs agree on; reason codes are of PostHog's flags service
 * ({@code rust/feature-flags}, flag_match_reason.rs and errors.rs).
 */
final class FlagEvaluation {
    private static final double SCALE = 0xFFFFFFFFFFFFFFFL;

    private final Function<String, Optional<JsonObject>> flags;
    private final List<String> groupTypes;

    /**
     * @param flags      a flag by key or by id, for flags that depend on others
     * @param groupTypes names by index
     */
    FlagEvaluation(Function<String, Optional<JsonObject>> flags, List<String> groupTypes) {
        this.flags = flags;
        this.groupTypes = groupTypes;
    }

    /**
     * Whom a flag is computed for.
     *
     * @param groups          group type to group key
     * @param groupProperties group type to properties
     * @param deviceId        empty text when there is none
     */
    record Subject(String distinctId, JsonObject properties, JsonObject groups, JsonObject groupProperties,
            String deviceId) {}

    /** How one condition went. */
    record Condition(int index, boolean propertiesMatch, boolean inRollout, List<Boolean> properties) {
        boolean matches() {
            return propertiesMatch && inRollout;
        }
    }

    /**
     * The outcome.
     *
     * @param variant        empty text when the flag has none
     * @param reason         a code; with {@code failed} an error code
     * @param conditionIndex -1 when no condition decided
     */
    record Result(boolean enabled, String variant, String reason, int conditionIndex, boolean failed,
            List<Condition> conditions) {
        /** True, false or the variant's key: what an SDK's getter returns. */
        JsonElement value() {
            return Json.of(variant.isEmpty() ? (Object) enabled : variant);
        }

        String description() {
            return switch (reason) {
                case "condition_match" -> "Matched condition set " + (conditionIndex + 1);
                case "no_condition_match" -> "No matching condition set";
                case "out_of_rollout_bound" -> "Out of rollout bound";
                case "no_group_type" -> "No group type";
                case "holdout_condition_value" -> "Holdout condition value";
                case "flag_disabled" -> "Feature flag is disabled";
                default -> reason;
            };
        }
    }

    /** Thrown where a flag cannot be computed at all. */
    private static final class Failed extends Exception {
        Failed(String code) {
            super(code);
        }
    }

    Result of(JsonObject flag, Subject subject) {
        try {
            return evaluate(flag, subject, new HashSet<>());
        } catch (Failed e) {
            return new Result(false, "", String.valueOf(e.getMessage()), -1, true, List.of());
        }
    }

    private Result evaluate(JsonObject flag, Subject subject, Set<String> under) throws Failed {
        String key = Json.text(flag, "key").orElse("");
        if (!under.add(key)) {
            throw new Failed("dependency_cycle_flag");
        }
        if (!Json.flag(flag, "active") || Json.flag(flag, "archived") || Json.flag(flag, "deleted")) {
            return end(false, "", "flag_disabled", -1, List.of());
        }
        JsonObject filters = Json.child(flag, "filters");
        Optional<String> bucket = bucketing(flag, filters, filters, subject);
        if (bucket.isEmpty()) {
            return end(false, "", "no_group_type", -1, List.of());
        }
        JsonObject holdout = Json.child(filters, "holdout");
        if (Json.get(holdout, "id").isPresent() && isHeldOut(holdout, bucket.get())) {
            return end(true, "holdout-" + holdout.get("id").getAsString(), "holdout_condition_value", -1,
                    List.of());
        }
        Result result = conditions(flag, filters, subject, under);
        under.remove(key);
        return result;
    }

    private Result conditions(JsonObject flag, JsonObject filters, Subject subject, Set<String> under)
            throws Failed {
        List<Condition> seen = new ArrayList<>();
        List<JsonObject> groups = Json.objects(filters, "groups");
        for (int i = 0; i < groups.size(); i++) {
            JsonObject group = groups.get(i);
            Optional<String> bucket = bucketing(flag, filters, group, subject);
            List<Boolean> properties = new ArrayList<>();
            for (JsonObject filter : Json.objects(group, "properties")) {
                properties.add(bucket.isPresent() && holds(filter, filters, group, subject, under));
            }
            boolean match = bucket.isPresent() && !properties.contains(false);
            boolean in = match && inRollout(Json.text(flag, "key").orElse(""), bucket.orElse(""), group);
            seen.add(new Condition(i, match, in, properties));
            if (match && in) {
                return end(true, variant(flag, group, bucket.orElse("")), "condition_match", i, seen);
            }
            if (match && Json.flag(filters, "early_exit")) {
                return end(false, "", "out_of_rollout_bound", i, seen);
            }
        }
        if (missingDependency(filters)) {
            return end(false, "", "missing_dependency", -1, seen);
        }
        Optional<Condition> excluded = seen.stream().filter(Condition::propertiesMatch).findFirst();
        return excluded.map(c -> end(false, "", "out_of_rollout_bound", c.index(), seen))
                .orElseGet(() -> end(false, "", "no_condition_match", seen.isEmpty() ? -1 : 0, seen));
    }

    private static Result end(boolean enabled, String variant, String reason, int index,
            List<Condition> seen) {
        return new Result(enabled, variant, reason, index, false, List.copyOf(seen));
    }

    /** What is hashed: distinct id, device id, or the key of the group; empty without the group. */
    private Optional<String> bucketing(JsonObject flag, JsonObject filters, JsonObject scope,
            Subject subject) {
        JsonElement index = scope.has("aggregation_group_type_index")
                ? scope.get("aggregation_group_type_index")
                : filters.get("aggregation_group_type_index");
        if (index != null && !index.isJsonNull()) {
            return groupType(index).flatMap(type -> Json.text(subject.groups(), type));
        }
        boolean device = Json.text(flag, "bucketing_identifier").filter("device_id"::equals).isPresent();
        return Optional
                .of(device && !subject.deviceId().isEmpty() ? subject.deviceId() : subject.distinctId());
    }

    private Optional<String> groupType(JsonElement index) {
        int i = index.getAsInt();
        return i >= 0 && i < groupTypes.size() ? Optional.of(groupTypes.get(i)) : Optional.empty();
    }

    private boolean holds(JsonObject filter, JsonObject filters, JsonObject group, Subject subject,
            Set<String> under)
            throws Failed {
        return switch (Json.text(filter, "type").orElse("person")) {
            case "flag" -> dependency(filter, subject, under);
            // No cohorts here, as the service says of a cohort that it cannot find.
            case "cohort" -> throw new Failed("dependency_not_found_cohort");
            default -> PropertyMatch.matches(filter, properties(filters, group, subject));
        };
    }

    private JsonObject properties(JsonObject filters, JsonObject group, Subject subject) {
        JsonElement index = group.has("aggregation_group_type_index")
                ? group.get("aggregation_group_type_index")
                : filters.get("aggregation_group_type_index");
        if (index == null || index.isJsonNull()) {
            JsonObject person = subject.properties().deepCopy();
            if (!person.has("distinct_id")) {
                person.addProperty("distinct_id", subject.distinctId());
            }
            return person;
        }
        String type = groupType(index).orElse("");
        JsonObject properties = Json.child(subject.groupProperties(), type).deepCopy();
        Json.text(subject.groups(), type).ifPresent(key -> properties.addProperty("$group_key", key));
        return properties;
    }

    private boolean dependency(JsonObject filter, Subject subject, Set<String> under) throws Failed {
        Optional<JsonObject> other = flags.apply(Json.text(filter, "key").orElse(""));
        if (other.isEmpty() || !Json.text(filter, "operator").orElse("").equals("flag_evaluates_to")) {
            return false;
        }
        Result result = evaluate(other.get(), subject, new HashSet<>(under));
        JsonElement wanted = Json.of(filter.get("value"));
        boolean wantsOn = wanted.isJsonPrimitive() && wanted.getAsJsonPrimitive().isBoolean();
        return wantsOn ? result.enabled() == wanted.getAsBoolean() : wanted.equals(result.value());
    }

    /** True when a condition asks for a flag that is not there. */
    private boolean missingDependency(JsonObject filters) {
        return Json.objects(filters, "groups").stream().flatMap(g -> Json.objects(g, "properties").stream())
                .filter(f -> Json.text(f, "type").equals(Optional.of("flag")))
                .anyMatch(f -> flags.apply(Json.text(f, "key").orElse("")).isEmpty());
    }

    private static boolean isHeldOut(JsonObject holdout, String bucket) {
        double percentage = Json.get(holdout, "exclusion_percentage").map(JsonElement::getAsDouble)
                .orElse(0.0);
        return percentage >= 100 || (percentage > 0 && hash("holdout-" + bucket) <= percentage / 100);
    }

    /** Equal is in; no percentage is everybody. */
    private static boolean inRollout(String key, String bucket, JsonObject group) {
        return Json.get(group, "rollout_percentage")
                .map(percentage -> hash(key + "." + bucket) <= percentage.getAsDouble() / 100).orElse(true);
    }

    /** The condition's own variant when it is one, else the one whose range holds the hash: lower bound included. */
    private static String variant(JsonObject flag, JsonObject group, String bucket) {
        List<JsonObject> variants = Json.objects(Json.child(Json.child(flag, "filters"), "multivariate"),
                "variants");
        Optional<String> own = Json.text(group, "variant");
        if (own.isPresent() && variants.stream().anyMatch(v -> own.equals(Json.text(v, "key")))) {
            return own.get();
        }
        double hash = hash(Json.text(flag, "key").orElse("") + "." + bucket + "variant");
        double low = 0;
        for (JsonObject variant : variants) {
            double high = low
                    + Json.get(variant, "rollout_percentage").map(JsonElement::getAsDouble).orElse(0.0) / 100;
            if (hash >= low && hash < high) {
                return Json.text(variant, "key").orElse("");
            }
            low = high;
        }
        return "";
    }

    /** Between 0 and 1: the first fifteen hexadecimal digits of the SHA-1. */
    static double hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return Long.parseLong(HexFormat.of().formatHex(digest).substring(0, 15), 16) / SCALE;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
