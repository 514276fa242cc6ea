package com.nexpo.console.app;

import com.nexpo.console.cli.Main;
import com.nexpo.console.cli.Streams;
import com.nexpo.console.sandbox.Sandbox;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A sandbox in this JVM, and a console with a data folder of its own that deploys to it. */
final class SandboxConsole implements AutoCloseable {
    private final Path folder;
    private final Sandbox sandbox;
    private final Map<String, String> environment;

    private SandboxConsole(Path folder, Sandbox sandbox) {
        this.folder = folder;
        this.sandbox = sandbox;
        this.environment = new HashMap<>(sandbox.exports());
        environment.put("POSTHOG_CONSOLE_HOME", home().toString());
        environment.put("PATH", System.getenv("PATH"));
    }

    /** Starts a fresh sandbox; everything is under this folder. */
    static SandboxConsole start(Path folder) throws IOException {
        return new SandboxConsole(folder, Sandbox.start(0, folder.resolve("sandbox"), false));
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** The console's data folder. */
    Path home() {
        return folder.resolve("home");
    }

    /** The environment of the sandbox's profile in the data folder. */
    Path environmentFolder() {
        return home().resolve("environments").resolve("sandbox");
    }

    String profile() {
        return folder.resolve("sandbox").resolve("profile.json").toString();
    }

    Map<String, String> environment() {
        return environment;
    }

    /** What the emulators hold now. */
    DeployedState state() {
        return DeployedState.of(sandbox);
    }

    /** {@code deploy} of this sandbox with JSON lines, in this JVM. */
    Said deploy(String... more) {
        return run(command(more));
    }

    /** Any command, in this JVM. */
    Said run(List<String> arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Wiring wiring = new Wiring(environment);
        int exit = Main.run(arguments.toArray(String[]::new), wiring.deployments(), wiring.sandboxes(),
                new Streams(printer(out), printer(err), false, environment));
        return new Said(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream printer(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /** The same as a process of its own, as a user starts it. */
    ChildConsole start(String... more) throws IOException {
        List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m", "-cp", mainClassPath(),
                Launcher.class.getName()));
        line.addAll(command(more));
        return ChildConsole.start(line, environment, Files.createTempDirectory(folder, "child"));
    }

    private List<String> command(String... more) {
        List<String> arguments = new ArrayList<>(List.of("deploy", "--profile", profile(), "--json"));
        arguments.addAll(Arrays.asList(more));
        return arguments;
    }

    /** Without the tests' own classes, which a user does not have. */
    private static String mainClassPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return String.join(File.pathSeparator, Arrays.stream(all.split(File.pathSeparator, -1))
                .filter(entry -> !Files.exists(Path.of(entry, "com/nexpo/console/app/SandboxConsole.class"))).toList());
    }

    /** The journals of all runs, oldest first. */
    List<Path> journals() throws IOException {
        Path runs = environmentFolder().resolve("runs");
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(runs)) {
            return files.sorted().toList();
        }
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
