package com.nexpo.console.app;

import com.nexpo.console.cli.Main;

/** Where the program starts. */
public final class Launcher {
    private Launcher() {}

    /** Runs the command that the arguments name and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Logging.setUp();
        Wiring wiring = new Wiring(System.getenv());
        boolean sandbox = arguments.length == 1 && arguments[0].equals("--sandbox");
        System.exit(sandbox
                ? Main.runSandboxDeployment(wiring.deployments(), wiring.sandboxes())
                : Main.run(arguments, wiring.deployments(), wiring.sandboxes()));
    }
}
