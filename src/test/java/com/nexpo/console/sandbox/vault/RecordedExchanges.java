package com.nexpo.console.sandbox.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.testing.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sends recorded requests to an emulator and holds its answers against the recorded ones. */
final class RecordedExchanges implements AutoCloseable {
    /** Whose inside is data: names of mounts, keys of secrets, numbers of versions, names of claims. */
    private static final Shape SHAPE = new Shape(Set.of("data.data", "data.metadata.custom_metadata",
            "data.custom_metadata", "data.versions", "data.key_info", "data.subkeys", "auth.metadata",
            "data.bound_claims", "data.claim_mappings", "data.meta", "data.auth", "data.secret"));

    private final VaultEmulator emulator;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> substitutes = new HashMap<>();
    private final Set<String> replayed = new LinkedHashSet<>();

    RecordedExchanges(VaultEmulator emulator) {
        this.emulator = emulator;
    }

    /** What stands in the recording for what it is here: tokens, ids, passwords. */
    RecordedExchanges with(String recorded, String here) {
        substitutes.put(recorded, here);
        return this;
    }

    /** The files that were replayed. */
    Set<String> replayed() {
        return replayed;
    }

    /** Replays these, in order; each must be answered as it was recorded. Gives the last answer's body. */
    JsonObject replay(String... names) {
        JsonObject last = new JsonObject();
        for (String name : names) {
            last = replayOne(name);
        }
        return last;
    }

    private JsonObject replayOne(String name) {
        replayed.add(name);
        JsonObject exchange = read(name);
        JsonObject request = exchange.getAsJsonObject("request");
        JsonObject recorded = exchange.getAsJsonObject("response");
        HttpResponse<String> answer = send(request);

        assertThat(answer.statusCode()).as(name + " " + answer.body())
                .isEqualTo(recorded.get("status").getAsInt());
        for (String header : new String[]{"Cache-Control", "Content-Type", "Location", "X-Vault-Namespace"}) {
            assertThat(answer.headers().firstValue(header)).as(name + " " + header).isEqualTo(Optional
                    .ofNullable(recorded.getAsJsonObject("headers").get(header))
                    .map(JsonElement::getAsString));
        }
        if (!recorded.has("body")) {
            String text = recorded.has("bodyText") ? recorded.get("bodyText").getAsString() : "";
            assertThat(answer.body()).as(name).isEqualTo(text);
            return new JsonObject();
        }
        JsonObject wanted = recorded.getAsJsonObject("body");
        JsonObject body = JsonParser.parseString(answer.body()).getAsJsonObject();
        if (wanted.has("errors")) {
            assertThat(body).as(name).isEqualTo(wanted);
        } else {
            assertThat(SHAPE.differences(wanted, body)).as(name + " " + body).isEmpty();
            assertThat(body.get("warnings")).as(name).isEqualTo(wanted.get("warnings"));
            sameValues(name, wanted, body);
        }
        return body;
    }

    /** Beyond the shape: values of secrets, versions, policies, capabilities and keys are the recorded ones. */
    private void sameValues(String name, JsonObject wanted, JsonObject body) {
        if (!wanted.has("data") || !wanted.get("data").isJsonObject()) {
            return;
        }
        JsonObject recorded = wanted.getAsJsonObject("data");
        JsonObject here = body.getAsJsonObject("data");
        for (String field : new String[]{"data", "version", "current_version", "oldest_version",
            "current_metadata_version", "custom_metadata", "keys", "policy", "rules", "policies",
            "capabilities", "subkeys", "bound_claims", "bound_audiences", "token_policies", "token_period",
            "options", "path", "ttl", "renewable", "orphan", "max_versions", "cas_required", "default_role",
            "allowed_policies", "secret/data/other", "secret/data/nexpo/posthog/auth",
            "secret/metadata/nexpo/posthog/auth", "auth/token/lookup-self", "secret/data/x"}) {
            if (recorded.has(field)) {
                assertThat(here.get(field)).as(name + " data." + field).isEqualTo(recorded.get(field));
            }
        }
        for (String field : new String[]{"auth", "secret"}) {
            if (recorded.has(field)) {
                assertThat(here.getAsJsonObject(field).keySet()).as(name + " data." + field)
                        .containsExactlyInAnyOrderElementsOf(recorded.getAsJsonObject(field).keySet());
            }
        }
        if (recorded.has("metadata") && recorded.get("metadata").isJsonObject()) {
            for (String field : new String[]{"version", "destroyed", "custom_metadata"}) {
                assertThat(here.getAsJsonObject("metadata").get(field)).as(name + " metadata." + field)
                        .isEqualTo(recorded.getAsJsonObject("metadata").get(field));
            }
        }
    }

    /** Sends something that was not recorded, as root; for steps between recorded ones. */
    JsonObject step(String method, String path, String body) {
        return stepAs("SAMPLE-ROOT-TOKEN", method, path, body);
    }

    /** As {@link #step}, with another token. */
    JsonObject stepAs(String token, String method, String path, String body) {
        JsonObject request = new JsonObject();
        request.addProperty("method", method);
        request.addProperty("path", "/v1/" + path);
        JsonObject headers = new JsonObject();
        headers.addProperty("X-Vault-Token", token);
        request.add("headers", headers);
        if (!body.isEmpty()) {
            request.add("body", JsonParser.parseString(body));
        }
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).as(method + " " + path + " " + answer.body()).isBetween(200, 299);
        return answer.body().isBlank()
                ? new JsonObject()
                : JsonParser.parseString(answer.body()).getAsJsonObject();
    }

    private HttpResponse<String> send(JsonObject request) {
        String body = "";
        if (request.has("body")) {
            JsonElement sent = request.get("body");
            body = here(sent.isJsonPrimitive() ? sent.getAsString() : sent.toString());
        }
        HttpRequest.Builder builder = HttpRequest.newBuilder(
                URI.create(emulator.address() + request.get("path").getAsString()))
                .method(request.get("method").getAsString(),
                        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        // The recordings of large bodies leave out their headers along with the body.
        if (!request.has("headers") && body.length() > 1_000_000) {
            builder.header("X-Vault-Token", here("SAMPLE-ROOT-TOKEN"));
        }
        if (request.has("headers")) {
            request.getAsJsonObject("headers").entrySet()
                    .forEach(h -> builder.header(h.getKey(), here(h.getValue().getAsString())));
        }
        try {
            return client.send(builder.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private String here(String recorded) {
        String text = recorded;
        // The longest first: SAMPLE-TOKEN-10 is not SAMPLE-TOKEN-1 and a nought.
        for (String key : substitutes.keySet().stream().sorted((a, b) -> b.length() - a.length()).toList()) {
            text = text.replace(key, substitutes.getOrDefault(key, ""));
        }
        return text;
    }

    static JsonObject read(String name) {
        try (var in = RecordedExchanges.class.getResourceAsStream("/vault/" + name + ".json")) {
            if (in == null) {
                throw new AssertionError("no recording " + name);
            }
            return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        emulator.close();
    }
}
