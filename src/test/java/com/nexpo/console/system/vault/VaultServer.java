package com.nexpo.console.system.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.model.Secret;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.sandbox.vault.VaultEmulator;
import com.nexpo.console.system.Limits;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.RemoteHttp;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The server under a contract test: the emulator, or the one at {@code VAULT_TEST_ADDR} with
 * {@code VAULT_TEST_TOKEN} (a root token of a development server). Mounts its own engine and auth method, under
 * names of its own, and takes them away again.
 */
final class VaultServer implements AutoCloseable {
    static final String EMULATOR_TOKEN = "s.CANARYrootToken0123456789";

    final String mount = "ct-" + UUID.randomUUID().toString().substring(0, 8) + "/kv";
    final String authMount = "ct-jwt-" + UUID.randomUUID().toString().substring(0, 8);
    private final Optional<VaultEmulator> emulator;
    private final URI address;
    private final String rootToken;
    private final HttpClient client = RemoteHttp.clientBuilder().build();
    private final List<String> policies = new ArrayList<>();

    private VaultServer(Optional<VaultEmulator> emulator, URI address, String rootToken) throws Exception {
        this.emulator = emulator;
        this.address = address;
        this.rootToken = rootToken;
        call("POST", "sys/mounts/" + mount, "{\"type\":\"kv-v2\"}");
        call("POST", "sys/auth/" + authMount, "{\"type\":\"jwt\"}");
    }

    static VaultServer emulated() throws Exception {
        VaultEmulator emulator = new VaultEmulator(0, EMULATOR_TOKEN, Clock.systemUTC());
        return new VaultServer(Optional.of(emulator), emulator.address(), EMULATOR_TOKEN);
    }

    /** The one given by environment variables, if it is. */
    static Optional<VaultServer> real() throws Exception {
        String address = System.getenv("VAULT_TEST_ADDR");
        String token = System.getenv("VAULT_TEST_TOKEN");
        return address == null || token == null
                ? Optional.empty()
                : Optional.of(new VaultServer(Optional.empty(), URI.create(address), token));
    }

    VaultEmulator emulator() {
        return emulator.orElseThrow();
    }

    boolean isEmulated() { return emulator.isPresent(); }

    URI address() {
        return address;
    }

    VaultConnection connection() {
        return connection(rootToken);
    }

    VaultConnection connection(String token) {
        return new VaultConnection(address, Optional.empty(), Secret.of(token), client, new RemoteCall(
                SystemId.VAULT, Limits.DEFAULT.withDeadline(Duration.ofSeconds(3))));
    }

    /** A token with this policy only. */
    String tokenWith(String policy, String ttl) throws Exception {
        String name = "ct-" + UUID.randomUUID();
        policies.add(name);
        JsonObject body = new JsonObject();
        body.addProperty("policy", policy);
        call("PUT", "sys/policies/acl/" + name, body.toString());
        JsonObject made = call("POST", "auth/token/create",
                "{\"policies\":[\"" + name + "\"],\"ttl\":\"" + ttl + "\"}");
        return made.getAsJsonObject("auth").get("client_token").getAsString();
    }

    /** As the root token, past the adapter; the answer's body, or an empty object. */
    JsonObject call(String method, String path, @Nullable String body) throws Exception {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(address + "/v1/" + path)).header("X-Vault-Token", rootToken)
                        .header("Content-Type", "application/json")
                        .method(method,
                                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() >= 400 && answer.statusCode() != 404) {
            throw new AssertionError(
                    method + " " + path + " -> " + answer.statusCode() + " " + answer.body());
        }
        JsonElement parsed = answer.body().isBlank()
                ? new JsonObject()
                : JsonParser.parseString(answer.body());
        return parsed.getAsJsonObject();
    }

    @Override
    public void close() throws Exception {
        if (emulator.isPresent()) {
            emulator.get().close();
        } else {
            call("DELETE", "sys/mounts/" + mount, null);
            call("DELETE", "sys/auth/" + authMount, null);
            for (String policy : policies) {
                call("DELETE", "sys/policies/acl/" + policy, null);
            }
        }
        client.close();
    }
}
