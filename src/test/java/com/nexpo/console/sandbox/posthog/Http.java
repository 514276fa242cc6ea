package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plain client for tests of the emulator, so that nothing stands between the test and the wire. */
record Http(URI base, String key, HttpClient client) {
    Http(URI base, String key) {
        this(base, key, HttpClient.newHttpClient());
    }

    /** Status and body; a body that is no JSON is a text. */
    record Answer(int status, JsonElement body, HttpResponse<String> raw) {
        JsonObject object() {
            return body.getAsJsonObject();
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, null, Map.of());
    }

    Answer post(String path, JsonElement body) throws IOException, InterruptedException {
        return send("POST", path, body.toString(), Map.of());
    }

    Answer patch(String path, JsonElement body) throws IOException, InterruptedException {
        return send("PATCH", path, body.toString(), Map.of());
    }

    Answer send(String method, String path, @Nullable String body, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).method(method,
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        headers.forEach(request::header);
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), parsed(response.body()), response);
    }

    private static JsonElement parsed(String text) {
        if (text.isEmpty()) {
            return JsonNull.INSTANCE;
        }
        try {
            return JsonParser.parseString(text);
        } catch (JsonParseException e) {
            return new JsonPrimitive(text);
        }
    }
}
