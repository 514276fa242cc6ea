package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Action;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.ChangeId;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Outcome;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Folds the events of an apply into an outcome for each planned change. Resources are told apart by address alone:
 * what the hooks call an id is for PostHog's resources a description.
 */
final class ApplyTracker {
    private static final String HALTED = "execution halted";

    private final Map<String, Progress> progress = new LinkedHashMap<>();
    private final Map<ChangeId, Outcome> outcomes = new LinkedHashMap<>();
    private final List<Diagnostic> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final RunListener listener;
    private final InstantSource clock;
    private List<Change> inFlightAtStop = List.of();
    private boolean anythingBegun;

    private static final class Progress {
        final PlannedResource resource;
        final Set<String> begun = new HashSet<>();
        final Set<String> done = new HashSet<>();
        boolean errored;

        Progress(PlannedResource resource) {
            this.resource = resource;
        }

        boolean isInFlight() { return !errored && begun.size() > done.size(); }

        boolean isDone() {
            return resource.change().action() == Action.REPLACE
                    ? done.contains("create") && done.contains("delete")
                    : !done.isEmpty();
        }
    }

    ApplyTracker(TerraformPlan plan, RunListener listener, InstantSource clock) {
        this.listener = listener;
        this.clock = clock;
        plan.resources().forEach(resource -> progress.put(resource.address(), new Progress(resource)));
    }

    void accept(TerraformEvent event) {
        listener.event(event);
        switch (event) {
            case TerraformEvent.ApplyStart(String address, String action) when !action.equals("read") ->
                begin(address, action);
            case TerraformEvent.ApplyComplete(String address, String action, long _) when !action
                    .equals("read") ->
                complete(address, action);
            case TerraformEvent.ApplyErrored(String address, String _, long _) -> {
                Progress item = progress.get(address);
                if (item != null) {
                    item.errored = true;
                }
            }
            case TerraformEvent.Diagnosed(Diagnostic diagnostic) when diagnostic.error() ->
                errors.add(diagnostic);
            case TerraformEvent.Diagnosed(Diagnostic diagnostic) ->
                warnings.add((diagnostic.summary() + ": " + diagnostic.detail()).strip());
            case TerraformEvent.Log(String text) when text.contains("Interrupt received") ->
                inFlightAtStop = inFlight();
            default -> {
            }
        }
    }

    private void begin(String address, String action) {
        anythingBegun = true;
        Progress item = progress.get(address);
        if (item != null && item.begun.add(action) && item.begun.size() == 1) {
            listener.started(item.resource.change());
        }
    }

    private void complete(String address, String action) {
        Progress item = progress.get(address);
        if (item != null) {
            item.done.add(action);
            if (item.isDone()) {
                end(item, Outcome.done());
            }
        }
    }

    private void end(Progress item, Outcome outcome) {
        if (outcomes.putIfAbsent(item.resource.change().id(), outcome) == null) {
            listener.finished(item.resource.change(), outcome);
        }
    }

    /** What is being worked on. */
    List<Change> inFlight() {
        return progress.values().stream().filter(Progress::isInFlight).map(p -> p.resource.change()).toList();
    }

    /** True when a change was begun: from then on the plan is used up. */
    boolean anythingBegun() {
        return anythingBegun;
    }

    /** What went wrong first, for an apply that began nothing. */
    Optional<Failure> firstError() {
        return errors.stream().findFirst().map(error -> DiagnosticFailures.of(error, clock.instant()));
    }

    /** Draws up the outcomes once the child has ended. */
    ApplyResult finish(int exitCode, boolean cancelled, Optional<Path> erroredState) {
        List<Change> notReached = new ArrayList<>();
        for (Progress item : progress.values()) {
            Optional<Outcome> outcome = outcome(item, exitCode);
            outcome.ifPresentOrElse(o -> end(item, o), () -> notReached.add(item.resource.change()));
        }
        List<Failure> problems = errors.stream()
                .filter(error -> !(cancelled && error.summary().equals(HALTED)))
                .map(error -> DiagnosticFailures.of(error, clock.instant())).distinct().toList();
        return new ApplyResult(outcomes, notReached, inFlightAtStop, problems, warnings, cancelled,
                exitCode == 0,
                erroredState);
    }

    private Optional<Outcome> outcome(Progress item, int exitCode) {
        if (item.isDone() || exitCode == 0) {
            return Optional.of(Outcome.done());
        }
        if (item.errored) {
            return Optional.of(failed(item));
        }
        String what = item.resource.address();
        if (item.isInFlight()) {
            return Optional.of(new Outcome.Unsure(new Failure(FailureKind.TIMEOUT, "TF-CUT-OFF",
                    "Terraform ended while it was working on " + what + ".",
                    "Look whether it exists, then plan again.").possiblyDone()));
        }
        if (!item.done.isEmpty()) {
            return Optional.of(new Outcome.Failed(new Failure(FailureKind.INTERNAL, "TF-HALF-REPLACED",
                    what + " was "
                            + (item.done.contains("delete")
                                    ? "deleted, and its replacement was not made."
                                    : "made anew, and the old one was not deleted."),
                    "Plan again: what is missing is in the next plan.")));
        }
        if (item.resource.stateOnly() && anythingBegun) {
            return Optional.of(new Outcome.Unsure(new Failure(FailureKind.INTERNAL, "TF-STATE-ONLY",
                    "Whether the state holds the change of " + what + " is not known.",
                    "Plan again: if it does not, it is in the next plan.").possiblyDone()));
        }
        return Optional.empty();
    }

    private Outcome failed(Progress item) {
        Optional<Diagnostic> why = diagnosticOf(item.resource.address(), item.begun.contains("delete"));
        why.ifPresent(errors::remove);
        Failure failure = why.map(d -> DiagnosticFailures.of(withAddress(d, item), clock.instant()))
                .orElseGet(() -> new Failure(FailureKind.INTERNAL, "TF-ERROR",
                        item.resource.address() + " failed, and Terraform gave no reason."));
        // "Refused" would say that nothing was touched.
        return item.done.isEmpty() ? Outcome.of(failure) : new Outcome.Failed(failure);
    }

    private static Diagnostic withAddress(Diagnostic d, Progress item) {
        return new Diagnostic(d.error(), d.summary(), d.detail(), Optional.of(item.resource.address()),
                d.place());
    }

    /** By address; by the text; and for a delete, whose errors name nobody, the first that names nobody. */
    private Optional<Diagnostic> diagnosticOf(String address, boolean deleting) {
        return errors.stream().filter(d -> d.address().filter(address::equals).isPresent()).findFirst()
                .or(() -> errors.stream().filter(d -> d.address().isEmpty() && d.text().contains(address))
                        .findFirst())
                .or(() -> errors.stream().filter(d -> deleting && d.address().isEmpty()
                        && d.summary().startsWith("Error deleting")).findFirst());
    }
}
