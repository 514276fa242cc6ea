package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.UUID;

/**
 * An answer before HTTP.
 *
 * @param body empty for an answer without one
 * @see <a href="https://openbao.org/api-docs/">the API's documentation</a>
 */
record LogicalResponse(int status, Optional<JsonObject> body) {
    /** 204: done, nothing to say. */
    static LogicalResponse none() {
        return new LogicalResponse(204, Optional.empty());
    }

    static LogicalResponse raw(int status, JsonObject body) {
        return new LogicalResponse(status, Optional.of(body));
    }

    /** 200 with this in {@code data}. */
    static LogicalResponse data(JsonObject data) {
        return data(200, data);
    }

    static LogicalResponse data(int status, JsonObject data) {
        JsonObject envelope = envelope();
        envelope.add("data", data);
        return raw(status, envelope);
    }

    /** 200 with this in {@code data} and, as old clients expect of some system paths, at the top as well. */
    static LogicalResponse flat(JsonObject data) {
        JsonObject both = data.deepCopy();
        envelope().entrySet().forEach(member -> both.add(member.getKey(), member.getValue()));
        both.add("data", data);
        return raw(200, both);
    }

    /** 200 with this in {@code auth}: a login, a renewal, a new token. */
    static LogicalResponse auth(JsonObject auth) {
        JsonObject envelope = envelope();
        envelope.add("auth", auth);
        return raw(200, envelope);
    }

    /** No data, but a word of warning; Vault sends it with 404. */
    static LogicalResponse warning(int status, String text) {
        JsonObject envelope = envelope();
        JsonArray warnings = new JsonArray();
        warnings.add(text);
        envelope.add("warnings", warnings);
        return raw(status, envelope);
    }

    static LogicalResponse errors(int status, String... texts) {
        JsonArray errors = new JsonArray();
        for (String text : texts) {
            errors.add(text);
        }
        JsonObject body = new JsonObject();
        body.add("errors", errors);
        return raw(status, body);
    }

    /** 404 without a word: nothing there. */
    static LogicalResponse missing() {
        return errors(404);
    }

    private static JsonObject envelope() {
        JsonObject envelope = new JsonObject();
        envelope.addProperty("request_id", UUID.randomUUID().toString());
        envelope.addProperty("lease_id", "");
        envelope.addProperty("renewable", false);
        envelope.addProperty("lease_duration", 0);
        for (String name : new String[]{"data", "wrap_info", "warnings", "auth"}) {
            envelope.add(name, JsonNull.INSTANCE);
        }
        return envelope;
    }
}
