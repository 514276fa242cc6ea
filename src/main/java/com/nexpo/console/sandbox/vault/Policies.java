package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.vault.PolicyText.Rule;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The ACL policies, and what they grant. */
final class Policies {
    /** What every token may do with itself. */
    private static final String DEFAULT_POLICY = """
            path "auth/token/lookup-self" { capabilities = ["read"] }
            path "auth/token/renew-self" { capabilities = ["update"] }
            path "auth/token/revoke-self" { capabilities = ["update"] }
            path "sys/capabilities-self" { capabilities = ["update"] }
            path "sys/internal/ui/resultant-acl" { capabilities = ["read"] }
            path "sys/renew" { capabilities = ["update"] }
            path "sys/leases/renew" { capabilities = ["update"] }
            path "sys/leases/lookup" { capabilities = ["update"] }
            path "identity/oidc/provider/+/authorize" { capabilities = ["read", "update"] }
            path "cubbyhole/*" { capabilities = ["create", "read", "update", "delete", "list"] }
            path "sys/wrapping/wrap" { capabilities = ["update"] }
            path "sys/wrapping/lookup" { capabilities = ["update"] }
            path "sys/wrapping/unwrap" { capabilities = ["update"] }
            path "sys/tools/hash" { capabilities = ["update"] }
            """;

    private record Policy(String name, String text, List<Rule> rules, int version, Instant modified) {}

    private final Clock clock;
    private final TreeMap<String, Policy> policies = new TreeMap<>();

    Policies(Clock clock) {
        this.clock = clock;
        write("default", DEFAULT_POLICY);
    }

    SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>(policies.keySet());
        names.add("root");
        return names;
    }

    /** Stores a policy after parsing it. */
    void write(String name, String sent) {
        if (name.equals("root")) {
            throw VaultError.bad("cannot update \"root\" policy");
        }
        String text = decoded(sent);
        List<Rule> rules = PolicyText.parse(text);
        Policy before = policies.get(name);
        policies.put(name, new Policy(name, text, rules, before == null ? 1 : before.version() + 1,
                clock.instant()));
    }

    void delete(String name) {
        if (name.equals("root") || name.equals("default")) {
            throw VaultError.bad("cannot delete \"" + name + "\" policy");
        }
        policies.remove(name);
    }

    /** @param textField {@code policy}, or {@code rules} on the old path */
    Optional<JsonObject> read(String name, String textField) {
        return Optional.ofNullable(policies.get(name)).map(policy -> {
            JsonObject data = new JsonObject();
            data.addProperty("allow_slashes_in_identity_templates", false);
            data.addProperty("allow_wildcards_in_identity_templates", false);
            data.addProperty("cas_required", false);
            data.addProperty("modified", Fields.time(policy.modified()));
            data.addProperty("name", policy.name());
            data.addProperty(textField, policy.text());
            data.addProperty("version", policy.version());
            return data;
        });
    }

    /** True when one of these policies lets an operation pass on this path. */
    boolean allows(List<String> names, String path, Operation operation, boolean sudo) {
        SortedSet<String> granted = capabilities(names, path);
        // A list is asked for as a folder; a rule may name it without the slash.
        if (operation == Operation.LIST && granted.contains("deny") && path.endsWith("/")) {
            granted = capabilities(names, path.substring(0, path.length() - 1));
        }
        return granted.contains("root")
                || (granted.contains(operation.capability()) && (!sudo || granted.contains("sudo")));
    }

    /** What these policies grant on this path: {@code [root]}, {@code [deny]}, or the capabilities in order. */
    SortedSet<String> capabilities(List<String> names, String path) {
        if (names.contains("root")) {
            return new TreeSet<>(Set.of("root"));
        }
        List<Rule> rules = rules(names);
        Optional<String> decisive = rules.stream().map(Rule::path).filter(rule -> matches(rule, path))
                .max(BY_PRIORITY);
        SortedSet<String> granted = new TreeSet<>();
        for (Rule rule : rules) {
            if (decisive.filter(rule.path()::equals).isPresent()) {
                granted.addAll(rule.capabilities());
            }
        }
        return granted.isEmpty() || granted.contains("deny") ? new TreeSet<>(Set.of("deny")) : granted;
    }

    /** True when some rule grants something below this mount: only then is the mount shown. */
    boolean seesMount(List<String> names, String mount) {
        return names.contains("root") || rules(names).stream()
                .anyMatch(rule -> !rule.capabilities().contains("deny")
                        && (rule.path().startsWith(mount) || matches(rule.path(), mount)));
    }

    private List<Rule> rules(List<String> names) {
        List<Rule> rules = new ArrayList<>();
        for (String name : names) {
            Policy policy = policies.get(name);
            if (policy != null) {
                rules.addAll(policy.rules());
            }
        }
        return rules;
    }

    /** "Policy syntax, priority matching": an exact path wins, then the later first wildcard, and so on. */
    private static final Comparator<String> BY_PRIORITY = Comparator
            .comparingInt(Policies::firstWildcard)
            .thenComparingInt(path -> path.endsWith("*") ? 0 : 1)
            .thenComparingLong(path -> -path.chars().filter(c -> c == '+').count())
            .thenComparingInt(String::length)
            .thenComparing(Comparator.naturalOrder());

    private static int firstWildcard(String path) {
        int plus = path.startsWith("+") ? 0 : path.contains("/+") ? path.indexOf("/+") + 1 : -1;
        int star = path.endsWith("*") ? path.length() - 1 : -1;
        if (plus < 0 && star < 0) {
            return Integer.MAX_VALUE;
        }
        return plus < 0 ? star : star < 0 ? plus : Math.min(plus, star);
    }

    private static boolean matches(String rule, String path) {
        if (firstWildcard(rule) == Integer.MAX_VALUE) {
            return rule.equals(path);
        }
        boolean prefix = rule.endsWith("*");
        String body = prefix ? rule.substring(0, rule.length() - 1) : rule;
        StringBuilder pattern = new StringBuilder();
        String separator = "";
        for (String segment : body.split("/", -1)) {
            pattern.append(separator).append(segment.equals("+") ? "[^/]+" : Pattern.quote(segment));
            separator = "/";
        }
        return Pattern.matches(pattern + (prefix ? ".*" : ""), path);
    }

    /** The API takes base64 as well as plain text. */
    private static String decoded(String sent) {
        try {
            byte[] bytes = Base64.getDecoder().decode(sent);
            return bytes.length == 0 ? sent : new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return sent;
        }
    }

    JsonObject save() {
        JsonObject state = new JsonObject();
        policies.values().forEach(policy -> state.addProperty(policy.name(), policy.text()));
        return state;
    }

    void restore(JsonObject state) {
        policies.clear();
        state.entrySet().forEach(entry -> write(entry.getKey(), entry.getValue().getAsString()));
    }
}
