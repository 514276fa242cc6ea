package com.nexpo.console.system.terraform;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.model.Target;
import com.nexpo.console.model.Value;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads {@code show -json PLAN}, a resource at a time: variables, prior state and configuration, where values lie in
 * clear, are skipped unread, and of what is read only masked values are kept.
 *
 * @see <a href="https://developer.hashicorp.com/terraform/internals/json-format">format 1.x</a>
 */
final class PlanParser {
    private static final List<String> IDENTITY = List.of("key", "name", "project_id", "organization_id");

    private final Fingerprints key;
    private final AttributeDiff diff;
    private final List<PlannedResource> resources = new ArrayList<>();
    private final List<Change> drift = new ArrayList<>();
    private final List<FieldChange> outputs = new ArrayList<>();
    private final Map<String, Integer> objects = new TreeMap<>();
    private boolean complete = true;

    private PlanParser(Fingerprints key) {
        this.key = key;
        this.diff = new AttributeDiff(key);
    }

    /**
     * Reads a plan to its end.
     *
     * @param hasChanges what the exit code of {@code plan} said
     * @throws IOException when this is no plan
     */
    static TerraformPlan parse(Reader json, Fingerprints key, boolean hasChanges) throws IOException {
        try {
            return new PlanParser(key).read(json, hasChanges);
        } catch (JsonParseException | IllegalStateException e) {
            // Their messages may quote what they read.
            throw new IOException("the answer of \"show -json\" is no plan");
        }
    }

    private TerraformPlan read(Reader json, boolean hasChanges) throws IOException {
        JsonReader in = new JsonReader(json);
        in.setStrictness(Strictness.STRICT);
        in.beginObject();
        while (in.hasNext()) {
            switch (in.nextName()) {
                case "resource_changes" -> each(in, this::resource);
                case "resource_drift" -> each(in, this::drifted);
                case "output_changes" -> outputs(in);
                case "errored" -> complete &= !in.nextBoolean();
                case "complete" -> complete &= in.nextBoolean();
                default -> in.skipValue();
            }
        }
        in.endObject();
        if (!complete) {
            throw new IOException("the plan is incomplete");
        }
        return finish(hasChanges);
    }

    private TerraformPlan finish(boolean hasChanges) {
        if (resources.isEmpty() && hasChanges) {
            for (FieldChange output : outputs) {
                Target target = new Target(SystemId.TERRAFORM, TerraformPlan.OUTPUT, output.name());
                resources.add(new PlannedResource(
                        new Change(target, Action.UPDATE, List.of(output), Basis.unbound(),
                                "The value of this output changes, no resource does."),
                        "", Map.of(), Optional.empty(), true));
            }
        }
        List<PlannedResource> masked = resources.stream().map(r -> with(r, diff.maskLeaks(r.change())))
                .sorted(
                        Comparator.comparing((PlannedResource r) -> r.change().action())
                                .thenComparing(PlannedResource::address))
                .toList();
        String digest = PlanDigest.of(masked, outputs);
        List<PlannedResource> bound = masked.stream().map(r -> with(r, bound(r.change(), digest))).toList();
        List<Change> maskedDrift = drift.stream().map(diff::maskLeaks).toList();
        return new TerraformPlan(bound, maskedDrift, outputs, objects, digest, hasChanges);
    }

    private static PlannedResource with(PlannedResource r, Change change) {
        return new PlannedResource(change, r.module(), r.identity(), r.importId(), r.stateOnly());
    }

    private static Change bound(Change c, String digest) {
        return new Change(c.target(), c.action(), c.fields(), Basis.at("saved plan", digest), c.reason());
    }

    private interface Each {
        void accept(JsonObject element);
    }

    private static void each(JsonReader in, Each consumer) throws IOException {
        if (in.peek() == JsonToken.NULL) {
            in.nextNull();
            return;
        }
        in.beginArray();
        while (in.hasNext()) {
            consumer.accept(JsonParser.parseReader(in).getAsJsonObject());
        }
        in.endArray();
    }

    private void resource(JsonObject resource) {
        if (!Json.text(resource, "mode").equals("managed")) {
            return;
        }
        JsonObject change = resource.getAsJsonObject("change");
        String type = Json.text(resource, "type");
        objects.merge(type, 1, Integer::sum);
        diff.learnSecrets(change);
        PlanWords words = new PlanWords(resource);
        if (words.action() == Action.NONE && !words.stateOnly()) {
            return;
        }
        List<FieldChange> fields = new ArrayList<>(words.stateFields());
        if (words.action() != Action.NONE) {
            fields.addAll(diff.of(change));
        }
        Target target = new Target(SystemId.TERRAFORM, type, Json.text(resource, "address"));
        Action action = words.stateOnly() ? Action.UPDATE : words.action();
        Change reviewed = new Change(target, action, fields, Basis.unbound(), words.reason(fields));
        resources.add(new PlannedResource(reviewed, Json.text(resource, "module_address"), identity(change),
                words.importId(), words.stateOnly()));
    }

    private static Map<String, String> identity(JsonObject change) {
        Map<String, String> identity = new HashMap<>();
        if (change.get("after") instanceof JsonObject after) {
            for (String name : IDENTITY) {
                JsonElement value = after.get(name);
                boolean sensitive = change.get("after_sensitive") instanceof JsonObject marks
                        && Json.isTrue(marks.get(name));
                if (value != null && value.isJsonPrimitive() && !sensitive) {
                    identity.put(name, value.getAsString());
                }
            }
        }
        return identity;
    }

    private void drifted(JsonObject resource) {
        if (!Json.text(resource, "mode").equals("managed")) {
            return;
        }
        JsonObject change = resource.getAsJsonObject("change");
        diff.learnSecrets(change);
        Target target = new Target(SystemId.TERRAFORM, Json.text(resource, "type"),
                Json.text(resource, "address"));
        if (Json.actions(change).contains("delete")) {
            drift.add(new Change(target, Action.DELETE, List.of(), Basis.unbound(),
                    "It was deleted outside Terraform."));
            return;
        }
        List<FieldChange> fields = diff.of(change).stream().filter(field -> !DriftNoise.isNoise(field.name()))
                .toList();
        if (!fields.isEmpty()) {
            drift.add(new Change(target, Action.UPDATE, fields, Basis.unbound(),
                    "It was changed outside Terraform."));
        }
    }

    private void outputs(JsonReader in) throws IOException {
        in.beginObject();
        while (in.hasNext()) {
            String name = in.nextName();
            JsonObject change = JsonParser.parseReader(in).getAsJsonObject();
            if (!Json.actions(change).equals(List.of("no-op"))) {
                outputs.add(new FieldChange(name, output(change, "before"), output(change, "after")));
            }
        }
        in.endObject();
    }

    private Value output(JsonObject change, String side) {
        JsonElement value = change.get(side);
        boolean unknown = side.equals("after") && Json.holdsTrue(change.get("after_unknown"));
        if (unknown) {
            return Value.unknown();
        }
        if (value == null || value.isJsonNull()) {
            return Value.absent();
        }
        boolean sensitive = Json.holdsTrue(change.get("before_sensitive"))
                || Json.holdsTrue(change.get("after_sensitive"));
        String text = value.isJsonPrimitive() ? value.getAsString() : value.toString();
        return sensitive ? new Value.Hidden(key.of(text)) : Value.known(text);
    }
}
