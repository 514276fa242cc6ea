package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.blueprint.ProjectStrategy;
import com.nexpo.console.blueprint.ResolvedService;
import com.nexpo.console.blueprint.ServiceCatalog;
import com.nexpo.console.blueprint.SetBy;
import com.nexpo.console.blueprint.SettingValue;
import com.nexpo.console.blueprint.Variable;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The arguments of one module's call in the root's {@code services.tf}.
 *
 * @param resolved what exists under them
 * @param texts    the root's text variables that the module's resources name
 * @param tags     tags of the parameters
 */
record ModuleValues(ResolvedService resolved, Texts texts, JsonObject tags) {

    /** Text variables of the root. */
    record Texts(String organization, String projectName, String environment, String apiHost,
            String ssmPrefix) {}

    /** Evaluates the call. Problems with values are added to {@code problems}. */
    static ModuleValues of(ServiceCatalog catalog, JsonObject root, List<Diagnostic> problems) {
        Map<String, SettingValue> values = new HashMap<>();
        unknownToggles(catalog, root, problems);
        for (Variable variable : catalog.variables()) {
            JsonElement given = given(catalog, variable, root);
            if (!given.isJsonNull()) {
                Optional<SettingValue> value = convert(variable, given);
                Optional<String> problem = value.isEmpty()
                        ? Optional.of("a " + variable.type().terraform() + " is required.")
                        : value.flatMap(variable::problemWith);
                problem.ifPresent(p -> problems.add(Diagnostic.error("Invalid value for variable",
                        catalog.service() + "." + variable.name() + ": " + p)));
                value.ifPresent(v -> values.put(variable.name(), v));
            }
        }
        Texts texts = new Texts(text(root, "posthog_organization_id"), text(root, "project_name"),
                text(root, "environment"), text(root, "posthog_api_host"),
                text(root, "ssm_parameter_prefix"));
        values.put("environment", new SettingValue.Text(texts.environment()));
        values.put("api_host", new SettingValue.Text(texts.apiHost()));
        values.put("ingest_host", new SettingValue.Text(text(root, "posthog_ingest_host")));
        ProjectStrategy strategy = text(root, "project_strategy").equals(ProjectStrategy.PER_SERVICE.id())
                ? ProjectStrategy.PER_SERVICE
                : ProjectStrategy.PER_ENVIRONMENT;
        return new ModuleValues(catalog.resolve(values, strategy, rollouts(root)), texts,
                object(root, "common_tags"));
    }

    private static void unknownToggles(ServiceCatalog catalog, JsonObject root, List<Diagnostic> problems) {
        for (String name : object(object(root, "toggles"), catalog.service()).keySet()) {
            if (catalog.variable(name).filter(Variable::isSetting).isEmpty()) {
                problems.add(Diagnostic.error("Invalid value for variable",
                        "A toggle of " + catalog.service() + " is unknown: its catalog.json lists them."));
            }
        }
    }

    private static JsonElement given(ServiceCatalog catalog, Variable variable, JsonObject root) {
        return switch (variable.setBy()) {
            case SetBy.Root() -> Json.get(root, variable.name());
            // The services use the shared module's project, so it is always there.
            case SetBy.Services() -> new JsonPrimitive(catalog.kind() == ServiceCatalog.Kind.SHARED
                    || (Json.get(root, "services").isJsonArray() && root.getAsJsonArray("services")
                            .contains(new JsonPrimitive(catalog.service()))));
            case SetBy.Output ignored -> JsonNull.INSTANCE;
            case SetBy.Toggle() -> {
                JsonObject toggles = object(root, "toggles");
                JsonElement own = Json.get(object(toggles, catalog.service()), variable.name());
                yield own.isJsonNull() && variable.inherits()
                        ? Json.get(object(toggles, "shared"), variable.name())
                        : own;
            }
        };
    }

    private static Optional<SettingValue> convert(Variable variable, JsonElement value) {
        try {
            return Optional.of(switch (variable.type()) {
                case BOOL -> {
                    if (!value.getAsString().equals("true") && !value.getAsString().equals("false")) {
                        throw new IllegalStateException("not a bool");
                    }
                    yield new SettingValue.Switch(value.getAsBoolean());
                }
                case NUMBER -> new SettingValue.Amount(new BigDecimal(value.getAsString()));
                case STRING -> new SettingValue.Text(value.getAsString());
                case TAGS -> {
                    Map<String, String> tags = new TreeMap<>();
                    value.getAsJsonObject().entrySet()
                            .forEach(e -> tags.put(e.getKey(), e.getValue().getAsString()));
                    yield new SettingValue.Tags(tags);
                }
            });
        } catch (NumberFormatException | IllegalStateException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static Map<String, Integer> rollouts(JsonObject root) {
        Map<String, Integer> rollouts = new HashMap<>();
        object(root, "flag_rollouts").entrySet().forEach(e -> rollouts.put(e.getKey(), whole(e.getValue())));
        return rollouts;
    }

    private static int whole(JsonElement percent) {
        try {
            int whole = new BigDecimal(percent.getAsString()).intValueExact();
            if (whole >= 0 && whole <= 100) {
                return whole;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // Refused below, in the words of the module's validation.
        }
        throw new TerraformException(List.of(Diagnostic.error("Invalid value for variable",
                "A rollout is a whole number from 0 to 100.")));
    }

    private static String text(JsonObject root, String name) {
        return Json.text(root, name).orElse("");
    }

    private static JsonObject object(JsonObject from, String name) {
        return Json.get(from, name).isJsonObject() ? from.getAsJsonObject(name) : new JsonObject();
    }
}
