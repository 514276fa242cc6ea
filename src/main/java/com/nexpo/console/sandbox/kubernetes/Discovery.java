package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.http.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What the server offers: discovery in the old form and aggregated, and as much OpenAPI as kubectl apply needs. */
final class Discovery {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    /** Groups beside the core one, with the reviews that are not stored. */
    private static final Map<String, List<String>> GROUPS = Map.of("apps", List.of(), "authentication.k8s.io",
            List.of("SelfSubjectReview"), "authorization.k8s.io",
            List.of("SelfSubjectAccessReview", "SelfSubjectRulesReview"));
    private static final List<String> ORDER = List.of("apps", "authentication.k8s.io",
            "authorization.k8s.io");

    private Discovery() {}

    private static boolean aggregated(Exchange exchange) {
        return exchange.header("Accept").orElse("").contains("as=APIGroupDiscoveryList");
    }

    static void core(Exchange exchange, int port) throws IOException {
        if (aggregated(exchange)) {
            send(exchange, Json.array(group("")));
        } else {
            exchange.json(200, Json.object("kind", "APIVersions", "versions", Json.array("v1"),
                    "serverAddressByClientCIDRs", Json.array(
                            Json.object("clientCIDR", "0.0.0.0/0", "serverAddress", "127.0.0.1:" + port))));
        }
    }

    static void groups(Exchange exchange) throws IOException {
        JsonArray groups = new JsonArray();
        if (aggregated(exchange)) {
            ORDER.forEach(name -> groups.add(group(name)));
            send(exchange, groups);
            return;
        }
        ORDER.forEach(name -> groups.add(groupVersions(name)));
        exchange.json(200, Json.object("kind", "APIGroupList", "apiVersion", "v1", "groups", groups));
    }

    static void group(Exchange exchange, String name) throws IOException {
        if (!GROUPS.containsKey(name)) {
            throw Refusal.plain(404, "404 page not found\n");
        }
        JsonObject group = groupVersions(name);
        group.addProperty("kind", "APIGroup");
        group.addProperty("apiVersion", "v1");
        exchange.json(200, group);
    }

    private static JsonObject groupVersions(String name) {
        JsonObject version = Json.object("groupVersion", name + "/v1", "version", "v1");
        return Json.object("name", name, "versions", Json.array(version), "preferredVersion", version);
    }

    private static void send(Exchange exchange, JsonArray items) throws IOException {
        JsonObject list = Json.object("kind", "APIGroupDiscoveryList", "apiVersion", "apidiscovery.k8s.io/v2",
                "metadata", new JsonObject(), "items", items);
        exchange.bytes(200, AGGREGATED, list.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObject group(String name) {
        JsonArray resources = new JsonArray();
        Kind.inGroup(name).forEach(kind -> {
            JsonObject resource = resource(kind.plural(), kind.title(), kind.namespaced(), kind.verbs());
            if (!kind.shortNames().isEmpty()) {
                resource.add("shortNames", Json.texts(kind.shortNames()));
            }
            resources.add(resource);
        });
        GROUPS.getOrDefault(name, List.of()).forEach(
                title -> resources.add(resource(plural(title), title, false, List.of("create"))));
        JsonObject metadata = name.isEmpty() ? new JsonObject() : Json.object("name", name);
        return Json.object("metadata", metadata, "versions",
                Json.array(Json.object("version", "v1", "resources", resources, "freshness", "Current")));
    }

    private static JsonObject resource(String plural, String title, boolean namespaced, List<String> verbs) {
        return Json.object("resource", plural, "responseKind",
                Json.object("group", "", "version", "", "kind", title), "scope",
                namespaced ? "Namespaced" : "Cluster",
                "singularResource", plural.substring(0, plural.length() - 1), "verbs", Json.texts(verbs));
    }

    private static String plural(String title) {
        return title.toLowerCase(java.util.Locale.ROOT) + "s";
    }

    /** The resources of one group version in the old form. */
    static void resources(Exchange exchange, String group) throws IOException {
        if (!group.isEmpty() && !GROUPS.containsKey(group)) {
            throw Refusal.plain(404, "404 page not found\n");
        }
        JsonArray resources = new JsonArray();
        Kind.inGroup(group).forEach(kind -> {
            JsonObject resource = Json.object("name", kind.plural(), "singularName", kind.singular(),
                    "namespaced",
                    kind.namespaced(), "kind", kind.title(), "verbs", Json.texts(kind.verbs()));
            if (!kind.shortNames().isEmpty()) {
                resource.add("shortNames", Json.texts(kind.shortNames()));
            }
            resources.add(resource);
        });
        GROUPS.getOrDefault(group, List.of())
                .forEach(title -> resources.add(Json.object("name", plural(title), "singularName",
                        title.toLowerCase(java.util.Locale.ROOT), "namespaced", false, "kind", title, "verbs",
                        Json.array("create"))));
        JsonObject list = Json.object("kind", "APIResourceList");
        if (!group.isEmpty()) {
            list.addProperty("apiVersion", "v1");
        }
        list.addProperty("groupVersion", group.isEmpty() ? "v1" : group + "/v1");
        list.add("resources", resources);
        exchange.json(200, list);
    }

    static void openApiIndex(Exchange exchange) throws IOException {
        JsonObject paths = new JsonObject();
        paths.add("api/v1", Json.object("serverRelativeURL", "/openapi/v3/api/v1?hash=1"));
        paths.add("apis/apps/v1", Json.object("serverRelativeURL", "/openapi/v3/apis/apps/v1?hash=1"));
        exchange.bytes(200, "text/plain; charset=utf-8",
                Json.object("paths", paths).toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Nothing but each kind's patch operation with {@code fieldValidation}: that is all kubectl looks for. */
    static void openApi(Exchange exchange, String group) throws IOException {
        JsonObject paths = new JsonObject();
        Kind.inGroup(group).forEach(kind -> {
            String prefix = group.isEmpty() ? "/api/v1" : "/apis/" + group + "/v1";
            String path = prefix + (kind.namespaced() ? "/namespaces/{namespace}/" : "/") + kind.plural()
                    + "/{name}";
            JsonObject parameter = Json.object("name", "fieldValidation", "in", "query", "schema",
                    Json.object("type", "string", "uniqueItems", true));
            JsonObject operation = Json.object("parameters", Json.array(parameter), "responses",
                    new JsonObject());
            operation.addProperty("x-kubernetes-action", "patch");
            operation.add("x-kubernetes-group-version-kind",
                    Json.object("group", group, "version", "v1", "kind", kind.title()));
            paths.add(path, Json.object("patch", operation));
        });
        exchange.json(200, Json.object("openapi", "3.0.0", "info",
                Json.object("title", "Kubernetes", "version", "v1.36.3"), "paths", paths));
    }
}
