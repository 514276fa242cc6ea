package com.nexpo.console.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command writes, and what is known of the one who reads it.
 *
 * @param out         standard output
 * @param err         standard error
 * @param terminal    true when a person sits there
 * @param environment for {@code NO_COLOR} and {@code TERM}
 */
public record Streams(PrintStream out, PrintStream err, boolean terminal, Map<String, String> environment) {
    /** Those of this process. */
    public static Streams ofProcess() {
        // JDK 25 gives none when standard input or output is not a terminal; others give one that is no terminal.
        boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        return new Streams(stream(FileDescriptor.out), stream(FileDescriptor.err), terminal, System.getenv());
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Words go to standard error when data goes to standard output. */
    Terminal terminal(boolean dataToStandardOutput) {
        return new Terminal(dataToStandardOutput ? err : out, out, terminal, environment);
    }
}
