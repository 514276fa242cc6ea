package com.nexpo.console.sandbox.http;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** What an emulator does wrong on purpose: for drills, and for tests of how the console takes it. */
public final class Faults {
    private final List<Planned> planned = new CopyOnWriteArrayList<>();

    private record Planned(Pattern request, AtomicInteger left, Fault fault) {}

    /** One misbehaviour. */
    public sealed interface Fault {
        /** Answers this instead of doing what was asked. */
        record Answer(int status, String contentType, String body,
                Map<String, String> headers) implements Fault {}

        /** Does what was asked, later. */
        record Slow(Duration delay) implements Fault {}

        /** Closes the connection without doing anything. */
        record Cut() implements Fault {}

        /** Does what was asked and then closes the connection without an answer. */
        record LoseAnswer() implements Fault {}

        /** True when the exchange is over. */
        default boolean answer(Exchange exchange) throws IOException, InterruptedException {
            return switch (this) {
                case Answer(int status, String type, String body, Map<String, String> headers) -> {
                    headers.forEach(exchange::with);
                    exchange.bytes(status, type, body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    yield true;
                }
                case Slow(Duration delay) -> {
                    Thread.sleep(delay);
                    yield false;
                }
                case Cut() -> true;
                case LoseAnswer() -> false;
            };
        }

        default boolean loseAnswer() {
            return this instanceof LoseAnswer;
        }
    }

    /**
     * From now on, the next {@code times} matching requests meet this fault.
     *
     * @param request regular expression over {@code "METHOD /path?query"}, found anywhere in it; AWS's operation follows
     *                as in {@code "POST / AmazonSSM.PutParameter"}
     */
    public void add(String request, int times, Fault fault) {
        planned.add(new Planned(Pattern.compile(request), new AtomicInteger(times), fault));
    }

    /** All is well again. */
    public void clear() {
        planned.clear();
    }

    Optional<Fault> next(Exchange exchange) {
        // AWS has one path for everything; the operation is in this header.
        String line = exchange.method() + " " + exchange.line()
                + exchange.header("X-Amz-Target").map(target -> " " + target).orElse("");
        for (Planned entry : planned) {
            if (entry.request().matcher(line).find() && entry.left().getAndDecrement() > 0) {
                return Optional.of(entry.fault());
            }
        }
        return Optional.empty();
    }
}
