package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.kubernetes.ObjectStore.ObjectKey;
import com.nexpo.console.sandbox.kubernetes.Refusal.Cause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Lists: selectors, pages, representations, and versions that are too old or not yet there. */
final class Lists {
    private static final String TOO_OLD = "The provided continue parameter is too old to display a consistent list"
            + " result. You can start a new list without the continue parameter, or use the continue token in this"
            + " response to retrieve the remainder of the results. Continuing with the provided token results in an"
            + " inconsistent list - objects that were created, modified, or deleted between the time the first"
            + " chunk was returned and now may show up in the list.";

    private final ObjectStore store;

    Lists(ObjectStore store) {
        this.store = store;
    }

    /** Where a page begins, and of which version; {@code rv} -1 is an inconsistent continuation. */
    private record Token(long version, String start) {}

    static Predicate<JsonObject> wanted(Exchange exchange, Kind kind) {
        return Selectors.labels(exchange.query("labelSelector"))
                .and(Selectors.fields(kind, exchange.query("fieldSelector")));
    }

    void list(Exchange exchange, Kind kind, Optional<String> namespace, Representation form)
            throws IOException {
        Predicate<JsonObject> wanted = wanted(exchange, kind);
        refuseVersion(exchange);
        boolean cached = exchange.query("resourceVersion").filter("0"::equals).isPresent();
        int limit = cached ? 0 : exchange.query("limit").map(Integer::parseInt).orElse(0);
        Optional<Token> token = exchange.query("continue").filter(c -> !c.isEmpty()).map(Lists::token);
        token.filter(t -> t.version() >= 0 && t.version() < store.oldest()).ifPresent(t -> {
            throw Refusal.expired(TOO_OLD, Optional.of(encode(-1, t.start().substring(1))));
        });
        boolean selective = exchange.query("labelSelector").isPresent()
                || exchange.query("fieldSelector").isPresent();
        JsonObject answer;
        synchronized (store) {
            long version = token.map(Token::version).filter(v -> v >= 0).orElse(store.version());
            answer = page(kind, namespace, wanted, form, limit, token.map(Token::start).orElse(""), version,
                    selective);
        }
        form.send(exchange, 200, answer);
    }

    private JsonObject page(Kind kind, Optional<String> namespace, Predicate<JsonObject> wanted,
            Representation form, int limit, String start, long version, boolean selective) {
        List<JsonObject> items = new ArrayList<>();
        String last = "";
        int left = 0;
        for (Map.Entry<ObjectKey, JsonObject> entry : store.list(kind, namespace).entrySet()) {
            String at = at(entry.getKey(), namespace);
            if (at.compareTo(start) < 0 || !wanted.test(entry.getValue())) {
                continue;
            }
            if (limit > 0 && items.size() == limit) {
                left++;
                continue;
            }
            items.add(entry.getValue());
            last = at;
        }
        JsonObject metadata = Json.object("resourceVersion", Long.toString(version));
        if (left > 0) {
            metadata.addProperty("continue", encode(version, last + "\0"));
            if (!selective) {
                metadata.addProperty("remainingItemCount", left);
            }
        }
        return form.list(kind, items, metadata);
    }

    private static String at(ObjectKey key, Optional<String> namespace) {
        return "/" + (namespace.isEmpty() && key.kind().namespaced() ? key.namespace() + "/" : "")
                + key.name();
    }

    private static String encode(long version, String start) {
        JsonObject token = Json.object("v", "meta.k8s.io/v1", "rv", version, "start", start);
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(token.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Token token(String text) {
        try {
            JsonObject json = JsonParser.parseString(
                    new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8))
                    .getAsJsonObject();
            String start = json.get("start").getAsString();
            return new Token(json.get("rv").getAsLong(), start.startsWith("/") ? start : "/" + start);
        } catch (IllegalArgumentException | IllegalStateException | JsonParseException
                | NullPointerException _) {
            throw Refusal.badRequest("invalid continue token: continue key is not valid: invalid character"
                    + " '\\u0081' looking for beginning of value");
        }
    }

    private void refuseVersion(Exchange exchange) {
        String version = exchange.query("resourceVersion").orElse("");
        refuseNoNumber(version);
        long number = version.isEmpty() ? 0 : Long.parseLong(version);
        boolean exact = exchange.query("resourceVersionMatch").filter("Exact"::equals).isPresent();
        if (exact && number > 0 && number < store.oldest()) {
            throw Refusal.expired("The resourceVersion for the provided list is too old.", Optional.empty());
        }
        String timeout = exchange.query("timeout").orElse("");
        if (number > store.version() || timeout.matches("\\d+(us|µs|ns)")) {
            throw Refusal.timeout();
        }
    }

    static void refuseNoNumber(String version) {
        if (!version.matches("\\d{0,18}")) {
            throw Refusal.unreasoned(
                    "resourceVersion: Invalid value: \"%s\": strconv.ParseUint: parsing \"%s\": invalid syntax"
                            .formatted(version, version));
        }
    }

    /** Deletes all that match and answers them; the real server gives each its own delete. */
    void deleteAll(Exchange exchange, Kind kind, String namespace, boolean dryRun, Representation form)
            throws IOException {
        Predicate<JsonObject> wanted = wanted(exchange, kind);
        List<JsonObject> gone = new ArrayList<>();
        JsonObject answer;
        synchronized (store) {
            answer = Json.object("resourceVersion", Long.toString(store.version()));
            store.list(kind, Optional.of(namespace)).forEach((key, object) -> {
                if (wanted.test(object)) {
                    gone.add(object);
                    if (!dryRun) {
                        store.remove(key);
                    }
                }
            });
        }
        form.send(exchange, 200, form.list(kind, gone, answer));
    }

    /** @throws Refusal 422 for a streaming list that lacks what it needs */
    static boolean initialEvents(Exchange exchange) {
        boolean wanted = exchange.query("sendInitialEvents").filter("true"::equals).isPresent();
        boolean match = exchange.query("resourceVersionMatch").filter("NotOlderThan"::equals).isPresent();
        if (wanted && !match) {
            throw Refusal.badOption("ListOptions", new Cause("FieldValueForbidden",
                    "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
                    "resourceVersionMatch"));
        }
        return wanted;
    }

}
