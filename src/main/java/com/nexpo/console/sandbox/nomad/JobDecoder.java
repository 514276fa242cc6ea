package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.sandbox.nomad.JobSchema.Argument;
import com.nexpo.console.sandbox.nomad.JobSchema.Nested;
import com.nexpo.console.sandbox.nomad.JobSchema.Times;
import com.nexpo.console.sandbox.nomad.hcl.Body;
import com.nexpo.console.sandbox.nomad.hcl.Diagnostic;
import com.nexpo.console.sandbox.nomad.hcl.Evaluator;
import com.nexpo.console.sandbox.nomad.hcl.HclException;
import com.nexpo.console.sandbox.nomad.hcl.Range;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fills the API's job from the blocks of a job file, collecting everything that does not belong there. */
final class JobDecoder {
    private final JobForms forms;
    private final Evaluator evaluator;
    private final List<Diagnostic> problems = new ArrayList<>();

    JobDecoder(JobForms forms, Evaluator evaluator) {
        this.forms = forms;
        this.evaluator = evaluator;
    }

    JsonObject job(Body.Block block) throws HclException {
        JsonObject job = object(block, JobSchema.JOB);
        String name = block.labels().isEmpty() ? "" : block.labels().getFirst();
        if (block.labels().isEmpty()) {
            problems.add(new Diagnostic(block.brace(), "Missing name for job",
                    "All job blocks must have 1 labels (name)."));
        }
        job.add("ID", Json.has(job, "ID") ? job.get("ID") : new JsonPrimitive(name));
        job.add("Name", Json.has(job, "Name") ? job.get("Name") : new JsonPrimitive(name));
        if (!problems.isEmpty()) {
            throw new HclException(problems);
        }
        inheritVault(job);
        return job;
    }

    /** A task without a vault block takes its group's, or else the job's. */
    private static void inheritVault(JsonObject job) {
        JsonElement ofJob = removeOrNull(job, "Vault");
        for (JsonObject group : Json.objects(job, "TaskGroups")) {
            JsonElement own = removeOrNull(group, "Vault");
            JsonElement ofGroup = own.isJsonNull() ? ofJob : own;
            for (JsonObject task : Json.objects(group, "Tasks")) {
                if (!Json.has(task, "Vault")) {
                    task.add("Vault", ofGroup.deepCopy());
                }
            }
        }
    }

    private static JsonElement removeOrNull(JsonObject object, String name) {
        return object.has(name) ? object.remove(name) : JsonNull.INSTANCE;
    }

    private JsonObject object(Body.Block block, JobSchema schema) throws HclException {
        JsonObject object = forms.parsed(schema.form());
        for (Body.Attribute attribute : block.body().attributes()) {
            Argument argument = schema.arguments().get(attribute.name());
            if (argument == null) {
                unsupportedArgument(attribute, schema);
            } else {
                object.add(argument.json(), convert(attribute, argument));
            }
        }
        Map<String, Range> seen = new HashMap<>();
        for (Body.Block inner : block.body().blocks()) {
            Nested nested = schema.blocks().get(inner.type());
            if (nested == null) {
                unsupportedBlock(inner, schema);
            } else if (isFirst(inner, nested, seen)) {
                add(object, inner, nested);
            }
        }
        return object;
    }

    private boolean isFirst(Body.Block block, Nested nested, Map<String, Range> seen) {
        Range before = seen.putIfAbsent(block.type(), block.definition());
        boolean tooMany = before != null && nested.times() == Times.ONE;
        if (tooMany && before != null) {
            problems.add(new Diagnostic(block.definition(), "Duplicate " + block.type() + " block",
                    "Only one block of type \"%s\" is allowed. Previous definition was at input.hcl:%s."
                            .formatted(block.type(), before.display())));
        }
        return !tooMany;
    }

    private void add(JsonObject object, Body.Block block, Nested nested) throws HclException {
        switch (nested.times()) {
            case MAP -> object.add(nested.json(), textMap(block.body()));
            case FREE -> object.add(nested.json(), free(block.body()));
            case ONE -> object.add(nested.json(), object(block, nested.schema()));
            case MANY -> {
                JsonObject inner = named(block, nested);
                addTo(object, nested.json().equals("Ports") ? portList(inner) : nested.json(), inner);
            }
            case BY_NAME -> {
                JsonObject inner = named(block, nested);
                JsonObject all = Json.object(object, nested.json()).orElseGet(JsonObject::new);
                all.add(Json.text(inner, nested.nameAs()), inner);
                object.add(nested.json(), all);
            }
        }
    }

    /** A port with a fixed number is kept apart from one whose number Nomad chooses. */
    private static String portList(JsonObject port) {
        return Json.number(port, "Value") == 0 ? "DynamicPorts" : "ReservedPorts";
    }

    private static void addTo(JsonObject object, String name, JsonObject item) {
        JsonArray list = object.get(name) instanceof JsonArray there ? there : new JsonArray();
        list.add(item);
        object.add(name, list);
    }

