package com.nexpo.console.cli;

import com.nexpo.console.deploy.Deployment;
import com.nexpo.console.deploy.Repairs;
import com.nexpo.console.model.FailureException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens the deployment of a profile. The program's wiring stands behind it. */
public interface Deployments {
    /**
     * What is to be opened.
     *
     * @param profile   a profile's name or file
     * @param blueprint a folder in place of the profile's
     * @param terraform an executable, or {@code emulated}, in place of the profile's
     * @param services  the services to deploy, in place of those chosen before; empty for no change
     * @param toggles   toggle to value, to be set before
     * @param restart   true to restart those who run with older values
     * @param repairs   what is to be put right after an apply that went wrong
     */
    record Request(String profile, Optional<Path> blueprint, Optional<String> terraform,
            List<String> services,
            Map<String, String> toggles, boolean restart, Repairs repairs) {}

    /**
     * Opens it; nothing is called yet but what the sandbox needs to start.
     *
     * @throws FailureException with kind INVALID when the profile, the blueprint or an option is wrong
     */
    Deployment open(Request request, Terminal terminal) throws FailureException, InterruptedException;
}
