package com.nexpo.console.system;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.SystemId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The one door out to one system: every call goes through here, whichever client library makes it.
 *
 * <p>It refuses the FX thread, keeps the system's limits of rate and concurrency, gives every call a deadline,
 * turns what went wrong into a {@link Failure}, and repeats what is safe to repeat when the failure is
 * transient, waiting as long as the system asked to. A call that is not safe to repeat and whose answer was
 * lost fails with {@link Failure#maybeDone()}.
 */
public final class RemoteCall {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** A new door counts as rested this long: its first calls may use the whole burst. */
    private static final Duration LONGEST_REST = Duration.ofHours(1);

    /** How a call may be repeated. */
    public enum Repeat {
        /** Reading, or writing what has the same effect twice. */
        SAFE,
        /** A second call would have another effect, or could not tell that the first one worked. */
        ONCE
    }

    /** One try. It must give up by itself when {@code remaining} has passed. */
    @FunctionalInterface
    public interface Attempt<T> {
        T run(Duration remaining) throws AttemptFailed, InterruptedException;
    }

    /** One try failed, and why; {@link RemoteCall} decides whether there will be another. */
    public static final class AttemptFailed extends Exception {
        private final transient Failure failure;
        private final transient Optional<Duration> retryAfter;

        public AttemptFailed(Failure failure, Throwable cause) {
            super(failure.message(), cause);
            this.failure = failure;
            this.retryAfter = Optional.empty();
        }

        public AttemptFailed(Failure failure) {
            this(failure, Optional.empty());
        }

        public AttemptFailed(Failure failure, Optional<Duration> retryAfter) {
            super(failure.message());
            this.failure = failure;
            this.retryAfter = retryAfter;
        }

        public Failure failure() {
            return failure;
        }
    }

    private final SystemId system;
    private final Limits limits;
    private final Semaphore places;
    private final Object pace = new Object();
    private long nextStartNanos;

    public RemoteCall(SystemId system, Limits limits) {
        this.system = system;
        this.limits = limits;
        this.places = new Semaphore(limits.concurrent(), true);
        this.nextStartNanos = System.nanoTime() - LONGEST_REST.toNanos();
    }

    public SystemId system() {
        return system;
    }

    public Limits limits() {
        return limits;
    }

    /**
     * Makes the call.
     *
     * @param what   what is being done, to begin a sentence with: "reading secret nexpo/posthog/auth"
     * @throws FailureException     when it failed for good
     * @throws InterruptedException when the thread was told to stop
     */
    public <T> T call(String what, Repeat repeat, Attempt<T> attempt)
            throws FailureException, InterruptedException {
        return call(what, repeat, limits.deadline(), attempt);
    }

    /** As {@link #call(String, Repeat, Attempt)}, with a deadline of its own. */
    public <T> T call(String what, Repeat repeat, Duration deadline, Attempt<T> attempt)
            throws FailureException, InterruptedException {
        refuseFxThread(what);
        long end = System.nanoTime() + deadline.toNanos();
        if (!places.tryAcquire(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new FailureException(new Failure(FailureKind.TIMEOUT, "NET-BUSY",
                    "%s: %s did not get its turn within %s.".formatted(system.title(), what,
                            seconds(deadline))));
        }
        try {
            return attemptUntil(end, what, repeat, attempt);
        } finally {
            places.release();
        }
    }

    private <T> T attemptUntil(long end, String what, Repeat repeat, Attempt<T> attempt)
            throws FailureException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        for (int n = 1;; n++) {
            awaitTurn();
            long remaining = end - System.nanoTime();
            if (remaining <= 0) {
                throw new FailureException(new Failure(FailureKind.TIMEOUT, "NET-DEADLINE",
                        "%s: %s ran out of time.".formatted(system.title(), what)));
            }
            try {
                return attempt.run(Duration.ofNanos(remaining));
            } catch (AttemptFailed e) {
                Failure failure = e.failure();
                boolean lost = failure.kind() == FailureKind.TIMEOUT || failure.maybeDone();
                if (repeat == Repeat.ONCE && lost) {
                    throw new FailureException(failure.possiblyDone(), e);
                }
                // What never arrived, and what was throttled, was not done: both may be repeated.
                boolean again = failure.kind().isTransient() || (repeat == Repeat.SAFE && lost);
                Duration wait = e.retryAfter.orElse(pause);
                if (!again || n >= limits.attempts() || System.nanoTime() + wait.toNanos() >= end) {
                    throw new FailureException(failure, e);
                }
                TimeUnit.NANOSECONDS.sleep(wait.toNanos());
                pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
            }
        }
    }

    /** Waits until the system's rate allows another start. */
    private void awaitTurn() throws InterruptedException {
        if (Double.isInfinite(limits.callsPerSecond())) {
            return;
        }
        long wait;
        synchronized (pace) {
            long now = System.nanoTime();
            long spacing = (long) (1e9 / limits.callsPerSecond());
            // A start may lie in the past by as much as the burst allows: that is the unused room.
            long start = Math.max(now - (limits.burst() - 1) * spacing, nextStartNanos);
            nextStartNanos = start + spacing;
            wait = start - now;
        }
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
    }

    private void refuseFxThread(String what) {
        if ("JavaFX Application Thread".equals(Thread.currentThread().getName())) {
            throw new IllegalStateException(
                    system.title() + ": " + what + " must not be called on the FX thread");
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
