package com.nexpo.console.sandbox.nomad.hcl;

import java.util.List;

/**
 * A word of the language.
 *
 * @param text  identifier, number or symbol as written; empty for a template
 * @param parts of a template (a quoted string or a heredoc), else empty
 */
record Token(Kind kind, String text, List<Part> parts, Range range) {
    enum Kind {
        IDENTIFIER, NUMBER, TEMPLATE, SYMBOL, NEWLINE, END
    }

    /** A piece of a template. */
    sealed interface Part {
        /** Text, with its escapes resolved. */
        record Text(String text) implements Part {}

        /** What stood between <code>${</code> and <code>}</code>, as words and as written. */
        record Code(List<Token> tokens, String source, Range range) implements Part {}
    }

    /** True for a template without any interpolation. */
    boolean isPlainText() {
        return kind == Kind.TEMPLATE && parts.stream().allMatch(part -> part instanceof Part.Text);
    }

    /** The text of a template for which {@link #isPlainText()} holds. */
    String plainText() {
        return parts.isEmpty() ? "" : ((Part.Text) parts.getFirst()).text();
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }
}
