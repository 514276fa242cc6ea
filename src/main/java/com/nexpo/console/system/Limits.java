package com.nexpo.console.system;

import java.time.Duration;

/**
 * What one system may be asked at most.
 *
 * @param concurrent      calls under way at once
 * @param callsPerSecond  calls begun a second, on average; {@link Double#POSITIVE_INFINITY} for no limit
 * @param deadline        for one call with all its retries
 * @param attempts        tries of a call that is safe to repeat
 */
public record Limits(int concurrent, double callsPerSecond, Duration deadline, int attempts) {
    /** Eight at once, no rate limit, 30 seconds, four tries. */
    public static final Limits DEFAULT = new Limits(8, Double.POSITIVE_INFINITY, Duration.ofSeconds(30), 4);

    public Limits withRate(double perSecond) {
        return new Limits(concurrent, perSecond, deadline, attempts);
    }

    public Limits withConcurrent(int atOnce) {
        return new Limits(atOnce, callsPerSecond, deadline, attempts);
    }

    public Limits withDeadline(Duration longest) {
        return new Limits(concurrent, callsPerSecond, longest, attempts);
    }
}
