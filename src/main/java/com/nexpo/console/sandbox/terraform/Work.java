package com.nexpo.console.sandbox.terraform;

import com.nexpo.console.sandbox.terraform.Change.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The calls that an apply makes and which must wait for which: the walk of the graph. Used by one thread. */
final class Work {

    /**
     * One call.
     *
     * @param change  what it carries out
     * @param deletes whether it is the destroying half
     */
    record Task(Change change, boolean deletes) {

        /** The word of the stream's hooks. */
        String action() {
            return deletes ? "delete" : change.action() == Action.UPDATE ? "update" : "create";
        }
    }

    private final Map<Task, Set<Task>> waiting = new LinkedHashMap<>();

    /**
     * Orders the work of a plan.
     *
     * @param needs      what each wanted instance reads
     * @param prior the state, whose dependencies order the destroying
     */
    Work(List<Change> changes, Map<Address, List<Address>> needs, State prior) {
        Map<Address, Task> making = new HashMap<>();
        Map<Address, Task> deleting = new LinkedHashMap<>();
        for (Change change : changes) {
            if (change.action().deletes()) {
                deleting.put(change.address(), new Task(change, true));
            }
            if (change.action().creates() || change.action() == Action.UPDATE) {
                making.put(change.address(), new Task(change, false));
            }
        }
        deleting.forEach((address, task) -> waiting.put(task, dependents(address, deleting, prior)));
        for (Change change : changes) {
            Optional.ofNullable(making.get(change.address())).ifPresent(task -> {
                Set<Task> before = new LinkedHashSet<>();
                Optional.ofNullable(deleting.get(change.address())).ifPresent(before::add);
                needs.getOrDefault(change.address(), List.of())
                        .forEach(n -> Optional.ofNullable(making.get(n)).ifPresent(before::add));
                waiting.put(task, before);
            });
        }
    }

    private static Set<Task> dependents(Address address, Map<Address, Task> deleting, State prior) {
        Set<Task> before = new LinkedHashSet<>();
        deleting.forEach((other, task) -> {
            boolean depends = prior.instance(other).filter(i -> i.dependencies().contains(address.block()))
                    .isPresent();
            if (depends) {
                before.add(task);
            }
        });
        return before;
    }

    /** Takes out what can start now. */
    List<Task> ready(int most) {
        List<Task> ready = new ArrayList<>();
        waiting.forEach((task, before) -> {
            if (before.isEmpty() && ready.size() < most) {
                ready.add(task);
            }
        });
        ready.forEach(waiting::remove);
        return ready;
    }

    /** Lets those go on that waited for it. What waits for a task that failed never starts. */
    void done(Task task) {
        waiting.values().forEach(before -> before.remove(task));
    }
}
