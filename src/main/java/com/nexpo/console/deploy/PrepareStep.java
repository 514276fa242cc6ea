package com.nexpo.console.deploy;

import com.nexpo.console.engine.ChangeLog;
import com.nexpo.console.engine.Check;
import com.nexpo.console.engine.RunContext;
import com.nexpo.console.engine.Step;
import com.nexpo.console.engine.StepInfo;
import com.nexpo.console.model.Plan;
import com.nexpo.console.model.StepId;
import java.util.List;

/** Step 1: everything that the run will need, looked at before anything is touched. It changes nothing. */
final class PrepareStep implements Step<PrepareStep.Form> {
    private final List<Check> checks;

    /** What is looked at depends on the profile and on what is chosen. */
    record Form(String profile, List<String> services, List<String> stores) {}

    PrepareStep(List<Check> checks) {
        this.checks = List.copyOf(checks);
    }

    @Override
    public StepInfo info() {
        return new StepInfo(StepId.PREPARE,
                "Looks at tools, credentials, rights and limits before anything is touched.");
    }

    @Override
    public List<Check> before(Form form) {
        return checks;
    }

    @Override
    public Planned plan(Form form, RunContext run) {
        return new Planned(List.of());
    }

    @Override
    public void apply(Form form, Plan plan, ChangeLog changes, RunContext run) {
        throw new IllegalStateException("there is nothing to apply");
    }

    @Override
    public List<Check> after(Form form) {
        return List.of();
    }

    @Override
    public String equivalentCommand(Form form) {
        return "terraform version; aws sts get-caller-identity; kubectl auth whoami; vault token lookup; nomad acl token self";
    }
}
