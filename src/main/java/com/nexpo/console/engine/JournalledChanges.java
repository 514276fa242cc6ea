package com.nexpo.console.engine;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.ChangeId;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.RunEvent;
import com.nexpo.console.model.StepId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Writes the start of every change before it is attempted, and counts how they ended. */
final class JournalledChanges implements ChangeLog {
    private final StepId step;
    private final Consumer<RunEvent> events;
    private final Clock clock;
    private final Map<ChangeId, RunEvent.ChangeStarted> open = new LinkedHashMap<>();
    private final Map<ChangeId, String> ended = new LinkedHashMap<>();

    JournalledChanges(StepId step, Consumer<RunEvent> events, Clock clock) {
        this.step = step;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public Outcome carryOut(Change change, Attempt attempt) throws InterruptedException {
        started(change);
        Outcome outcome;
        try {
            outcome = attempt.run();
        } catch (RuntimeException e) {
            // A defect of ours, in the middle of a call: say so, and look it up.
            outcome = new Outcome.Unsure(new Failure(FailureKind.INTERNAL, "RUN-DEFECT",
                    "%s: the console failed in the middle of it (%s).".formatted(change.target().display(),
                            e)));
        }
        ended(change, outcome);
        return outcome;
    }

    @Override
    public synchronized void started(Change change) {
        RunEvent.ChangeStarted event = new RunEvent.ChangeStarted(clock.instant(), step, change.target(),
                change.action());
        open.put(change.id(), event);
        events.accept(event);
    }

    @Override
    public synchronized void ended(Change change, Outcome outcome) {
        Instant now = clock.instant();
        RunEvent.ChangeStarted start = open.get(change.id());
        long millis = start == null ? 0 : Duration.between(start.at(), now).toMillis();
        if (!(outcome instanceof Outcome.Unsure)) {
            open.remove(change.id());
        }
        ended.put(change.id(), outcome.wireName());
        events.accept(new RunEvent.ChangeEnded(now, step, change.target(), change.action(), outcome, millis));
    }

    /** What was looked up afterwards counts as what was found. */
    synchronized void resolved(ChangeId change, boolean done) {
        if (open.remove(change) != null) {
            ended.put(change, done ? "done" : "failed");
        }
    }

    synchronized List<RunEvent.ChangeStarted> open() {
        return List.copyOf(open.values());
    }

    synchronized int unsure() {
        return open.size();
    }

    synchronized int count(String outcome) {
        return (int) ended.values().stream().filter(outcome::equals).count();
    }
}
