package com.nexpo.console.deploy;

import com.nexpo.console.engine.ChangeLog;
import com.nexpo.console.engine.Check;
import com.nexpo.console.engine.RunContext;
import com.nexpo.console.engine.Step;
import com.nexpo.console.engine.StepInfo;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.ChangeId;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Plan;
import com.nexpo.console.model.StepId;
import com.nexpo.console.system.ConfigStore;
import com.nexpo.console.system.ServiceConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Step 6: brings each service's environment variables into the stores that the services read, and rolls out the jobs
 * that carry them.
 *
 * <p>What is written is what was planned: the values stay in memory from the plan to the apply, so nothing can come
 * between. Changes go side by side, phase by phase: who may read before what is read, before who reads it.
 */
final class ConfigStep implements Step<ConfigForm> {
    /** Policies and roles come before the values that they open, and those before the jobs that use them. */
    enum Phase {
        ACCESS,
        VALUES,
        WORKLOADS
    }

    /** How one planned change is carried out. */
    record Work(Change change, String service, Phase phase, ChangeLog.Attempt attempt) {}

    /** Adds the changes of one system to a plan. */
    interface Part {
        /** What would change for these services; reads only. */
        List<Work> plan(ConfigForm form, Map<String, Map<String, ServiceConfig.Entry>> values, RunContext run)
                throws FailureException, InterruptedException;

        /** Sentences for the reviewer, after {@link #plan}. */
        default List<String> notes() {
            return List.of();
        }

        /** What must hold afterwards. */
        List<Check> after(ConfigForm form);
    }

    private final ServiceValues values;
    private final Map<String, Part> parts;
    private final Map<ChangeId, Work> planned = new ConcurrentHashMap<>();

    /** @param parts store id to what plans and applies it */
    ConfigStep(ServiceValues values, Map<String, Part> parts) {
        this.values = values;
        this.parts = new LinkedHashMap<>(parts);
    }

    @Override
    public StepInfo info() {
        return new StepInfo(StepId.CONFIG,
                "Gives each service its PostHog settings, where it reads them: SSM, Kubernetes, Vault, Nomad.");
    }

    @Override
    public List<Check> before(ConfigForm form) {
        return List.of();
    }

    @Override
    public Planned plan(ConfigForm form, RunContext run) throws FailureException, InterruptedException {
        Map<String, Map<String, ServiceConfig.Entry>> wanted = values.of(form.services());
        List<Part> chosen = form.stores().stream().map(parts::get).filter(java.util.Objects::nonNull)
                .toList();
        planned.clear();
        List<Change> changes = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (List<Work> works : planAll(chosen, form, wanted, run)) {
            for (Work work : works) {
                planned.put(work.change().id(), work);
                changes.add(work.change());
            }
        }
        chosen.forEach(part -> notes.addAll(part.notes()));
        return new Planned(changes, notes);
    }

    /** Side by side, because each waits for another system; the first failure is told. */
    private static List<List<Work>> planAll(List<Part> chosen, ConfigForm form,
            Map<String, Map<String, ServiceConfig.Entry>> wanted, RunContext run)
            throws FailureException, InterruptedException {
        List<FailureException> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        List<List<Work>> all = run.workers().forEach(chosen, part -> {
            try {
                return part.plan(form, wanted, run);
            } catch (FailureException e) {
                failures.add(e);
                return List.of();
            }
        });
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return all;
    }

    @Override
    public void apply(ConfigForm form, Plan plan, ChangeLog changes, RunContext run)
            throws InterruptedException {
        Map<Phase, List<Work>> phases = new TreeMap<>();
        for (Change change : plan.pending()) {
            Work work = planned.get(change.id());
            if (work == null) {
                throw new IllegalStateException(change.id() + " was not planned here");
            }
            phases.computeIfAbsent(work.phase(), _ -> new ArrayList<>()).add(work);
        }
        Set<String> halted = ConcurrentHashMap.newKeySet();
        for (Map.Entry<Phase, List<Work>> phase : phases.entrySet()) {
            Set<String> before = new HashSet<>(halted);
            run.workers().forEach(phase.getValue(), work -> {
                Outcome outcome = changes.carryOut(work.change(),
                        before.contains(work.service()) ? () -> waits(work) : work.attempt());
                if (!(outcome instanceof Outcome.Done)) {
                    halted.add(work.service());
                }
                return outcome;
            });
        }
    }

    private static Outcome waits(Work work) {
        return new Outcome.Failed(new Failure(FailureKind.CONFLICT, "CFG-WAITS",
                "%s was not begun: an earlier change of %s did not work.".formatted(
                        work.change().target().display(),
                        work.service()),
                "Mend that one and run the step again."));
    }

    @Override
    public List<Check> after(ConfigForm form) {
        return form.stores().stream().map(parts::get).filter(java.util.Objects::nonNull)
                .flatMap(part -> part.after(form).stream()).toList();
    }

    @Override
    public String equivalentCommand(ConfigForm form) {
        return "terraform output -json, then one write per service and store; see docs/operator-guide.md";
    }

    /** A {@link ConfigStore} as a part: refusals first, then one read and one plan for each service. */
    static final class StorePart implements Part {
        private final ConfigStore store;
        private final java.util.function.Function<String, String> place;
        private final StoreChecks checks;

        /** @param place service to the store's name of its place */
        StorePart(ConfigStore store, java.util.function.Function<String, String> place, StoreChecks checks) {
            this.store = store;
            this.place = place;
            this.checks = checks;
        }

        ServiceConfig config(String service, Map<String, ServiceConfig.Entry> entries) {
            return new ServiceConfig(service, place.apply(service), entries);
        }

        @Override
        public List<Work> plan(ConfigForm form, Map<String, Map<String, ServiceConfig.Entry>> values,
                RunContext run)
                throws FailureException, InterruptedException {
            List<ServiceConfig> configs = values.entrySet().stream()
                    .map(e -> config(e.getKey(), e.getValue())).toList();
            List<String> refusals = configs.stream().flatMap(c -> store.refusals(c).stream()).toList();
            if (!refusals.isEmpty()) {
                throw new FailureException(
                        new Failure(FailureKind.INVALID, "CFG-REFUSED", String.join(" ", refusals)));
            }
            List<Work> works = new ArrayList<>();
            for (StorePlan planned : readAll(configs, run)) {
                for (Change change : planned.changes()) {
                    works.add(new Work(change, planned.config().service(), Phase.VALUES,
                            () -> store.apply(change, planned.config())));
                }
            }
            return works;
        }

        private record StorePlan(ServiceConfig config, List<Change> changes) {}

        private List<StorePlan> readAll(Collection<ServiceConfig> configs, RunContext run)
                throws FailureException, InterruptedException {
            List<FailureException> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            List<StorePlan> all = run.workers().forEach(configs, config -> {
                try {
                    return new StorePlan(config, store.plan(config, store.read(config)));
                } catch (FailureException e) {
                    failures.add(e);
                    return new StorePlan(config, List.of());
                }
            });
            if (!failures.isEmpty()) {
                throw failures.getFirst();
            }
            return all;
        }

        @Override
        public List<Check> after(ConfigForm form) {
            return List.of(() -> checks.matches(store, form.services(), this::config));
        }
    }
}