    private JsonObject named(Body.Block block, Nested nested) throws HclException {
        JsonObject inner = object(block, nested.schema());
        if (!nested.nameAs().isEmpty()) {
            if (block.labels().isEmpty()) {
                problems.add(new Diagnostic(block.brace(), "Missing name for " + block.type(),
                        "All " + block.type() + " blocks must have 1 labels (name)."));
            } else {
                inner.addProperty(nested.nameAs(), block.labels().getFirst());
            }
        }
        return inner;
    }

    private JsonElement convert(Body.Attribute attribute, Argument argument) throws HclException {
        JsonElement value = evaluator.evaluate(attribute.value());
        if (value.isJsonNull()) {
            return value;
        }
        Optional<JsonElement> converted = switch (argument.kind()) {
            case TEXT -> Values.text(value);
            case NUMBER -> Values.number(value);
            case TRUTH -> Values.truth(value);
            case TEXTS -> value instanceof JsonArray list ? Optional.of(texts(list)) : Optional.empty();
            case MAP -> value instanceof JsonObject map ? Optional.of(textMap(map)) : Optional.empty();
            case DURATION -> Values.text(value).flatMap(text -> Values.duration(text.getAsString()))
                    .map(JsonPrimitive::new);
        };
        if (converted.isEmpty()) {
            problems.add(unsuitable(attribute, argument, value));
        }
        return converted.orElse(JsonNull.INSTANCE);
    }

    private static Diagnostic unsuitable(Body.Attribute attribute, Argument argument, JsonElement value) {
        Range where = attribute.value().range();
        return switch (argument.kind()) {
            case DURATION -> new Diagnostic(where, "Unsuitable duration value",
                    "Unsuitable duration value: time: invalid duration %s".formatted(value));
            case NUMBER ->
                new Diagnostic(where, "Unsuitable value type", "Unsuitable value: a number is required");
            case TRUTH ->
                new Diagnostic(where, "Unsuitable value type", "Unsuitable value: a bool is required");
            case TEXTS -> new Diagnostic(where, "Unsuitable value type",
                    "Unsuitable value: list of string required");
            case MAP ->
                new Diagnostic(where, "Unsuitable value type", "Unsuitable value: map of string required");
            case TEXT -> new Diagnostic(where, "Unsuitable value type", "Unsuitable value: string required");
        };
    }

    private JsonObject textMap(Body body) throws HclException {
        JsonObject map = new JsonObject();
        for (Body.Attribute attribute : body.attributes()) {
            JsonElement value = evaluator.evaluate(attribute.value());
            map.add(attribute.name(), Values.text(value).orElse(value));
        }
        return map;
    }

    private static JsonElement textMap(JsonObject map) {
        JsonObject texts = new JsonObject();
        map.entrySet().forEach(e -> texts.add(e.getKey(), Values.text(e.getValue()).orElse(e.getValue())));
        return texts;
    }

    private static JsonElement texts(JsonArray list) {
        JsonArray texts = new JsonArray();
        list.forEach(item -> texts.add(Values.text(item).orElse(item)));
        return texts;
    }

    /** A driver's options: no schema, blocks are lists of objects. */
    private JsonObject free(Body body) throws HclException {
        JsonObject free = new JsonObject();
        for (Body.Attribute attribute : body.attributes()) {
            JsonElement value = evaluator.evaluate(attribute.value());
            boolean number = value instanceof JsonPrimitive primitive && primitive.isNumber();
            free.add(attribute.name(), number ? Values.number(value).orElse(value) : value);
        }
        for (Body.Block block : body.blocks()) {
            addTo(free, block.type(), free(block.body()));
        }
        return free;
    }

    private void unsupportedArgument(Body.Attribute attribute, JobSchema schema) {
        String name = attribute.name();
        String hint = schema.blocks().containsKey(name)
                ? " Did you mean to define a block of type \"" + name + "\"?"
                : suggestion(name, schema.arguments().keySet());
        problems.add(new Diagnostic(attribute.nameRange(), "Unsupported argument",
                "An argument named \"" + name + "\" is not expected here." + hint));
    }

    private void unsupportedBlock(Body.Block block, JobSchema schema) {
        String type = block.type();
        String hint = schema.arguments().containsKey(type)
                ? " Did you mean to define argument \"" + type
                        + "\"? If so, use the equals sign to assign it a value."
                : suggestion(type, schema.blocks().keySet());
        problems.add(new Diagnostic(block.typeRange(), "Unsupported block type",
                "Blocks of type \"" + type + "\" are not expected here." + hint));
    }

    /** HCL proposes a name that is at most two letters away. */
    private static String suggestion(String name, Collection<String> known) {
        return known.stream().filter(candidate -> distance(name, candidate) < 3).findFirst()
                .map(candidate -> " Did you mean \"" + candidate + "\"?").orElse("");
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int up = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(up, row[j - 1]));
                diagonal = up;
            }
        }
        return row[b.length()];
    }
}
