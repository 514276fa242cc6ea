package com.nexpo.console.sandbox.nomad.hcl;

import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.sandbox.nomad.hcl.Body.Attribute;
import com.nexpo.console.sandbox.nomad.hcl.Body.Block;
import com.nexpo.console.sandbox.nomad.hcl.Token.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a text as arguments and blocks, by recursive descent. Grammar and texts: the HCL native syntax
 * specification (github.com/hashicorp/hcl, hclsyntax/spec.md).
 */
public final class Parser {
    private final Words words;
    private final Expressions expressions;

    private Parser(List<Token> tokens) {
        this.words = new Words(tokens);
        this.expressions = new Expressions(words);
    }

    /** The whole text as one body. */
    public static Body parse(String source) throws HclException {
        return new Parser(new Lexer(source).tokens()).file();
    }

    private Body file() throws HclException {
        Items items = new Items();
        while (true) {
            words.skipNewlines();
            if (words.peek().kind() == Kind.END) {
                return items.body();
            }
            items.add(words.peek());
        }
    }

    /** What one body holds so far. */
    private final class Items {
        private final List<Attribute> attributes = new ArrayList<>();
        private final List<Block> blocks = new ArrayList<>();
        private final Map<String, Range> set = new HashMap<>();

        void add(Token name) throws HclException {
            if (name.kind() == Kind.TEMPLATE) {
                throw error(name, "Invalid argument name", "Argument names must not be quoted.");
            }
            if (name.kind() != Kind.IDENTIFIER) {
                throw error(name, "Argument or block definition required",
                        "An argument or block definition is required here.");
            }
            words.next();
            if (words.peek().is("=")) {
                attributes.add(attribute(name));
                return;
            }
            blocks.add(block(name));
        }

        private Attribute attribute(Token name) throws HclException {
            words.next();
            Range before = set.putIfAbsent(name.text(), name.range());
            if (before != null) {
                throw error(name, "Attribute redefined",
                        "The argument \"%s\" was already set at input.hcl:%s. Each argument may be set only once."
                                .formatted(name.text(), before.display()));
            }
            return new Attribute(name.text(), name.range(), expressions.expression());
        }

        Body body() {
            return new Body(attributes, blocks);
        }
    }

    private Block block(Token type) throws HclException {
        List<String> labels = new ArrayList<>();
        Range definition = type.range();
        while (!words.peek().is("{")) {
            Token label = words.next();
            boolean plain = label.kind() == Kind.IDENTIFIER || isPlainText(label);
            if (!plain) {
                throw labels.isEmpty()
                        ? error(label, "Invalid block definition",
                                "Either a quoted string block label or an opening brace (\"{\") is expected here.")
                        : error(label, "Invalid block definition",
                                "A block definition must have block content delimited by \"{\" and \"}\", starting on the same line as the block header.");
            }
            labels.add(label.kind() == Kind.IDENTIFIER ? label.text() : plainText(label));
            definition = definition.to(label.range());
        }
        Token brace = words.next();
        Body body = inside(brace);
        afterBlock();
        return new Block(type.text(), type.range(), labels, definition, brace.range(), body);
    }

    private Body inside(Token brace) throws HclException {
        Items items = new Items();
        boolean oneLine = words.peek().kind() != Kind.NEWLINE;
        if (oneLine && !words.peek().is("}")) {
            items.add(words.peek());
            if (!words.peek().is("}")) {
                throw words.peek().kind() == Kind.END
                        ? unclosed(brace)
                        : error(words.peek(), "Invalid single-argument block definition",
                                "A single-line block definition must end with a closing brace immediately after its single argument definition.");
            }
        }
        while (true) {
            words.skipNewlines();
            Token token = words.peek();
            if (token.is("}")) {
                words.next();
                return items.body();
            }
            if (token.kind() == Kind.END) {
                throw unclosed(brace);
            }
            int attributes = items.attributes.size();
            items.add(token);
            if (items.attributes.size() > attributes) {
                afterArgument(brace);
            }
        }
    }

    private void afterArgument(Token brace) throws HclException {
        Token token = words.peek();
        if (token.kind() == Kind.END) {
            throw unclosed(brace);
        }
        if (token.kind() != Kind.NEWLINE) {
            throw error(token, "Missing newline after argument",
                    "An argument definition must end with a newline.");
        }
    }

    private void afterBlock() throws HclException {
        Token token = words.peek();
        if (token.kind() != Kind.NEWLINE && token.kind() != Kind.END && !token.is("}")) {
            throw error(token, "Missing newline after block definition",
                    "A block definition must end with a newline.");
        }
    }

    private static HclException unclosed(Token brace) {
        return error(brace, "Unclosed configuration block",
                "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.");
    }

    private static boolean isPlainText(Token token) {
        return token.kind() == Kind.TEMPLATE
                && token.parts().stream().allMatch(part -> part instanceof Token.Part.Text);
    }

    private static String plainText(Token token) {
        return token.parts().isEmpty() ? "" : ((Token.Part.Text) token.parts().getFirst()).text();
    }

    private static HclException error(Token at, String summary, String detail) {
        return new HclException(new Diagnostic(at.range(), summary, detail));
    }

    /** The tokens and how far they are read. */
    static final class Words {
        private final List<Token> tokens;
        private int at;

        Words(List<Token> tokens) {
            this.tokens = tokens;
        }

        Token peek() {
            return tokens.get(at);
        }

        Token next() {
            return tokens.get(at < tokens.size() - 1 ? at++ : at);
        }

        void skipNewlines() {
            while (peek().kind() == Kind.NEWLINE) {
                at++;
            }
        }

        boolean take(String symbol) {
            boolean there = peek().is(symbol);
            if (there) {
                next();
            }
            return there;
        }
    }

    /** Reads values, with the precedence of operators. */
    static final class Expressions {
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
                            ? error(token, "Missing expression",
                                    "Expected the start of an expression, but found the end of the file.")
                            : error(token, "Invalid expression",
                                    "Expected the start of an expression, but found an invalid expression token.");
                }
            };
        }

        private static Expression number(Token token) throws HclException {
            try {
                return new Expression.Literal(new JsonPrimitive(new BigDecimal(token.text())), token.range());
            } catch (NumberFormatException e) {
                throw error(token, "Invalid number literal",
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
                            throw error(inner.peek(), "Extra characters after interpolation expression",
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
                        || (index && isPlainText(step));
                if (!known) {
                    throw error(step, "Invalid attribute name", "An attribute name is required after a dot.");
                }
                path.add(step.kind() == Kind.TEMPLATE ? plainText(step) : step.text());
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
                    throw error(words.peek(), "Missing item separator",
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
                    throw error(words.peek(), "Missing attribute value",
                            "Expected an attribute value, introduced by an equals sign (\"=\").");
                }
                words.skipNewlines();
                entries.add(new Expression.Entry(key, expression()));
                boolean separated = words.take(",") || words.peek().kind() == Kind.NEWLINE
                        || words.peek().is("}");
                if (!separated) {
                    throw error(words.peek(), "Missing attribute separator",
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
                throw error(token, summary, detail);
            }
            return token.range();
        }
    }
}
