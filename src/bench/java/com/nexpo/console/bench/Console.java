package com.nexpo.console.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs a command and tells each line that it writes, with the time since its start. */
final class Console {
    private Console() {}

    /** A line and when it came. */
    record Line(Duration after, String text) {}

    /** A finished command. */
    record Ran(int exit, Duration took) {}

    static Ran run(List<String> command, Path folder, Map<String, String> environment, Consumer<Line> lines)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        Process process = builder.start();
        process.getOutputStream().close();
        try (BufferedReader out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            while (line != null) {
                lines.accept(new Line(since(start), line));
                line = out.readLine();
            }
        }
        return new Ran(process.waitFor(), since(start));
    }

    static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** This program's own Java and class path, with a main class and its arguments. */
    static List<String> java(String main, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow", "-cp",
                        System.getProperty("java.class.path"), main));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** Processor time of this program and its ended children, from proc(5) where that is; else zero. */
    static Duration processor() throws IOException {
        Path stat = Path.of("/proc/self/stat");
        if (!Files.exists(stat)) {
            return Duration.ZERO;
        }
        String text = Files.readString(stat);
        // After the name in brackets: state is the first field, utime, stime, cutime and cstime the 12th to 15th.
        List<String> fields = List.of(text.substring(text.lastIndexOf(')') + 2).split(" ", -1));
        long ticks = fields.subList(11, 15).stream().mapToLong(Long::parseLong).sum();
        return Duration.ofMillis(ticks * 10);
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** What else the machine was doing, without which no time means anything. */
    static String load() {
        return "%s: load %.1f on %d processors".formatted(Instant.now(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.getRuntime().availableProcessors());
    }
}
