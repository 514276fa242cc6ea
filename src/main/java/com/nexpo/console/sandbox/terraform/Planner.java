package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.terraform.Change.Action;
import com.nexpo.console.sandbox.terraform.SavedPlan.Mode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares what the configuration wants with what there is. Reads only. */
final class Planner {

    /**
     * How to plan.
     *
     * @param mode        what to plan
     * @param refresh     whether to read the objects first
     * @param parallelism how many calls at a time
     */
    record Options(Mode mode, boolean refresh, int parallelism) {}

    /** A plan and what is wrong with it. */
    record Result(SavedPlan plan, List<Diagnostic> problems) {}

    private final Configuration configuration;
    private final Providers providers;
    private final View view;
    private final Interruption interruption;
    private final Map<Address, JsonObject> planned = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<Diagnostic> problems = new ArrayList<>();

    Planner(Configuration configuration, Providers providers, View view, Interruption interruption) {
        this.configuration = configuration;
        this.providers = providers;
        this.view = view;
        this.interruption = interruption;
    }

    /** Plans from a state, prints the lines about it, and returns it, failed or not. */
    Result plan(Optional<State> before, Options options) throws InterruptedException {
        State state = before.map(State::copy).orElseGet(State::empty);
        List<Resource> wanted = configuration.resources();
        boolean withAws = wanted.stream().anyMatch(r -> r.type() == ResourceType.PARAMETER)
                || state.instances().stream().anyMatch(i -> i.type() == ResourceType.PARAMETER);
        problems.addAll(providers.configure(withAws));
        List<Change> drift = List.of();
        if (problems.isEmpty() && options.refresh()) {
            Refresh refresh = new Refresh(configuration, providers, view, state);
            refresh.run(options.parallelism(), interruption);
            drift = refresh.drift();
            problems.addAll(refresh.problems());
        }
        JsonObject outputs = problems.isEmpty()
                ? changes(wanted, state, before, options.mode())
                : state.outputs();
        SavedPlan plan = new SavedPlan(SavedPlan.basisOf(before), state, options.mode(),
                configuration.variables(),
                List.copyOf(changes), drift, outputs, !problems.isEmpty(), Instant.now());
        tell(plan);
        return new Result(plan, problems);
    }

    private JsonObject changes(List<Resource> wanted, State state, Optional<State> before, Mode mode) {
        References references = Configuration
                .references(address -> Optional.ofNullable(planned.get(address)));
        if (mode == Mode.DESTROY) {
            state.instances().forEach(i -> delete(i, Optional.empty()));
            return new JsonObject();
        }
        if (mode == Mode.REFRESH_ONLY) {
            state.instances().forEach(i -> planned.put(i.address(), i.attributes()));
            return configuration.outputs(references);
        }
        Set<Address> addresses = new HashSet<>();
        for (Resource resource : wanted) {
            addresses.add(resource.address());
            boolean imported = before.flatMap(b -> b.instance(resource.address())).isEmpty()
                    && state.instance(resource.address()).isPresent();
            Optional<String> importing = imported
                    ? Optional.ofNullable(configuration.imports().get(resource.address()))
                    : Optional.empty();
            changes.add(change(resource, state.instance(resource.address()), importing, references));
        }
        state.instances().stream().filter(i -> !addresses.contains(i.address()))
                .forEach(i -> delete(i, Optional.of(why(i.address()))));
        return configuration.outputs(references);
    }

    private Change change(Resource resource, Optional<Instance> instance, Optional<String> importing,
            References references) {
        JsonObject config = resource.attributes().apply(references);
        ResourceType type = resource.type();
        if (instance.isEmpty()) {
            return created(resource.address(), Action.CREATE, Optional.empty(), Optional.empty(),
                    type.plan(config, Optional.empty()), List.of());
        }
        JsonObject prior = instance.get().attributes();
        if (instance.get().tainted()) {
            guard(resource.address());
            return created(resource.address(), Action.REPLACE, Optional.of("tainted"), Optional.of(prior),
                    type.plan(config, Optional.empty()), List.of());
        }
        resource.ignored().forEach(name -> config.add(name, Json.get(prior, name)));
        JsonObject update = type.plan(config, Optional.of(prior));
        Set<String> paths = type.replacedBy(prior, update);
        if (!paths.isEmpty()) {
            guard(resource.address());
            return created(resource.address(), Action.REPLACE, Optional.of("cannot_update"),
                    Optional.of(prior),
                    type.plan(config, Optional.empty()), List.copyOf(paths));
        }
        planned.put(resource.address(), update);
        return new Change(resource.address(), update.equals(prior) ? Action.NOOP : Action.UPDATE,
                Optional.empty(),
                Optional.of(prior), Optional.of(update), List.of(), importing);
    }

    private Change created(Address address, Action action, Optional<String> reason,
            Optional<JsonObject> before,
            JsonObject after, List<String> paths) {
        planned.put(address, after);
        return new Change(address, action, reason, before, Optional.of(after), paths, Optional.empty());
    }

    private void delete(Instance instance, Optional<String> reason) {
        guard(instance.address());
        changes.add(new Change(instance.address(), Action.DELETE, reason, Optional.of(instance.attributes()),
                Optional.empty(), List.of(), Optional.empty()));
    }

    private String why(Address address) {
        if (!configuration.moduleNames().contains(address.module())) {
            return "delete_because_no_module";
        }
        return address.key().filter(k -> k.isNumber()).isPresent()
                ? "delete_because_count_index"
                : "delete_because_each_key";
    }

    private void guard(Address address) {
        if (configuration.isGuarded(address)) {
            problems.add(Diagnostic.error("Instance cannot be destroyed", "Resource " + address
                    + " has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed. To"
                    + " avoid this error and continue with the plan, either disable lifecycle.prevent_destroy or reduce"
                    + " the scope of the plan using the -target option.").in(configuration.rangeOf(address)));
        }
    }

    private void tell(SavedPlan plan) {
        plan.drift().forEach(d -> view.change("resource_drift", d));
        List<Change> real = plan.changes().stream().filter(Change::isPlanned).toList();
        real.forEach(c -> view.change("planned_change", c));
        view.summary(Summary.of(real), "plan");
        view.outputs(outputActions(plan));
        problems.forEach(view::diagnostic);
    }

    private static JsonObject outputActions(SavedPlan plan) {
        JsonObject actions = new JsonObject();
        JsonObject before = plan.prior().outputs();
        Set<String> names = new java.util.TreeSet<>(before.keySet());
        names.addAll(plan.outputs().keySet());
        for (String name : names) {
            JsonObject output = new JsonObject();
            JsonElement then = Json.get(plan.outputs(), name);
            JsonElement now = Json.get(before, name);
            JsonObject known = then.isJsonObject() ? then.getAsJsonObject() : now.getAsJsonObject();
            output.addProperty("sensitive",
                    Json.get(known, "sensitive").equals(new com.google.gson.JsonPrimitive(true)));
            output.addProperty("action", Shown.outputAction(now, then).replace("no-op", "noop"));
            actions.add(name, output);
        }
        return actions;
    }
}
