package com.nexpo.console.cli;

import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code posthog-console sandbox}: the emulators, for the real tools and for a second process. */
@Command(name = "sandbox", sortOptions = false, description = "Serves all emulated systems on 127.0.0.1 until it is stopped.", footer = {
    "", "Examples:", "  posthog-console sandbox --env sandbox.env",
    "  . ./sandbox.env && posthog-console deploy --profile \"$CONSOLE_PROFILE\" --approve"})
final class SandboxCommand implements Callable<Integer> {
    private final Sandboxes sandboxes;
    private final Streams streams;

    @Option(names = "--port", paramLabel = "N", description = "The first of five ports; free ones are taken otherwise.")
    int port;

    @Option(names = "--dir", paramLabel = "DIR", description = "Keeps the state there between starts.")
    @Nullable
    Path folder;

    @Option(names = "--env", paramLabel = "FILE", description = "Writes a shell file of exports that points the real tools here.")
    @Nullable
    Path exports;

    @Option(names = "--deployed", description = "Begins with a finished deployment.")
    boolean deployed;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this help.")
    boolean help;

    SandboxCommand(Sandboxes sandboxes, Streams streams) {
        this.sandboxes = sandboxes;
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Terminal terminal = streams.terminal(false);
        CountDownLatch stopped = new CountDownLatch(1);
        try (GracefulStop stop = GracefulStop.ofThisThread();
                Sandboxes.Running running = sandboxes
                        .start(new Sandboxes.Request(port, Optional.ofNullable(folder),
                                Optional.ofNullable(exports), deployed), terminal)) {
            stop.exitWith(ExitCode.FINE);
            running.addresses()
                    .forEach((system, address) -> terminal.say("%-11s %s".formatted(system, address)));
            terminal.say("");
            terminal.say(exports == null
                    ? Words.of("sandbox.tools-how")
                    : Words.of("sandbox.tools", exports.toAbsolutePath()));
            terminal.say(Words.of("sandbox.stop"));
            stopped.await();
            return ExitCode.FINE;
        } catch (InterruptedException e) {
            return ExitCode.FINE;
        } catch (FailureException e) {
            terminal.say(e.failure().display());
            return e.failure().kind() == FailureKind.INVALID ? ExitCode.USAGE : ExitCode.FAILED;
        }
    }
}
