package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.terraform.Change.Action;
import com.nexpo.console.sandbox.terraform.Work.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Carries out a plan, several calls at a time. The state file is written after each call: a kill loses those in flight.
 *
 * <p>Being asked to stop cuts the requests in flight, as the real providers do, and starts no other.
 */
final class Applier {

    private static final long PROGRESS_SECONDS = 10;

    private final Configuration configuration;
    private final Providers providers;
    private final View view;
    private final Interruption interruption;
    private final State state;
    private final StateFile file;
    private final Map<Address, Resource> wanted = new HashMap<>();
    private final Map<Task, Started> running = new LinkedHashMap<>();
    /** Tasks that a thread took up. */
    private final Set<Task> begun = ConcurrentHashMap.newKeySet();
    private final List<Diagnostic> problems = new ArrayList<>();
    private final List<Change> finished = new ArrayList<>();
    private Optional<IOException> unwritten = Optional.empty();

    /** A task at work; {@code told} are the ten-second marks that were printed. */
    private static final class Started {
        private final long at = System.nanoTime();
        private long told;

        long seconds() {
            return (System.nanoTime() - at) / 1_000_000_000L;
        }
    }

    /** How a task ended: with the new attributes, gone, or refused. */
    private record Ended(Task task, Optional<JsonObject> attributes, List<Diagnostic> problems) {
        boolean failed() {
            return problems.stream().anyMatch(Diagnostic::isError);
        }
    }

    /** @param state the plan's prior state, which is changed as the work goes */
    Applier(Configuration configuration, Providers providers, View view, Interruption interruption,
            State state,
            StateFile file) {
        this.configuration = configuration;
        this.providers = providers;
        this.view = view;
        this.interruption = interruption;
        this.state = state;
        this.file = file;
        configuration.resources().forEach(r -> wanted.put(r.address(), r));
    }

    /** Does the work; returns what went wrong, nothing when all is done. */
    List<Diagnostic> apply(SavedPlan plan, int parallelism) throws InterruptedException {
        Map<Address, List<Address>> needs = new HashMap<>();
        wanted.forEach((address, resource) -> needs.put(address, resource.needs()));
        Work work = new Work(plan.changes(), needs, state);
        save();
        try (ExecutorService pool = Executors.newFixedThreadPool(parallelism)) {
            interruption.whenRequested(pool::shutdownNow);
            walk(work, new ExecutorCompletionService<>(pool), parallelism);
        }
        if (interruption.isRequested()) {
            problems.add(Diagnostic.error("execution halted", ""));
            problems.add(Diagnostic.error("execution halted", ""));
        }
        outputs(plan);
        save();
        unwritten.ifPresent(this::rescue);
        return problems;
    }

    /** Counts of what was done. */
    Summary done(SavedPlan plan) {
        List<Change> all = new ArrayList<>(finished);
        plan.changes().stream().filter(c -> c.action() == Action.NOOP).forEach(all::add);
        return Summary.of(all);
    }

    private void walk(Work work, CompletionService<Ended> pool, int parallelism) throws InterruptedException {
        while (true) {
            if (!interruption.isRequested()) {
                work.ready(parallelism - running.size()).forEach(task -> start(task, pool));
            }
            if (running.isEmpty()) {
                return;
            }
            Future<Ended> next = pool.poll(1, TimeUnit.SECONDS);
            if (next == null) {
                progress();
                forgetNeverBegun();
            } else {
                end(next, work);
            }
        }
    }

    /** What waited for a thread when the wish to stop came was taken out of the queue: it will never end. */
    private void forgetNeverBegun() {
        if (interruption.isRequested()) {
            running.keySet().removeIf(task -> !begun.contains(task));
        }
    }

    private void start(Task task, CompletionService<Ended> pool) {
        Instance shown = shown(task);
        view.hook("apply_start", shown, task.deletes()
                ? "Destroying..."
                : task.change().action() == Action.UPDATE ? "Modifying..." : "Creating...",
                Optional.of(task.action()),
                task.deletes() || task.change().action() == Action.UPDATE, Optional.empty());
        try {
            pool.submit(() -> call(task));
            running.put(task, new Started());
        } catch (RejectedExecutionException e) {
            // The wish to stop came in between: the task was never begun.
        }
    }

    private Instance shown(Task task) {
        return state.instance(task.change().address())
                .orElseGet(() -> new Instance(task.change().address(), new JsonObject(), false, List.of()));
    }

    private Ended call(Task task) throws InterruptedException {
        begun.add(task);
        Change change = task.change();
        ResourceType type = change.type();
        Provider provider = providers.of(type);
        try {
            if (task.deletes()) {
                provider.delete(type, change.before().orElseThrow());
                return new Ended(task, Optional.empty(), List.of());
            }
            JsonObject config = Optional.ofNullable(wanted.get(change.address()))
                    .orElseThrow(() -> new ProviderException("Configuration changed since the plan",
                            "The configuration no longer holds " + change.address() + "."))
                    .attributes()
                    .apply(Configuration.references(a -> state.instance(a).map(Instance::attributes)));
            JsonObject planned = completed(change, config);
            JsonObject result = change.action() == Action.UPDATE
                    ? provider.update(type, change.before().orElseThrow(), planned, config)
                    : provider.create(type, planned, config);
            return new Ended(task, Optional.of(result), inconsistencies(change, planned, result));
        } catch (ProviderException e) {
            List<Diagnostic> said = task.deletes()
                    ? e.diagnostics()
                    : e.diagnostics().stream().map(d -> d.about(change.address().toString())
                            .in(configuration.rangeOf(change.address()))).toList();
            return new Ended(task, Optional.empty(), said);
        }
    }

