package com.nexpo.console.deploy;

import com.google.gson.JsonObject;
import com.nexpo.console.engine.ChangeLog;
import com.nexpo.console.engine.Check;
import com.nexpo.console.engine.RunContext;
import com.nexpo.console.engine.Step;
import com.nexpo.console.engine.StepInfo;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Plan;
import com.nexpo.console.model.StepId;
import com.nexpo.console.system.terraform.ApplyResult;
import com.nexpo.console.system.terraform.PostHogCalls;
import com.nexpo.console.system.terraform.RunListener;
import com.nexpo.console.system.terraform.SavedPlan;
import com.nexpo.console.system.terraform.TerraformEvent;
import com.nexpo.console.system.terraform.TerraformRunner.PlanOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Steps 3 and 5: plan with Terraform, review, apply that saved plan.
 *
 * <p>PostHog's provider overwrites flags without asking whether they were changed since the plan, so their versions
 * are compared before the apply; and an apply that did not end well is followed by a search for what may exist
 * without Terraform's state knowing.
 *
 * @param <F> the form; its digest is the step's
 */
final class TerraformStep<F> implements Step<F> {
    /** A guess for the advice on the rate: PostHog's API from one's own continent. */
    private static final Duration API_LATENCY = Duration.ofMillis(200);
    private static final int PARALLELISM = 10;

    private final StepInfo info;
    private final TerraformRoot root;
    private final FlagGuard flags;
    private final OrphanSearch orphans;
    private final Repairs repairs;
    private final Function<F, Optional<JsonObject>> variables;
    private final BiFunction<F, StepId, List<Check>> verification;
    private @Nullable SavedPlan saved;
    private boolean repaired;

    /** @param variables what to write before planning; empty to plan what the workspace holds */
    TerraformStep(StepId id, String purpose, TerraformRoot root, FlagGuard flags, OrphanSearch orphans,
            Repairs repairs, Function<F, Optional<JsonObject>> variables,
            BiFunction<F, StepId, List<Check>> verification) {
        this.info = new StepInfo(id, purpose);
        this.root = root;
        this.flags = flags;
        this.orphans = orphans;
        this.repairs = repairs;
        this.variables = variables;
        this.verification = verification;
    }

    @Override
    public StepInfo info() {
        return info;
    }

    @Override
    public List<Check> before(F form) {
        return List.of();
    }

    @Override
    public Planned plan(F form, RunContext run) throws FailureException, InterruptedException {
        discard();
        if (root.variablesOnDisk().isEmpty()) {
            throw new FailureException(new Failure(FailureKind.INVALID, "TF-NO-WORKSPACE",
                    "There is no Terraform workspace for %s yet.".formatted(root.profile().name()),
                    "Run step provider first."));
        }
        repair();
        root.write(variables.apply(form).orElseGet(root::variablesOnDisk),
                orphans.adoptions(repairs.adopt()));
        List<String> notes = new ArrayList<>();
        orphans.findings().stream().filter(f -> !repairs.adopt().contains(f.address()))
                .forEach(f -> notes.add(f.sentence()));
        PostHogCalls.Advice reading = root.runner().callsOfNextPlan().advice(PARALLELISM, API_LATENCY);
        if (reading.exceeds()) {
            notes.add("To plan: " + reading.sentence());
            run.says(reading.sentence());
        }
        root.runner().init(told(run));
        flags.remember();
        SavedPlan made = root.runner().plan(options(reading), told(run));
        saved = made;
        notes.addAll(made.warnings());
        PostHogCalls.Advice writing = PostHogCalls.ofApply(made.plan().resources()).advice(PARALLELISM,
                API_LATENCY);
        if (writing.exceeds()) {
            notes.add("To apply: " + writing.sentence());
        }
        made.plan().drift().forEach(change -> notes.add("Changed outside of Terraform since the last apply: "
                + change.target().id() + "."));
        return new Planned(made.plan().changes(), notes);
    }

