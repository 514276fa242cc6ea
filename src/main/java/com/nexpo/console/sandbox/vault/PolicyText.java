package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a policy: HCL, or the same as JSON.
 *
 * @see <a href="https://openbao.org/docs/concepts/policies/">policy syntax</a>
 */
final class PolicyText {
    /** One path block. */
    record Rule(String path, Set<String> capabilities) {
        Rule {
            capabilities = Set.copyOf(capabilities);
        }
    }

    private static final Set<String> CAPABILITIES = Set.of("create", "read", "update", "delete", "list",
            "sudo", "deny", "patch", "scan");
    /** Before capabilities there was {@code policy = "write"}. */
    private static final Map<String, Set<String>> OLD_WORDS = Map.of(
            "deny", Set.of("deny"),
            "read", Set.of("read", "list"),
            "write", Set.of("create", "read", "update", "delete", "list"),
            "sudo", Set.of("create", "read", "update", "delete", "list", "sudo"));

    private final String text;
    private int at;

    private PolicyText(String text) {
        this.text = text;
    }

    /** @throws VaultError when it is no policy, in the server's words */
    static List<Rule> parse(String text) {
        return text.stripLeading().startsWith("{") ? json(text) : new PolicyText(text).policy();
    }

    private static List<Rule> json(String text) {
        try {
            JsonObject paths = JsonParser.parseString(text).getAsJsonObject().getAsJsonObject("path");
            List<Rule> rules = new ArrayList<>();
            for (Map.Entry<String, JsonElement> entry : paths.entrySet()) {
                JsonElement listed = entry.getValue().getAsJsonObject().get("capabilities");
                rules.add(rule(entry.getKey(), Set.copyOf(Fields.texts(listed))));
            }
            return rules;
        } catch (JsonParseException | ClassCastException | IllegalStateException | NullPointerException e) {
            throw VaultError.bad("failed to parse policy: the JSON is no policy");
        }
    }

    private List<Rule> policy() {
        List<Rule> rules = new ArrayList<>();
        for (skipSpace(); at < text.length(); skipSpace()) {
            String key = word();
            if (key.equals("name")) {
                expect('=');
                string();
            } else if (key.equals("path")) {
                rules.add(block(string()));
            } else {
                throw VaultError.bad("failed to parse policy: invalid key \"" + key + "\" on line " + line());
            }
        }
        return rules;
    }

    private Rule block(String path) {
        expect('{');
        Set<String> capabilities = new TreeSet<>();
        for (;;) {
            skipSpace();
            if (at >= text.length()) {
                throw VaultError
                        .bad("failed to parse policy: At %d:%d: object expected closing RBRACE got: EOF"
                                .formatted(line(), column() + 1));
            }
            if (text.charAt(at) == '}') {
                at++;
                return rule(path, capabilities);
            }
            attribute(path, capabilities);
        }
    }

    private void attribute(String path, Set<String> capabilities) {
        String key = word();
        skipSpace();
        // An object may be written as a block, without the equals sign.
        if (at < text.length() && text.charAt(at) == '=') {
            at++;
        }
        switch (key) {
            case "capabilities" -> capabilities.addAll(strings());
            case "policy" -> {
                String word = string();
                Set<String> meant = OLD_WORDS.get(word);
                if (meant == null) {
                    throw VaultError.bad(
                            "failed to parse policy: path \"" + path + "\": invalid policy \"" + word + "\"");
                }
                capabilities.addAll(meant);
            }
            case "allowed_parameters", "denied_parameters", "required_parameters", "min_wrapping_ttl",
                    "max_wrapping_ttl", "control_group", "mfa_methods" ->
                throw VaultError
                        .bad("failed to parse policy: path \"" + path + "\": this emulator does not know \""
                                + key + "\"");
            default ->
                throw VaultError.bad("failed to parse policy: path \"" + path + "\": invalid key \"" + key
                        + "\" on line " + line());
        }
    }

    private static Rule rule(String path, Set<String> capabilities) {
        for (String capability : capabilities) {
            if (!CAPABILITIES.contains(capability)) {
                throw VaultError.bad("failed to parse policy: path \"" + path + "\": invalid capability \""
                        + capability + "\"");
            }
        }
        if (path.contains("+*")) {
            throw VaultError.bad("failed to parse policy: path \"" + path
                    + "\": invalid use of wildcards ('+*' is forbidden)");
        }
        String relative = path.startsWith("/") ? path.substring(1) : path;
        return new Rule(relative, capabilities.contains("deny") ? Set.of("deny") : capabilities);
    }

    private List<String> strings() {
        expect('[');
        List<String> items = new ArrayList<>();
        for (;;) {
            skipSpace();
            if (at < text.length() && text.charAt(at) == ']') {
                at++;
                return items;
            }
            items.add(string());
            skipSpace();
            if (at < text.length() && text.charAt(at) == ',') {
                at++;
            }
        }
    }

    private String word() {
        skipSpace();
        if (at < text.length() && text.charAt(at) == '"') {
            return string();
        }
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        if (start == at) {
            throw illegal();
        }
        return text.substring(start, at);
    }

    private String string() {
        expect('"');
        StringBuilder out = new StringBuilder();
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return out.toString();
            }
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                char escaped = text.charAt(at);
                out.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped);
            } else {
                out.append(c);
            }
        }
        throw VaultError.bad("failed to parse policy: At %d:%d: literal not terminated".formatted(line(),
                column()));
    }

    private void expect(char wanted) {
        skipSpace();
        if (at >= text.length() || text.charAt(at) != wanted) {
            throw illegal();
        }
        at++;
    }

    private VaultError illegal() {
        return VaultError
                .bad("failed to parse policy: At %d:%d: illegal character".formatted(line(), column()));
    }

    private void skipSpace() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '#' || text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                at = end < 0 ? text.length() : end + 2;
            } else {
                return;
            }
        }
    }

    private int line() {
        return 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    }

    private int column() {
        return at - text.lastIndexOf('\n', at - 1);
    }
}