    /** The planned attributes with those known now that were not when it was planned. */
    private static JsonObject completed(Change change, JsonObject config) {
        JsonObject known = change.type().plan(config, Optional.empty());
        JsonObject planned = change.after().orElseThrow().deepCopy();
        for (Map.Entry<String, JsonElement> attribute : planned.entrySet()) {
            if (Unknown.isIn(attribute.getValue())) {
                attribute.setValue(Json.get(known, attribute.getKey()));
            }
        }
        return planned;
    }

    private static List<Diagnostic> inconsistencies(Change change, JsonObject planned, JsonObject result) {
        ResourceType type = change.type();
        return type.inconsistencies(planned, result).values().stream()
                .map(what -> Diagnostic.error("Provider produced inconsistent result after apply",
                        "When applying changes to " + change.address() + ", provider \"provider[\\\""
                                + type.providerName() + "\\\"]\" produced an unexpected new value: " + what
                                + ".\n\nThis is a bug in the provider, which should be reported in the provider's own"
                                + " issue tracker."))
                .toList();
    }

    private void end(Future<Ended> future, Work work) throws InterruptedException {
        Ended ended;
        try {
            ended = future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        Task task = ended.task();
        long seconds = Optional.ofNullable(running.remove(task)).map(Started::seconds).orElse(0L);
        problems.addAll(ended.problems());
        remember(ended);
        save();
        String verb = task.deletes()
                ? "Destruction"
                : task.change().action() == Action.UPDATE
                        ? "Modifications"
                        : "Creation";
        Instance shown = shown(task);
        if (ended.failed()) {
            view.hook("apply_errored", shown, verb + " errored after " + seconds + "s",
                    Optional.of(task.action()), false,
                    Optional.of(seconds));
            return;
        }
        view.hook("apply_complete", shown, verb + " complete after " + seconds + "s",
                Optional.of(task.action()),
                !task.deletes(), Optional.of(seconds));
        if (!task.deletes() || task.change().action() == Action.DELETE) {
            finished.add(task.change());
        }
        work.done(task);
    }

    private void remember(Ended ended) {
        Address address = ended.task().change().address();
        if (ended.task().deletes()) {
            if (!ended.failed()) {
                state.remove(address);
            }
            return;
        }
        boolean tainted = ended.failed() && ended.task().change().action().creates();
        ended.attributes().ifPresent(attributes -> state.put(new Instance(address, attributes, tainted,
                Optional.ofNullable(wanted.get(address)).map(Resource::dependencies).orElse(List.of()))));
    }

    private void progress() {
        running.forEach((task, started) -> {
            long due = started.seconds() / PROGRESS_SECONDS * PROGRESS_SECONDS;
            if (due > started.told) {
                started.told = due;
                String verb = task.deletes()
                        ? "destroying"
                        : task.change().action() == Action.UPDATE
                                ? "modifying"
                                : "creating";
                view.hook("apply_progress", shown(task), "Still " + verb + "... [" + due + "s elapsed]",
                        Optional.of(task.action()), false, Optional.of(due));
            }
        });
    }

    /** Outputs that are known; the others stay as they were. */
    private void outputs(SavedPlan plan) {
        if (plan.mode() == SavedPlan.Mode.DESTROY) {
            if (problems.isEmpty()) {
                state.outputs(new JsonObject());
            }
            return;
        }
        JsonObject before = state.outputs();
        JsonObject stored = new JsonObject();
        JsonObject now = configuration.outputs(Configuration.references(address -> Optional
                .of(state.instance(address).map(Instance::attributes).orElseGet(Applier::unknown))));
        for (Map.Entry<String, JsonElement> output : now.entrySet()) {
            JsonElement value = output.getValue().getAsJsonObject().get("value");
            if (Unknown.isIn(value)) {
                if (before.has(output.getKey())) {
                    stored.add(output.getKey(), before.get(output.getKey()));
                }
                continue;
            }
            JsonObject entry = new JsonObject();
            entry.add("value", value);
            entry.add("type", Shown.type(value));
            if (output.getValue().getAsJsonObject().get("sensitive").getAsBoolean()) {
                entry.addProperty("sensitive", true);
            }
            stored.add(output.getKey(), entry);
        }
        state.outputs(stored);
    }

    private static JsonObject unknown() {
        JsonObject attributes = new JsonObject();
        attributes.add("id", Unknown.VALUE);
        attributes.add("api_token", Unknown.VALUE);
        return attributes;
    }

    private void save() {
        try {
            file.write(state);
        } catch (IOException e) {
            unwritten = Optional.of(e);
        }
    }

    private void rescue(IOException why) {
        problems.add(Diagnostic.error("Failed to save state", "Error saving state: " + why.getMessage()));
        try {
            file.writeErrored(state);
            problems.add(Diagnostic.error("Failed to persist state to backend",
                    "The error shown above has prevented Terraform from writing the updated state to the configured"
                            + " backend. To allow for recovery, the state has been written to the file"
                            + " \"errored.tfstate\" in the current working directory.\n\nRunning \"terraform apply\""
                            + " again at this point will create a forked state, making it harder to recover.\n\nTo retry"
                            + " writing this state, use the following command:\n    terraform state push"
                            + " errored.tfstate\n"));
        } catch (IOException e) {
            problems.add(Diagnostic.error("Failed to create local state file",
                    "Error creating local state file for"
                            + " recovery: " + e.getMessage()));
        }
    }
}
