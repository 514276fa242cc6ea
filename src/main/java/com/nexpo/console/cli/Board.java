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
import com.nexpo.console.model.SystemId;
import com.nexpo.console.model.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Shows a run on a terminal as it goes: steps, checks, changes, and one line of what is under way. */
final class Board implements Consumer<RunEvent> {
    private static final int FIELDS_SHOWN = 12;
    private static final int CREATIONS_SHOWN = 20;

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
                terminal.say(terminal.paint(Paint.BOLD, Words.of("run.started", environment))
                        + terminal.paint(Paint.FAINT, "  run " + e.run()));
            case RunEvent.RunResumed e ->
                terminal.say(terminal.paint(Paint.BOLD, Words.of("run.resumed", e.run())));
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
                underWay.put(e.change(), name(e.target()));
                showStatus();
            }
            case RunEvent.ChangeEnded e -> {
                underWay.remove(e.change());
                ended++;
                ended(e);
                showStatus();
            }
            case RunEvent.ChangeResolved e -> terminal.say("    %s %s".formatted(e.done() ? pass() : fail(),
                    Words.of(e.done() ? "change.resolved-done" : "change.resolved-not-done",
                            name(e.target()))));
            case RunEvent.Progress e -> terminal.status("    " + e.message());
            case RunEvent.StepEnded e -> stepEnded(e);
            case RunEvent.RunEnded e -> {
                terminal.say("");
                terminal.say(switch (e.outcome()) {
                    case DONE -> terminal.paint(Paint.PASS, Words.of("run.done"));
                    case FAILED -> terminal.paint(Paint.FAIL, Words.of("run.failed"));
                    case CANCELLED -> terminal.paint(Paint.WARN, Words.of("run.cancelled"));
                    case UNSURE -> terminal.paint(Paint.WARN, Words.of("run.unsure"));
                    case PLANNED -> terminal.paint(Paint.WARN, Words.of("run.planned"));
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
            int more = underWay.size() - 1;
            terminal.status("    " + (more == 0
                    ? Words.of("change.under-way", ended, total, first)
                    : Words.of("change.under-way-more", ended, total, first, more)));
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
        String more = passed.size() > 1 ? "  " + Words.of("check.more", passed.size() - 1) : "";
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
        if (plan.changes().isEmpty()) {
            return;
        }
        if (plan.pending().isEmpty()) {
            terminal.say("    " + Words.of("plan.as-wanted", plan.unchanged()));
            return;
        }
        terminal.say("    " + Words.of("plan.made", plan.id(), summary(plan)));
        List<Change> creations = plan.pending().stream().filter(c -> c.action() == Action.CREATE).toList();
        plan.pending().stream().filter(c -> c.action() != Action.CREATE).forEach(this::change);
        if (creations.size() <= CREATIONS_SHOWN) {
            creations.forEach(this::change);
        } else {
            counts(creations).forEach((what, n) -> terminal.say(
                    "      " + terminal.paint(Paint.PASS, "create ") + " %4d %s".formatted(n, what)));
        }
    }

    /** Many new things are told by kind; what is changed or destroyed is always told one by one. */
    private static Map<String, Integer> counts(List<Change> creations) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Change change : creations) {
            String id = change.target().id();
            int module = id.startsWith("module.") ? id.indexOf('.', "module.".length()) : -1;
            String where = module < 0 ? change.target().system().title() : id.substring(0, module);
            counts.merge(where + " " + change.target().type(), 1, Integer::sum);
        }
        return counts;
    }

    /** Terraform's addresses say themselves what they are. */
    private static String name(Target target) {
        return target.system() == SystemId.TERRAFORM && target.id().contains(target.type())
                ? target.id()
                : target.display();
    }

    private void change(Change change) {
        Paint paint = change.action().destroys()
                ? Paint.FAIL
                : change.action() == Action.UPDATE ? Paint.WARN : Paint.PASS;
        terminal.say("      " + terminal.paint(paint, "%-7s".formatted(change.action().wireName())) + " "
                + name(change.target()));
        if (change.action() != Action.CREATE) {
            if (!change.reason().isBlank()) {
                terminal.say(terminal.paint(Paint.FAINT, "              " + change.reason()));
            }
            change.fields().stream().limit(FIELDS_SHOWN).forEach(this::field);
            int more = change.fields().size() - FIELDS_SHOWN;
            if (more > 0) {
                terminal.say(
                        terminal.paint(Paint.FAINT, "              " + Words.of("change.more-fields", more)));
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
                    name(e.target()),
                    terminal.paint(Paint.FAINT, "  " + seconds + (detail.isBlank() ? "" : "  " + detail))));
            case Outcome.Failed(Failure failure) -> failed(fail(), e, failure);
            case Outcome.Refused(Failure failure) -> failed(fail(), e, failure);
            case Outcome.Unsure(Failure failure) -> failed(terminal.paint(Paint.WARN, "?"), e, failure);
        }
    }

    private void failed(String mark, RunEvent.ChangeEnded e, Failure failure) {
        terminal.say("    %s %s: %s".formatted(mark, name(e.target()), failure.message()));
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
                    + " " + Words.of("step.applied", r.applied(), r.planned()));
        } else if (r.state() != StepResult.State.DONE && r.planned() > 0) {
            terminal.say("    " + Words.of("step.counts", r.state().wireName(), r.planned(),
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
