package com.nexpo.console.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Plan;
import com.nexpo.console.model.RunEvent;
import com.nexpo.console.model.RunId;
import com.nexpo.console.model.RunOutcome;
import com.nexpo.console.model.StepId;
import com.nexpo.console.model.StepResult;
import com.nexpo.console.model.Target;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes a run as the JSON lines of the command contract. No value is in any of them. */
final class JsonLines implements Consumer<RunEvent> {
    private final Consumer<String> out;
    private final Map<StepId, StepResult> steps = new EnumMap<>(StepId.class);
    private @Nullable RunId run;

    JsonLines(Consumer<String> out) {
        this.out = out;
    }

    @Override
    public void accept(RunEvent event) {
        switch (event) {
            case RunEvent.RunStarted e -> run = e.run();
            case RunEvent.RunResumed e -> run = e.run();
            case RunEvent.Checked e -> {
                if (e.result().status() != CheckResult.Status.PASS) {
                    problem(e.result().code(), e.result().message(),
                            e.result().fix().map(CheckResult.Fix::text));
                }
            }
            case RunEvent.PlanMade e -> out.accept(plan(e.plan()).toString());
            case RunEvent.ChangeEnded e -> {
                out.accept(change(e.step(), e.target(), e.action(), e.outcome().wireName()).toString());
                failureOf(e.outcome()).ifPresent(f -> problem(f.code(), f.message(), f.fix()));
            }
            case RunEvent.ChangeResolved e -> out.accept(
                    change(e.step(), e.target(), Action.UPDATE, e.done() ? "done" : "failed").toString());
            case RunEvent.StepEnded e -> {
                steps.put(e.step(), e.result());
                e.failures().forEach(f -> problem(f.code(), f.message(), f.fix()));
            }
            case RunEvent.RunEnded e -> out.accept(result(e.outcome()).toString());
            case RunEvent.StepStarted _,RunEvent.PlanApproved _,RunEvent.ChangeStarted _,RunEvent.Progress _ -> {
                // Not part of the contract.
            }
        }
    }

    /** A problem that ended the command before there was a run. */
    void problem(String code, String message, Optional<String> fix) {
        JsonObject line = typed("problem");
        line.addProperty("code", code);
        line.addProperty("message", message);
        fix.ifPresent(f -> line.addProperty("fix", f));
        out.accept(line.toString());
    }

    private static JsonObject plan(Plan plan) {
        JsonObject line = typed("plan");
        line.addProperty("step", plan.step().wireName());
        line.addProperty("plan", plan.id().text());
        JsonObject counts = new JsonObject();
        for (Action action : Action.values()) {
            counts.addProperty(action.wireName(), plan.count(action));
        }
        line.add("counts", counts);
        JsonArray changes = new JsonArray();
        plan.pending().forEach(c -> {
            JsonObject change = new JsonObject();
            change.add("target", target(c.target()));
            change.addProperty("action", c.action().wireName());
            JsonArray keys = new JsonArray();
            c.fields().forEach(f -> keys.add(f.name()));
            change.add("fields", keys);
            changes.add(change);
        });
        line.add("changes", changes);
        return line;
    }

    private static JsonObject change(StepId step, Target target, Action action, String outcome) {
        JsonObject line = typed("change");
        line.addProperty("step", step.wireName());
        line.add("target", target(target));
        line.addProperty("action", action.wireName());
        line.addProperty("outcome", outcome);
        return line;
    }

    private JsonObject result(RunOutcome outcome) {
        JsonObject line = typed("result");
        line.addProperty("schema", 1);
        line.addProperty("run", run == null ? "" : run.text());
        line.addProperty("outcome", outcome.wireName());
        JsonArray all = new JsonArray();
        steps.forEach((step, r) -> {
            JsonObject entry = new JsonObject();
            entry.addProperty("step", step.wireName());
            entry.addProperty("state", r.state().wireName());
            entry.addProperty("planned", r.planned());
            entry.addProperty("applied", r.applied());
            entry.addProperty("unchanged", r.unchanged());
            entry.addProperty("failed", r.failed());
            entry.addProperty("unsure", r.unsure());
            all.add(entry);
        });
        line.add("steps", all);
        return line;
    }

    private static JsonObject target(Target target) {
        JsonObject json = new JsonObject();
        json.addProperty("system", target.system().wireName());
        json.addProperty("type", target.type());
        json.addProperty("id", target.id());
        return json;
    }

    private static Optional<Failure> failureOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done _ -> Optional.empty();
            case Outcome.Failed(Failure failure) -> Optional.of(failure);
            case Outcome.Refused(Failure failure) -> Optional.of(failure);
            case Outcome.Unsure(Failure failure) -> Optional.of(failure);
        };
    }

    private static JsonObject typed(String type) {
        JsonObject line = new JsonObject();
        line.addProperty("type", type);
        return line;
    }
}
