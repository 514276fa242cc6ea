package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Who may log in, and what each may do: bearer tokens and RBAC rules. */
final class Accounts {
    static final String MASTERS = "system:masters";
    private static final Account ANONYMOUS = new Account("system:anonymous", "",
            List.of("system:unauthenticated"), Map.of(), List.of());

    private final Map<String, Account> byToken = new ConcurrentHashMap<>();

    void add(String token, Account account) {
        byToken.put(token, account);
    }

    /** The token stops working at once. */
    void remove(String token) {
        byToken.remove(token);
    }

    /** Empty when the token is unknown; anonymous when none is given. */
    Optional<Account> login(Optional<String> token) {
        return token.isEmpty() ? Optional.of(ANONYMOUS) : Optional.ofNullable(byToken.get(token.get()));
    }

    /** The account whose name an administrator takes on; unknown names get one without rights. */
    Account impersonate(String user, List<String> groups) {
        return byToken.values().stream().filter(a -> a.user().equals(user)).findFirst().orElseGet(() -> {
            List<String> all = new ArrayList<>(groups);
            all.add("system:authenticated");
            return new Account(user, "", all, Map.of(), List.of());
        });
    }

    /**
     * Somebody.
     *
     * @param user  such as {@code system:serviceaccount:NAMESPACE:NAME}
     * @param extra as authenticators add it to the user's info
     */
    record Account(String user, String uid, List<String> groups, Map<String, List<String>> extra,
            List<Rule> rules) {
        boolean anonymous() {
            return user.equals("system:anonymous");
        }

        boolean master() {
            return groups.contains(MASTERS);
        }

        /** Why it is allowed; empty when it is not, an empty text for those who may do everything. */
        Optional<String> allowed(AccessRequest request) {
            if (master()) {
                return Optional.of("");
            }
            boolean own = request.group().equals("authorization.k8s.io")
                    || request.group().equals("authentication.k8s.io");
            if (own && !anonymous() && request.verb().equals("create")
                    && request.resource().startsWith("selfsubject")) {
                return Optional.of("RBAC: allowed by ClusterRoleBinding \"system:basic-user\" of ClusterRole"
                        + " \"system:basic-user\" to Group \"system:authenticated\"");
            }
            return rules.stream().filter(rule -> rule.covers(request)).findFirst().map(this::reason);
        }

        private String reason(Rule rule) {
            String[] parts = user.split(":", -1);
            String subject = parts.length == 4
                    ? "ServiceAccount \"" + parts[3] + "/" + parts[2] + "\""
                    : "User \"" + user + "\"";
            return "RBAC: allowed by RoleBinding \"%s/%s\" of Role \"%s\" to %s".formatted(rule.role(),
                    rule.namespace(), rule.role(), subject);
        }

        JsonObject userInfo() {
            JsonObject info = Json.object("username", user);
            if (!uid.isEmpty()) {
                info.addProperty("uid", uid);
            }
            info.add("groups", Json.texts(groups));
            if (!extra.isEmpty()) {
                JsonObject more = new JsonObject();
                extra.forEach((name, values) -> more.add(name, Json.texts(values)));
                info.add("extra", more);
            }
            return info;
        }
    }

    /** What is asked of the authorizer; empty texts for what the request has not. */
    record AccessRequest(String verb, String group, String resource, String namespace, String name) {}

    /** One rule of a role in a namespace; no names means all objects. */
    record Rule(String role, String namespace, List<String> groups, List<String> resources,
            List<String> verbs, List<String> names) {
        boolean covers(AccessRequest request) {
            return request.namespace().equals(namespace) && in(groups, request.group())
                    && in(resources, request.resource()) && in(verbs, request.verb())
                    && (names.isEmpty() || names.contains(request.name()));
        }

        private static boolean in(List<String> allowed, String wanted) {
            return allowed.contains("*") || allowed.contains(wanted);
        }

        JsonObject toJson() {
            JsonObject json = Json.object("verbs", Json.texts(verbs), "apiGroups", Json.texts(groups),
                    "resources", Json.texts(resources));
            if (!names.isEmpty()) {
                json.add("resourceNames", Json.texts(names));
            }
            return json;
        }
    }
}
