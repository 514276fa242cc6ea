package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@code show -json}: the JSON forms of state (format 1.0) and plan (format 1.2),
 * https://developer.hashicorp.com/terraform/internals/json-format.
 */
final class Shown {

    private Shown() {}

    /** A state; hardly anything when there is none. */
    static JsonObject state(Optional<State> state) {
        JsonObject json = new JsonObject();
        json.addProperty("format_version", "1.0");
        state.ifPresent(s -> {
            json.addProperty("terraform_version", EmulatedTerraform.VERSION);
            json.add("values", values(s));
        });
        return json;
    }

    private static JsonObject values(State state) {
        JsonObject outputs = new JsonObject();
        state.outputs().entrySet().forEach(e -> {
            JsonObject output = new JsonObject();
            JsonObject stored = e.getValue().getAsJsonObject();
            output.addProperty("sensitive", stored.has("sensitive"));
            output.add("value", stored.get("value"));
            output.add("type", stored.get("type"));
            outputs.add(e.getKey(), output);
        });
        TreeMap<Address, JsonObject> resources = new TreeMap<>();
        for (Instance instance : state.instances()) {
            JsonObject resource = identity(instance.address(), false);
            resource.addProperty("schema_version", 0);
            resource.add("values", instance.attributes());
            resource.add("sensitive_values", instance.type().sensitiveMarks(instance.attributes()));
            if (!instance.dependencies().isEmpty()) {
                JsonArray dependencies = new JsonArray();
                instance.dependencies().forEach(dependencies::add);
                resource.add("depends_on", dependencies);
            }
            if (instance.tainted()) {
                resource.addProperty("tainted", true);
            }
            resources.put(instance.address(), resource);
        }
        return values(outputs, resources);
    }

    private static JsonObject values(JsonObject outputs, Map<Address, JsonObject> resources) {
        Map<String, JsonArray> modules = new TreeMap<>();
        resources.forEach(
                (address, resource) -> modules.computeIfAbsent(address.moduleAddress(), m -> new JsonArray())
                        .add(resource));
        JsonArray children = new JsonArray();
        JsonObject root = new JsonObject();
        modules.forEach((module, list) -> {
            if (module.isEmpty()) {
                root.add("resources", list);
            } else {
                JsonObject child = new JsonObject();
                child.add("resources", list);
                child.addProperty("address", module);
                children.add(child);
            }
        });
        if (!children.isEmpty()) {
            root.add("child_modules", children);
        }
        JsonObject values = new JsonObject();
        if (!outputs.isEmpty()) {
            values.add("outputs", outputs);
        }
        values.add("root_module", root);
        return values;
    }

    private static JsonObject identity(Address address, boolean withModule) {
        JsonObject json = new JsonObject();
        json.addProperty("address", address.toString());
        if (withModule && !address.module().isEmpty()) {
            json.addProperty("module_address", address.moduleAddress());
        }
        json.addProperty("mode", "managed");
        json.addProperty("type", address.type());
        json.addProperty("name", address.name());
        address.key().ifPresent(k -> json.add("index", k));
        json.addProperty("provider_name", ResourceType.of(address.type()).providerName());
        return json;
    }

    /** A saved plan. */
    static JsonObject plan(SavedPlan plan) {
        JsonObject json = new JsonObject();
        json.addProperty("format_version", "1.2");
        json.addProperty("terraform_version", EmulatedTerraform.VERSION);
        JsonObject variables = new JsonObject();
        plan.variables().entrySet().forEach(e -> {
            JsonObject value = new JsonObject();
            value.add("value", e.getValue());
            variables.add(e.getKey(), value);
        });
        json.add("variables", variables);
        json.add("planned_values", plannedValues(plan));
        if (!plan.drift().isEmpty()) {
            json.add("resource_drift", changes(plan.drift()));
        }
        if (!plan.changes().isEmpty()) {
            json.add("resource_changes", changes(plan.changes()));
        }
        json.add("output_changes", outputChanges(plan));
        json.add("prior_state", state(Optional.of(plan.prior())));
        json.add("configuration", configuration());
        json.addProperty("timestamp", plan.at().truncatedTo(ChronoUnit.SECONDS).toString());
        json.addProperty("applyable", plan.isApplicable());
        json.addProperty("complete", !plan.errored());
        json.addProperty("errored", plan.errored());
        return json;
    }

    private static JsonObject configuration() {
        JsonObject providers = new JsonObject();
        for (ResourceType type : List.of(ResourceType.PARAMETER, ResourceType.PROJECT)) {
            JsonObject provider = new JsonObject();
            provider.addProperty("name", type.provider());
            provider.addProperty("full_name", type.providerName());
            providers.add(type.provider(), provider);
        }
        JsonObject configuration = new JsonObject();
        configuration.add("provider_config", providers);
        configuration.add("root_module", new JsonObject());
        return configuration;
    }

