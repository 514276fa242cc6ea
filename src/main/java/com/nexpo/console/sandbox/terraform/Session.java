package com.nexpo.console.sandbox.terraform;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command runs.
 *
 * @param directory    the root module's folder
 * @param environment  the process's environment
 * @param out          standard output
 * @param err          standard error
 * @param interruption the wish to stop
 */
record Session(Path directory, Map<String, String> environment, PrintStream out, PrintStream err,
        Interruption interruption) {

    /** The folder of {@code init}. */
    Path workingFolder() {
        return directory.resolve(environment.getOrDefault("TF_DATA_DIR", ".terraform"));
    }

    Path stateFile() {
        return StateFile.in(directory);
    }

    Optional<State> state() {
        return StateFile.read(stateFile());
    }

    boolean hasConfiguration() {
        return Files.isDirectory(directory) && !Variables.files(directory, ".tf").isEmpty();
    }

    /**
     * Checks that {@code init} was here.
     *
     * @throws TerraformException in Terraform's words, when it was not
     */
    void requireInitialised() {
        if (!Files.isRegularFile(workingFolder().resolve("modules").resolve("modules.json"))) {
            throw new TerraformException("Module not installed",
                    "This module is not yet installed. Run \"terraform"
                            + " init\" to install all modules required by this configuration.");
        }
    }
}
