package com.nexpo.console.cli;

import com.nexpo.console.cli.Terminal.Paint;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.ChangeId;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Plan;
import com.nexpo.console.model.RunEvent;
import com.nexpo.console.model.StepResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Shows a run on a terminal as it goes: steps, checks, changes, and one line of what is under way. */
final class Board implements Consumer<RunEvent> {
    private static final int FIELDS_SHOWN = 12;

    private final Terminal terminal;
    private final String environment;
    private final Map<ChangeId, String> underWay = new LinkedHashMap<>();
    private final List<CheckResult> passed = new ArrayList<>();
    private int total;
    private int ended;
    private boolean applying;

    Board(Terminal terminal, String environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    @Override
    public void accept(RunEvent event) {
        if (!(event instanceof RunEvent.Checked)) {
            tellPassed();
        }
        switch (event) {
            case RunEvent.RunStarted e ->
                terminal.say(terminal.paint(Paint.BOLD, "Deploying to " + environment)
                        + terminal.paint(Paint.FAINT, "  run " + e.run()));
            case RunEvent.RunResumed e ->
                terminal.say(terminal.paint(Paint.BOLD, "Going on with run " + e.run()));
            case RunEvent.StepStarted e -> {
                underWay.clear();
                applying = false;
                terminal.say("");
                terminal.say(
                        terminal.paint(Paint.BOLD, "%2d  %s".formatted(e.step().number(), e.step().title())));
            }
            case RunEvent.Checked e -> collect(e.result());
            case RunEvent.PlanMade e -> plan(e.plan());
            case RunEvent.PlanApproved e -> begin();
            case RunEvent.ChangeStarted e -> {
                underWay.put(e.change(), e.target().display());
                showStatus();
            }
            case RunEvent.ChangeEnded e -> {
                underWay.remove(e.change());
                ended++;
                ended(e);
                showStatus();
            }
            case RunEvent.ChangeResolved e -> terminal.say("    " + (e.done() ? pass() : fail()) + " "
                    + e.target().display() + (e.done() ? " was done after all" : " was not done"));
            case RunEvent.Progress e -> terminal.status("    " + e.message());
            case RunEvent.StepEnded e -> stepEnded(e);
            case RunEvent.RunEnded e -> {
                terminal.say("");
                terminal.say(switch (e.outcome()) {
                    case DONE -> terminal.paint(Paint.PASS, "Done.");
                    case FAILED -> terminal.paint(Paint.FAIL,
                            "Failed. What was done stays; mend it and run the same command again.");
                    case CANCELLED ->
                        terminal.paint(Paint.WARN, "Cancelled. Resuming plans again from what is there.");
                    case UNSURE ->
                        terminal.paint(Paint.WARN, "Unsure: the next run reads back what was done.");
                    case PLANNED ->
                        terminal.paint(Paint.WARN, "A plan waits for approval. Nothing was touched by it.");
                });
            }
        }
    }

    private void begin() {
        applying = true;
        ended = 0;
    }

    private void showStatus() {
        if (applying && !underWay.isEmpty()) {
            String first = underWay.values().iterator().next();
            String more = underWay.size() > 1 ? " and %d more".formatted(underWay.size() - 1) : "";
            terminal.status("    %d of %d, now %s%s".formatted(ended, total, first, more));
        }
    }

    /** Passing results of one check that looked at many things are one line. */
    private void collect(CheckResult result) {
        boolean passes = result.status() == CheckResult.Status.PASS;
        if (!passes || (!passed.isEmpty() && !passed.getFirst().code().equals(result.code()))) {
            tellPassed();
        }
        if (passes) {
            passed.add(result);
        } else {
            check(result);
        }
    }

    private void tellPassed() {
        if (passed.isEmpty()) {
            return;
        }
        CheckResult first = passed.getFirst();
        String more = passed.size() > 1 ? "  and %d more like it".formatted(passed.size() - 1) : "";
        terminal.say("    %s %-8s %s%s".formatted(pass(), first.code(), first.title(),
                terminal.paint(Paint.FAINT, more)));
        passed.clear();
    }

    private void check(CheckResult result) {
        terminal.say("    %s %-8s %s".formatted(mark(result.status()), result.code(), result.message()));
        if (result.status() != CheckResult.Status.SKIPPED) {
            result.fix().ifPresent(fix -> {
                terminal.say(terminal.paint(Paint.FAINT, "               " + fix.text()));
                fix.command().ifPresent(command -> command.lines()
                        .forEach(l -> terminal.say(terminal.paint(Paint.FAINT, "                 " + l))));
            });
        }
    }

    private void plan(Plan plan) {
        total = plan.pending().size();
        plan.notes().forEach(note -> terminal.say("    " + terminal.paint(Paint.FAINT, note)));
        if (plan.pending().isEmpty()) {
            terminal.say("    Nothing to change"
                    + (plan.unchanged() > 0 ? ", %d as wanted.".formatted(plan.unchanged()) : "."));
            return;
        }
        terminal.say("    Plan %s: %s".formatted(plan.id(), summary(plan)));
        plan.pending().forEach(this::change);
    }

    private void change(Change change) {
        Paint paint = change.action().destroys()
                ? Paint.FAIL
                : change.action() == Action.UPDATE ? Paint.WARN : Paint.PASS;
        terminal.say("      " + terminal.paint(paint, "%-7s".formatted(change.action().wireName())) + " "
                + change.target().display());
        if (change.action() != Action.CREATE) {
            if (!change.reason().isBlank()) {
                terminal.say(terminal.paint(Paint.FAINT, "              " + change.reason()));
            }
            change.fields().stream().limit(FIELDS_SHOWN).forEach(this::field);
            int more = change.fields().size() - FIELDS_SHOWN;
            if (more > 0) {
                terminal.say(terminal.paint(Paint.FAINT, "              and %d more".formatted(more)));
            }
        }
    }

    private void field(FieldChange field) {
        terminal.say(terminal.paint(Paint.FAINT, "              %s: %s → %s%s".formatted(field.name(),
                shortened(field.before().display()), shortened(field.after().display()),
                field.forcesReplace() ? "  forces replacement" : "")));
    }

    static String summary(Plan plan) {
        List<String> parts = new ArrayList<>();
        for (Action action : List.of(Action.DELETE, Action.REPLACE, Action.UPDATE, Action.CREATE)) {
            long n = plan.count(action);
            if (n > 0) {
                parts.add(n + " to " + action.wireName());
            }
        }
        if (plan.unchanged() > 0) {
            parts.add(plan.unchanged() + " as wanted");
        }
        return String.join(", ", parts) + ".";
    }

    private void ended(RunEvent.ChangeEnded e) {
        String seconds = String.format(Locale.ROOT, "%.1f s", e.millis() / 1000.0);
        switch (e.outcome()) {
            case Outcome.Done(String detail) -> terminal.say("    %s %s%s".formatted(pass(),
                    e.target().display(),
                    terminal.paint(Paint.FAINT, "  " + seconds + (detail.isBlank() ? "" : "  " + detail))));
            case Outcome.Failed(Failure failure) -> failed(fail(), e, failure);
            case Outcome.Refused(Failure failure) -> failed(fail(), e, failure);
            case Outcome.Unsure(Failure failure) -> failed(terminal.paint(Paint.WARN, "?"), e, failure);
        }
    }

    private void failed(String mark, RunEvent.ChangeEnded e, Failure failure) {
        terminal.say("    %s %s: %s".formatted(mark, e.target().display(), failure.message()));
        failure.fix().ifPresent(fix -> terminal.say(terminal.paint(Paint.FAINT, "        " + fix)));
    }

    private void stepEnded(RunEvent.StepEnded e) {
        e.failures().forEach(failure -> {
            terminal.say("    " + fail() + " " + failure.message());
            failure.fix().ifPresent(fix -> terminal.say(terminal.paint(Paint.FAINT, "      " + fix)));
        });
        StepResult r = e.result();
        if (r.state() == StepResult.State.DONE && r.planned() > 0) {
            terminal.say("    " + pass()
                    + " %d of %d changes applied and verified".formatted(r.applied(), r.planned()));
        } else if (r.state() != StepResult.State.DONE && r.planned() > 0) {
            terminal.say("    %s: %d planned, %d applied, %d failed, %d unsure".formatted(
                    r.state().wireName(), r.planned(),
                    r.applied(), r.failed(), r.unsure()));
        }
    }

    private String mark(CheckResult.Status status) {
        return switch (status) {
            case PASS -> pass();
            case WARN -> terminal.paint(Paint.WARN, "!");
            case FAIL -> fail();
            case ERROR -> terminal.paint(Paint.FAIL, "○");
            case SKIPPED -> terminal.paint(Paint.FAINT, "-");
        };
    }

    private String pass() {
        return terminal.paint(Paint.PASS, "✓");
    }

    private String fail() {
        return terminal.paint(Paint.FAIL, "✗");
    }

    private static String shortened(String text) {
        String line = text.replace("\n", "⏎");
        return line.length() > 60 ? line.substring(0, 57) + "…" : line;
    }
}
