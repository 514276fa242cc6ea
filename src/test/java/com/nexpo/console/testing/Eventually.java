package com.nexpo.console.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for something to become true, with a deadline; a test that waits a fixed time is slow or wrong. */
public final class Eventually {
    private Eventually() {}

    /** Returns when {@code condition} holds; fails the test with {@code what} when it does not within {@code limit}. */
    public static void holds(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + " did not come true within " + limit.toMillis() + " ms");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
