package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;

/** An answer that is no success, thrown to the route that writes it. */
final class Refusal extends RuntimeException {
    private final int status;
    private final transient Optional<JsonObject> body;
    private final String text;
    private final boolean plainType;

    private Refusal(int status, Optional<JsonObject> body, String text, boolean plainType) {
        super(status + " " + text, null, false, false);
        this.status = status;
        this.body = body;
        this.text = text;
        this.plainType = plainType;
    }

    int status() {
        return status;
    }

    /** The Status object; empty when the answer is {@link #text()}. */
    Optional<JsonObject> body() {
        return body;
    }

    String text() {
        return text;
    }

    /** True for a Status that is sent as text/plain (the 504). */
    boolean plainType() {
        return plainType;
    }

    /** One cause of a refusal; empty texts are left out. */
    record Cause(String reason, String message, String field) {}

    static Refusal plain(int status, String text) {
        return new Refusal(status, Optional.empty(), text, true);
    }

    static JsonObject statusObject(int code, String reason, String message) {
        JsonObject status = Json.object("kind", "Status", "apiVersion", "v1", "metadata", new JsonObject(),
                "status", "Failure", "message", message);
        if (!reason.isEmpty()) {
            status.addProperty("reason", reason);
        }
        return status;
    }

    private static Refusal of(int code, String reason, String message, Optional<JsonElement> details) {
        JsonObject status = statusObject(code, reason, message);
        details.ifPresent(d -> status.add("details", d));
        status.addProperty("code", code);
        return new Refusal(code, Optional.of(status), message, false);
    }

    private static JsonObject details(String name, String group, String kind, List<Cause> causes) {
        JsonObject details = new JsonObject();
        if (!name.isEmpty()) {
            details.addProperty("name", name);
        }
        if (!group.isEmpty()) {
            details.addProperty("group", group);
        }
        if (!kind.isEmpty()) {
            details.addProperty("kind", kind);
        }
        if (!causes.isEmpty()) {
            details.add("causes", Json.array(causes.stream().map(Refusal::cause).toArray()));
        }
        return details;
    }

    private static JsonObject cause(Cause cause) {
        JsonObject json = new JsonObject();
        if (!cause.reason().isEmpty()) {
            json.addProperty("reason", cause.reason());
        }
        json.addProperty("message", cause.message());
        if (!cause.field().isEmpty()) {
            json.addProperty("field", cause.field());
        }
        return json;
    }

    static Refusal badRequest(String message) {
        return of(400, "BadRequest", message, Optional.empty());
    }

    /** 500 without a reason: what the server answers to a body that does not fit the schema. */
    static Refusal unreasoned(String message) {
        return of(500, "", message, Optional.empty());
    }

    static Refusal unauthorized() {
        return of(401, "Unauthorized", "Unauthorized", Optional.empty());
    }

    static Refusal notFound(Kind kind, String name) {
        return of(404, "NotFound", "%s \"%s\" not found".formatted(kind.pluralWithGroup(), name),
                Optional.of(details(name, kind.group(), kind.plural(), List.of())));
    }

    static Refusal noSuchResource() {
        return of(404, "NotFound", "the server could not find the requested resource",
                Optional.of(new JsonObject()));
    }

    static Refusal methodNotAllowed() {
        return of(405, "MethodNotAllowed", "the server does not allow this method on the requested resource",
                Optional.of(new JsonObject()));
    }

    static Refusal notAcceptable() {
        return of(406, "NotAcceptable", "406: Not Acceptable\n\nAvailable representations: application/json,"
                + " application/yaml, application/vnd.kubernetes.protobuf", Optional.of(new JsonObject()));
    }

    static Refusal unsupportedPatch() {
        return of(415, "UnsupportedMediaType", "415: Unsupported Media Type", Optional.of(new JsonObject()));
    }

    static Refusal unsupportedBody() {
        return of(415, "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include:"
                        + " application/json, application/yaml, application/vnd.kubernetes.protobuf",
                Optional.empty());
    }

    static Refusal tooLarge() {
        return of(413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728",
                Optional.empty());
    }

