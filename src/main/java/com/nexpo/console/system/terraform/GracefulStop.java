package com.nexpo.console.system.terraform;

import java.time.Duration;

/**
 * Stops a child the way Terraform wants it: the first interrupt of the calling thread asks for a graceful end
 * (SIGTERM), the second one is Terraform's own "exit at once" (SIGTERM again), and only a third one kills.
 *
 * <p>On a terminal, Ctrl-C reaches the child too. Terraform takes a second signal for "exit at once", so before
 * the first one is sent the child gets a moment to say that it is stopping already.
 *
 * <p>Where the platform knows no graceful end (Windows), the first interrupt is waited out.
 */
final class GracefulStop {
    private static final Duration MOMENT = Duration.ofMillis(250);
    private static final String STOPPING_ALREADY = "Interrupt received";

    private final ProcessHandle child;
    private final boolean canStopGracefully;
    private int asked;
    private int sent;
    private boolean stoppingAlready;
    private long firstAskedAt;

    GracefulStop(Process child) {
        // Process.destroy() closes the streams as well, and the last lines with them; its handle's does not.
        this.child = child.toHandle();
        this.canStopGracefully = child.supportsNormalTermination();
    }

    /** The calling thread was interrupted. */
    void interrupted() {
        asked++;
        if (asked == 1) {
            firstAskedAt = System.nanoTime();
        }
    }

    /** A line that the child printed. */
    void saw(String line) {
        if (line.contains(STOPPING_ALREADY)) {
            stoppingAlready = true;
        }
    }

    /** Sends what is due by now. */
    void tick() {
        if (asked == 0 || sent >= asked) {
            return;
        }
        if (asked == 1) {
            boolean momentIsOver = stoppingFor().compareTo(MOMENT) >= 0;
            if (stoppingAlready || !canStopGracefully) {
                sent = 1;
            } else if (momentIsOver) {
                child.destroy();
                sent = 1;
            }
        } else {
            if (asked == 2 && canStopGracefully) {
                child.destroy();
            } else {
                child.destroyForcibly();
            }
            sent = asked;
        }
    }

    /** True when a stop was asked for. */
    boolean wasAsked() {
        return asked > 0;
    }

    /** Time since a stop was first asked for. */
    Duration stoppingFor() {
        return asked == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - firstAskedAt);
    }
}
