package com.nexpo.console.sandbox.nomad.hcl;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Computes values. Names other than {@code var} and {@code local} belong to Nomad's clients
 * (<code>${NOMAD_SECRETS_DIR}</code>, <code>${attr.kernel.name}</code>) and stay in the text as they are.
 */
public final class Evaluator {
    private static final Set<String> FILES = Set.of("file", "fileexists", "fileset", "filebase64",
            "templatefile",
            "abspath", "pathexpand");

    private final Map<String, JsonObject> roots;

    /** @param roots {@code var} and {@code local}, each with its members */
    public Evaluator(Map<String, JsonObject> roots) {
        this.roots = Map.copyOf(roots);
    }

    public JsonElement evaluate(Expression expression) throws HclException {
        return switch (expression) {
            case Expression.Literal(JsonElement value, Range _) -> value;
            case Expression.Template template -> template(template);
            case Expression.Reference reference -> reference(reference);
            case Expression.ListOf(List<Expression> items, Range _) -> {
                JsonArray list = new JsonArray();
                for (Expression item : items) {
                    list.add(evaluate(item));
                }
                yield list;
            }
            case Expression.MapOf(List<Expression.Entry> entries, Range _) -> {
                JsonObject map = new JsonObject();
                for (Expression.Entry entry : entries) {
                    map.add(text(evaluate(entry.key()), entry.key().range()), evaluate(entry.value()));
                }
                yield map;
            }
            case Expression.Call call -> call(call);
            case Expression.Unary unary -> unary(unary);
            case Expression.Binary binary -> binary(binary);
            case Expression.Conditional(Expression condition, Expression yes, Expression no, Range _) ->
                truth(condition) ? evaluate(yes) : evaluate(no);
        };
    }

    private JsonElement template(Expression.Template template) throws HclException {
        List<Expression.Part> parts = template.parts();
        // "${x}" alone is x itself, whatever its type.
        if (parts.size() == 1 && parts
                .getFirst() instanceof Expression.Part.Interpolation(Expression value, String source)) {
            return isOurs(value) ? evaluate(value) : new JsonPrimitive("${" + source + "}");
        }
        StringBuilder text = new StringBuilder();
        for (Expression.Part part : parts) {
            switch (part) {
                case Expression.Part.Text(String words) -> text.append(words);
                case Expression.Part.Interpolation(Expression value, String source) -> text.append(
                        isOurs(value) ? text(evaluate(value), value.range()) : "${" + source + "}");
            }
        }
        return new JsonPrimitive(text.toString());
    }

    private boolean isOurs(Expression value) {
        return !(value instanceof Expression.Reference(List<String> path, Range _))
                || roots.containsKey(path.getFirst());
    }

    private JsonElement reference(Expression.Reference reference) throws HclException {
        List<String> path = reference.path();
        JsonObject root = roots.get(path.getFirst());
        if (root == null) {
            throw failure(reference, "Unknown variable",
                    "There is no variable named \"" + path.getFirst() + "\".");
        }
        JsonElement value = root;
        for (String step : path.subList(1, path.size())) {
            JsonElement inner = switch (value) {
                case JsonObject object -> object.get(step);
                case JsonArray list when step.chars().allMatch(Character::isDigit)
                        && Integer.parseInt(step) < list.size() ->
                    list.get(Integer.parseInt(step));
                default -> null;
            };
            if (inner == null) {
                throw failure(reference, "Unsupported attribute",
                        "This object does not have an attribute named \"" + step + "\".");
            }
            value = inner;
        }
        return value;
    }