    @Override
    public void apply(F form, Plan plan, ChangeLog changes, RunContext run)
            throws FailureException, InterruptedException {
        SavedPlan reviewed = saved;
        if (reviewed == null) {
            throw new FailureException(new Failure(FailureKind.CONFLICT, "TF-STALE",
                    "The reviewed plan is no longer there.", "Plan again and review it."));
        }
        flags.refuseIfChanged(reviewed.plan());
        plan.pending().forEach(changes::started);
        ApplyResult result;
        try {
            PostHogCalls.Advice advice = PostHogCalls.ofApply(reviewed.plan().resources()).advice(PARALLELISM,
                    API_LATENCY);
            result = root.runner().apply(reviewed, options(advice), recording(changes, run));
        } catch (FailureException e) {
            // Nothing was begun: so every change can be told to be not done.
            plan.pending().forEach(change -> changes.ended(change, Outcome.of(e.failure())));
            throw e;
        } finally {
            saved = null;
        }
        result.notReached().forEach(change -> changes.ended(change, notReached(change, result)));
        if (result.complete()) {
            orphans.settled();
        } else {
            orphans.search(reviewed.plan(), result, run);
        }
        if (result.cancelled()) {
            throw new InterruptedException("Terraform was stopped");
        }
        if (!result.problems().isEmpty()) {
            throw new FailureException(result.problems().getFirst());
        }
    }

    /** What somebody asked for after an earlier apply went wrong; nothing of this is ever done unasked. */
    private void repair() throws FailureException, InterruptedException {
        if (repaired) {
            return;
        }
        repaired = true;
        if (repairs.pushState()) {
            root.runner().pushErroredState();
        }
        if (repairs.unlock().isPresent()) {
            root.runner().forceUnlock(repairs.unlock().get());
        }
        orphans.delete(repairs.deleteOrphans());
    }

    private static Outcome notReached(Change change, ApplyResult result) {
        String why = result.cancelled() ? "the run was cancelled" : "something that it needs failed";
        return new Outcome.Failed(new Failure(FailureKind.CONFLICT, "TF-NOT-REACHED",
                "%s was not begun, because %s.".formatted(change.target().id(), why),
                "Plan again: it carries on from there."));
    }

    private static PlanOptions options(PostHogCalls.Advice advice) {
        return new PlanOptions(advice.parallelism(), false, Duration.ofSeconds(10));
    }

    private void discard() {
        SavedPlan old = saved;
        if (old != null) {
            root.runner().discard(old);
            saved = null;
        }
    }

    private static RunListener recording(ChangeLog changes, RunContext run) {
        return new RunListener() {
            @Override
            public void finished(Change change, Outcome outcome) {
                changes.ended(change, outcome);
            }

            @Override
            public void event(TerraformEvent event) {
                tell(event, run);
            }

            @Override
            public void stopping(Duration since, List<Change> inFlight) {
                run.says("Stopping since %d s; %d changes are still under way".formatted(since.toSeconds(),
                        inFlight.size()));
            }
        };
    }

    static RunListener told(RunContext run) {
        return new RunListener() {
            @Override
            public void event(TerraformEvent event) {
                tell(event, run);
            }
        };
    }

    private static void tell(TerraformEvent event, RunContext run) {
        switch (event) {
            case TerraformEvent.RefreshStart(String address) -> run.says("reading " + address);
            case TerraformEvent.ApplyProgress(String address, String action, long seconds) ->
                run.says("%s %s, %d s".formatted(action, address, seconds));
            case TerraformEvent.LockWait(boolean acquiring) when acquiring ->
                run.says("waiting for the lock of the state");
            default -> {
                // The rest is in the changes.
            }
        }
    }

    @Override
    public List<Check> after(F form) {
        return verification.apply(form, info.id());
    }

    @Override
    public String equivalentCommand(F form) {
        return "terraform plan -out=posthog.tfplan && terraform apply posthog.tfplan";
    }
}
