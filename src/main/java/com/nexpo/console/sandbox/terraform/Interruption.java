package com.nexpo.console.sandbox.terraform;

import java.util.ArrayList;
import java.util.List;

/** The wish to stop (SIGINT or SIGTERM): heard by who said what to do then, at once when it came before. */
final class Interruption {

    private final List<Runnable> listeners = new ArrayList<>();
    private boolean requested;

    /** Asks to stop. The first time counts. */
    void request() {
        List<Runnable> told;
        synchronized (this) {
            if (requested) {
                return;
            }
            requested = true;
            told = List.copyOf(listeners);
        }
        told.forEach(Runnable::run);
    }

    synchronized boolean isRequested() { return requested; }

    void whenRequested(Runnable listener) {
        synchronized (this) {
            if (!requested) {
                listeners.add(listener);
                return;
            }
        }
        listener.run();
    }
}
