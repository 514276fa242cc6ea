package com.nexpo.console.system.kubernetes;

import com.google.gson.JsonObject;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Evidence;
import com.nexpo.console.model.CheckResult.Fix;
import com.nexpo.console.model.CheckResult.Severity;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.kubernetes.KubernetesConnection.Identity;
import com.nexpo.console.system.kubernetes.KubernetesConnection.Request;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the cluster for each right that reading, applying and restarting need, by SelfSubjectAccessReview.
 *
 * <p>By name where a role can be for names: such a role does not answer for all secrets. A right to create cannot
 * be for a name, because the name is not known when it is checked.
 */
final class AccessChecks {
    private final KubernetesConnection connection;
    private final String namespace;

    AccessChecks(KubernetesConnection connection, String namespace) {
        this.connection = connection;
        this.namespace = namespace;
    }

    /** One right that is asked for. */
    private record Right(String code, String title, Severity severity, String group, String resource,
            List<String> verbs, boolean named) {}

    private static final List<Right> RIGHTS = List.of(
            new Right("K8S-002", "Secrets can be read", Severity.BLOCKING, "", "secrets", List.of("get"),
                    true),
            new Right("K8S-003", "Secrets can be applied", Severity.BLOCKING, "", "secrets", List.of("patch"),
                    true),
            new Right("K8S-004", "Secrets can be created", Severity.BLOCKING, "", "secrets",
                    List.of("create"),
                    false),
            new Right("K8S-005", "Deployments can be found and restarted", Severity.ADVISORY, "apps",
                    "deployments",
                    List.of("list", "get", "patch"), false),
            new Right("K8S-006", "Pods can be listed, to see who still runs with old values",
                    Severity.ADVISORY, "",
                    "pods", List.of("list"), false));

    List<CheckResult> run(List<String> secrets) throws InterruptedException {
        List<CheckResult> results = new ArrayList<>();
        Optional<Identity> identity = connected(results);
        if (identity.isEmpty()) {
            RIGHTS.forEach(
                    right -> results.add(result(right.code(), right.title(), Status.SKIPPED, right.severity(),
                            "Not asked: the cluster cannot be used.", List.of(), Optional.empty())));
            return results;
        }
        for (Right right : RIGHTS) {
            results.add(right(right, secrets, identity.get()));
        }
        return results;
    }

    private Optional<Identity> connected(List<CheckResult> results) throws InterruptedException {
        String title = "The cluster answers and knows who we are";
        try {
            Identity identity = connection.identity();
            Kubeconfig config = connection.config();
            results.add(result("K8S-001", title, Status.PASS, Severity.BLOCKING,
                    "You are %s on %s.".formatted(identity.user(), config.server()),
                    List.of(new Evidence("context", config.context()),
                            new Evidence("groups", String.join(", ", identity.groups()))),
                    Optional.empty()));
            if (config.insecure()) {
                results.add(result("K8S-007", "The cluster's certificate is checked", Status.WARN,
                        Severity.ADVISORY,
                        "Context %s has insecure-skip-tls-verify: anybody between here and there can read the"
                                .formatted(config.context()) + " secrets.",
                        List.of(),
                        Optional.of(new Fix(
                                "Put the cluster's certificate-authority-data into the kubeconfig."))));
            }
            return Optional.of(identity);
        } catch (FailureException e) {
            results.add(
                    result("K8S-001", title, Status.FAIL, Severity.BLOCKING, e.failure().message(), List.of(),
                            e.failure().fix().map(Fix::new)));
            return Optional.empty();
        }
    }

    private CheckResult right(Right right, List<String> secrets, Identity identity)
            throws InterruptedException {
        List<String> names = right.named() && !secrets.isEmpty() ? secrets : List.of("");
        Set<String> missing = new LinkedHashSet<>();
        try {
            for (String verb : right.verbs()) {
                for (String name : names) {
                    if (!allowed(right, verb, name)) {
                        missing.add(name.isEmpty() ? verb : verb + " " + name);
                    }
                }
            }
        } catch (FailureException e) {
            return result(right.code(), right.title(), Status.ERROR, right.severity(), e.failure().message(),
                    List.of(), e.failure().fix().map(Fix::new));
        }
        if (missing.isEmpty()) {
            return result(right.code(), right.title(), Status.PASS, right.severity(),
                    "Allowed in namespace %s.".formatted(namespace), List.of(), Optional.empty());
        }
        return result(right.code(), right.title(),
                right.severity() == Severity.BLOCKING ? Status.FAIL : Status.WARN,
                right.severity(), "%s may not %s %s in namespace %s.".formatted(identity.user(),
                        String.join(", ", right.verbs()), right.resource(), namespace),
                List.of(new Evidence("missing", String.join("; ", missing))),
                Optional.of(new Fix("Let an administrator of the cluster apply this role and binding.",
                        role(right, identity))));
    }

    private boolean allowed(Right right, String verb, String name)
            throws FailureException, InterruptedException {
        JsonObject attributes = new JsonObject();
        attributes.addProperty("namespace", namespace);
        attributes.addProperty("verb", verb);
        attributes.addProperty("resource", right.resource());
        // Without its group, a right for deployments is never found.
        attributes.addProperty("group", right.group());
        if (!name.isEmpty()) {
            attributes.addProperty("name", name);
        }
        JsonObject spec = new JsonObject();
        spec.add("resourceAttributes", attributes);
        JsonObject body = new JsonObject();
        body.addProperty("kind", "SelfSubjectAccessReview");
        body.addProperty("apiVersion", "authorization.k8s.io/v1");
        body.add("spec", spec);
        return Tree.isTrue(connection
                .send("asking for the right to " + verb + " " + right.resource(), Repeat.SAFE,
                        new Request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                Map.of(),
                                "application/json", Optional.of(body)))
                .body(), "status", "allowed");
    }

    private String role(Right right, Identity identity) {
        String name = "posthog-deployment-console-" + right.resource();
        return """
                kubectl apply -f - <<'EOF'
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata:
                  name: %1$s
                  namespace: %2$s
                rules:
                - apiGroups: ["%3$s"]
                  resources: ["%4$s"]
                  verbs: [%5$s]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata:
                  name: %1$s
                  namespace: %2$s
                roleRef:
                  apiGroup: rbac.authorization.k8s.io
                  kind: Role
                  name: %1$s
                subjects:
                %6$s
                EOF
                """.formatted(name, namespace, right.group(), right.resource(), verbs(right),
                subject(identity));
    }

    /** All verbs that we need of the resource: two roles of one name would replace each other. */
    private static String verbs(Right right) {
        Set<String> verbs = new LinkedHashSet<>();
        RIGHTS.stream().filter(r -> r.resource().equals(right.resource()))
                .forEach(r -> verbs.addAll(r.verbs()));
        return String.join(", ", verbs);
    }

    private static String subject(Identity identity) {
        String[] parts = identity.user().split(":", -1);
        boolean account = identity.user().startsWith("system:serviceaccount:") && parts.length == 4;
        return account
                ? "- kind: ServiceAccount\n  name: %s\n  namespace: %s".formatted(parts[3], parts[2])
                : "- kind: User\n  apiGroup: rbac.authorization.k8s.io\n  name: \"%s\""
                        .formatted(identity.user());
    }

    private CheckResult result(String code, String title, Status status, Severity severity, String message,
            List<Evidence> evidence, Optional<Fix> fix) {
        return new CheckResult(code, title, Optional.of(SystemId.KUBERNETES), "namespace " + namespace,
                status,
                severity, message, evidence, fix, Instant.now());
    }
}
