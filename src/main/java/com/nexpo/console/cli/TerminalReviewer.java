package com.nexpo.console.cli;

import com.nexpo.console.deploy.Deployment;
import com.nexpo.console.engine.PlanDifference;
import com.nexpo.console.engine.Reviewer;
import com.nexpo.console.model.Plan;
import com.nexpo.console.model.PlanId;
import com.nexpo.console.profile.Profile.Confirmation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Approves what the command was told to approve, and asks for the rest where a person sits. */
final class TerminalReviewer implements Reviewer {
    private final Terminal terminal;
    private final Deployment deployment;
    private final @Nullable String approved;

    /** @param approved a plan's id, {@link DeployCommand#ANY}, or null when nothing was approved beforehand */
    TerminalReviewer(Terminal terminal, Deployment deployment, @Nullable String approved) {
        this.terminal = terminal;
        this.deployment = deployment;
        this.approved = approved;
    }

    @Override
    public Optional<Approval> review(Plan plan) {
        String user = System.getProperty("user.name", "unknown");
        if (plan.id().text().equals(approved)) {
            return Optional.of(new Approval(plan.id(), user + " by plan id"));
        }
        boolean guarded = plan.destroys() && deployment.profile().confirmation() == Confirmation.TYPE_NAME;
        if (DeployCommand.ANY.equals(approved) && !guarded) {
            return Optional.of(new Approval(plan.id(), user + " with --approve"));
        }
        if (approved != null && !DeployCommand.ANY.equals(approved)) {
            tellWhatChanged(new PlanId(approved), plan);
        } else if (guarded && approved != null) {
            terminal.say("    " + Words.of("review.destroys"));
        }
        return terminal.interactive() && !deployment.profile().readOnly()
                ? ask(plan, guarded, user)
                : left(plan);
    }

    private Optional<Approval> ask(Plan plan, boolean guarded, String user) {
        String name = deployment.profile().name();
        String wanted = guarded ? name : "yes";
        Optional<String> answer = terminal
                .ask("    " + Words.of("review.ask", plan.pending().size(), name, wanted));
        return answer.filter(wanted::equals).map(_ -> new Approval(plan.id(), user)).or(() -> left(plan));
    }

    private Optional<Approval> left(Plan plan) {
        terminal.say("    "
                + Words.of("review.left", deployment.profileArgument(), plan.step().wireName(), plan.id()));
        return Optional.empty();
    }

    private void tellWhatChanged(PlanId reviewed, Plan now) {
        if (!reviewed.text().startsWith(now.step().wireName() + "-")) {
            return;
        }
        Optional<Plan> then = deployment.keptPlan(reviewed);
        if (then.isEmpty()) {
            terminal.say("    " + Words.of("review.unknown-plan", reviewed));
            return;
        }
        terminal.say("    " + Words.of("review.changed-since", reviewed));
        PlanDifference.between(then.get(), now).forEach(line -> terminal.say("      " + line));
    }
}
