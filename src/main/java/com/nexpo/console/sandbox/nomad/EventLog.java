package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last events, grouped by index, as Nomad's broker keeps them: about a hundred index entries. */
final class EventLog {
    private static final int KEPT = 100;

    private final Deque<Entry> entries = new ArrayDeque<>();

    /** All events of one index. */
    record Entry(long index, List<JsonObject> events) {}

    void add(long index, JsonObject event) {
        if (entries.isEmpty() || entries.getLast().index() != index) {
            entries.addLast(new Entry(index, new ArrayList<>()));
        }
        entries.getLast().events().add(event);
        if (entries.size() > KEPT) {
            entries.removeFirst();
        }
    }

    /** The entries from this index on. */
    List<Entry> from(long index) {
        return entries.stream().filter(entry -> entry.index() >= index)
                .map(entry -> new Entry(entry.index(), List.copyOf(entry.events()))).toList();
    }
}
