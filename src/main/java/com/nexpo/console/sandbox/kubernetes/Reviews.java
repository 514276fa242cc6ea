package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.kubernetes.Accounts.Account;
import com.nexpo.console.sandbox.kubernetes.Accounts.AccessRequest;
import com.nexpo.console.sandbox.kubernetes.Refusal.Cause;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What one may ask about oneself: access, rules, identity. All are answered 201. */
final class Reviews {
    private static final String AUTHORIZATION = "authorization.k8s.io/v1";

    private Reviews() {}

    static void access(Exchange exchange, Account account) throws IOException {
        JsonObject body = Bodies.decode(exchange, "SelfSubjectAccessReview");
        JsonObject spec = Json.objectAt(body, "spec").orElseGet(JsonObject::new);
        Optional<JsonObject> resource = Json.objectAt(spec, "resourceAttributes");
        Optional<JsonObject> path = Json.objectAt(spec, "nonResourceAttributes");
        if (resource.isPresent() == path.isPresent()) {
            throw Refusal.invalid("." + "authorization.k8s.io", "authorization.k8s.io", "", "",
                    List.of(new Cause("FieldValueInvalid", "Invalid value: null: exactly one of"
                            + " nonResourceAttributes or resourceAttributes must be specified",
                            "spec.resourceAttributes")));
        }
        Optional<String> allowed = resource.isPresent()
                ? account.allowed(request(resource.get()))
                : Optional.of("").filter(_ -> account.master() || PublicPaths.open(account,
                        path.flatMap(p -> Json.text(p, "path")).orElse("")));
        JsonObject status = Json.object("allowed", allowed.isPresent());
        allowed.filter(reason -> !reason.isEmpty()).ifPresent(reason -> status.addProperty("reason", reason));
        JsonObject answer = Json.object("kind", "SelfSubjectAccessReview", "apiVersion", AUTHORIZATION,
                "metadata",
                new JsonObject(), "spec", spec, "status", status);
        FieldOwnership.created(answer, AUTHORIZATION, Writes.manager(exchange, "CreateOptions"),
                Writes.now());
        exchange.json(201, answer);
    }

    private static AccessRequest request(JsonObject attributes) {
        String resource = Json.text(attributes, "resource").orElse("");
        String sub = Json.text(attributes, "subresource").filter(s -> !s.isEmpty()).map(s -> "/" + s)
                .orElse("");
        return new AccessRequest(Json.text(attributes, "verb").orElse(""),
                Json.text(attributes, "group").orElse(""),
                resource + sub, Json.text(attributes, "namespace").orElse(""),
                Json.text(attributes, "name").orElse(""));
    }

    static void rules(Exchange exchange, Account account) throws IOException {
        JsonObject body = Bodies.decode(exchange, "SelfSubjectRulesReview");
        String namespace = Json.text(body, "spec", "namespace").filter(n -> !n.isEmpty())
                .orElseThrow(() -> Refusal.badRequest("no namespace on request"));
        JsonArray resources = Json.array(
                rule("authorization.k8s.io", "selfsubjectaccessreviews", "selfsubjectrulesreviews"),
                rule("authentication.k8s.io", "selfsubjectreviews"));
        if (account.master()) {
            resources.add(Json.object("verbs", Json.array("*"), "apiGroups", Json.array("*"), "resources",
                    Json.array("*")));
        }
        account.rules().stream().filter(rule -> rule.namespace().equals(namespace))
                .forEach(rule -> resources.add(rule.toJson()));
        JsonArray paths = Json
                .array(Json.object("verbs", Json.array("get"), "nonResourceURLs",
                        Json.texts(PublicPaths.ALL)));
        if (account.master()) {
            paths.add(Json.object("verbs", Json.array("*"), "nonResourceURLs", Json.array("*")));
        }
        exchange.json(201,
                Json.object("kind", "SelfSubjectRulesReview", "apiVersion", AUTHORIZATION, "metadata",
                        new JsonObject(), "spec", new JsonObject(), "status",
                        Json.object("resourceRules", resources,
                                "nonResourceRules", paths, "incomplete", false)));
    }

    private static JsonObject rule(String group, Object... resources) {
        return Json.object("verbs", Json.array("create"), "apiGroups", Json.array(group), "resources",
                Json.array(resources));
    }

    static void identity(Exchange exchange, Account account) throws IOException {
        Bodies.decode(exchange, "SelfSubjectReview");
        exchange.json(201, Json.object("kind", "SelfSubjectReview", "apiVersion", "authentication.k8s.io/v1",
                "metadata", Json.object("creationTimestamp", Writes.now()), "status",
                Json.object("userInfo", account.userInfo())));
    }
}
