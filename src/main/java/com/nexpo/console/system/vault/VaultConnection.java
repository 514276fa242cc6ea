package com.nexpo.console.system.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.system.Limits;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.RemoteCall.AttemptFailed;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.RemoteHttp;
import com.nexpo.console.system.RemoteHttp.Answer;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.response.AuthResponse;
import io.github.jopenlibs.vault.response.LogicalResponse;
import io.github.jopenlibs.vault.rest.RestResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One Vault or OpenBao server and who we are there.
 *
 * <p>The official driver makes the calls it can make exactly (KV version 2 reads and writes with check-and-set,
 * logins, lookup of the token); plain HTTP makes the others. Both go through one door and one HTTP client.
 */
public final class VaultConnection implements AutoCloseable {
    private final URI address;
    private final Optional<String> namespace;
    private final Secret token;
    private final HttpClient client;
    private final RemoteCall door;
    private final RemoteHttp http;
    private final RemoteHttp outside;

    /** A call of the driver. */
    @FunctionalInterface
    interface DriverCall<T> {
        T run(Vault vault) throws VaultException;
    }

    public VaultConnection(URI address, Optional<String> namespace, Secret token, HttpClient client,
            RemoteCall door) {
        this.address = address;
        this.namespace = namespace.filter(n -> !n.isBlank());
        this.token = token;
        this.client = client;
        this.door = door;
        http = new RemoteHttp(door, client, address, () -> Map.of("X-Vault-Token", token),
                VaultFailures::general);
        outside = new RemoteHttp(door, client, address, Map::of, VaultFailures::general);
    }

    /** The server of a profile, with the profile's CA if it names one. */
    public static VaultConnection to(Profile.Vault profile, Secret token) throws FailureException {
        HttpClient.Builder client = RemoteHttp.clientBuilder();
        if (profile.caCert().isPresent()) {
            client.sslContext(TrustedCa.context(profile.caCert().get()));
        }
        return new VaultConnection(profile.address(), profile.namespace(), token, client.build(),
                new RemoteCall(SystemId.VAULT, Limits.DEFAULT));
    }

    public URI address() {
        return address;
    }

    public Optional<String> namespace() {
        return namespace;
    }

    /** Reads a path below {@code /v1/}; the caller looks at 400 and 404. */
    Answer get(String what, String path) throws FailureException, InterruptedException {
        return http.send(what, Repeat.SAFE, "GET", "/v1/" + path, null, namespaceHeader());
    }

    /** Sends to a path below {@code /v1/}; a body that is a PATCH is a merge patch. The caller looks at 400 and 404. */
    Answer send(String what, Repeat repeat, String method, String path, @Nullable JsonElement body)
            throws FailureException, InterruptedException {
        Map<String, String> headers = new LinkedHashMap<>(namespaceHeader());
        if (method.equals("PATCH")) {
            headers.put("Content-Type", "application/merge-patch+json");
        }
        return http.send(what, repeat, method, "/v1/" + path, body, headers);
    }

    /** Reads without token and namespace: {@code sys/health} refuses a namespace, and neither it nor the seal wants a token. */
    Answer outside(String what, String path) throws FailureException, InterruptedException {
        return outside.get(what, "/v1/" + path);
    }

    /** The {@code data} of a good answer. */
    static JsonObject data(String what, Answer answer) throws FailureException {
        if (!answer.ok()) {
            throw new FailureException(VaultFailures.of(what, answer));
        }
        return answer.json().filter(JsonElement::isJsonObject).map(JsonElement::getAsJsonObject)
                .map(body -> body.get("data")).filter(JsonElement::isJsonObject)
                .map(JsonElement::getAsJsonObject)
                .orElseThrow(() -> new FailureException(new Failure(FailureKind.INTERNAL, "NET-BODY",
                        "Vault answered %s without any data.".formatted(what))));
    }

    /** Fails when the answer is no success. */
    static void check(String what, Answer answer) throws FailureException {
        if (!answer.ok()) {
            throw new FailureException(VaultFailures.of(what, answer));
        }
    }

    /** The token of an AppRole login at this mount, such as {@code approle}. */
    public Secret loginByAppRole(String mount, String roleId, Secret secretId)
            throws FailureException, InterruptedException {
        return login("the AppRole login",
                vault -> vault.auth().loginByAppRole(mount, roleId, secretId.reveal()));
    }