    private static JsonObject plannedValues(SavedPlan plan) {
        JsonObject outputs = new JsonObject();
        plan.outputs().entrySet().forEach(e -> {
            JsonObject output = e.getValue().getAsJsonObject();
            JsonObject shown = new JsonObject();
            shown.add("sensitive", Json.get(output, "sensitive").isJsonNull()
                    ? new JsonPrimitive(false)
                    : output.get("sensitive"));
            if (!Unknown.isIn(output.get("value"))) {
                shown.add("type", type(output.get("value")));
                shown.add("value", output.get("value"));
            }
            outputs.add(e.getKey(), shown);
        });
        TreeMap<Address, JsonObject> resources = new TreeMap<>();
        for (Change change : plan.changes()) {
            change.after().ifPresent(after -> {
                JsonObject resource = identity(change.address(), false);
                resource.addProperty("schema_version", 0);
                resource.add("values", Unknown.known(after));
                resource.add("sensitive_values", change.type().sensitiveMarks(after));
                resources.put(change.address(), resource);
            });
        }
        return values(outputs, resources);
    }

    private static JsonArray changes(List<Change> changes) {
        JsonArray array = new JsonArray();
        changes.stream().sorted((a, b) -> a.address().compareTo(b.address()))
                .forEach(c -> array.add(change(c)));
        return array;
    }

    private static JsonObject change(Change change) {
        JsonObject body = new JsonObject();
        body.add("actions", change.action().shown());
        body.add("before", change.before().<JsonElement>map(b -> b).orElse(JsonNull.INSTANCE));
        body.add("after", change.after().<JsonElement>map(Unknown::known).orElse(JsonNull.INSTANCE));
        body.add("after_unknown",
                change.after().filter(Unknown::isIn).map(Unknown::marks).orElseGet(JsonObject::new));
        body.add("before_sensitive", sensitive(change, change.before()));
        body.add("after_sensitive", sensitive(change, change.after()));
        if (!change.replacePaths().isEmpty()) {
            JsonArray paths = new JsonArray();
            change.replacePaths().forEach(p -> {
                JsonArray path = new JsonArray();
                path.add(p);
                paths.add(path);
            });
            body.add("replace_paths", paths);
        }
        change.importing().ifPresent(id -> {
            JsonObject importing = new JsonObject();
            importing.addProperty("id", id);
            body.add("importing", importing);
        });
        JsonObject json = identity(change.address(), true);
        json.add("change", body);
        change.reason().ifPresent(r -> json.addProperty("action_reason",
                change.action() == Change.Action.REPLACE ? "replace_because_" + r : r));
        return json;
    }

    private static JsonElement sensitive(Change change, Optional<JsonObject> values) {
        return values.<JsonElement>map(change.type()::sensitiveMarks).orElse(new JsonPrimitive(false));
    }

    private static JsonObject outputChanges(SavedPlan plan) {
        JsonObject before = plan.prior().outputs();
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(plan.outputs().keySet());
        JsonObject changes = new JsonObject();
        for (String name : names) {
            changes.add(name, outputChange(Json.get(before, name), Json.get(plan.outputs(), name)));
        }
        return changes;
    }

    private static JsonObject outputChange(JsonElement now, JsonElement then) {
        JsonArray actions = new JsonArray();
        actions.add(outputAction(now, then));
        JsonObject change = new JsonObject();
        change.add("actions", actions);
        change.add("before", now.isJsonObject() ? now.getAsJsonObject().get("value") : JsonNull.INSTANCE);
        JsonElement after = then.isJsonObject() ? then.getAsJsonObject().get("value") : JsonNull.INSTANCE;
        if (!Unknown.is(after)) {
            change.add("after", Unknown.known(after));
        }
        change.add("after_unknown", Unknown.isIn(after) ? Unknown.marks(after) : new JsonPrimitive(false));
        JsonObject any = then.isJsonObject() ? then.getAsJsonObject() : now.getAsJsonObject();
        boolean sensitive = Json.get(any, "sensitive").equals(new JsonPrimitive(true));
        change.addProperty("before_sensitive", sensitive);
        change.addProperty("after_sensitive", sensitive);
        return change;
    }

    /** What happens to an output, in the words of {@code show}. */
    static String outputAction(JsonElement now, JsonElement then) {
        if (!now.isJsonObject()) {
            return "create";
        }
        if (!then.isJsonObject()) {
            return "delete";
        }
        return now.getAsJsonObject().get("value").equals(then.getAsJsonObject().get("value"))
                ? "no-op"
                : "update";
    }

    /** Terraform's JSON form of a value's type. */
    static JsonElement type(JsonElement value) {
        JsonArray type = new JsonArray();
        if (value.isJsonObject()) {
            JsonObject members = new JsonObject();
            value.getAsJsonObject().entrySet().forEach(e -> members.add(e.getKey(), type(e.getValue())));
            type.add("object");
            type.add(members);
            return type;
        }
        if (value.isJsonArray()) {
            type.add("list");
            type.add("string");
            return type;
        }
        if (value.isJsonNull()) {
            return new JsonPrimitive("dynamic");
        }
        JsonPrimitive primitive = value.getAsJsonPrimitive();
        return new JsonPrimitive(primitive.isBoolean() ? "bool" : primitive.isNumber() ? "number" : "string");
    }
}
