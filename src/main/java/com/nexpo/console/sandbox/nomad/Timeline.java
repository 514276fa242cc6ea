package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * What will happen, and when. Time passes when somebody looks: nothing runs in the background, so that a state
 * can be saved at any moment and a test decides how time goes. While something happens, {@link #now()} is the
 * moment it was due.
 */
final class Timeline {
    /** What can be due. */
    enum What {
        EVALUATE, TASK, HEALTHY, HEALTH_DEADLINE, PROGRESS_DEADLINE, STOPPED
    }

    /** @param id of the evaluation, allocation or deployment that it concerns */
    record Due(Instant at, long number, What what, String id) {}

    /** Lets something happen. */
    interface Happening {
        void happen(What what, String id);
    }

    private final InstantSource clock;
    private final double speed;
    private final PriorityQueue<Due> agenda = new PriorityQueue<>(
            Comparator.comparing(Due::at).thenComparingLong(Due::number));
    private Instant now;
    private long numbers;

    /** @param speed how many times faster than the job file says deadlines and health times pass */
    Timeline(InstantSource clock, double speed) {
        this.clock = clock;
        this.speed = speed;
        this.now = clock.instant();
    }

    Instant now() {
        return now;
    }

    long nanos() {
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** The moment at which a time of the job file will have passed. */
    Instant after(long nanos) {
        return now.plusNanos((long) (nanos / speed));
    }

    void schedule(long nanos, What what, String id) {
        agenda.add(new Due(after(nanos), numbers++, what, id));
    }

    /** As {@link #schedule}, at a moment that may have passed. */
    void scheduleAt(Instant at, What what, String id) {
        agenda.add(new Due(at, numbers++, what, id));
    }

    /** Lets everything happen that is due by now. */
    void advance(Happening happening) {
        Instant present = clock.instant();
        while (!agenda.isEmpty() && !agenda.peek().at().isAfter(present)) {
            Due due = agenda.remove();
            now = due.at().isAfter(now) ? due.at() : now;
            happening.happen(due.what(), due.id());
        }
        now = present.isAfter(now) ? present : now;
    }

    /** How long until something is due. */
    Optional<Duration> untilNext() {
        return Optional.ofNullable(agenda.peek()).map(due -> Duration.between(clock.instant(), due.at()));
    }

    JsonArray save() {
        JsonArray all = new JsonArray();
        agenda.stream().sorted(Comparator.comparing(Due::at).thenComparingLong(Due::number))
                .forEach(due -> all
                        .add(Json.of("at", due.at().toString(), "what", due.what().name(), "id", due.id())));
        return all;
    }

    void restore(JsonObject state) {
        agenda.clear();
        Json.objects(state, "agenda").forEach(due -> scheduleAt(Instant.parse(Json.text(due, "at")),
                What.valueOf(Json.text(due, "what")), Json.text(due, "id")));
    }
}