    static Refusal alreadyExists(Kind kind, String name) {
        return of(409, "AlreadyExists", "%s \"%s\" already exists".formatted(kind.pluralWithGroup(), name),
                Optional.of(details(name, kind.group(), kind.plural(), List.of())));
    }

    static Refusal modified(Kind kind, String name) {
        return conflict(kind.plural(), kind, name, "the object has been modified;"
                + " please apply your changes to the latest version and try again");
    }

    /** @param word the kind as this message writes it: PUT and PATCH the plural, DELETE the singular title */
    static Refusal conflict(String word, Kind kind, String name, String why) {
        String full = kind.group().isEmpty() ? word : word + "." + kind.group();
        return of(409, "Conflict",
                "Operation cannot be fulfilled on %s \"%s\": %s".formatted(full, name, why),
                Optional.of(details(name, kind.group(), word, List.of())));
    }

    static Refusal ownerConflict(String message, List<Cause> causes) {
        return of(409, "Conflict", message, Optional.of(details("", "", "", causes)));
    }

    static Refusal forbidden(Kind kind, String name, String why) {
        return forbidden(kind.group(), kind.plural(), name, why, List.of());
    }

    static Refusal forbidden(String group, String plural, String name, String why, List<Cause> causes) {
        String resource = group.isEmpty() ? plural : plural + "." + group;
        String what = name.isEmpty() ? resource : "%s \"%s\"".formatted(resource, name);
        return of(403, "Forbidden", what + " is forbidden: " + why,
                Optional.of(details(name, group, plural, causes)));
    }

    static Refusal forbiddenPath(String user, String verb, String path) {
        return of(403, "Forbidden",
                "forbidden: User \"%s\" cannot %s path \"%s\"".formatted(user, verb, path),
                Optional.of(new JsonObject()));
    }

    static Refusal terminating(Kind kind, String name, String namespace) {
        return forbidden(kind.group(), kind.plural(), name,
                "unable to create new content in namespace %s because it is being terminated"
                        .formatted(namespace),
                List.of(new Cause("NamespaceTerminating",
                        "namespace " + namespace + " is being terminated", "metadata.namespace")));
    }

    /** 422 with one cause for each problem; the message lists them in brackets when there are several. */
    static Refusal invalid(Kind kind, String name, List<Cause> problems) {
        return invalid(kind.titleWithGroup(), kind.group(), kind.title(), name, problems);
    }

    static Refusal invalid(String what, String group, String kind, String name, List<Cause> problems) {
        List<String> texts = problems.stream().map(p -> p.field() + ": " + p.message()).distinct().toList();
        String list = texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
        return of(422, "Invalid", "%s \"%s\" is invalid: %s".formatted(what, name, list),
                Optional.of(details(name, group, kind, problems)));
    }

    static Refusal badOption(String options, Cause problem) {
        return invalid(options + ".meta.k8s.io", "meta.k8s.io", options, "", List.of(problem));
    }

    static Refusal badPatch() {
        return of(422, "Invalid", "the server rejected our request due to an error in our request",
                Optional.of(new JsonObject()));
    }

    static Refusal policy(Kind kind, String name, String denial) {
        return of(422, "Invalid",
                "%s \"%s\" is forbidden: %s".formatted(kind.pluralWithGroup(), name, denial),
                Optional.of(details(name, kind.group(), kind.plural(), List.of(new Cause("", denial, "")))));
    }

    static Refusal webhook(String failure) {
        return of(500, "InternalError", "Internal error occurred: " + failure,
                Optional.of(details("", "", "", List.of(new Cause("", failure, "")))));
    }

    static Refusal expired(String message, Optional<String> goOn) {
        JsonObject status = statusObject(410, "Expired", message);
        goOn.ifPresent(token -> status.getAsJsonObject("metadata").addProperty("continue", token));
        status.addProperty("code", 410);
        return new Refusal(410, Optional.of(status), message, false);
    }

    /** This one Status goes out as text and without kind and apiVersion. */
    static Refusal timeout() {
        String message = "Timeout: request did not complete within the allotted timeout";
        JsonObject status = statusObject(504, "Timeout", message);
        status.remove("kind");
        status.remove("apiVersion");
        status.add("details", new JsonObject());
        status.addProperty("code", 504);
        return new Refusal(504, Optional.of(status), message, true);
    }
}
