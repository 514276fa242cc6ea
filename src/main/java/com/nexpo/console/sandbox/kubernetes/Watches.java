package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.kubernetes.ObjectStore.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Watches: one JSON line for each change, bookmarks, and the ERROR event for what is too old. */
final class Watches {
    /** How long a watch lasts when the client does not say. */
    private static final long DEFAULT_SECONDS = 1800;
    private static final long TICK_MILLIS = 50;

    private final ObjectStore store;
    private final Runnable eachTick;
    private volatile Duration bookmarks = Duration.ofSeconds(60);

    /** @param eachTick run now and then while somebody watches: rollouts move in it */
    Watches(ObjectStore store, Runnable eachTick) {
        this.store = store;
        this.eachTick = eachTick;
    }

    void bookmarkEvery(Duration period) {
        bookmarks = period;
    }

    void watch(Exchange exchange, Kind kind, Optional<String> namespace, Representation form)
            throws IOException, InterruptedException {
        Predicate<JsonObject> wanted = Lists.wanted(exchange, kind)
                .and(o -> namespace.isEmpty()
                        || namespace.equals(Json.text(o, "metadata", "namespace")));
        boolean streaming = Lists.initialEvents(exchange);
        String given = exchange.query("resourceVersion").orElse("");
        Lists.refuseNoNumber(given);
        boolean fromNow = given.isEmpty() || given.equals("0");
        long since = fromNow ? store.version() : Long.parseLong(given);
        long seconds = exchange.query("timeoutSeconds").map(Long::parseLong).filter(s -> s > 0)
                .orElse(DEFAULT_SECONDS);
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        try (OutputStream out = exchange.stream(200, "application/json")) {
            out.flush();
            if (!fromNow && since < store.oldest()) {
                line(out, "ERROR", tooOld(since));
                return;
            }
            Stream stream = new Stream(out, kind, form, wanted);
            if (fromNow || streaming) {
                since = stream.initial(namespace, streaming);
            }
            boolean marks = exchange.query("allowWatchBookmarks")
                    .filter(b -> b.equals("true") || b.equals("1"))
                    .isPresent();
            stream.follow(since, end, marks);
        }
    }

    private JsonObject tooOld(long since) {
        JsonObject status = Refusal.statusObject(410, "Expired",
                "too old resource version: %d (%d)".formatted(since, store.oldest()));
        status.addProperty("code", 410);
        return status;
    }

    private static void line(OutputStream out, String type, JsonObject object) throws IOException {
        JsonObject event = Json.object("type", type, "object", object);
        out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** What one client is told. */
    private final class Stream {
        private final OutputStream out;
        private final Kind kind;
        private final Representation form;
        private final Predicate<JsonObject> wanted;

        Stream(OutputStream out, Kind kind, Representation form, Predicate<JsonObject> wanted) {
            this.out = out;
            this.kind = kind;
            this.form = form;
            this.wanted = wanted;
        }

        long initial(Optional<String> namespace, boolean endMark) throws IOException {
            List<JsonObject> now;
            long version;
            synchronized (store) {
                now = List.copyOf(store.list(kind, namespace).values());
                version = store.version();
            }
            for (JsonObject object : now) {
                if (wanted.test(object)) {
                    line(out, "ADDED", form.one(kind, object));
                }
            }
            if (endMark) {
                JsonObject mark = mark(version);
                mark.getAsJsonObject("metadata").add("annotations",
                        Json.object("k8s.io/initial-events-end", "true"));
                line(out, "BOOKMARK", mark);
            }
            return version;
        }

        void follow(long from, long endNanos, boolean marks) throws IOException, InterruptedException {
            long since = from;
            long nextMark = System.nanoTime() + bookmarks.toNanos();
            while (System.nanoTime() < endNanos) {
                eachTick.run();
                for (Event event : store.after(since, kind, TICK_MILLIS)) {
                    tell(event);
                    since = event.version();
                }
                if (marks && System.nanoTime() > nextMark) {
                    line(out, "BOOKMARK", mark(store.version()));
                    nextMark = System.nanoTime() + bookmarks.toNanos();
                }
            }
        }

        private void tell(Event event) throws IOException {
            boolean was = matches(event.before());
            boolean is = matches(event.after());
            JsonObject before = event.before();
            JsonObject after = event.after();
            if (is && after != null) {
                line(out, was ? "MODIFIED" : "ADDED", form.one(kind, after));
            } else if (was && before != null) {
                // What no longer matches the selector is gone for this client, shown as it is now.
                JsonObject last = (after == null ? before : after).deepCopy();
                last.getAsJsonObject("metadata").addProperty("resourceVersion",
                        Long.toString(event.version()));
                line(out, "DELETED", form.one(kind, last));
            }
        }

        private boolean matches(@Nullable JsonObject object) {
            return object != null && wanted.test(object);
        }

        private JsonObject mark(long version) {
            return Json.object("kind", kind.title(), "apiVersion", kind.apiVersion(), "metadata",
                    Json.object("resourceVersion", Long.toString(version)));
        }
    }
}
