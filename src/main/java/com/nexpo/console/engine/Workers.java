package com.nexpo.console.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The threads of the engine: virtual ones, as many as there is work; the systems' own limits hold them back. */
public final class Workers {
    /** What is done with one of many. */
    @FunctionalInterface
    public interface Task<T, R> {
        R run(T item) throws InterruptedException;
    }

    /**
     * Does the same with every item, side by side, and returns when the last one has ended. Interrupted, or
     * when one throws, it interrupts the others, waits for them to end, and throws.
     *
     * @return the results in the order of the items
     */
    public <T, R> List<R> forEach(Collection<T> items, Task<T, R> task) throws InterruptedException {
        List<Running<R>> all = new ArrayList<>();
        for (T item : items) {
            all.add(new Running<>(() -> task.run(item)));
        }
        try {
            for (Running<R> running : all) {
                running.thread.join();
            }
        } catch (InterruptedException e) {
            all.forEach(running -> running.thread.interrupt());
            all.forEach(Running::awaitEnd);
            throw e;
        }
        List<R> results = new ArrayList<>();
        for (Running<R> running : all) {
            results.add(running.result());
        }
        return results;
    }

    /** Starts a daemon that goes on beside the caller until it ends or is interrupted. */
    public Thread start(String name, Runnable body) {
        return Thread.ofVirtual().name(name).start(body);
    }

    private interface Body<R> {
        R run() throws InterruptedException;
    }

    private static final class Running<R> {
        private final AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        private final List<R> result = new ArrayList<>(1);
        private final Thread thread;

        Running(Body<R> body) {
            this.thread = Thread.ofVirtual().name("worker").start(() -> {
                try {
                    result.add(body.run());
                } catch (InterruptedException | RuntimeException | Error e) {
                    thrown.set(e);
                }
            });
        }

        R result() throws InterruptedException {
            switch (thrown.get()) {
                case null -> {
                    return result.getFirst();
                }
                case InterruptedException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }

        /** What a step does after a cancel must not overlap with what it cancelled. */
        void awaitEnd() {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
