package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What Terraform remembers: instances and outputs, in the state format version 4. Safe to use from several threads.
 */
final class State {

    private final String lineage;
    private final Map<Address, Instance> instances = new TreeMap<>();
    private JsonObject outputs = new JsonObject();
    private long serial;

    private State(String lineage, long serial) {
        this.lineage = lineage;
        this.serial = serial;
    }

    /** A state that was never written. */
    static State empty() {
        return new State(UUID.randomUUID().toString(), 0);
    }

    /** Reads the text of a state file. */
    static State parse(String text) {
        JsonObject json = JsonParser.parseString(text).getAsJsonObject();
        State state = new State(json.get("lineage").getAsString(), json.get("serial").getAsLong());
        state.outputs = json.getAsJsonObject("outputs");
        for (JsonElement element : json.getAsJsonArray("resources")) {
            JsonObject resource = element.getAsJsonObject();
            for (JsonElement instance : resource.getAsJsonArray("instances")) {
                state.put(instance(resource, instance.getAsJsonObject()));
            }
        }
        return state;
    }

    private static Instance instance(JsonObject resource, JsonObject json) {
        String module = Json.text(resource, "module").map(m -> m.substring("module.".length())).orElse("");
        Optional<JsonPrimitive> key = json.has("index_key")
                ? Optional.of(json.getAsJsonPrimitive("index_key"))
                : Optional.empty();
        Address address = new Address(module, resource.get("type").getAsString(),
                resource.get("name").getAsString(),
                key);
        List<String> dependencies = new ArrayList<>();
        if (json.has("dependencies")) {
            json.getAsJsonArray("dependencies").forEach(d -> dependencies.add(d.getAsString()));
        }
        return new Instance(address, json.getAsJsonObject("attributes"),
                Json.text(json, "status").filter("tainted"::equals).isPresent(), dependencies);
    }

    synchronized State copy() {
        State copy = new State(lineage, serial);
        copy.instances.putAll(instances);
        copy.outputs = outputs.deepCopy();
        return copy;
    }

    String lineage() {
        return lineage;
    }

    synchronized long serial() {
        return serial;
    }

    synchronized boolean isEmpty() { return instances.isEmpty(); }

    synchronized Collection<Instance> instances() {
        return List.copyOf(instances.values());
    }

    synchronized Optional<Instance> instance(Address address) {
        return Optional.ofNullable(instances.get(address));
    }

    synchronized void put(Instance instance) {
        instances.put(instance.address(), instance);
    }

    synchronized void remove(Address address) {
        instances.remove(address);
    }

    /** Outputs as the file has them: {@code value}, {@code type}, {@code sensitive} by name. */
    synchronized JsonObject outputs() {
        return outputs.deepCopy();
    }

    synchronized void outputs(JsonObject now) {
        outputs = now;
    }

    synchronized void nextSerial() {
        serial++;
    }

    synchronized boolean sameContent(State other) {
        return resources().equals(other.resources()) && outputs.equals(other.outputs());
    }

    /** The file's text. */
    synchronized String text() {
        JsonObject json = new JsonObject();
        json.addProperty("version", 4);
        json.addProperty("terraform_version", EmulatedTerraform.VERSION);
        json.addProperty("serial", serial);
        json.addProperty("lineage", lineage);
        json.add("outputs", outputs);
        json.add("resources", resources());
        json.add("check_results", JsonNull.INSTANCE);
        return Json.indented(json) + "\n";
    }

    private synchronized JsonArray resources() {
        Map<String, JsonObject> blocks = new TreeMap<>();
        for (Instance instance : instances.values()) {
            JsonObject block = blocks.computeIfAbsent(instance.address().block(), b -> resource(instance));
            block.getAsJsonArray("instances").add(json(instance));
        }
        JsonArray resources = new JsonArray();
        blocks.values().forEach(resources::add);
        return resources;
    }

    private static JsonObject resource(Instance instance) {
        Address address = instance.address();
        JsonObject json = new JsonObject();
        if (!address.module().isEmpty()) {
            json.addProperty("module", address.moduleAddress());
        }
        json.addProperty("mode", "managed");
        json.addProperty("type", address.type());
        json.addProperty("name", address.name());
        json.addProperty("provider", "provider[\"" + instance.type().providerName() + "\"]");
        json.add("instances", new JsonArray());
        return json;
    }

    private static JsonObject json(Instance instance) {
        JsonObject json = new JsonObject();
        instance.address().key().ifPresent(k -> json.add("index_key", k));
        if (instance.tainted()) {
            json.addProperty("status", "tainted");
        }
        json.addProperty("schema_version", 0);
        json.add("attributes", instance.attributes());
        json.add("sensitive_attributes", sensitive(instance));
        if (!instance.dependencies().isEmpty()) {
            JsonArray dependencies = new JsonArray();
            instance.dependencies().forEach(dependencies::add);
            json.add("dependencies", dependencies);
        }
        return json;
    }

    private static JsonArray sensitive(Instance instance) {
        JsonArray paths = new JsonArray();
        for (String name : instance.attributes().keySet()) {
            if (instance.type().isSensitive(name)) {
                JsonObject step = new JsonObject();
                step.addProperty("type", "get_attr");
                step.addProperty("value", name);
                JsonArray path = new JsonArray();
                path.add(step);
                paths.add(path);
            }
        }
        return paths;
    }
}
