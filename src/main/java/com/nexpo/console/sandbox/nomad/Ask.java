package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.nexpo.console.sandbox.http.Exchange;
import java.util.List;
import java.util.Optional;

/**
 * What is asked, and by whom.
 *
 * @param path the segments behind {@code /v1}
 */
record Ask(Exchange http, List<String> path, Acl.Caller caller) {
    boolean is(String method) {
        return http.method().equals(method);
    }

    boolean writes() {
        return is("PUT") || is("POST");
    }

    String namespace() {
        return http.query("namespace").filter(n -> !n.isEmpty()).orElse("default");
    }

    /** The namespace of a job that is sent: the URL's wins over the body's. */
    String namespaceOf(JsonObject job) {
        return http.query("namespace").filter(n -> !n.isEmpty())
                .orElseGet(() -> Json.text(job, "Namespace").isEmpty()
                        ? "default"
                        : Json.text(job, "Namespace"));
    }

    void require(String capability, String namespace) throws ApiError {
        if (!caller.may(capability, namespace)) {
            throw ApiError.denied();
        }
    }

    boolean flag(String name) {
        return http.query(name).map(value -> value.equals("true") || value.equals("1")).orElse(false);
    }

    /** The body as an object; an empty one when nothing was sent. */
    JsonObject body() throws ApiError {
        String text = http.bodyText();
        if (text.isBlank()) {
            return new JsonObject();
        }
        try {
            JsonElement parsed = JsonParser.parseString(text);
            boolean strict = text.stripLeading().startsWith("{")
                    && !text.matches("(?s)\\s*\\{\\s*[^\"}\\s].*");
            if (parsed instanceof JsonObject object && strict) {
                return object;
            }
        } catch (JsonParseException e) {
            throw new ApiError(400, goSyntaxError(text));
        }
        throw new ApiError(400, goSyntaxError(text));
    }

    /** As Go's decoder says it, for the common case of a member name without quotes. */
    private static String goSyntaxError(String text) {
        String rest = text.strip();
        boolean member = rest.startsWith("{") && rest.length() > 1;
        char found = rest.charAt(member ? 1 : 0);
        return "invalid character '" + found + "' looking for beginning of "
                + (member ? "object key string" : "value");
    }

    /** The job in the body. */
    Optional<JsonObject> job() throws ApiError {
        JsonElement job = body().has("Job") ? body().get("Job") : JsonNull.INSTANCE;
        return job instanceof JsonObject object ? Optional.of(object) : Optional.empty();
    }
}
