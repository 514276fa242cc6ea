package com.nexpo.console.sandbox.nomad.hcl;

import com.nexpo.console.sandbox.nomad.hcl.Body.Attribute;
import com.nexpo.console.sandbox.nomad.hcl.Body.Block;
import com.nexpo.console.sandbox.nomad.hcl.Token.Kind;
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
                throw HclException.at(name, "Invalid argument name", "Argument names must not be quoted.");
            }
            if (name.kind() != Kind.IDENTIFIER) {
                throw HclException.at(name, "Argument or block definition required",
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
                throw HclException.at(name, "Attribute redefined",
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
            boolean plain = label.kind() == Kind.IDENTIFIER || label.isPlainText();
            if (!plain) {
                throw labels.isEmpty()
                        ? HclException.at(label, "Invalid block definition",
                                "Either a quoted string block label or an opening brace (\"{\") is expected here.")
                        : HclException.at(label, "Invalid block definition",
                                "A block definition must have block content delimited by \"{\" and \"}\", starting on the same line as the block header.");
            }
            labels.add(label.kind() == Kind.IDENTIFIER ? label.text() : label.plainText());
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
                        : HclException.at(words.peek(), "Invalid single-argument block definition",
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
            throw HclException.at(token, "Missing newline after argument",
                    "An argument definition must end with a newline.");
        }
    }

    private void afterBlock() throws HclException {
        Token token = words.peek();
        if (token.kind() != Kind.NEWLINE && token.kind() != Kind.END && !token.is("}")) {
            throw HclException.at(token, "Missing newline after block definition",
                    "A block definition must end with a newline.");
        }
    }

    private static HclException unclosed(Token brace) {
        return HclException.at(brace, "Unclosed configuration block",
                "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.");
    }
}
