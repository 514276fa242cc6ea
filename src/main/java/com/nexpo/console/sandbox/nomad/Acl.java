package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.nomad.hcl.Body;
import com.nexpo.console.sandbox.nomad.hcl.Evaluator;
import com.nexpo.console.sandbox.nomad.hcl.HclException;
import com.nexpo.console.sandbox.nomad.hcl.Parser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Tokens and policies. An agent without ACL lets everybody do everything. */
final class Acl {
    private static final List<String> READ = List.of("list-jobs", "parse-job", "read-job", "csi-list-volume",
            "csi-read-volume", "read-job-scaling", "list-scaling-policies", "read-scaling-policy",
            "host-volume-read");
    private static final List<String> WRITE = List.of("submit-job", "dispatch-job", "read-logs", "read-fs",
            "alloc-exec", "alloc-lifecycle", "scale-job", "csi-write-volume", "csi-mount-volume",
            "submit-recommendation", "host-volume-create");

    private final boolean enabled;
    private final Map<String, JsonObject> tokens = new LinkedHashMap<>();
    private final Map<String, JsonObject> policies = new LinkedHashMap<>();

    /** @param management the secret of the first management token */
    Acl(boolean enabled, String management) {
        this.enabled = enabled;
        put(token(management, "Bootstrap Token", "management", List.of(), Optional.empty()), 10);
    }

    boolean enabled() {
        return enabled;
    }

    JsonObject create(String name, String type, List<String> policyNames, Optional<Instant> expires,
            long index) {
        return put(token(UUID.randomUUID().toString(), name, type, policyNames, expires), index);
    }

    private JsonObject put(JsonObject token, long index) {
        token.addProperty("CreateIndex", index);
        token.addProperty("ModifyIndex", index);
        tokens.put(Json.text(token, "SecretID"), token);
        return token;
    }

    private static JsonObject token(String secret, String name, String type, List<String> policyNames,
            Optional<Instant> expires) {
        JsonArray names = new JsonArray();
        policyNames.forEach(names::add);
        boolean management = type.equals("management");
        return Json.of("ExpirationTTL", "", "AccessorID", UUID.randomUUID().toString(), "SecretID", secret,
                "Name",
                name, "Type", type, "Policies", management ? JsonNull.INSTANCE : names, "Roles", null,
                "Global",
                management, "Hash", "o29LXm4vBYJefxk1568jGdQ3NLbbcZC9VG3Yc4FVTe8=", "CreateTime",
                Instant.now().toString(), "ExpirationTime", expires.map(Instant::toString).orElse(null));
    }

    /**
     * Saves a policy.
     *
     * @throws HclException when the rules are no HCL
     */
    void putPolicy(String name, String description, String rules, long index) throws HclException {
        JsonArray namespaces = new JsonArray();
        JsonObject expanded = Json.of("Agent", null, "ExtraKeysHCL", null, "HostVolumes", null, "Namespaces",
                namespaces, "Node", null, "NodePools", null, "Operator", null, "Plugin", null, "Quota", null,
                "Raw",
                rules, "Sentinel", null);
        for (Body.Block block : Parser.parse(rules).blocks()) {
            JsonObject rule = ruleOf(block.body());
            switch (block.type()) {
                case "namespace" -> namespaces.add(Json.of("Capabilities", capabilities(rule), "Name",
                        block.labels().isEmpty() ? "default" : block.labels().getFirst(), "Policy",
                        Json.text(rule, "policy"), "Variables", null));
                case "agent", "node", "operator", "quota", "plugin" -> expanded.add(
                        Character.toUpperCase(block.type().charAt(0)) + block.type().substring(1),
                        Json.of("Policy", Json.text(rule, "policy")));
                default -> {
                    // Rules about things that this emulator has none of.
                }
            }
        }
        policies.put(name, Json.of("CreateIndex", index, "Description", description, "Hash",
                "BIHeVUbXuAwT+JBKPn/cP+AmysL1sTykQ5spDd0Gp+8=", "JobACL", null, "ModifyIndex", index, "Name",
                name,
                "Rules", rules, "RulesJSON", expanded));
    }

    private static JsonObject ruleOf(Body body) throws HclException {
        JsonObject rule = new JsonObject();
        Evaluator evaluator = new Evaluator(Map.of());
        for (Body.Attribute attribute : body.attributes()) {
            rule.add(attribute.name(), evaluator.evaluate(attribute.value()));
        }
        return rule;
    }

