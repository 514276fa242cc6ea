package com.nexpo.console.system.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.RemoteCall.AttemptFailed;
import com.nexpo.console.system.RemoteCall.Repeat;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.Pair;
import io.kubernetes.client.util.credentials.ClientCertificateAuthentication;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The way to one cluster: the official client, built lazily and by hand from the kubeconfig, because its own
 * builder drops impersonation and proxies, has no time limits, and goes on as anonymous when a login fails.
 *
 * <p>Answers are JSON trees. The client's models are not used: they refuse objects with fields that they do not
 * know, and quote the whole object, values and all, when they do.
 */
public final class KubernetesConnection implements AutoCloseable {
    static final String USER_AGENT = "posthog-deployment-console";
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration READ_LIMIT = Duration.ofSeconds(10);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);

    private final RemoteCall door;
    private final List<Path> files;
    private final Optional<String> context;
    private final Clock clock;
    private @Nullable Open open;

    /** What is made at the first use; {@code shown} is the certificate that the client was built with. */
    private record Open(Kubeconfig config, Tokens tokens, ApiClient client,
            Optional<Kubeconfig.Credential.Certificate> shown) {}

    /** An answer with success; its body is null for what has none. */
    record Answer(int status, JsonObject body, List<String> warnings) {
        @Override
        public String toString() {
            return "Answer[" + status + "]";
        }
    }

    /**
     * One request.
     *
     * @param body sent as JSON when there is one
     */
    record Request(String method, String path, Map<String, String> query, String contentType,
            Optional<JsonElement> body) {
        static Request get(String path, Map<String, String> query) {
            return new Request("GET", path, query, "application/json", Optional.empty());
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** Thrown inside, with the server's Status, so that the caller can tell conflicts apart. */
    static final class Refused extends Exception {
        private final transient Failure failure;
        private final transient JsonElement status;

        Refused(Failure failure, JsonElement status) {
            super(failure.message());
            this.failure = failure;
            this.status = status;
        }

        Failure failure() {
            return failure;
        }

        /** The Status object; never to be shown. */
        JsonElement status() {
            return status;
        }
    }

    public KubernetesConnection(RemoteCall door, Profile.Kubernetes profile) {
        this(door, profile.kubeconfig().map(List::of)
                .orElseGet(() -> Kubeconfig.defaultFiles(System.getenv(),
                        Path.of(System.getProperty("user.home")),
                        File.pathSeparator)),
                profile.context(), Clock.systemUTC());
    }

    KubernetesConnection(RemoteCall door, List<Path> files, Optional<String> context, Clock clock) {
        this.door = door;
        this.files = files;
        this.context = context;
        this.clock = clock;
    }

    /** Who the cluster takes us for. */
    public record Identity(String user, List<String> groups) {}

    /**
     * Asks the cluster who we are.
     *
     * @throws FailureException DENIED when it takes us for nobody: the credentials were lost on the way
     */
    public Identity identity() throws FailureException, InterruptedException {
        JsonObject body = new JsonObject();
        body.addProperty("kind", "SelfSubjectReview");
        body.addProperty("apiVersion", "authentication.k8s.io/v1");
        JsonObject answer = send("asking who we are", Repeat.SAFE, new Request("POST",
                "/apis/authentication.k8s.io/v1/selfsubjectreviews", Map.of(), "application/json",
                Optional.of(body))).body();
        String user = Tree.text(answer, "status", "userInfo", "username").orElse("");
        if (user.isEmpty() || user.equals("system:anonymous")) {
            throw new FailureException(ApiFailures.anonymous("Kubernetes: asking who we are"));
        }
        List<String> groups = new ArrayList<>();
        Tree.at(answer, "status", "userInfo", "groups").filter(JsonElement::isJsonArray)
                .ifPresent(list -> list.getAsJsonArray().forEach(g -> groups.add(g.getAsString())));
        return new Identity(user, groups);
    }

    /** The kubeconfig's context; reads the kubeconfig. */
    public Kubeconfig config() throws FailureException, InterruptedException {
        return opened().config();
    }

    /** Makes a call; every answer that is no success is a failure. */
    Answer send(String what, Repeat repeat, Request request) throws FailureException, InterruptedException {
        try {
            return attempt(what, repeat, request);
        } catch (Refused refused) {
            throw new FailureException(refused.failure());
        }
    }

    /** Makes a call; what the server refuses for good comes with its Status. */
    Answer attempt(String what, Repeat repeat, Request request)
            throws FailureException, Refused, InterruptedException {
        Open connection = opened();
        // A Status cannot travel through the door: it is not part of a Failure, so that none is ever shown.
        JsonElement[] status = {new JsonObject()};
        try {
            return door.call(what, repeat,
                    remaining -> exchange(connection, what, request, remaining, status));
        } catch (FailureException e) {
            if (status[0].getAsJsonObject().isEmpty()) {
                throw e;
            }
            throw new Refused(e.failure(), status[0]);
        }
    }

    private Answer exchange(Open connection, String what, Request request, Duration remaining,
            JsonElement[] status) throws AttemptFailed, InterruptedException {
        status[0] = new JsonObject();
        String server = connection.config().server().getAuthority();
        Map<String, String> headers = headers(connection, request);
        Call call = call(connection.client(), what, request, headers);
        Duration limit = remaining.compareTo(CALL_LIMIT) < 0 ? remaining : CALL_LIMIT;
        call.timeout().timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
        Received received = receive(call, what, server, limit);
        if (received.isPage()) {
            throw new AttemptFailed(ApiFailures.page(what, server));
        }
        JsonElement body = received.json();
        if (received.status() >= 200 && received.status() < 300) {
            if (!body.isJsonObject()) {
                throw new AttemptFailed(ApiFailures.page(what, server));
            }
            return new Answer(received.status(), body.getAsJsonObject(), received.warnings());
        }
        if (received.status() == 401) {
            connection.tokens().forget();
        }
        if (body.isJsonObject()) {
            status[0] = body;
        }
        throw new AttemptFailed(ApiFailures.of(what, received.status(), body), received.retryAfter());
    }

    private static Call call(ApiClient client, String what, Request request, Map<String, String> headers)
            throws AttemptFailed {
        List<Pair> query = new ArrayList<>();
        request.query().forEach((name, value) -> query.add(new Pair(name, value)));
        byte @Nullable [] body = request.body().map(b -> b.toString().getBytes(StandardCharsets.UTF_8))
                .orElse(null);
        try {
            return client.buildCall(null, request.path(), request.method(), query, new ArrayList<>(), body,
                    headers,
                    new HashMap<>(), new HashMap<>(), new String[0], null);
        } catch (ApiException | IllegalArgumentException e) {
            // Its words may hold a header or the body.
            throw new AttemptFailed(new Failure(FailureKind.INTERNAL, "K8S-CLIENT",
                    "Kubernetes: the client cannot make the request for " + what + "."));
        }
    }

    private static Map<String, String> headers(Open connection, Request request)
            throws AttemptFailed, InterruptedException {
        Map<String, String> headers = new HashMap<>();
        headers.put("Accept", "application/json");
        headers.put("Content-Type", request.contentType());
        try {
            connection.tokens().token().map(Secret::reveal)
                    .ifPresent(token -> headers.put("Authorization", "Bearer " + token));
        } catch (FailureException e) {
            throw new AttemptFailed(e.failure(), e);
        }
        return headers;
    }

    /** An answer as it came. */
    private record Received(int status, String contentType, String text, List<String> warnings,
            Optional<Duration> retryAfter) {
        boolean isPage() {
            boolean redirect = status >= 300 && status < 400;
            return redirect || contentType.startsWith("text/html");
        }

        /** JSON whatever its type says: one error Status comes as text. Other text becomes a message. */
        JsonElement json() {
            try {
                JsonElement parsed = JsonParser.parseString(text);
                if (parsed.isJsonObject()) {
                    return parsed;
                }
            } catch (JsonParseException _) {
                // plain words of a proxy or of the server's overload protection
            }
            if (status >= 200 && status < 300) {
                return com.google.gson.JsonNull.INSTANCE;
            }
            JsonObject made = new JsonObject();
            made.addProperty("message", text.lines().findFirst().orElse("").strip());
            return made;
        }
    }

    /** Waits for the answer so that an interrupt ends the call: a blocked read does not hear one. */
    private static Received receive(Call call, String what, String server, Duration limit)
            throws AttemptFailed, InterruptedException {
        CompletableFuture<Received> answer = new CompletableFuture<>();
        call.enqueue(new Callback() {
            @Override
            public void onFailure(Call failed, IOException e) {
                answer.completeExceptionally(e);
            }

            @Override
            public void onResponse(Call done, Response response) {
                try (response) {
                    answer.complete(received(response));
                } catch (IOException e) {
                    answer.completeExceptionally(e);
                }
            }
        });
        try {
            return answer.get(limit.toMillis() + 1000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            IOException cause = e.getCause() instanceof IOException io
                    ? io
                    : new IOException("the client failed");
            throw new AttemptFailed(ApiFailures.of(what, server, cause));
        } catch (TimeoutException e) {
            call.cancel();
            throw new AttemptFailed(new Failure(FailureKind.TIMEOUT, "NET-TIMEOUT",
                    "Kubernetes at " + server + ": " + what + " was not answered in time."));
        } catch (InterruptedException e) {
            call.cancel();
            throw e;
        }
    }

    private static Received received(Response response) throws IOException {
        Optional<Duration> wait = Optional.ofNullable(response.header("Retry-After"))
                .filter(text -> text.matches("\\d{1,6}")).map(Long::parseLong).map(Duration::ofSeconds);
        return new Received(response.code(), Optional.ofNullable(response.header("Content-Type")).orElse(""),
                response.body().string(), response.headers("Warning"), wait);
    }

    private synchronized Open opened() throws FailureException, InterruptedException {
        Open now = open;
        if (now == null) {
            Kubeconfig config = Kubeconfig.load(files, context);
            Tokens tokens = new Tokens(config, clock);
            now = new Open(config, tokens, client(config, tokens.certificate()), tokens.certificate());
            open = now;
        } else if (!now.tokens().certificate().equals(now.shown())) {
            // The plugin printed a new certificate; the old connections show the old one.
            shutDown(now.client());
            now = new Open(now.config(), now.tokens(), client(now.config(), now.tokens().certificate()),
                    now.tokens().certificate());
            open = now;
        }
        return now;
    }

    private static ApiClient client(Kubeconfig config,
            Optional<Kubeconfig.Credential.Certificate> certificate)
            throws FailureException {
        ApiClient client = new ApiClient();
        try {
            String base = config.server().toString();
            client.setBasePath(base.endsWith("/") ? base.substring(0, base.length() - 1) : base);
            client.setUserAgent(USER_AGENT);
            client.setVerifyingSsl(!config.insecure());
            config.tlsServerName().ifPresent(client::setTlsServerName);
            config.authority().ifPresent(pem -> client
                    .setSslCaCert(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
            certificate.ifPresent(
                    pair -> new ClientCertificateAuthentication(
                            pair.certificate().getBytes(StandardCharsets.US_ASCII),
                            pair.key().reveal().getBytes(StandardCharsets.US_ASCII))
                            .provide(client));
        } catch (RuntimeException e) {
            // Words of the parser may hold a piece of the key.
            throw new FailureException(new Failure(FailureKind.INVALID, "K8S-CONFIG",
                    "Kubernetes: the certificates of context %s cannot be used.".formatted(config.context()),
                    "Look at certificate-authority, client-certificate and client-key in the kubeconfig."));
        }
        OkHttpClient.Builder http = client.getHttpClient().newBuilder().connectTimeout(CONNECT_LIMIT)
                .readTimeout(READ_LIMIT).writeTimeout(READ_LIMIT).callTimeout(CALL_LIMIT)
                // Whether a call may be made twice is the door's decision.
                .retryOnConnectionFailure(false).followRedirects(false).followSslRedirects(false);
        config.proxy().ifPresent(proxy -> http.proxy(proxyOf(proxy)));
        config.impersonation().ifPresent(as -> http.addInterceptor(chain -> {
            okhttp3.Request.Builder request = chain.request().newBuilder().header("Impersonate-User",
                    as.user());
            as.uid().ifPresent(uid -> request.header("Impersonate-Uid", uid));
            as.groups().forEach(group -> request.addHeader("Impersonate-Group", group));
            as.extra().forEach(
                    (key, values) -> values.forEach(v -> request.addHeader("Impersonate-Extra-" + key, v)));
            return chain.proceed(request.build());
        }));
        client.setHttpClient(http.build());
        return client;
    }

    private static Proxy proxyOf(URI proxy) {
        boolean socks = String.valueOf(proxy.getScheme()).startsWith("socks");
        int port = proxy.getPort() >= 0 ? proxy.getPort() : socks ? 1080 : 80;
        return new Proxy(socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
                InetSocketAddress.createUnresolved(proxy.getHost(), port));
    }

    private static void shutDown(ApiClient client) {
        client.getHttpClient().dispatcher().executorService().shutdown();
        client.getHttpClient().connectionPool().evictAll();
    }

    /** Ends its threads and connections; the next call opens anew. */
    @Override
    public synchronized void close() {
        Open now = open;
        if (now != null) {
            shutDown(now.client());
            open = null;
        }
    }
}
