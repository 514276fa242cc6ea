package com.nexpo.console.sandbox.http;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** One request and its answer. The answer is written whole, in one piece, unless it is a stream. */
public final class Exchange {
    private final HttpExchange raw;
    private final byte[] body;
    private final Map<String, List<String>> query;
    private final boolean discard;
    private boolean answered;

    Exchange(HttpExchange raw) throws IOException {
        this(raw, bodyOf(raw), false);
    }

    private Exchange(HttpExchange raw, byte[] body, boolean discard) {
        this.raw = raw;
        this.body = body;
        this.discard = discard;
        this.query = queryOf(raw.getRequestURI().getRawQuery());
    }

    /** The same request, with an answer that goes nowhere: the caller sees its connection cut. */
    Exchange discarding() {
        return new Exchange(raw, body, true);
    }

    public String method() {
        return raw.getRequestMethod();
    }

    /** The path as sent, not decoded, without the query. */
    public String rawPath() {
        return raw.getRequestURI().getRawPath();
    }

    /** Path and query as sent. */
    public String line() {
        return raw.getRequestURI().toString();
    }

    /** The path's segments, each decoded; a leading and trailing slash add none. */
    public List<String> segments() {
        List<String> segments = new ArrayList<>();
        for (String segment : rawPath().split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return segments;
    }

    /** The first value of a query parameter. */
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name)).map(List::getFirst);
    }

    /** All values of a query parameter. */
    public List<String> queryAll(String name) {
        return query.getOrDefault(name, List.of());
    }

    public Map<String, List<String>> query() {
        return query;
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(raw.getRequestHeaders().getFirst(name));
    }

    /** The token of {@code Authorization: Bearer …}. */
    public Optional<String> bearer() {
        return header("Authorization").filter(h -> h.toLowerCase(Locale.ROOT).startsWith("bearer "))
                .map(h -> h.substring(7).strip());
    }

    /** The body as sent, uncompressed. */
    public byte[] body() {
        return body.clone();
    }

    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The body as a JSON object, if it is one. */
    public Optional<JsonObject> bodyObject() {
        try {
            JsonElement parsed = JsonParser.parseString(bodyText());
            return parsed.isJsonObject() ? Optional.of(parsed.getAsJsonObject()) : Optional.empty();
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    /** A header of the answer; before the answer is written. */
    public Exchange with(String name, String value) {
        raw.getResponseHeaders().add(name, value);
        return this;
    }

    public void json(int status, JsonElement answer) throws IOException {
        bytes(status, "application/json", answer.toString().getBytes(StandardCharsets.UTF_8));
    }

    public void text(int status, String answer) throws IOException {
        bytes(status, "text/plain; charset=utf-8", answer.getBytes(StandardCharsets.UTF_8));
    }

    /** An answer without a body, such as 204. */
    public void empty(int status) throws IOException {
        answered = true;
        if (!discard) {
            raw.sendResponseHeaders(status, -1);
        }
    }

    public void bytes(int status, String contentType, byte[] answer) throws IOException {
        answered = true;
        if (discard) {
            return;
        }
        if (!contentType.isEmpty() && !raw.getResponseHeaders().containsKey("Content-Type")) {
            raw.getResponseHeaders().set("Content-Type", contentType);
        }
        boolean bodyless = answer.length == 0 || method().equals("HEAD");
        raw.sendResponseHeaders(status, bodyless ? -1 : answer.length);
        if (!bodyless) {
            try (OutputStream out = raw.getResponseBody()) {
                out.write(answer);
            }
        }
    }

    /** Begins an answer whose length is not known; the caller writes, flushes and closes it. */
    public OutputStream stream(int status, String contentType) throws IOException {
        answered = true;
        raw.getResponseHeaders().set("Content-Type", contentType);
        raw.sendResponseHeaders(status, 0);
        return raw.getResponseBody();
    }

    /** True once an answer was begun. */
    public boolean answered() {
        return answered;
    }

    private static byte[] bodyOf(HttpExchange raw) throws IOException {
        byte[] sent = raw.getRequestBody().readAllBytes();
        boolean gzip = "gzip".equalsIgnoreCase(raw.getRequestHeaders().getFirst("Content-Encoding"));
        if (!gzip || sent.length == 0) {
            return sent;
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(sent))) {
            return in.readAllBytes();
        }
    }

    private static Map<String, List<String>> queryOf(@org.jspecify.annotations.Nullable String raw) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (raw == null || raw.isEmpty()) {
            return query;
        }
        for (String pair : raw.split("&", -1)) {
            int at = pair.indexOf('=');
            String name = at < 0 ? pair : pair.substring(0, at);
            String value = at < 0 ? "" : pair.substring(at + 1);
            query.computeIfAbsent(URLDecoder.decode(name, StandardCharsets.UTF_8), _ -> new ArrayList<>())
                    .add(URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return query;
    }
}
