package com.nexpo.console.system;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import com.nexpo.console.system.RemoteCall.AttemptFailed;
import com.nexpo.console.system.RemoteCall.Repeat;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP to one system, for the calls that no official client makes: JSON in, JSON out, every failure a sentence.
 *
 * <p>Any answer with a status is handed to the caller's {@link Statuses}, because what a 400 or a 404 means
 * differs from system to system. What is no proper answer at all (refused, TLS, proxy, a login page, a body
 * cut short) is the same everywhere and is handled here. Redirects are never followed.
 */
public final class RemoteHttp {
    private final RemoteCall door;
    private final HttpClient client;
    private final URI base;
    private final Supplier<Map<String, Secret>> credentials;
    private final Statuses statuses;

    /** Says what an answer that is no success means: the failure, or empty when the caller wants to see it. */
    @FunctionalInterface
    public interface Statuses {
        Optional<Failure> failureOf(String what, Answer answer);
    }

    /**
     * An answer with its body read to the end.
     *
     * @param headers lower-case name to first value
     */
    public record Answer(int status, Map<String, String> headers, String body) {
        public boolean ok() {
            return status >= 200 && status < 300;
        }

        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }

        /** The body as JSON, if it is any. */
        public Optional<JsonElement> json() {
            try {
                return body.isBlank() ? Optional.empty() : Optional.of(JsonParser.parseString(body));
            } catch (JsonParseException e) {
                return Optional.empty();
            }
        }

