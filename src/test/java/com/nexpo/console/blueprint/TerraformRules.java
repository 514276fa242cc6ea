package com.nexpo.console.blueprint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

/**
 * What our Terraform files must keep to: the schemas of the providers as recorded from their binaries (posthog 1.0.13,
 * aws 5.100.0), and the forms of PostHog's resources that survive an update, as measured with that provider.
 */
final class TerraformRules {

    private static final Set<String> META = Set.of("count", "for_each", "depends_on", "provider");
    private static final Pattern GROUP_ROLLOUT = Pattern.compile("rollout_percentage = ([^}]+?)\\s*}");

    private final JsonObject posthog = provider("posthog-provider-schema.json",
            "registry.terraform.io/posthog/posthog");
    private final JsonObject aws = provider("aws-provider-schema-excerpt.json",
            "registry.terraform.io/hashicorp/aws");

    /** What is wrong in a file, in words. */
    List<String> violations(Hcl.Block file) {
        List<String> found = new ArrayList<>();
        file.blocks("provider").filter(p -> p.label(0).equals("posthog"))
                .forEach(p -> checkProvider(p, found));
        file.blocks("resource").forEach(r -> {
            checkSchema(r, found);
            checkForm(r, found);
        });
        return found;
    }

    private void checkProvider(Hcl.Block provider, List<String> found) {
        checkAttributes("provider posthog", provider, block(posthog.getAsJsonObject("provider")), found);
        require(found, provider.attribute("host").isEmpty(), "a literal host beats POSTHOG_HOST");
        require(found, provider.attribute("api_key").isEmpty(), "a key here lies in clear in every plan");
    }

    private void checkSchema(Hcl.Block resource, List<String> found) {
        JsonObject schemas = (resource.label(0).startsWith("posthog_") ? posthog : aws).getAsJsonObject(
                "resource_schemas");
        if (!schemas.has(resource.label(0))) {
            found.add(resource.label(0) + " is in no provider");
            return;
        }
        checkAttributes(String.join(".", resource.labels()), resource,
                block(schemas.getAsJsonObject(resource.label(0))),
                found);
    }

    private static void checkAttributes(String what, Hcl.Block block, JsonObject schema, List<String> found) {
        JsonObject attributes = schema.getAsJsonObject("attributes");
        for (String name : block.attributes().keySet()) {
            if (META.contains(name)) {
                continue;
            }
            JsonObject attribute = attributes.getAsJsonObject(name);
            require(found, attribute != null, what + " has no attribute " + name);
            require(found, attribute == null || is(attribute, "optional") || is(attribute, "required"),
                    what + ": "
                            + name + " is read-only");
        }
        attributes.entrySet().forEach(e -> require(found, !is(e.getValue(), "required") || block.attributes()
                .containsKey(e.getKey()), what + " lacks " + e.getKey()));
        block.blocks().stream().filter(b -> !b.type().equals("lifecycle"))
                .forEach(b -> found.add(what + " has no block "
                        + b.type()));
    }

    private static void checkForm(Hcl.Block r, List<String> found) {
        switch (r.label(0)) {
            case "posthog_project" -> {
                require(found, lifecycle(r, "prevent_destroy").equals("true"),
                        "a project without prevent_destroy");
                require(found, r.attribute("organization_id").isPresent(),
                        "a project without its organization");
            }
            case "posthog_feature_flag" -> flag(r, found);
            case "posthog_insight" -> {
                require(found, r.attribute("dashboard_ids").filter(d -> !d.equals("[]")).isPresent(),
                        "an insight without dashboard_ids");
                require(found, isJson(r, "query_json"), "query_json without jsonencode");
                require(found, r.attribute("create_in_folder").isEmpty(),
                        "create_in_folder is never answered");
                require(found, hasTags(r), "an insight without tags");
            }
            case "posthog_dashboard" -> require(found, hasTags(r), "a dashboard without tags");
            case "posthog_action" -> require(found, isJson(r, "steps_json"), "steps_json without jsonencode");
            case "aws_ssm_parameter" -> {
                require(found, r.attribute("value").isEmpty() && r.attribute("insecure_value").isEmpty(),
                        "a value that lies in the state");
                require(found,
                        r.attribute("value_wo").isPresent() && r.attribute("value_wo_version").isPresent(),
                        "a write-only value needs its version");
            }
            default -> found.add("no rule for " + r.label(0));
        }
    }

    private static void flag(Hcl.Block r, List<String> found) {
        require(found, r.attribute("active").isPresent(), "a flag without active is created disabled");
        require(found, lifecycle(r, "ignore_changes").equals("[active]"),
                "the switch of a flag belongs to on-call");
        require(found, r.attribute("name").filter(n -> !n.equals("\"\"")).isPresent(),
                "a flag without a name");
        require(found, hasTags(r), "a flag without tags");
        require(found, isJson(r, "filters"), "filters without jsonencode");
        String filters = r.attribute("filters").orElse("");
        require(found, filters.contains("multivariate") && filters.contains("payloads"),
                "a key of filters that is not written is deleted by the next update");
        Matcher group = GROUP_ROLLOUT.matcher(filters);
        Optional<String> rollout = r.attribute("rollout_percentage");
        require(found, rollout.isPresent() && group.find() && group.group(1).equals(rollout.get()),
                "the rollout stands in rollout_percentage and in groups[0], equal");
        require(found, rollout.map(p -> !p.matches("[0-9]*\\.[0-9]+")).orElse(true),
                "a rollout that is not whole");
    }

    private static boolean isJson(Hcl.Block r, String name) {
        return r.attribute(name).filter(v -> v.startsWith("jsonencode(")).isPresent();
    }

    private static boolean hasTags(Hcl.Block r) {
        return r.attribute("tags").filter(t -> !t.equals("[]")).isPresent();
    }

    private static String lifecycle(Hcl.Block r, String name) {
        return r.blocks("lifecycle").flatMap(l -> l.attribute(name).stream()).findFirst().orElse("");
    }

    private static void require(List<String> found, boolean holds, String otherwise) {
        if (!holds) {
            found.add(otherwise);
        }
    }

    private static boolean is(JsonElement attribute, String property) {
        JsonElement value = attribute.getAsJsonObject().get(property);
        return value != null && value.getAsBoolean();
    }

    private static JsonObject block(JsonObject schema) {
        return schema.getAsJsonObject("block");
    }

    private static JsonObject provider(String file, String address) {
        return JsonParser.parseString(BlueprintFolder.resource("/terraform/" + file)).getAsJsonObject()
                .getAsJsonObject(
                        "provider_schemas")
                .getAsJsonObject(address);
    }
}
