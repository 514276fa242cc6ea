package com.nexpo.console.sandbox.nomad.hcl;

import com.google.gson.JsonElement;
import java.util.List;

/** A value as written, not yet computed. */
public sealed interface Expression {
    Range range();

    /** A number, true, false or null. */
    record Literal(JsonElement value, Range range) implements Expression {}

    /** A quoted string or a heredoc. */
    record Template(List<Part> parts, Range range) implements Expression {}

    /** {@code var.image}, {@code attr.kernel.name}; the steps after the root are names or indexes. */
    record Reference(List<String> path, Range range) implements Expression {}

    record ListOf(List<Expression> items, Range range) implements Expression {}

    record MapOf(List<Entry> entries, Range range) implements Expression {}

    /** A function call; its head, name and opening parenthesis, is where HCL points to when it fails. */
    record Call(String function, List<Expression> arguments, Range head, Range range) implements Expression {}

    record Unary(String operator, Expression operand, Range range) implements Expression {}

    record Binary(String operator, Expression left, Expression right, Range range) implements Expression {}

    record Conditional(Expression condition, Expression yes, Expression no,
            Range range) implements Expression {}

    /** One pair of a map. */
    record Entry(Expression key, Expression value) {}

    /** A piece of a template. */
    sealed interface Part {
        record Text(String text) implements Part {}

        /** A value in the text; the source, as written between the braces, stays for what only clients can fill in. */
        record Interpolation(Expression value, String source) implements Part {}
    }
}
