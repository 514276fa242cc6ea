package com.nexpo.console.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How long {@code --help} takes, and {@code deploy --profile sandbox} until its first step, with the launcher that
 * {@code mvn package} leaves. The first run of each is left out: it makes the archive of classes.
 */
public final class StartUp {
    private static final int RUNS = 7;

    private StartUp() {}

    /** Measures; the argument is the launcher, if it is not where {@code mvn package} leaves it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path launcher = Path
                .of(arguments.length > 0 ? arguments[0] : "target/posthog-console/bin/posthog-console")
                .toAbsolutePath();
        Path folder = Files.createTempDirectory("start-up");
        Map<String, String> environment = Map.of("POSTHOG_CONSOLE_HOME", folder.resolve("home").toString(),
                "XDG_CACHE_HOME", folder.resolve("cache").toString());
        System.out.println(Console.load());
        measure("--help", 0.5, List.of(launcher.toString(), "--help"), "Usage:", folder, environment);
        measure("first step", 3,
                List.of(launcher.toString(), "deploy", "--profile", "sandbox", "--step", "prepare",
                        "--plan-only"),
                " 1  Prepare", folder, environment);
        System.out.println(Console.load());
    }

    private static void measure(String what, double target, List<String> command, String mark, Path folder,
            Map<String, String> environment) throws IOException, InterruptedException {
        List<Double> times = new ArrayList<>();
        for (int run = 0; run <= RUNS; run++) {
            AtomicReference<Duration> marked = new AtomicReference<>(Duration.ZERO);
            Console.Ran ran = Console.run(command, folder, environment, line -> {
                if (line.text().startsWith(mark)) {
                    marked.set(line.after());
                }
            });
            if (ran.exit() != 0 || marked.get().isZero()) {
                throw new IllegalStateException(command + " ended with exit code " + ran.exit());
            }
            if (run > 0) {
                times.add(Console.seconds(mark.startsWith("Usage") ? ran.took() : marked.get()));
            }
        }
        System.out.printf("%-11s median %.2f s, best %.2f s of %d; target %.1f s%n", what,
                Console.median(times),
                times.stream().mapToDouble(t -> t).min().orElseThrow(), RUNS, target);
    }
}
