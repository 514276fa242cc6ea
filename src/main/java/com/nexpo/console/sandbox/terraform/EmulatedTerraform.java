package com.nexpo.console.sandbox.terraform;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * The emulated {@code terraform} executable: commands, flags, exit codes, streams and files of Terraform 1.11
 * (https://developer.hashicorp.com/terraform/cli/commands) for the blueprint's root module.
 */
public final class EmulatedTerraform {

    /** The version that it reports and behaves like. */
    public static final String VERSION = "1.11.4";

    private static final String USAGE = """
            Usage: terraform [global options] <subcommand> [args]

            The emulated Terraform has: init, validate, plan, apply, destroy, show, output, state list, state pull,
            state push, force-unlock, providers, version. Global option: -chdir=DIR.""";

    private EmulatedTerraform() {}

    /** Runs one command in the current directory and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        Interruption interruption = new Interruption();
        CountDownLatch finished = new CountDownLatch(1);
        int[] code = {1};
        // SIGINT and SIGTERM begin the JVM's shutdown; it is held up until the command has saved its state.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            interruption.request();
            awaitEnd(finished);
            out.flush();
            Runtime.getRuntime().halt(code[0]);
        }));
        try {
            code[0] = run(List.of(arguments),
                    new Session(Path.of("").toAbsolutePath(), System.getenv(), out, err, interruption));
        } finally {
            finished.countDown();
        }
        out.flush();
        Runtime.getRuntime().halt(code[0]);
    }

    private static void awaitEnd(CountDownLatch finished) {
        boolean interrupted = false;
        while (true) {
            try {
                finished.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    /**
     * The command that runs it in a process of its own, with the Java and the class path of this one. Arguments follow.
     */
    public static List<String> command() {
        String java = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win")
                ? "java.exe"
                : "java";
        return List.of(Path.of(System.getProperty("java.home"), "bin", java).toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", System.getProperty("java.class.path"),
                EmulatedTerraform.class.getName());
    }

    /** Runs one command; returns its exit code. */
    static int run(List<String> arguments, Session session) {
        List<String> rest = new ArrayList<>(arguments);
        Session here = session;
        if (!rest.isEmpty() && rest.getFirst().startsWith("-chdir=")) {
            Path directory = session.directory().resolve(rest.removeFirst().substring("-chdir=".length()));
            here = new Session(directory, session.environment(), session.out(), session.err(),
                    session.interruption());
        }
        if (rest.isEmpty()) {
            session.out().println(USAGE);
            return 127;
        }
        String command = rest.removeFirst();
        try {
            return dispatch(command, Arguments.parse(rest), here);
        } catch (TerraformException e) {
            e.diagnostics().forEach(d -> here(session, d));
            return 1;
        } catch (IOException | UncheckedIOException e) {
            here(session, Diagnostic.error("Failed to read or write a file", String.valueOf(e.getMessage())));
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } finally {
            session.out().flush();
            session.err().flush();
        }
    }

    private static void here(Session session, Diagnostic diagnostic) {
        session.err().println("Error: " + diagnostic.summary() + "\n\n" + diagnostic.detail() + "\n");
    }

    private static int dispatch(String command, Arguments arguments, Session session)
            throws IOException, InterruptedException {
        WorkspaceCommands workspace = new WorkspaceCommands(session, arguments, command.equals("init"));
        return switch (command) {
            case "version", "-version", "--version" -> workspace.version();
            case "help", "-help", "--help", "-h" -> {
                session.out().println(USAGE);
                yield 0;
            }
            case "init" -> workspace.init();
            case "validate" -> workspace.validate();
            case "plan" -> new RunCommands(session, arguments).plan();
            case "apply" -> new RunCommands(session, arguments).apply(false);
            case "destroy" -> new RunCommands(session, arguments).apply(true);
            case "show" -> workspace.show();
            case "output" -> workspace.output();
            case "state" -> workspace.state();
            case "force-unlock" -> workspace.forceUnlock();
            case "providers" -> workspace.providers();
            default -> {
                session.err()
                        .println("Terraform has no command named \"" + command
                                + "\".\n\nTo see all of Terraform's"
                                + " top-level commands, run:\n  terraform -help\n");
                yield 1;
            }
        };
    }

    /** The platform in Go's words. */
    static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        return (os.contains("win") ? "windows" : os.contains("mac") ? "darwin" : "linux") + "_"
                + (arch.equals("aarch64") ? "arm64" : "amd64");
    }
}
