package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Redactor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs Terraform commands in a folder, one at a time, on the calling thread.
 *
 * <p>Standard output and standard error stay apart, for Terraform prints warnings that are no JSON on the latter.
 * The lines of a run go through a file, so that a Terraform whose console was killed can end its apply: written
 * to a broken pipe it would die in the middle. What holds values ({@code show}, {@code output}) goes through a
 * pipe and is never written down.
 *
 * <p>An interrupt of the calling thread is carried to the child as {@link GracefulStop} says; its end is waited
 * for and its last lines are delivered. {@link Exit#cancelled()} then tells; the interrupt itself is used up.
 */
final class TerraformProcess {
    /** In the names of our printouts, so that those of a console that was killed can be told from running ones. */
    static final String OURS = "-" + ProcessHandle.current().pid() + "-";
    private static final int MOST_STDERR = 64 * 1024;

    private final List<String> command;
    private final Path folder;
    private final Path scratch;
    private final ChildEnvironment environment;
    private final Duration patience;

    /**
     * @param folder   working directory of the child
     * @param scratch  existing private folder for what the child prints
     * @param patience how long a graceful end may take before it is called slow
     */
    TerraformProcess(List<String> command, Path folder, Path scratch, ChildEnvironment environment,
            Duration patience) {
        this.command = List.copyOf(command);
        this.folder = folder;
        this.scratch = scratch;
        this.environment = environment;
        this.patience = patience;
    }

    /** How a child ended; {@code stderr} is redacted and bounded. */
    record Exit(int code, String stderr, boolean cancelled) {}

    /** What a parser made of a child's output, when it made something. */
    record Answer<T>(Exit exit, @Nullable T value) {}

    /** Reads a child's standard output to its end. */
    interface Parser<T> {
        T parse(Reader stdout) throws IOException;
    }

    /**
     * Runs a command and hands each line of its standard output to {@code line} while it runs.
     *
     * @param slow called once when a stop that was asked for takes longer than the patience
     */
    Exit lines(List<String> arguments, Consumer<String> line, Consumer<Duration> slow)
            throws FailureException {
        try {
            Path out = Files.createTempFile(scratch, "out" + OURS, ".jsonl");
            try (InputStream source = Files.newInputStream(out)) {
                Started started = start(arguments, out);
                return follow(started, source, line, slow);
            } finally {
                Files.deleteIfExists(out);
            }
        } catch (IOException e) {
            throw cannotRun(e);
        }
    }

    /** Runs a command and lets {@code parser} read what it prints. Without a value when the parser could not. */
    <T> Answer<T> read(List<String> arguments, Parser<T> parser) throws FailureException {
        try {
            Started started = start(arguments, null);
            T value = null;
            try (Reader stdout = new InputStreamReader(
                    new PolledStream(started.child.getInputStream(), started.child,
                            started.stop, () -> {}),
                    StandardCharsets.UTF_8)) {
                try {
                    value = parser.parse(stdout);
                } catch (IOException | RuntimeException unreadable) {
                    // A command that fails prints something else; its exit code and stderr say what happened.
                    value = null;
                }
                stdout.transferTo(Writer.nullWriter());
            }
            return new Answer<>(started.end(), value);
        } catch (IOException e) {
            throw cannotRun(e);
        }
    }

    private Exit follow(Started started, InputStream source, Consumer<String> line, Consumer<Duration> slow)
            throws IOException {
        RuntimeException failedListener = null;
        SlowStop slowStop = new SlowStop(started.stop, patience, slow);
        try (BufferedReader stdout = new BufferedReader(new InputStreamReader(
                new PolledStream(source, started.child, started.stop, slowStop), StandardCharsets.UTF_8))) {
            String next;
            while ((next = stdout.readLine()) != null) {
                started.stop.saw(next);
                try {
                    line.accept(next);
                } catch (RuntimeException e) {
                    // An apply must be watched to its end whatever happens to the one who listens.
                    failedListener = e;
                }
            }
        }
        Exit exit = started.end();
        if (failedListener != null) {
            throw failedListener;
        }
        return exit;
    }

    private Started start(List<String> arguments, @Nullable Path stdout) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(all).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment.reveal());
        Path stderr = Files.createTempFile(scratch, "err" + OURS, ".txt");
        builder.redirectError(stderr.toFile());
        if (stdout != null) {
            builder.redirectOutput(stdout.toFile());
        }
        try {
            Process child = builder.start();
            child.getOutputStream().close();
            return new Started(child, new GracefulStop(child), stderr);
        } catch (IOException e) {
            Files.deleteIfExists(stderr);
            throw e;
        }
    }

    private FailureException cannotRun(IOException e) {
        return new FailureException(new Failure(FailureKind.UNREACHABLE, "TF-START",
                command.getFirst() + " cannot be run in " + folder + ".",
                "Install Terraform or OpenTofu 1.11 or newer, or name the executable in the profile."), e);
    }

    private record Started(Process child, GracefulStop stop, Path stderr) {
        /** Waits for the end of a child whose output has ended. */
        Exit end() throws IOException {
            try {
                int code = waitFor();
                byte[] said = Files.readAllBytes(stderr);
                String text = new String(said, 0, Math.min(said.length, MOST_STDERR), StandardCharsets.UTF_8);
                return new Exit(code, Redactor.clean(text), stop.wasAsked());
            } finally {
                Files.deleteIfExists(stderr);
            }
        }

        private int waitFor() {
            while (true) {
                try {
                    return child.waitFor();
                } catch (InterruptedException e) {
                    stop.interrupted();
                    stop.tick();
                }
            }
        }
    }

    /** Says once that a stop takes long. */
    private static final class SlowStop implements Runnable {
        private final GracefulStop stop;
        private final Duration patience;
        private final Consumer<Duration> slow;
        private boolean said;

        SlowStop(GracefulStop stop, Duration patience, Consumer<Duration> slow) {
            this.stop = stop;
            this.patience = patience;
            this.slow = slow;
        }

        @Override
        public void run() {
            if (!said && stop.stoppingFor().compareTo(patience) > 0) {
                said = true;
                slow.accept(stop.stoppingFor());
            }
        }
    }
}
