package com.nexpo.console.blueprint;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes HCL the way {@code terraform fmt} leaves it: two spaces, equals signs of neighbouring lines in one column. */
final class HclText {

    private record Attribute(String name, String value) {}

    private final StringBuilder text = new StringBuilder();
    private final List<Attribute> pending = new ArrayList<>();
    private int depth;

    HclText comment(String line) {
        flush();
        return line("# " + line);
    }

    /** Opens a block; {@code header} is all that stands before the brace. */
    HclText open(String header) {
        flush();
        line(header + " {");
        depth++;
        return this;
    }

    HclText close() {
        return close("}");
    }

    HclText close(String end) {
        flush();
        depth--;
        return line(end);
    }

    /** An attribute; {@code value} is an expression on one line. */
    HclText set(String name, String value) {
        pending.add(new Attribute(name, value));
        return this;
    }

    HclText blank() {
        flush();
        text.append('\n');
        return this;
    }

    @Override
    public String toString() {
        flush();
        return text.toString();
    }

    /** A quoted string. Both interpolation and directives are escaped. */
    static String quoted(String value) {
        StringBuilder out = new StringBuilder("\"");
        value.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.appendCodePoint(c);
            }
        });
        return out.append('"').toString().replace("${", "$${").replace("%{", "%%{");
    }

    static String list(List<String> values) {
        return values.stream().map(HclText::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private HclText line(String content) {
        text.append("  ".repeat(depth)).append(content).append('\n');
        return this;
    }

    private void flush() {
        int width = pending.stream().mapToInt(a -> a.name().length()).max().orElse(0);
        for (Attribute a : pending) {
            line(a.name() + " ".repeat(width - a.name().length()) + " = " + a.value());
        }
        pending.clear();
    }
}
