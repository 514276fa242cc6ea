package com.nexpo.console.sandbox.nomad.hcl;

import java.util.List;

/** What is inside a block, or a whole file: arguments and blocks in the order in which they were written. */
public record Body(List<Attribute> attributes, List<Block> blocks) {
    public Body {
        attributes = List.copyOf(attributes);
        blocks = List.copyOf(blocks);
    }

    /** {@code name = value}. */
    public record Attribute(String name, Range nameRange, Expression value) {}

    /**
     * {@code type "label" { … }}.
     *
     * @param definition from the type to the last label
     * @param brace      the opening brace
     */
    public record Block(String type, Range typeRange, List<String> labels, Range definition, Range brace,
            Body body) {
        public Block {
            labels = List.copyOf(labels);
        }
    }
}
