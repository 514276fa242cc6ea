package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * {@code GET /v1/event/stream}: one line of JSON for each index, and {@code {}} when nothing happens. A stream
 * that is refused answers 200 and stays silent.
 */
final class EventStream {
    private static final Set<String> CLUSTER_TOPICS = Set.of("Node", "NodePool", "Operator", "ACLToken",
            "ACLPolicy");
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private final Object lock;
    private final Store store;
    private final Runnable advance;
    private final Duration heartbeat;

    /** @param advance lets time pass; called with the lock held */
    EventStream(Object lock, Store store, Runnable advance, Duration heartbeat) {
        this.lock = lock;
        this.store = store;
        this.advance = advance;
        this.heartbeat = heartbeat;
    }

    void serve(Ask ask) throws ApiError, IOException, InterruptedException {
        long next = startIndex(ask);
        List<String> topics = ask.http().queryAll("topic");
        ask.http().with("Cache-Control", "no-cache").with("Connection", "close");
        try (OutputStream out = ask.http().stream(200, "application/json")) {
            out.flush();
            if (!allowed(ask, topics)) {
                Thread.sleep(SILENCE);
                return;
            }
            line(out, new JsonObject());
            follow(ask, topics, next, out);
        }
    }

    private static long startIndex(Ask ask) throws ApiError {
        String index = ask.http().query("index").filter(i -> !i.isEmpty()).orElse("0");
        if (!index.matches("[0-9]+")) {
            throw new ApiError(400,
                    "Unable to parse index: strconv.Atoi: parsing \"" + index + "\": invalid syntax");
        }
        return Long.parseLong(index);
    }

    private static boolean allowed(Ask ask, List<String> topics) {
        boolean all = topics.isEmpty() || topics.stream().anyMatch(t -> t.startsWith("*"));
        boolean cluster = topics.stream().anyMatch(t -> CLUSTER_TOPICS.contains(t.split(":", 2)[0]));
        return ask.caller().isManagement()
                || (!all && !cluster && !ask.namespace().equals("*")
                        && ask.caller().may("read-job", ask.namespace()));
    }

    private void follow(Ask ask, List<String> topics, long from, OutputStream out)
            throws IOException, InterruptedException {
        long next = from;
        long beat = System.nanoTime() + heartbeat.toNanos();
        while (true) {
            List<EventLog.Entry> entries;
            synchronized (lock) {
                advance.run();
                entries = store.events().from(next);
                if (entries.isEmpty()) {
                    long untilBeat = (beat - System.nanoTime()) / 1_000_000;
                    long untilDue = store.time().untilNext().map(Duration::toMillis).orElse(1000L);
                    lock.wait(Math.max(1, Math.min(Math.min(untilBeat, untilDue), 1000)));
                }
            }
            for (EventLog.Entry entry : entries) {
                next = entry.index() + 1;
                if (send(ask, topics, entry, out)) {
                    beat = System.nanoTime() + heartbeat.toNanos();
                }
            }
            if (System.nanoTime() >= beat) {
                line(out, new JsonObject());
                beat = System.nanoTime() + heartbeat.toNanos();
            }
        }
    }

    private static boolean send(Ask ask, List<String> topics, EventLog.Entry entry, OutputStream out)
            throws IOException {
        JsonArray wanted = new JsonArray();
        entry.events().stream().filter(e -> wants(topics, e))
                .filter(e -> ask.namespace().equals("*") || Json.text(e, "Namespace").equals(ask.namespace()))
                .forEach(wanted::add);
        if (wanted.isEmpty()) {
            return false;
        }
        line(out, Json.of("Index", entry.index(), "Events", wanted));
        return true;
    }

    private static boolean wants(List<String> topics, JsonObject event) {
        return topics.isEmpty() || topics.stream().anyMatch(topic -> {
            String[] parts = topic.split(":", 2);
            boolean kind = parts[0].equals("*") || parts[0].equals(Json.text(event, "Topic"));
            String key = parts.length > 1 ? parts[1] : "*";
            return kind && (key.isEmpty() || key.equals("*") || key.equals(Json.text(event, "Key"))
                    || Json.texts(event, "FilterKeys").contains(key));
        });
    }

    private static void line(OutputStream out, JsonObject object) throws IOException {
        out.write((object + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
