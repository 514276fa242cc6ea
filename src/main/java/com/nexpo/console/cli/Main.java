package com.nexpo.console.cli;

import com.nexpo.console.model.Redactor;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** The program's commands. */
@Command(name = "posthog-console", sortOptions = false, description = "Deploys PostHog analytics across microservices: reviewed, resumable, verifiable.", footer = {
    "", "Example:", "  posthog-console deploy --profile sandbox --approve", "",
    "Exit codes: 0 fine, 1 error in the program, 2 bad usage, 3 something failed, 4 warnings only."})
public final class Main implements Runnable {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this help.")
    boolean help;

    @CommandLine.Spec
    CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    private Main() {}

    /** What plain {@code mvn} does until there is a window, and always where there is no display. */
    public static int runSandboxDeployment(Deployments deployments, Sandboxes sandboxes) {
        Streams.ofProcess().terminal(false).say(Words.of("start.no-window"));
        return run(new String[]{"deploy", "--profile", "sandbox", "--approve"}, deployments, sandboxes);
    }

    /** Runs a command line and returns its exit code. */
    public static int run(String[] arguments, Deployments deployments, Sandboxes sandboxes) {
        return run(arguments, deployments, sandboxes, Streams.ofProcess());
    }

    /** Runs a command line that writes to these streams. */
    public static int run(String[] arguments, Deployments deployments, Sandboxes sandboxes, Streams streams) {
        CommandLine line = new CommandLine(new Main()).addSubcommand(new DeployCommand(deployments, streams))
                .addSubcommand(new SandboxCommand(sandboxes, streams));
        line.setOut(new PrintWriter(streams.out(), true));
        line.setErr(new PrintWriter(streams.err(), true));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.AUTO));
        line.setExecutionExceptionHandler((e, command, _) -> {
            command.getErr().println(Redactor.clean(Words.of("program.failed", e)));
            System.getLogger(Main.class.getName()).log(System.Logger.Level.ERROR, "command failed", e);
            return ExitCode.PROGRAM_ERROR;
        });
        return line.execute(arguments);
    }

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }
}
