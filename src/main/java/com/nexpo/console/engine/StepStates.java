package com.nexpo.console.engine;

import com.nexpo.console.model.ChangeId;
import com.nexpo.console.model.RunEvent;
import com.nexpo.console.model.StepId;
import com.nexpo.console.model.StepResult;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Derives the state of each step from the journals of an environment and the forms as they are now. */
public final class StepStates {
    private final Map<StepId, Trace> traces = new EnumMap<>(StepId.class);

    /** What the journals say of one step. */
    private static final class Trace {
        final Map<ChangeId, RunEvent.ChangeStarted> open = new HashMap<>();
        @Nullable
        Instant started;
        @Nullable
        Instant planned;
        RunEvent.@Nullable StepEnded ended;
        RunEvent.@Nullable StepEnded lastDone;
        /** When it last really changed something: what was done before may no longer fit. */
        @Nullable
        Instant changed;
    }

    /** @param history events of all runs, oldest first */
    public StepStates(List<RunEvent> history) {
        history.forEach(this::take);
    }

    private void take(RunEvent event) {
        switch (event) {
            case RunEvent.StepStarted(Instant at, StepId step, _) -> {
                Trace trace = trace(step);
                trace.started = at;
                trace.planned = null;
                trace.ended = null;
            }
            case RunEvent.PlanMade made -> trace(made.step()).planned = made.at();
            case RunEvent.ChangeStarted started -> trace(started.step()).open.put(started.change(), started);
            case RunEvent.ChangeEnded ended -> {
                Trace trace = trace(ended.step());
                if (!(ended.outcome() instanceof com.nexpo.console.model.Outcome.Unsure)) {
                    trace.open.remove(ended.change());
                }
                if (ended.outcome() instanceof com.nexpo.console.model.Outcome.Done) {
                    trace.changed = ended.at();
                }
            }
            case RunEvent.ChangeResolved resolved -> {
                Trace trace = trace(resolved.step());
                trace.open.values().removeIf(started -> started.target().equals(resolved.target()));
                if (resolved.done()) {
                    trace.changed = resolved.at();
                }
            }
            case RunEvent.StepEnded ended -> {
                Trace trace = trace(ended.step());
                trace.ended = ended;
                if (ended.result().state() == StepResult.State.DONE) {
                    trace.lastDone = ended;
                }
            }
            default -> {
                // The others say nothing about a step's state.
            }
        }
    }

    /** The changes of this step that were begun and of which no end is known. */
    public List<RunEvent.ChangeStarted> unresolved(StepId step) {
        return List.copyOf(trace(step).open.values());
    }

    /**
     * The state of a step.
     *
     * @param form    digest of its form as it is now
     * @param before  the steps before it, in order
     * @param running the run that a live process is at, if any
     */
    public StepState of(StepId step, String form, List<StepId> before, Optional<RunLock.Owner> running) {
        Trace trace = trace(step);
        if (trace.started != null && trace.ended == null && running.isPresent()) {
            return new StepState.Running(trace.started);
        }
        if (!trace.open.isEmpty()) {
            return new StepState.Unsure(lastHeard(trace), trace.open.size());
        }
        RunEvent.StepEnded ended = trace.ended;
        if (ended != null && ended.result().state() != StepResult.State.DONE
                && ended.result().state() != StepResult.State.PLANNED) {
            return new StepState.Failed(ended.at(), ended.result());
        }
        RunEvent.StepEnded done = trace.lastDone;
        if (done != null) {
            return doneOrOutdated(done, form, before);
        }
        if (trace.planned != null) {
            return new StepState.Planned(trace.planned);
        }
        return before.stream().filter(b -> trace(b).lastDone == null).findFirst().<StepState>map(
                b -> new StepState.Blocked("Step %d, %s, comes first.".formatted(b.number(), b.title())))
                .orElseGet(StepState.Ready::new);
    }

    private StepState doneOrOutdated(RunEvent.StepEnded done, String form, List<StepId> before) {
        if (!done.form().equals(form)) {
            return new StepState.Outdated(done.at(), "Its settings were changed since.");
        }
        for (StepId earlier : before) {
            Instant changed = trace(earlier).changed;
            if (changed != null && changed.isAfter(done.at())) {
                return new StepState.Outdated(done.at(),
                        "Step %d, %s, was applied again since.".formatted(earlier.number(), earlier.title()));
            }
        }
        return new StepState.Done(done.at(), done.result());
    }

    private static Instant lastHeard(Trace trace) {
        return trace.open.values().stream().map(RunEvent.ChangeStarted::at).max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    private Trace trace(StepId step) {
        return traces.computeIfAbsent(step, _ -> new Trace());
    }
}