    private static JsonArray capabilities(JsonObject rule) {
        // One that is said twice stands there twice, as on a real server.
        List<String> all = new ArrayList<>(Json.texts(rule, "capabilities"));
        String policy = Json.text(rule, "policy");
        if (policy.equals("read") || policy.equals("write")) {
            all.addAll(READ);
        }
        if (policy.equals("write")) {
            all.addAll(WRITE);
        }
        JsonArray array = new JsonArray();
        all.forEach(array::add);
        return array;
    }

    Optional<JsonObject> policy(String name) {
        return Optional.ofNullable(policies.get(name));
    }

    /** Who asks: what the token stands for, and what it may. */
    final class Caller {
        private final Optional<JsonObject> token;
        private final boolean anonymous;
        private final boolean expired;

        private Caller(Optional<String> secret) {
            this.anonymous = secret.isEmpty() || secret.get().isEmpty();
            this.token = secret.map(tokens::get);
            this.expired = token.filter(t -> Json.has(t, "ExpirationTime"))
                    .map(t -> Instant.parse(Json.text(t, "ExpirationTime")).isBefore(Instant.now()))
                    .orElse(false);
        }

        /** As {@code token/self} answers. */
        JsonObject self() throws ApiError {
            if (!enabled) {
                return nobody("acls-disabled", "ACLs disabled token", JsonNull.INSTANCE);
            }
            if (anonymous) {
                JsonArray names = new JsonArray();
                names.add("anonymous");
                return nobody("anonymous", "Anonymous Token", names);
            }
            if (expired) {
                throw new ApiError(500, "ACL token expired");
            }
            return token.orElseThrow(ApiError::denied);
        }

        private static JsonObject nobody(String accessor, String name,
                com.google.gson.JsonElement policyNames) {
            return Json.of("ExpirationTTL", "", "AccessorID", accessor, "SecretID", "", "Name", name, "Type",
                    "client", "Policies", policyNames, "Roles", null, "Global", false, "Hash", null,
                    "CreateTime",
                    "0001-01-01T00:00:00Z", "ExpirationTime", null, "CreateIndex", 0, "ModifyIndex", 0);
        }

        boolean isManagement() {
            return !enabled
                    || (!expired && token.map(t -> Json.text(t, "Type").equals("management")).orElse(false));
        }

        private List<String> policyNames() {
            if (expired) {
                return List.of();
            }
            return anonymous
                    ? List.of("anonymous")
                    : token.map(t -> Json.texts(t, "Policies")).orElse(List.of());
        }

        boolean owns(String policy) {
            return isManagement() || policyNames().contains(policy);
        }

        /** The caller's own policies; all of them for a management token. */
        List<JsonObject> policies() {
            return Acl.this.policies.values().stream().filter(p -> owns(Json.text(p, "Name"))).toList();
        }

        boolean may(String capability, String namespace) {
            if (isManagement()) {
                return true;
            }
            return rules().flatMap(rules -> Json.objects(rules, "Namespaces").stream())
                    .filter(rule -> matches(Json.text(rule, "Name"), namespace))
                    .anyMatch(rule -> Json.texts(rule, "Capabilities").contains(capability));
        }

        /** True with a read or write rule for agents, nodes or operators. */
        boolean mayRead(String scope) {
            return isManagement() || rules().anyMatch(rules -> Json.has(rules, scope));
        }

        /** True when it may see the namespace in the list of them. */
        boolean sees(String namespace) {
            return isManagement() || rules().flatMap(rules -> Json.objects(rules, "Namespaces").stream())
                    .anyMatch(rule -> matches(Json.text(rule, "Name"), namespace));
        }

        private java.util.stream.Stream<JsonObject> rules() {
            return policyNames().stream().flatMap(name -> policy(name).stream())
                    .flatMap(policy -> Json.object(policy, "RulesJSON").stream());
        }

        private static boolean matches(String pattern, String namespace) {
            return pattern.equals(namespace)
                    || namespace.matches(java.util.regex.Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
        }
    }

    Caller caller(Optional<String> secret) {
        return new Caller(secret);
    }

    JsonObject save() {
        return Json.of("tokens", Json.array(tokens.values()).deepCopy(), "policies",
                Json.array(policies.values()).deepCopy());
    }

    void restore(JsonObject state) {
        tokens.clear();
        policies.clear();
        Json.objects(state, "tokens").forEach(t -> tokens.put(Json.text(t, "SecretID"), t));
        Json.objects(state, "policies").forEach(p -> policies.put(Json.text(p, "Name"), p));
    }
}