    private JsonElement call(Expression.Call call) throws HclException {
        if (FILES.contains(call.function())) {
            throw new HclException(List.of(
                    new Diagnostic(call.head(), "Error in function call",
                            "Call to function \"" + call.function()
                                    + "\" failed: filesystem function disabled."),
                    new Diagnostic(call.head(), "Unsuitable value type",
                            "Unsuitable value: value must be known")));
        }
        JsonArray arguments = new JsonArray();
        for (Expression argument : call.arguments()) {
            arguments.add(evaluate(argument));
        }
        return switch (call.function()) {
            case "upper" -> new JsonPrimitive(first(call, arguments).toUpperCase(Locale.ROOT));
            case "lower" -> new JsonPrimitive(first(call, arguments).toLowerCase(Locale.ROOT));
            case "trimspace" -> new JsonPrimitive(first(call, arguments).strip());
            case "jsonencode" -> new JsonPrimitive(arguments.get(0).toString());
            case "length" -> new JsonPrimitive(switch (arguments.get(0)) {
                case JsonArray list -> list.size();
                case JsonObject map -> map.size();
                default -> first(call, arguments).length();
            });
            case "concat" -> {
                JsonArray all = new JsonArray();
                arguments.forEach(list -> all.addAll(list.getAsJsonArray()));
                yield all;
            }
            case "join" -> new JsonPrimitive(arguments.get(1).getAsJsonArray().asList().stream()
                    .map(JsonElement::getAsString).collect(Collectors.joining(first(call, arguments))));
            default -> throw new HclException(new Diagnostic(call.head(), "Call to unknown function",
                    "There is no function named \"" + call.function() + "\"."));
        };
    }

    private static String first(Expression.Call call, JsonArray arguments) throws HclException {
        if (arguments.isEmpty()) {
            throw new HclException(new Diagnostic(call.range(), "Not enough function arguments",
                    "Function \"" + call.function() + "\" expects at least 1 argument."));
        }
        return text(arguments.get(0), call.range());
    }

    private JsonElement unary(Expression.Unary unary) throws HclException {
        return unary.operator().equals("!")
                ? new JsonPrimitive(!truth(unary.operand()))
                : new JsonPrimitive(number(unary.operand()).negate());
    }

    private JsonElement binary(Expression.Binary binary) throws HclException {
        Expression left = binary.left();
        Expression right = binary.right();
        return switch (binary.operator()) {
            case "==" -> new JsonPrimitive(evaluate(left).equals(evaluate(right)));
            case "!=" -> new JsonPrimitive(!evaluate(left).equals(evaluate(right)));
            case "&&" -> new JsonPrimitive(truth(left) && truth(right));
            case "||" -> new JsonPrimitive(truth(left) || truth(right));
            case "<" -> new JsonPrimitive(number(left).compareTo(number(right)) < 0);
            case ">" -> new JsonPrimitive(number(left).compareTo(number(right)) > 0);
            case "<=" -> new JsonPrimitive(number(left).compareTo(number(right)) <= 0);
            case ">=" -> new JsonPrimitive(number(left).compareTo(number(right)) >= 0);
            case "+" -> new JsonPrimitive(number(left).add(number(right)));
            case "-" -> new JsonPrimitive(number(left).subtract(number(right)));
            case "*" -> new JsonPrimitive(number(left).multiply(number(right)));
            case "%" -> new JsonPrimitive(number(left).remainder(divisor(right)));
            default -> new JsonPrimitive(number(left).divide(divisor(right), MathContext.DECIMAL64));
        };
    }

    private BigDecimal divisor(Expression expression) throws HclException {
        BigDecimal divisor = number(expression);
        if (divisor.signum() == 0) {
            throw failure(expression, "Invalid operand",
                    "Unsuitable value for right operand: division by zero.");
        }
        return divisor;
    }

    private boolean truth(Expression expression) throws HclException {
        JsonElement value = evaluate(expression);
        if (value.isJsonPrimitive()
                && (value.getAsString().equals("true") || value.getAsString().equals("false"))) {
            return value.getAsBoolean();
        }
        throw failure(expression, "Incorrect condition type",
                "The condition expression must be of type bool.");
    }

    private BigDecimal number(Expression expression) throws HclException {
        JsonElement value = evaluate(expression);
        try {
            return new BigDecimal(value.getAsString());
        } catch (IllegalStateException | UnsupportedOperationException | NumberFormatException e) {
            throw failure(expression, "Invalid operand",
                    "Unsuitable value for left operand: a number is required.");
        }
    }

    /** A value inside a text. */
    private static String text(JsonElement value, Range where) throws HclException {
        if (value.isJsonPrimitive()) {
            return value.getAsString();
        }
        String detail = value instanceof JsonNull
                ? "The expression result is null. Cannot include a null value in a string template."
                : "Cannot include the given value in a string template: string required.";
        throw new HclException(new Diagnostic(where, "Invalid template interpolation value", detail));
    }

    private static HclException failure(Expression at, String summary, String detail) {
        return new HclException(new Diagnostic(at.range(), summary, detail));
    }
}
