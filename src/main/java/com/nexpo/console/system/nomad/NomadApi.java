package com.nexpo.console.system.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.RemoteHttp;
import com.nexpo.console.system.RemoteHttp.Answer;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls to one region and namespace of a Nomad, each with both in its address. */
public final class NomadApi {
    private final RemoteHttp http;
    private final String region;
    private final String namespace;

    /**
     * Calls through the given door.
     *
     * @param token asked for at every call; empty for none, as on an agent without ACL
     */
    public NomadApi(RemoteCall door, HttpClient client, URI address, String region, String namespace,
            Supplier<Optional<Secret>> token) {
        this.http = new RemoteHttp(door, client, address,
                () -> token.get().map(secret -> Map.of("X-Nomad-Token", secret)).orElse(Map.of()),
                new NomadStatuses());
        this.region = region;
        this.namespace = namespace;
    }

    public String region() {
        return region;
    }

    public String namespace() {
        return namespace;
    }

    /** A JSON answer with the index that it is as of. */
    record Indexed(JsonElement json, long index) {
        JsonObject object() {
            return json instanceof JsonObject object ? object : new JsonObject();
        }
    }

    Indexed get(String what, String path) throws FailureException, InterruptedException {
        return indexed(http.get(what, address(path)));
    }

    /** As {@link #get}, or empty when there is no such thing. */
    Optional<JsonObject> find(String what, String path) throws FailureException, InterruptedException {
        try {
            return get(what, path).json() instanceof JsonObject object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (FailureException e) {
            if (e.failure().kind() == FailureKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Waits until there is something newer than {@code seen}, at most {@code patience}. */
    Indexed await(String what, String path, long seen, Duration patience)
            throws FailureException, InterruptedException {
        String join = path.contains("?") ? "&" : "?";
        String waiting = path + join + "index=" + seen + "&wait=" + Math.max(1, patience.toMillis()) + "ms";
        // The server adds up to a sixteenth to the time that it waits.
        Duration deadline = patience.plus(patience.dividedBy(8)).plusSeconds(10);
        return indexed(http.send(what, Repeat.SAFE, deadline, "GET", address(waiting), null, Map.of()));
    }

    Indexed send(String what, Repeat repeat, String method, String path, @Nullable JsonElement body)
            throws FailureException, InterruptedException {
        return indexed(http.send(what, repeat, method, address(path), body));
    }

    /** A text answer, such as a log. */
    String text(String what, String path) throws FailureException, InterruptedException {
        return http.get(what, address(path)).body();
    }

    private String address(String path) {
        return path + (path.contains("?") ? "&" : "?") + "namespace=" + encode(namespace) + "&region="
                + encode(region);
    }

    static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Indexed indexed(Answer answer) {
        long index = answer.header("X-Nomad-Index").filter(text -> text.matches("[0-9]+"))
                .map(Long::parseLong)
                .orElse(0L);
        return new Indexed(answer.json().orElse(JsonNull.INSTANCE), index);
    }
}
