package com.nexpo.console.sandbox.nomad.hcl;

import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.sandbox.nomad.hcl.Token.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Reads values, with the precedence of operators. */
final class Expressions {
    private static final List<List<String>> OPERATORS = List.of(List.of("||"), List.of("&&"),
            List.of("==", "!="), List.of("<", ">", "<=", ">="), List.of("+", "-"),
            List.of("*", "/", "%"));

    private final Words words;

    Expressions(Words words) {
        this.words = words;
    }

    Expression expression() throws HclException {
        Expression condition = binary(0);
        if (!words.take("?")) {
            return condition;
        }
        Expression yes = expression();
        expect(":", "Missing false expression in conditional",
                "The conditional operator (...?...:...) requires a false expression, delimited by a colon.");
        Expression no = expression();
        return new Expression.Conditional(condition, yes, no, condition.range().to(no.range()));
    }

    private Expression binary(int level) throws HclException {
        if (level == OPERATORS.size()) {
            return unary();
        }
        Expression left = binary(level + 1);
        while (words.peek().kind() == Kind.SYMBOL && OPERATORS.get(level).contains(words.peek().text())) {
            String operator = words.next().text();
            Expression right = binary(level + 1);
            left = new Expression.Binary(operator, left, right, left.range().to(right.range()));
        }
        return left;
    }

    private Expression unary() throws HclException {
        Token token = words.peek();
        if (token.is("-") || token.is("!")) {
            words.next();
            Expression operand = unary();
            return new Expression.Unary(token.text(), operand, token.range().to(operand.range()));
        }
        return primary();
    }

    private Expression primary() throws HclException {
        Token token = words.next();
        return switch (token.kind()) {
            case NUMBER -> number(token);
            case TEMPLATE -> template(token);
            case IDENTIFIER -> named(token);
            default -> {
                if (token.is("[")) {
                    yield list(token);
                }
                if (token.is("{")) {
                    yield map(token);
                }
                if (token.is("(")) {
                    words.skipNewlines();
                    Expression inner = expression();
                    words.skipNewlines();
                    expect(")", "Unbalanced parentheses",
                            "Expected a closing parenthesis to terminate the expression.");
                    yield inner;
                }
                throw token.kind() == Kind.NEWLINE || token.kind() == Kind.END
                        ? HclException.at(token, "Missing expression",
                                "Expected the start of an expression, but found the end of the file.")
                        : HclException.at(token, "Invalid expression",
                                "Expected the start of an expression, but found an invalid expression token.");
            }
        };
    }

    private static Expression number(Token token) throws HclException {
        try {
            return new Expression.Literal(new JsonPrimitive(new BigDecimal(token.text())), token.range());
        } catch (NumberFormatException e) {
            throw HclException.at(token, "Invalid number literal",
                    "Failed to recognize the value of this number literal.");
        }
    }

    private static Expression template(Token token) throws HclException {
        List<Expression.Part> parts = new ArrayList<>();
        for (Token.Part part : token.parts()) {
            switch (part) {
                case Token.Part.Text(String text) -> parts.add(new Expression.Part.Text(text));
                case Token.Part.Code(List<Token> code, String source, Range _) -> {
                    Words inner = new Words(code);
                    Expression value = new Expressions(inner).expression();
                    if (inner.peek().kind() != Kind.END) {
                        throw HclException.at(inner.peek(), "Extra characters after interpolation expression",
                                "Expected a closing brace to end the interpolation expression, but found extra characters.");
                    }
                    parts.add(new Expression.Part.Interpolation(value, source));
                }
            }
        }
        return new Expression.Template(parts, token.range());
    }

    private Expression named(Token name) throws HclException {
        return switch (name.text()) {
            case "true", "false" ->
                new Expression.Literal(new JsonPrimitive(name.text().equals("true")), name.range());
            case "null" -> new Expression.Literal(JsonNull.INSTANCE, name.range());
            default -> words.peek().is("(") ? call(name) : reference(name);
        };
    }

    private Expression reference(Token root) throws HclException {
        List<String> path = new ArrayList<>(List.of(root.text()));
        Range range = root.range();
        while (words.peek().is(".") || words.peek().is("[")) {
            boolean index = words.next().is("[");
            Token step = words.next();
            boolean known = step.kind() == Kind.IDENTIFIER || step.kind() == Kind.NUMBER
                    || (index && step.isPlainText());
            if (!known) {
                throw HclException.at(step, "Invalid attribute name",
                        "An attribute name is required after a dot.");
            }
            path.add(step.kind() == Kind.TEMPLATE ? step.plainText() : step.text());
            range = range.to(step.range());
            if (index) {
                range = range.to(expect("]", "Missing close bracket on index",
                        "The index operator must end with a closing bracket (\"]\")."));
            }
        }
        return new Expression.Reference(path, range);
    }

    private Expression call(Token name) throws HclException {
        Range head = name.range().to(words.next().range());
        List<Expression> arguments = new ArrayList<>();
        Range end = items(")", arguments);
        return new Expression.Call(name.text(), arguments, head, name.range().to(end));
    }

    private Expression list(Token open) throws HclException {
        List<Expression> items = new ArrayList<>();
        Range end = items("]", items);
        return new Expression.ListOf(items, open.range().to(end));
    }

    /** Values with commas between, up to the closing symbol. */
    private Range items(String close, List<Expression> into) throws HclException {
        while (true) {
            words.skipNewlines();
            Token token = words.peek();
            if (words.take(close)) {
                return token.range();
            }
            into.add(expression());
            words.skipNewlines();
            if (!words.take(",") && !words.peek().is(close)) {
                throw HclException.at(words.peek(), "Missing item separator",
                        "Expected a comma to mark the beginning of the next item.");
            }
        }
    }

    private Expression map(Token open) throws HclException {
        List<Expression.Entry> entries = new ArrayList<>();
        while (true) {
            words.skipNewlines();
            Token token = words.peek();
            if (words.take("}")) {
                return new Expression.MapOf(entries, open.range().to(token.range()));
            }
            Expression key = key();
            if (!words.take("=") && !words.take(":")) {
                throw HclException.at(words.peek(), "Missing attribute value",
                        "Expected an attribute value, introduced by an equals sign (\"=\").");
            }
            words.skipNewlines();
            entries.add(new Expression.Entry(key, expression()));
            boolean separated = words.take(",") || words.peek().kind() == Kind.NEWLINE
                    || words.peek().is("}");
            if (!separated) {
                throw HclException.at(words.peek(), "Missing attribute separator",
                        "Expected a newline or comma to mark the beginning of the next attribute.");
            }
        }
    }

    /** A bare name in a map's key is the name itself, not a variable. */
    private Expression key() throws HclException {
        Expression key = expression();
        return key instanceof Expression.Reference(List<String> path, Range range) && path.size() == 1
                ? new Expression.Literal(new JsonPrimitive(path.getFirst()), range)
                : key;
    }

    private Range expect(String symbol, String summary, String detail) throws HclException {
        Token token = words.next();
        if (!token.is(symbol)) {
            throw HclException.at(token, summary, detail);
        }
        return token.range();
    }
}
