package com.nexpo.console.app;

import com.nexpo.console.cli.Main;

/** Where the program starts. */
public final class Launcher {
    private Launcher() {}

    /** Runs the command that the arguments name and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Logging.setUp();
        String[] command = arguments;
        if (arguments.length == 1 && arguments[0].equals("--sandbox")) {
            // The window comes with the next version; until then, and without a display, this is its main job.
            command = new String[]{"deploy", "--profile", "sandbox", "--approve"};
        }
        Wiring wiring = new Wiring(System.getenv());
        System.exit(Main.run(command, wiring.deployments(), wiring.sandboxes()));
    }
}
