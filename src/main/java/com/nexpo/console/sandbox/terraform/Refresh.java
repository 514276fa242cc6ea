package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads every object of the state, and those to import, several at a time, and says what differs. */
final class Refresh {

    private final Configuration configuration;
    private final Providers providers;
    private final View view;
    private final State state;
    private final List<Change> drift = new ArrayList<>();
    private final List<Diagnostic> problems = new ArrayList<>();

    /** @param state is brought up to date */
    Refresh(Configuration configuration, Providers providers, View view, State state) {
        this.configuration = configuration;
        this.providers = providers;
        this.view = view;
        this.state = state;
    }

    List<Change> drift() {
        return drift;
    }

    List<Diagnostic> problems() {
        return problems;
    }

    void run(int parallelism, Interruption interruption) throws InterruptedException {
        List<Callable<Runnable>> reads = new ArrayList<>();
        state.instances().forEach(instance -> reads.add(() -> read(instance)));
        configuration.imports().forEach((address, id) -> {
            if (state.instance(address).isEmpty()) {
                reads.add(() -> imported(address, id));
            }
        });
        if (reads.isEmpty()) {
            return;
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(parallelism)) {
            interruption.whenRequested(() -> stop(pool));
            List<Future<Runnable>> results = new ArrayList<>();
            for (Callable<Runnable> read : reads) {
                if (!interruption.isRequested()) {
                    results.add(pool.submit(read));
                }
            }
            for (Future<Runnable> result : results) {
                take(result);
            }
        } catch (java.util.concurrent.RejectedExecutionException e) {
            problems.add(Diagnostic.error("execution halted", ""));
        }
    }

    /** Cuts the reads in flight, and lets nobody wait for those that never began. */
    private static void stop(ExecutorService pool) {
        for (Runnable waiting : pool.shutdownNow()) {
            if (waiting instanceof Future<?> read) {
                read.cancel(false);
            }
        }
    }

    private void take(Future<Runnable> result) throws InterruptedException {
        try {
            result.get().run();
        } catch (CancellationException e) {
            problems.add(Diagnostic.error("execution halted", ""));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Runnable read(Instance instance) throws InterruptedException {
        view.hook("refresh_start", instance, "Refreshing state...", Optional.empty(), true, Optional.empty());
        try {
            Optional<JsonObject> now = providers.of(instance.type()).read(instance.type(),
                    instance.attributes());
            now.ifPresent(
                    n -> view.hook("refresh_complete", instance.with(n), "Refresh complete", Optional.empty(),
                            true, Optional.empty()));
            return () -> compare(instance, now);
        } catch (ProviderException e) {
            return () -> refused(instance.address(), e);
        }
    }

    private void compare(Instance instance, Optional<JsonObject> now) {
        if (now.isPresent() && now.get().equals(instance.attributes())) {
            return;
        }
        drift.add(new Change(instance.address(),
                now.isPresent() ? Change.Action.UPDATE : Change.Action.DELETE,
                Optional.empty(), Optional.of(instance.attributes()), now, List.of(), Optional.empty()));
        now.ifPresentOrElse(n -> state.put(instance.with(n)), () -> state.remove(instance.address()));
    }

    private void refused(Address address, ProviderException e) {
        e.diagnostics()
                .forEach(d -> problems.add(d.about(address.toString()).in(configuration.rangeOf(address))));
    }

    private Runnable imported(Address address, String id) throws InterruptedException {
        ResourceType type = ResourceType.of(address.type());
        try {
            JsonObject known = providers.of(type).imported(type, id);
            Optional<JsonObject> found = providers.of(type).read(type, known);
            if (found.isEmpty()) {
                return () -> problems.add(Diagnostic.error("Error reading " + type.title() + " during import",
                        "failed to send GET request: API error (status 404)"));
            }
            return () -> state.put(new Instance(address, found.get(), false, List.of()));
        } catch (ProviderException e) {
            return () -> problems.addAll(e.diagnostics());
        }
    }
}
