package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.terraform.SavedPlan.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code plan}, {@code apply} and {@code destroy}. */
final class RunCommands {

    private final Session session;
    private final Arguments arguments;
    private final View view;

    RunCommands(Session session, Arguments arguments) {
        this.session = session;
        this.arguments = arguments;
        this.view = new View(session.out(), session.err(), arguments.has("json"));
    }

    /** Plans. Exit codes 0, 1, and with {@code -detailed-exitcode} 2 when there is something to do. */
    int plan() throws InterruptedException {
        return reported(() -> {
            requireConfiguration("Plan");
            try (AutoClose ignored = lock("OperationTypePlan")) {
                Planner.Result result = planned(mode(), session.state());
                Optional<String> out = arguments.value("out");
                if (out.isPresent()) {
                    write(result.plan(), session.directory().resolve(out.get()));
                }
                if (!result.problems().isEmpty()) {
                    return 1;
                }
                return arguments.has("detailed-exitcode") && result.plan().isApplicable() ? 2 : 0;
            }
        });
    }

    /** Applies a saved plan, or plans and applies with {@code -auto-approve}. */
    int apply(boolean destroy) throws InterruptedException {
        return reported(() -> {
            if (arguments.words().isEmpty()) {
                return planAndApply(destroy || arguments.has("destroy"));
            }
            SavedPlan plan = saved(session.directory().resolve(arguments.words().getFirst()));
            if (plan.errored()) {
                throw new TerraformException("Cannot apply incomplete plan",
                        "Terraform encountered an error when"
                                + " generating this plan, so it cannot be applied.");
            }
            try (AutoClose ignored = lock("OperationTypeApply")) {
                Optional<State> state = session.state();
                if (!SavedPlan.basisOf(state).equals(plan.basis())) {
                    throw new TerraformException("Saved plan is stale",
                            "The given plan file can no longer be applied"
                                    + " because the state was changed by another operation after the plan was created.");
                }
                Configuration configuration = Configuration.load(session.directory(), plan.variables());
                plan.changes().stream().filter(Change::isPlanned)
                        .forEach(c -> view.change("planned_change", c));
                return carryOut(plan, configuration, new Providers(configuration, session.environment()),
                        state,
                        "apply");
            }
        });
    }

    private int planAndApply(boolean destroy) throws InterruptedException, IOException {
        if (!arguments.has("auto-approve")) {
            throw new TerraformException("Plan file or auto-approve required",
                    "Terraform cannot ask for interactive"
                            + " approval when -json is set. You can either apply a saved plan file, or enable the -auto-approve"
                            + " option.");
        }
        requireConfiguration("Apply");
        try (AutoClose ignored = lock("OperationTypeApply")) {
            Optional<State> state = session.state();
            Planner.Result result = planned(destroy ? Mode.DESTROY : mode(), state);
            if (!result.problems().isEmpty()) {
                return 1;
            }
            Configuration configuration = Configuration.load(session.directory(), result.plan().variables());
            return carryOut(result.plan(), configuration, new Providers(configuration, session.environment()),
                    state,
                    destroy ? "destroy" : "apply");
        }
    }

    private Planner.Result planned(Mode mode, Optional<State> state) throws InterruptedException {
        session.requireInitialised();
        JsonObject variables = Variables.read(session.directory(), session.environment(),
                arguments.variables());
        Configuration configuration = Configuration.load(session.directory(), variables);
        Planner planner = new Planner(configuration, new Providers(configuration, session.environment()),
                view,
                session.interruption());
        return planner.plan(state,
                new Planner.Options(mode, !arguments.without("refresh"), arguments.parallelism()));
    }

    private int carryOut(SavedPlan plan, Configuration configuration, Providers providers,
            Optional<State> before,
            String operation) throws InterruptedException {
        boolean withAws = plan.changes().stream()
                .anyMatch(c -> c.isPlanned() && c.type() == ResourceType.PARAMETER);
        List<Diagnostic> unconfigured = plan.changes().stream().anyMatch(Change::isPlanned)
                ? providers.configure(withAws)
                : List.of();
        if (!unconfigured.isEmpty()) {
            throw new TerraformException(unconfigured);
        }
        State state = plan.prior().copy();
        StateFile file = new StateFile(session.stateFile(), before.orElseGet(State::empty));
        Applier applier = new Applier(configuration, providers, view, session.interruption(), state, file);
        List<Diagnostic> problems = applier.apply(plan, arguments.parallelism());
        if (problems.stream().anyMatch(Diagnostic::isError)) {
            problems.forEach(view::diagnostic);
            return 1;
        }
        view.summary(applier.done(plan), operation);
        JsonObject outputs = new JsonObject();
        state.outputs().entrySet()
                .forEach(e -> outputs.add(e.getKey(), shown(e.getValue().getAsJsonObject())));
        view.outputs(outputs);
        return 0;
    }

    private static JsonObject shown(JsonObject stored) {
        JsonObject output = new JsonObject();
        output.addProperty("sensitive", stored.has("sensitive"));
        output.add("type", stored.get("type"));
        if (!stored.has("sensitive")) {
            output.add("value", stored.get("value"));
        }
        return output;
    }

    private Mode mode() {
        return arguments.has("destroy")
                ? Mode.DESTROY
                : arguments.has("refresh-only") ? Mode.REFRESH_ONLY : Mode.NORMAL;
    }

    private void requireConfiguration(String operation) {
        if (!session.hasConfiguration()) {
            throw new TerraformException("No configuration files", operation
                    + " requires configuration to be present."
                    + " Planning without a configuration would mark everything for destruction, which is normally not"
                    + " what is desired. If you would like to destroy everything, run plan with the -destroy option."
                    + " Otherwise, create a Terraform configuration file (.tf file) and try again.");
        }
    }

    private static SavedPlan saved(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new TerraformException("Failed to load \"" + file.getFileName() + "\" as a plan file",
                    "Error: stat " + file.getFileName() + ": no such file or directory");
        }
        return SavedPlan.read(file).orElseThrow(() -> new TerraformException(
                "Failed to load \"" + file.getFileName() + "\" as a plan file",
                "The given file is not a valid plan file."));
    }

    private static void write(SavedPlan plan, Path file) {
        try {
            plan.write(file);
        } catch (IOException e) {
            throw new TerraformException("Failed to write plan file", "The plan file could not be written: "
                    + e.getMessage() + ".");
        }
    }

    /** A lock or none. */
    private interface AutoClose extends AutoCloseable {
        @Override
        void close();
    }

    private AutoClose lock(String operation) throws InterruptedException {
        if (arguments.without("lock")) {
            return () -> {};
        }
        Duration timeout = arguments.lockTimeout();
        Lock lock = Lock.acquire(session.directory(), operation, timeout, view::waitingForLock);
        return lock::close;
    }

    /** What a command does. */
    private interface Body {
        int run() throws InterruptedException, IOException;
    }

    private int reported(Body body) throws InterruptedException {
        view.version();
        session.interruption().whenRequested(() -> {
            view.log("""

                    Interrupt received.
                    Please wait for Terraform to exit or data loss may occur.
                    Gracefully shutting down...
                    """);
            view.log("Stopping operation...");
        });
        try {
            return body.run();
        } catch (TerraformException e) {
            e.diagnostics().forEach(view::diagnostic);
            return 1;
        } catch (IOException e) {
            view.diagnostic(Diagnostic.error("Failed to read a file", String.valueOf(e.getMessage())));
            return 1;
        }
    }
}
