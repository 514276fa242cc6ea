package com.nexpo.console.blueprint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the structure of HCL files, enough to hold our own to rules: blocks, labels, and attributes as raw text. */
final class Hcl {

    /** A block; the body of a file is one without a type. */
    record Block(String type, List<String> labels, Map<String, String> attributes, List<Block> blocks) {

        Stream<Block> blocks(String wanted) {
            return blocks.stream().filter(b -> b.type().equals(wanted));
        }

        Optional<String> attribute(String name) {
            return Optional.ofNullable(attributes.get(name));
        }

        String label(int i) {
            return labels.get(i);
        }
    }

    private final String text;
    private int at;

    private Hcl(String text) {
        this.text = text;
    }

    static Block parse(String text) {
        Hcl hcl = new Hcl(text);
        Block body = hcl.body("", List.of());
        if (hcl.at < text.length()) {
            throw hcl.error("a closing brace without its block");
        }
        return body;
    }

    private Block body(String type, List<String> labels) {
        Map<String, String> attributes = new LinkedHashMap<>();
        List<Block> blocks = new ArrayList<>();
        skip(true);
        while (at < text.length() && text.charAt(at) != '}') {
            String name = word();
            skip(false);
            if (text.charAt(at) == '=') {
                at++;
                if (attributes.put(name, expression()) != null) {
                    throw error(name + " is set twice");
                }
            } else {
                blocks.add(block(name));
            }
            skip(true);
        }
        return new Block(type, labels, attributes, blocks);
    }

    private Block block(String type) {
        List<String> labels = new ArrayList<>();
        while (text.charAt(at) != '{') {
            int from = at;
            if (text.charAt(at) == '"') {
                string();
                labels.add(text.substring(from + 1, at - 1));
            } else {
                labels.add(word());
            }
            skip(false);
        }
        at++;
        Block block = body(type, labels);
        if (at >= text.length()) {
            throw error("the block " + type + " is not closed");
        }
        at++;
        return block;
    }

    /** Raw text up to the end of the line at which all brackets are closed, comments left out. */
    private String expression() {
        StringBuilder out = new StringBuilder();
        int depth = 0;
        while (at < text.length() && !(depth == 0 && (text.charAt(at) == '\n' || text.charAt(at) == '}'))) {
            char c = text.charAt(at);
            int from = at;
            if (c == '"') {
                string();
            } else if (isComment()) {
                line();
                continue;
            } else if (text.startsWith("<<", at)) {
                heredoc();
            } else {
                depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
                at++;
            }
            out.append(text, from, at);
        }
        return out.toString().strip();
    }

    private void heredoc() {
        int end = text.indexOf('\n', at);
        String tag = text.substring(at + 2, end).replace("-", "").strip();
        at = end + 1;
        while (!text.substring(at, text.indexOf('\n', at)).strip().equals(tag)) {
            line();
            at++;
        }
        line();
    }

    private void string() {
        at++;
        while (text.charAt(at) != '"') {
            if (text.charAt(at) == '\\') {
                at++;
            } else if (text.startsWith("${", at) && text.charAt(at - 1) != '$') {
                interpolation();
                continue;
            }
            at++;
        }
        at++;
    }

    private void interpolation() {
        at += 2;
        int depth = 1;
        while (depth > 0) {
            char c = text.charAt(at);
            if (c == '"') {
                string();
                continue;
            }
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            at++;
        }
    }

    private String word() {
        int from = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "_-".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        if (at == from) {
            throw error("a name is needed");
        }
        return text.substring(from, at);
    }

    private void skip(boolean lines) {
        while (at < text.length()) {
            if (isComment()) {
                line();
            } else if (text.charAt(at) == ' ' || text.charAt(at) == '\t'
                    || (lines && text.charAt(at) == '\n')) {
                at++;
            } else {
                return;
            }
        }
    }

    private boolean isComment() { return text.charAt(at) == '#' || text.startsWith("//", at); }

    private void line() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    private IllegalArgumentException error(String what) {
        long row = text.substring(0, at).lines().count();
        return new IllegalArgumentException("line " + row + ": " + what);
    }
}
