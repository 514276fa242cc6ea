package com.nexpo.console.sandbox.posthog;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Requests a minute and personal API key, in the classes of {@code posthog/rate_limit.py}. Without limits until a
 * drill sets some: {@link #CRUD} and {@link #QUERY} are PostHog Cloud's.
 */
final class Throttle {
    /** PostHog Cloud's limit of ordinary calls a minute. */
    static final int CRUD = 480;
    /** PostHog Cloud's limit of queries a minute. */
    static final int QUERY = 240;
    private static final long WINDOW_MILLIS = 60_000;

    private final State state;
    private final Map<String, Deque<Long>> calls = new HashMap<>();
    private int crud = Integer.MAX_VALUE;
    private int query = Integer.MAX_VALUE;

    Throttle(State state) {
        this.state = state;
    }

    void limit(int crudPerMinute, int queriesPerMinute) {
        crud = crudPerMinute;
        query = queriesPerMinute;
        calls.clear();
    }

    /** Counts one call, or refuses it with the seconds until there is room again. */
    void take(String key, boolean isQuery) throws ApiError {
        long now = state.instant().toEpochMilli();
        Deque<Long> window = calls.computeIfAbsent((isQuery ? "query " : "crud ") + key,
                _ -> new ArrayDeque<>());
        while (!window.isEmpty() && window.peekFirst() <= now - WINDOW_MILLIS) {
            window.removeFirst();
        }
        if (window.size() >= (isQuery ? query : crud)) {
            long first = window.isEmpty() ? now : window.peekFirst();
            throw ApiError.throttled(Math.max(1, (first + WINDOW_MILLIS - now + 999) / 1000));
        }
        window.addLast(now);
    }
}
