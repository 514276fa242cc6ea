package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The resource types that the blueprint uses: their attributes as in {@code providers schema -json} of posthog/posthog
 * 1.0.13 and hashicorp/aws 5.100.0, and how the providers plan them.
 */
@SuppressWarnings("ImmutableEnumChecker") // The sets and the map are unmodifiable, which their types cannot say.
enum ResourceType {
    PROJECT("posthog_project", "project", "name", Set.of("organization_id"), Set.of("api_token"),
            "C api_token C id R name C organization_id C timezone"),
    FLAG("posthog_feature_flag", "Feature Flag", "name", Set.of("project_id"), Set.of(),
            "C active F deleted C ensure_experience_continuity C filters C id R key C name C project_id"
                    + " C rollout_percentage O tags"),
    DASHBOARD("posthog_dashboard", "Dashboard", "name", Set.of("project_id"), Set.of(),
            "C deleted O description C id R name C pinned C project_id O tags"),
    INSIGHT("posthog_insight", "Insight", "name", Set.of("project_id"), Set.of(),
            "O create_in_folder O dashboard_ids C deleted C derived_name O description C id O name C project_id"
                    + " R query_json O tags"),
    ACTION("posthog_action", "Action", "name", Set.of("project_id"), Set.of(),
            "C created_at F deleted C description C id R name C post_to_slack C project_id C slack_message_format"
                    + " C steps_json O tags"),
    PARAMETER("aws_ssm_parameter", "SSM Parameter", "id", Set.of("name"), Set.of("value", "value_wo"),
            "O allowed_pattern C arn C data_type O description C has_value_wo C id C insecure_value C key_id R name"
                    + " O overwrite O tags C tags_all C tier R type C value W value_wo O value_wo_version C version");

    private enum Kind {
        /** Set by the configuration only. */
        CONFIGURED,
        /** Set by the provider when the configuration does not. */
        COMPUTED,
        /** Always planned as false. */
        FALSE,
        /** Never stored. */
        WRITE_ONLY
    }

    private final String type;
    private final String title;
    private final String idKey;
    private final Set<String> replacing;
    private final Set<String> sensitive;
    private final Map<String, Kind> attributes;

    ResourceType(String type, String title, String idKey, Set<String> replacing, Set<String> sensitive,
            String attributes) {
        this.type = type;
        this.title = title;
        this.idKey = idKey;
        this.replacing = replacing;
        this.sensitive = sensitive;
        String[] words = attributes.split(" ", -1);
        Map<String, Kind> kinds = new LinkedHashMap<>();
        for (int i = 0; i < words.length; i += 2) {
            kinds.put(words[i + 1], switch (words[i]) {
                case "C" -> Kind.COMPUTED;
                case "F" -> Kind.FALSE;
                case "W" -> Kind.WRITE_ONLY;
                default -> Kind.CONFIGURED;
            });
        }
        this.attributes = Collections.unmodifiableMap(kinds);
    }

