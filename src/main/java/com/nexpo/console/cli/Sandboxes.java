package com.nexpo.console.cli;

import com.nexpo.console.model.FailureException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Starts the embedded emulators. The program's wiring stands behind it. */
public interface Sandboxes {
    /**
     * How they are started.
     *
     * @param port     of the first one; 0 for any free ones
     * @param folder   keeps the state between starts; empty for a temporary one
     * @param exports  shell file to write
     * @param deployed true to begin with a finished deployment
     */
    record Request(int port, Optional<Path> folder, Optional<Path> exports, boolean deployed) {}

    /** Emulators that answer. */
    interface Running extends AutoCloseable {
        /** System's title to address. */
        Map<String, String> addresses();

        /** The variables that point the real tools at them. */
        Map<String, String> exports();

        /** Stops them, after keeping the state where it is to be kept. */
        @Override
        void close();
    }

    /**
     * Starts them.
     *
     * @throws FailureException with kind INVALID when a port or a folder cannot be used
     */
    Running start(Request request, Terminal terminal) throws FailureException, InterruptedException;
}