        @Override
        public String toString() {
            return "Answer[" + status + "]";
        }
    }

    /** @param credentials header names to values, asked for at every call, so that a renewed token is used */
    public RemoteHttp(RemoteCall door, HttpClient client, URI base, Supplier<Map<String, Secret>> credentials,
            Statuses statuses) {
        this.door = door;
        this.client = client;
        this.base = base;
        this.credentials = credentials;
        this.statuses = statuses;
    }

    /** A client with the settings this class expects: HTTP/1.1, no redirects, the system's proxy settings. */
    public static HttpClient.Builder clientBuilder() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(10));
    }

    public URI base() {
        return base;
    }

    public RemoteCall door() {
        return door;
    }

    /** GET, repeated when that may help. */
    public Answer get(String what, String path) throws FailureException, InterruptedException {
        return send(what, Repeat.SAFE, "GET", path, null, Map.of());
    }

    /** Sends a JSON body, or none when it is null. */
    public Answer send(String what, Repeat repeat, String method, String path, @Nullable JsonElement body)
            throws FailureException, InterruptedException {
        return send(what, repeat, method, path, body, Map.of());
    }

    /** As above, with headers; a {@code Content-Type} among them replaces {@code application/json}. */
    public Answer send(String what, Repeat repeat, String method, String path, @Nullable JsonElement body,
            Map<String, String> headers) throws FailureException, InterruptedException {
        return send(what, repeat, door.limits().deadline(), method, path, body, headers);
    }

    /** As above, with a deadline of its own, for long polls. */
    public Answer send(String what, Repeat repeat, Duration deadline, String method, String path,
            @Nullable JsonElement body, Map<String, String> headers)
            throws FailureException, InterruptedException {
        return door.call(what, repeat, deadline, remaining -> {
            HttpRequest request = request(method, path, body, headers).timeout(remaining).build();
            Answer answer = exchange(what, request, remaining);
            Optional<Failure> failure = answer.ok() ? notJson(what, answer) : notOk(what, answer);
            if (failure.isPresent()) {
                throw new AttemptFailed(failure.get(), retryAfter(answer));
            }
            return answer;
        });
    }

    /** Parses the body of a good answer; a good answer that is no JSON is a failure in words. */
    public JsonElement json(String what, Answer answer) throws FailureException {
        return answer.json()
                .orElseThrow(() -> new FailureException(new Failure(FailureKind.INTERNAL, "NET-BODY",
                        "%s: %s was answered with %d and no readable JSON.".formatted(title(), what,
                                answer.status()))));
    }

    /** A request with base address, credentials and headers, for callers that stream the answer themselves. */
    public HttpRequest.Builder request(String method, String path, @Nullable JsonElement body,
            Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Accept", "application/json");
        if (body != null) {
            all.put("Content-Type", "application/json");
        }
        all.putAll(headers);
        HttpRequest.Builder request = HttpRequest.newBuilder(resolve(path)).method(method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
        all.forEach(request::header);
        credentials.get().forEach((name, secret) -> request.header(name, secret.reveal()));
        return request;
    }

    public HttpClient client() {
        return client;
    }

    /** What a connection problem means, in words; for callers that stream. */
    public Failure connectionFailure(String what, Exception e) {
        return describe(what, e);
    }

    private URI resolve(String path) {
        String root = base.toString();
        return URI.create((root.endsWith("/") ? root.substring(0, root.length() - 1) : root) + path);
    }

    private Answer exchange(String what, HttpRequest request, Duration remaining)
            throws AttemptFailed, InterruptedException {
        // HttpRequest.timeout ends at the headers; a body that trickles in is bounded by waiting for the whole.
        var pending = client.sendAsync(request, BodyHandlers.ofByteArray());
        try {
            HttpResponse<byte[]> response = pending.get(remaining.toNanos(),
                    java.util.concurrent.TimeUnit.NANOSECONDS);
            Map<String, String> headers = new LinkedHashMap<>();
            response.headers().map()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            return new Answer(response.statusCode(), headers,
                    new String(response.body(), StandardCharsets.UTF_8));
        } catch (java.util.concurrent.ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new AttemptFailed(describe(what, cause), cause);
        } catch (java.util.concurrent.TimeoutException e) {
            pending.cancel(true);
            throw new AttemptFailed(describe(what, e), e);
        } catch (InterruptedException e) {
            pending.cancel(true);
            throw e;
        }
    }

    private Failure describe(String what, Throwable e) {
        String where = title() + " at " + base.getAuthority();
        return switch (e) {
            case HttpConnectTimeoutException _ -> new Failure(FailureKind.UNREACHABLE, "NET-CONNECT",
                    "%s does not answer: no connection for %s.".formatted(where, what),
                    "Look at the address, the network and the firewall.");
            case HttpTimeoutException _ -> timeout(where, what);
            case java.util.concurrent.TimeoutException _ -> timeout(where, what);
            case ConnectException c when c
                    .getCause() instanceof java.nio.channels.UnresolvedAddressException ->
                unknownHost(where, what);
            case UnknownHostException _ -> unknownHost(where, what);
            case ConnectException _ -> new Failure(FailureKind.UNREACHABLE, "NET-REFUSED",
                    "%s refuses the connection for %s.".formatted(where, what),
                    "Is it running, and is the port right?");
            case SSLException tls -> new Failure(FailureKind.UNREACHABLE, "NET-TLS",
                    "%s: no trusted TLS connection for %s (%s).".formatted(where, what, firstLine(tls)),
                    "Look at the address, at its certificate, and at the CA that this computer or the profile trusts.");
            case ClosedChannelException _ -> cut(where, what);
            case IOException io when isProxy(io) -> new Failure(FailureKind.UNREACHABLE, "NET-PROXY",
                    "%s: the proxy refused the connection for %s (%s).".formatted(where, what, firstLine(io)),
                    "Look at HTTPS_PROXY and at the proxy's sign-in.");
            case IOException _ -> cut(where, what);
            default -> new Failure(FailureKind.INTERNAL, "NET-UNKNOWN",
                    "%s: %s failed (%s).".formatted(where, what, firstLine(e)));
        };
    }

    private static Failure timeout(String where, String what) {
        return new Failure(FailureKind.TIMEOUT, "NET-TIMEOUT",
                "%s did not answer %s in time.".formatted(where, what));
    }

    private static Failure unknownHost(String where, String what) {
        return new Failure(FailureKind.UNREACHABLE, "NET-HOST",
                "%s: no such host, for %s.".formatted(where, what),
                "Look at the spelling of the address and at the name server.");
    }

    private static Failure cut(String where, String what) {
        // The request may have arrived: nobody knows whether it was carried out.
        return new Failure(FailureKind.UNREACHABLE, "NET-CUT",
                "%s: the connection broke before the answer to %s was complete.".formatted(where, what))
                .possiblyDone();
    }

    private static boolean isProxy(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("tunnel") || message.contains("proxy");
    }

    private static String firstLine(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse("");
    }

    private Optional<Failure> notOk(String what, Answer answer) {
        Optional<Failure> page = loginPage(what, answer);
        if (page.isPresent()) {
            return page;
        }
        if (answer.status() == 407) {
            return Optional.of(new Failure(FailureKind.UNREACHABLE, "NET-PROXY",
                    "%s: the proxy wants a sign-in for %s.".formatted(title(), what),
                    "Look at HTTPS_PROXY and at the proxy's sign-in."));
        }
        return statuses.failureOf(what, answer);
    }

    /** A proxy or a sign-on page that answers 200 with HTML must not pass for the system. */
    private Optional<Failure> notJson(String what, Answer answer) {
        return loginPage(what, answer);
    }

    private Optional<Failure> loginPage(String what, Answer answer) {
        boolean html = answer.header("content-type").orElse("").startsWith("text/html")
                || answer.body().stripLeading().toLowerCase(Locale.ROOT).startsWith("<!doctype html");
        boolean redirect = answer.status() >= 300 && answer.status() < 400 && answer.status() != 304;
        if (!html && !redirect) {
            return Optional.empty();
        }
        String found = redirect
                ? "a redirect to "
                        + answer.header("location").map(RemoteHttp::hostOf).orElse("somewhere else")
                : "a web page";
        return Optional.of(new Failure(FailureKind.INTERNAL, "NET-PAGE",
                "%s at %s: %s was answered with %s instead of data.".formatted(title(), base.getAuthority(),
                        what, found),
                "A sign-on page or a proxy stands between: look at the address, and sign in there if it wants that."));
    }

    private static String hostOf(String location) {
        try {
            return Optional.ofNullable(URI.create(location).getHost()).orElse("another path");
        } catch (IllegalArgumentException e) {
            return "somewhere else";
        }
    }

    /** Seconds or an HTTP date (RFC 9110, 10.2.3). */
    private static Optional<Duration> retryAfter(Answer answer) {
        return answer.header("retry-after").flatMap(text -> {
            try {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text.strip())));
            } catch (NumberFormatException e) {
                return httpDate(text);
            }
        });
    }

    private static Optional<Duration> httpDate(String text) {
        try {
            Instant at = ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            Duration left = Duration.between(Instant.now(), at);
            return Optional.of(left.isNegative() ? Duration.ZERO : left);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private String title() {
        return door.system().title();
    }
}
