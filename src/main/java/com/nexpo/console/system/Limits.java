package com.nexpo.console.system;

import java.time.Duration;

/**
 * What one system may be asked at most.
 *
 * @param concurrent      calls under way at once
 * @param callsPerSecond  calls begun a second, on average; {@link Double#POSITIVE_INFINITY} for no limit
 * @param burst           calls that may begin at once after a pause; a system that counts by the minute sees at
 *                        most this many more than the rate
 * @param deadline        for one call with all its retries
 * @param attempts        tries of a call that is safe to repeat
 */
public record Limits(int concurrent, double callsPerSecond, int burst, Duration deadline, int attempts) {
    /** Eight at once, no rate limit, 30 seconds, four tries. */
    public static final Limits DEFAULT = new Limits(8, Double.POSITIVE_INFINITY, Duration.ofSeconds(30), 4);

    /** Without a burst: starts are evenly spaced. */
    public Limits(int concurrent, double callsPerSecond, Duration deadline, int attempts) {
        this(concurrent, callsPerSecond, 1, deadline, attempts);
    }

    public Limits withRate(double perSecond) {
        return new Limits(concurrent, perSecond, burst, deadline, attempts);
    }

    public Limits withBurst(int atOnce) {
        return new Limits(concurrent, callsPerSecond, atOnce, deadline, attempts);
    }

    public Limits withConcurrent(int atOnce) {
        return new Limits(atOnce, callsPerSecond, burst, deadline, attempts);
    }

    public Limits withDeadline(Duration longest) {
        return new Limits(concurrent, callsPerSecond, burst, longest, attempts);
    }
}