    static Optional<ResourceType> named(String type) {
        for (ResourceType each : values()) {
            if (each.type.equals(type)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    static ResourceType of(String type) {
        return named(type).orElseThrow(() -> new TerraformException("Invalid resource type",
                "The emulated Terraform does not know the resource type \"" + type
                        + "\"; it knows those of the blueprint."));
    }

    String type() {
        return type;
    }

    /** The provider's word for it in diagnostics. */
    String title() {
        return title;
    }

    /** {@code posthog} or {@code aws}. */
    String provider() {
        return this == PARAMETER ? "aws" : "posthog";
    }

    /** The provider's full name. */
    String providerName() {
        return this == PARAMETER
                ? "registry.terraform.io/hashicorp/aws"
                : "registry.terraform.io/posthog/posthog";
    }

    /** The attribute that hooks show: {@code id} only where it is a text. */
    Optional<String> idKey(JsonObject state) {
        return Json.text(state, idKey).isPresent() ? Optional.of(idKey) : Optional.empty();
    }

    /** Whether the provider is of the old kind, whose results Terraform does not hold against the plan. */
    boolean isLegacy() {
        return this == PARAMETER;
    }

    boolean isSensitive(String attribute) {
        return sensitive.contains(attribute);
    }

    /** {@code sensitive_values} of {@code show -json}. */
    JsonObject sensitiveMarks(JsonObject values) {
        JsonObject marks = new JsonObject();
        for (String name : attributes.keySet()) {
            JsonElement value = Json.get(values, name);
            if (sensitive.contains(name)) {
                marks.addProperty(name, true);
            } else if ((value.isJsonArray() || value.isJsonObject()) && !Unknown.is(value)) {
                marks.add(name, Unknown.marks(Unknown.known(value)));
            }
        }
        return marks;
    }

    /**
     * The state that an apply would lead to.
     *
     * @param config what the configuration sets, unknown values marked
     * @param prior  the state now; empty for a create
     */
    JsonObject plan(JsonObject config, Optional<JsonObject> prior) {
        JsonObject planned = new JsonObject();
        attributes.forEach((name, kind) -> planned.add(name, switch (kind) {
            case WRITE_ONLY -> JsonNull.INSTANCE;
            case FALSE -> new JsonPrimitive(false);
            case CONFIGURED -> configured(name, config, prior);
            case COMPUTED -> Json.get(config, name).isJsonNull()
                    ? prior.map(p -> Json.get(p, name)).orElse(Unknown.VALUE)
                    : config.get(name);
        }));
        if (this == PARAMETER) {
            planParameter(planned, prior);
        }
        return planned;
    }

    private static JsonElement configured(String name, JsonObject config, Optional<JsonObject> prior) {
        JsonElement value = Json.get(config, name);
        boolean keepsEmpty = value.isJsonNull()
                && prior.flatMap(p -> Json.text(p, name).filter(String::isEmpty))
                        .isPresent();
        return keepsEmpty ? new JsonPrimitive("") : value;
    }

    private static void planParameter(JsonObject planned, Optional<JsonObject> prior) {
        planned.add("tags_all", planned.get("tags"));
        boolean newValue = prior
                .filter(p -> !Json.get(p, "value_wo_version").equals(planned.get("value_wo_version")))
                .isPresent();
        if (newValue) {
            planned.add("has_value_wo", Unknown.VALUE);
        }
    }

    /** Attributes whose change means a new object. */
    Set<String> replacedBy(JsonObject prior, JsonObject planned) {
        Set<String> paths = new LinkedHashSet<>();
        for (String name : replacing) {
            if (!Json.get(prior, name).equals(Json.get(planned, name))) {
                paths.add(name);
            }
        }
        return paths;
    }

    /** Every difference between what was planned and what came, as Terraform words it. */
    Map<String, String> inconsistencies(JsonObject planned, JsonObject result) {
        Map<String, String> found = new TreeMap<>();
        for (String name : attributes.keySet()) {
            JsonElement was = Json.get(planned, name);
            JsonElement now = Json.get(result, name);
            if (!Unknown.isIn(was) && !was.equals(now) && !isLegacy()) {
                found.put(name, "." + name + ": was " + cty(was) + ", but now " + cty(now));
            }
        }
        return found;
    }

    private static String cty(JsonElement value) {
        if (value.isJsonNull()) {
            return "null";
        }
        if (!value.isJsonPrimitive()) {
            return "cty value " + Json.compact(value);
        }
        JsonPrimitive primitive = value.getAsJsonPrimitive();
        if (primitive.isBoolean()) {
            return primitive.getAsBoolean() ? "cty.True" : "cty.False";
        }
        return primitive.isNumber()
                ? "cty.NumberIntVal(" + primitive.getAsString() + ")"
                : "cty.StringVal(" + Json.compact(primitive) + ")";
    }
}
