package com.nexpo.console.app;

import com.nexpo.console.cli.Deployments;
import com.nexpo.console.cli.Terminal;
import com.nexpo.console.deploy.Deployment;
import com.nexpo.console.deploy.Repairs;
import com.nexpo.console.engine.Reviewer;
import com.nexpo.console.engine.Run;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.RunOutcome;
import com.nexpo.console.model.StepId;
import com.nexpo.console.model.StepResult;
import com.nexpo.console.sandbox.Sandbox;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Deploys to a sandbox that has just started, as {@code sandbox --deployed} promises. */
final class DeployedSandbox {
    /** Opens a deployment on a running sandbox. */
    interface Opener {
        Deployment open(Sandbox sandbox, Path folder, Terminal terminal)
                throws FailureException, InterruptedException;
    }

    private final Opener opener;

    DeployedSandbox(Opener opener) {
        this.opener = opener;
    }

    void deploy(Sandbox sandbox, Path folder, Terminal terminal)
            throws FailureException, InterruptedException {
        try (Deployment deployment = opener.open(sandbox, folder, terminal);
                Run run = Run.start(deployment.folder(), deployment.profile().name(), Map.of(), _ -> {},
                        Clock.systemUTC())) {
            Reviewer yes = plan -> Optional.of(new Reviewer.Approval(plan.id(), "sandbox --deployed"));
            for (StepId id : deployment.stepIds()) {
                terminal.status("Deploying: step %d, %s".formatted(id.number(), id.title()));
                StepResult result = deployment.step(id).in(run, yes);
                if (result.state() != StepResult.State.DONE) {
                    run.end(RunOutcome.FAILED);
                    throw new FailureException(new Failure(FailureKind.INTERNAL, "CFG-SANDBOX",
                            "The sandbox could not be deployed: step %s is %s.".formatted(id.wireName(),
                                    result.state().wireName())));
                }
            }
            run.end(RunOutcome.DONE);
        }
    }

    static Deployments.Request request(String profile) {
        return new Deployments.Request(profile, Optional.empty(), Optional.empty(), List.of(), Map.of(),
                false, Repairs.NONE);
    }
}
