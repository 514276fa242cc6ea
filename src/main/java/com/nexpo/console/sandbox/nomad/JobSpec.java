package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.nomad.hcl.Body;
import com.nexpo.console.sandbox.nomad.hcl.Diagnostic;
import com.nexpo.console.sandbox.nomad.hcl.Evaluator;
import com.nexpo.console.sandbox.nomad.hcl.Expression;
import com.nexpo.console.sandbox.nomad.hcl.HclException;
import com.nexpo.console.sandbox.nomad.hcl.Parser;
import com.nexpo.console.sandbox.nomad.hcl.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a job file with its variables into a job, as {@code POST /v1/jobs/parse} does. */
final class JobSpec {
    private final JobForms forms;

    JobSpec(JobForms forms) {
        this.forms = forms;
    }

    /** The text of the variables, not that of the job, is wrong. */
    static final class BadVariables extends Exception {
        BadVariables(HclException cause) {
            super(cause.shortMessage(), cause);
        }
    }

    /**
     * The job in the form that parse answers without canonicalising.
     *
     * @param variables as in a var-file: {@code name = value} lines; names that the job does not declare are
     *                  passed over in silence
     */
    JsonObject parse(String hcl, String variables) throws HclException, BadVariables {
        Body file = Parser.parse(hcl);
        JsonObject values = variableValues(file, given(variables));
        Map<String, JsonObject> roots = new HashMap<>(Map.of("var", values));
        roots.put("local", locals(file, values));
        Body.Block job = onlyJob(file);
        JobDecoder decoder = new JobDecoder(forms, new Evaluator(roots));
        return decoder.job(job);
    }

    private static Map<String, Expression> given(String variables) throws BadVariables {
        try {
            Map<String, Expression> given = new HashMap<>();
            Parser.parse(variables).attributes().forEach(a -> given.put(a.name(), a.value()));
            return given;
        } catch (HclException e) {
            throw new BadVariables(e);
        }
    }

    private static JsonObject variableValues(Body file, Map<String, Expression> given) throws HclException {
        JsonObject values = new JsonObject();
        List<Diagnostic> problems = new ArrayList<>();
        Evaluator constants = new Evaluator(Map.of());
        for (Body.Block block : file.blocks()) {
            if (!block.type().equals("variable") || block.labels().isEmpty()) {
                continue;
            }
            String name = block.labels().getFirst();
            Optional<Expression> set = Optional.ofNullable(given.get(name));
            Optional<Expression> value = set.or(() -> argument(block.body(), "default"));
            if (value.isEmpty()) {
                problems.add(new Diagnostic(Optional.empty(), "Unset variable \"" + name + "\"",
                        "A used variable must be set or have a default value; see https://developer.hashicorp.com/nomad/docs/reference/hcl2/variables  for details."));
                continue;
            }
            VariableType type = VariableType.of(argument(block.body(), "type"));
            JsonElement found = constants.evaluate(value.get());
            Optional<JsonElement> converted = type.convert(found);
            if (converted.isEmpty()) {
                problems.add(wrongType(name, set.isPresent(), type, value.get().range()));
            } else {
                values.add(name, converted.get());
            }
        }
        if (!problems.isEmpty()) {
            throw new HclException(problems);
        }
        return values;
    }

    private static Diagnostic wrongType(String name, boolean set, VariableType type, Range where) {
        return set
                ? new Diagnostic(where, "Invalid value for variable",
                        "The value for %s is not compatible with the variable's type constraint: %s required."
                                .formatted(name, type.display()))
                : new Diagnostic(where, "Invalid default value for variable",
                        "This default value is not compatible with the variable's type constraint: %s required."
                                .formatted(type.display()));
    }

    /** Locals may use each other in any order; what cannot be computed after all others is wrong. */
    private static JsonObject locals(Body file, JsonObject variables) throws HclException {
        JsonObject locals = new JsonObject();
        Evaluator evaluator = new Evaluator(Map.of("var", variables, "local", locals));
        List<Body.Attribute> open = new ArrayList<>();
        file.blocks().stream().filter(b -> b.type().equals("locals"))
                .forEach(b -> open.addAll(b.body().attributes()));
        while (!open.isEmpty()) {
            int before = open.size();
            HclException problem = null;
            for (Body.Attribute local : List.copyOf(open)) {
                try {
                    locals.add(local.name(), evaluator.evaluate(local.value()));
                    open.remove(local);
                } catch (HclException e) {
                    problem = e;
                }
            }
            if (problem != null && open.size() == before) {
                throw problem;
            }
        }
        return locals;
    }

    private static Body.Block onlyJob(Body file) throws HclException {
        List<Diagnostic> problems = new ArrayList<>();
        Optional<Body.Block> job = Optional.empty();
        for (Body.Attribute attribute : file.attributes()) {
            problems.add(new Diagnostic(attribute.nameRange(), "Unsupported argument",
                    "An argument named \"" + attribute.name() + "\" is not expected here."));
        }
        for (Body.Block block : file.blocks()) {
            switch (block.type()) {
                case "variable", "locals", "vault", "task" -> {
                    // Read elsewhere, or without meaning beside a job.
                }
                case "job" -> {
                    if (job.isPresent()) {
                        problems.add(new Diagnostic(block.definition(), "Duplicate job block",
                                "Only one block of type \"job\" is allowed. Previous definition was at input.hcl:%s."
                                        .formatted(job.get().definition().display())));
                    } else {
                        job = Optional.of(block);
                    }
                }
                default -> problems.add(new Diagnostic(block.typeRange(), "Unsupported block type",
                        "Blocks of type \"" + block.type() + "\" are not expected here."));
            }
        }
        if (job.isEmpty() && problems.isEmpty()) {
            problems.add(
                    new Diagnostic(new Range(1, 1, 1, 1), "Missing job block", "A job block is required"));
        }
        if (!problems.isEmpty()) {
            throw new HclException(problems);
        }
        return job.orElseThrow();
    }

    static Optional<Expression> argument(Body body, String name) {
        return body.attributes().stream().filter(a -> a.name().equals(name)).map(Body.Attribute::value)
                .findFirst();
    }

    /** The type of a variable, as far as values can break it. */
    private record VariableType(String name) {
        static VariableType of(Optional<Expression> type) {
            return new VariableType(switch (type.orElse(null)) {
                case Expression.Reference reference -> reference.path().getFirst();
                case Expression.Call call -> call.function();
                case null, default -> "any";
            });
        }

        Optional<JsonElement> convert(JsonElement value) {
            if (value instanceof JsonNull) {
                return Optional.of(value);
            }
            return switch (name) {
                case "string" -> Values.text(value);
                case "number" -> Values.number(value);
                case "bool" -> Values.truth(value);
                case "list", "set", "tuple" -> value.isJsonArray() ? Optional.of(value) : Optional.empty();
                case "map", "object" -> value.isJsonObject() ? Optional.of(value) : Optional.empty();
                default -> Optional.of(value);
            };
        }

        String display() {
            return switch (name) {
                case "bool" -> "a bool";
                case "list", "set", "tuple" -> "list of string";
                case "map", "object" -> "map of string";
                default -> "a " + name;
            };
        }
    }
}
