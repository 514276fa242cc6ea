package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Plain HTTP to a Nomad, for tests that look at the wire. */
final class Wire {
    private final URI base;
    private final String token;
    private final HttpClient client = HttpClient.newHttpClient();

    Wire(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("X-Nomad-Token", token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    JsonElement get(String path) throws IOException, InterruptedException {
        return JsonParser.parseString(send("GET", path, "").body());
    }

    JsonObject getObject(String path) throws IOException, InterruptedException {
        return get(path).getAsJsonObject();
    }

    JsonObject put(String path, JsonElement body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("PUT", path, body.toString());
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JsonParser.parseString(answer.body()).getAsJsonObject();
    }

    /** The job of a recorded job file, with variables in var-file form. */
    JsonObject parse(String file, String variables) throws IOException, InterruptedException {
        return put("/v1/jobs/parse",
                Json.of("JobHCL", Recorded.text("hcl/" + file + ".nomad.hcl"), "Variables", variables));
    }
}
