package com.nexpo.console.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGINT and SIGTERM into an interrupt of the thread that runs the command, and holds the process until that
 * thread has come to its end: a graceful stop.
 */
final class GracefulStop implements AutoCloseable {
    /** Longer than any single call may take, so that nothing is cut in the middle. */
    private static final int PATIENCE_SECONDS = 120;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;
    private volatile int code = ExitCode.FAILED;

    private GracefulStop(Thread working) {
        hook = new Thread(() -> {
            working.interrupt();
            try {
                if (ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    // Else the process would end with the signal's code, and the contract's would be lost.
                    Runtime.getRuntime().halt(code);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "graceful-stop");
    }

    static GracefulStop ofThisThread() {
        GracefulStop stop = new GracefulStop(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    /** The exit code if the process is being stopped. */
    void exitWith(int exitCode) {
        code = exitCode;
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // Already shutting down: the hook is waiting for the latch, and ends the process with the right code.
            awaitHalt();
        }
    }

    private static void awaitHalt() {
        try {
            TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