    /** The token of a JWT login at this mount, such as {@code jwt}. */
    public Secret loginByJwt(String mount, String role, Secret jwt)
            throws FailureException, InterruptedException {
        return login("the JWT login as " + role, vault -> vault.auth().loginByJwt(mount, role, jwt.reveal()));
    }

    /** The same server with another token, such as one from a login. */
    public VaultConnection as(Secret other) {
        return new VaultConnection(address, namespace, other, client, door);
    }

    private Secret login(String what, DriverCall<AuthResponse> call)
            throws FailureException, InterruptedException {
        // A second login only makes a second token: safe to repeat.
        AuthResponse answer = door.call(what, Repeat.SAFE, remaining -> run(what, remaining, 1, call));
        return Optional.ofNullable(answer.getAuthClientToken()).map(Secret::of)
                .orElseThrow(() -> new FailureException(new Failure(FailureKind.DENIED, "VLT-LOGIN",
                        "Vault gave no token for %s.".formatted(what))));
    }

    /**
     * A read or write of a KV secret by the driver, which answers any status below 500 without throwing.
     *
     * @param mountDepth segments of the mount's path: the driver puts {@code data} after so many
     * @return an answer of 2xx, 400 or 404, at which the caller has to look
     */
    Answer kv(String what, Repeat repeat, int mountDepth, DriverCall<LogicalResponse> call)
            throws FailureException, InterruptedException {
        return door.call(what, repeat, remaining -> {
            Answer answer = answer(run(what, remaining, mountDepth, call).getRestResponse());
            Optional<Failure> failure = answer.ok() ? Optional.empty() : VaultFailures.general(what, answer);
            if (failure.isPresent()) {
                throw new AttemptFailed(failure.get());
            }
            return answer;
        });
    }

    private <T> T run(String what, Duration remaining, int mountDepth, DriverCall<T> call)
            throws AttemptFailed, InterruptedException {
        try {
            return call.run(vault(remaining, mountDepth));
        } catch (VaultException e) {
            throwIfInterrupted(e);
            throw new AttemptFailed(failure(what, e), e);
        }
    }

    /** A driver's answer in the form of our own HTTP. */
    private static Answer answer(RestResponse response) {
        byte[] body = response.getBody();
        return new Answer(response.getStatus(),
                Map.of("content-type", String.valueOf(response.getMimeType())),
                body == null ? "" : new String(body, StandardCharsets.UTF_8));
    }

    private Vault vault(Duration remaining, int mountDepth) throws VaultException {
        int seconds = (int) Math.max(1, remaining.toSeconds());
        VaultConfig config = new VaultConfig().address(address.toString()).token(token.reveal())
                // Its own detection finds the versions and does not use them.
                .engineVersion(2).prefixPathDepth(mountDepth).openTimeout(seconds).readTimeout(seconds)
                .httpClient(client);
        if (namespace.isPresent()) {
            config.nameSpace(namespace.get());
        }
        return Vault.create(config.build());
    }

    private Failure failure(String what, VaultException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException io) {
                return http.connectionFailure(what, io);
            }
        }
        int status = e.getHttpStatusCode();
        if (status >= 400) {
            return VaultFailures.of(what, new Answer(status, Map.of(), body(e.getMessage())));
        }
        return new Failure(FailureKind.INTERNAL, "NET-BODY",
                "Vault at %s: %s was answered with something that is no Vault answer.".formatted(
                        address.getAuthority(), what));
    }

    /** The driver quotes the answer at the end of its message: "Response body: {…}". */
    private static String body(@Nullable String message) {
        int at = message == null ? -1 : message.indexOf('{');
        return message == null || at < 0 ? "" : message.substring(at);
    }

    private static void throwIfInterrupted(VaultException e) throws InterruptedException {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                throw new InterruptedException("told to stop during a call to Vault");
            }
        }
    }

    private Map<String, String> namespaceHeader() {
        return namespace.map(name -> Map.of("X-Vault-Namespace", name)).orElse(Map.of());
    }

    @Override
    public void close() {
        client.close();
    }
}
