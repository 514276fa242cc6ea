package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The commands that call no provider: {@code init}, {@code validate}, {@code show}, {@code output}, {@code state …}. */
final class WorkspaceCommands {

    private static final String LOCK_FILE = """
            # This file is maintained automatically by "terraform init".
            # Manual edits may be lost in future updates.

            provider "registry.terraform.io/hashicorp/aws" {
              version     = "5.100.0"
              constraints = "~> 5.100"
            }

            provider "registry.terraform.io/posthog/posthog" {
              version     = "1.0.13"
              constraints = "~> 1.0"
            }
            """;
    private static final String NEXT_STEP = """
            You may now begin working with Terraform. Try running "terraform plan" to see
            any changes that are required for your infrastructure. All Terraform commands
            should now work.

            If you ever set or change modules or backend configuration for Terraform,
            rerun this command to reinitialize your working directory. If you forget, other
            commands will detect it and remind you to do so if necessary.""";

    private final Session session;
    private final Arguments arguments;
    private final View view;

    WorkspaceCommands(Session session, Arguments arguments, boolean stream) {
        this.session = session;
        this.arguments = arguments;
        this.view = new View(session.out(), session.err(), stream && arguments.has("json"));
    }

    /** Writes {@code .terraform} and {@code .terraform.lock.hcl}; only the local backend is there. */
    int init() throws IOException {
        view.version();
        if (!session.hasConfiguration()) {
            view.diagnostic(Diagnostic.error("No configuration files",
                    "The emulated Terraform initialises a blueprint"
                            + " folder, and " + session.directory().getFileName() + " holds no .tf file."));
            return 1;
        }
        view.init("Initializing the backend...", "initializing_backend_message");
        Optional<String> backend = Configuration.backend(session.directory());
        if (backend.isPresent()) {
            view.diagnostic(Diagnostic.error("Unsupported backend \"" + backend.get() + "\"",
                    "The emulated Terraform"
                            + " keeps its state in the workspace only; for the backend \"" + backend.get()
                            + "\" the real"
                            + " Terraform is needed."));
            return 1;
        }
        view.init("Initializing modules...", "initializing_modules_message");
        List<String> modules = modules();
        view.init("Initializing provider plugins...", "initializing_provider_plugin_message");
        Files.createDirectories(session.workingFolder().resolve("modules"));
        Files.writeString(session.workingFolder().resolve("modules").resolve("modules.json"),
                manifest(modules));
        Files.writeString(session.directory().resolve(".terraform.lock.hcl"), LOCK_FILE);
        view.init("Terraform has been successfully initialized!", "output_init_success_message");
        view.init(NEXT_STEP, "output_init_success_cli_message");
        return 0;
    }

    private List<String> modules() {
        return com.nexpo.console.blueprint.Blueprint.catalogs(session.directory()).stream()
                .map(c -> c.module() + "=" + c.folder()).toList();
    }

    private static String manifest(List<String> modules) {
        JsonArray list = new JsonArray();
        list.add(module("", "", "."));
        modules.forEach(m -> {
            String name = m.substring(0, m.indexOf('='));
            String folder = m.substring(m.indexOf('=') + 1);
            list.add(module(name, "./" + folder, folder));
        });
        JsonObject manifest = new JsonObject();
        manifest.add("Modules", list);
        return Json.compact(manifest);
    }

    private static JsonObject module(String key, String source, String folder) {
        JsonObject module = new JsonObject();
        module.addProperty("Key", key);
        module.addProperty("Source", source);
        module.addProperty("Dir", folder);
        return module;
    }

    /** Checks catalogs and variables' values, as far as they are given. */
    int validate() {
        JsonArray diagnostics = new JsonArray();
        int errors = 0;
        try {
            session.requireInitialised();
            Configuration.load(session.directory(), new JsonObject());
        } catch (TerraformException e) {
            e.diagnostics().forEach(d -> diagnostics.add(d.json()));
            errors = e.diagnostics().size();
        }
        if (!arguments.has("json")) {
            diagnostics.forEach(
                    d -> session.err().println("Error: " + d.getAsJsonObject().get("summary").getAsString()
                            + "\n\n" + d.getAsJsonObject().get("detail").getAsString()));
            if (errors == 0) {
                view.text("Success! The configuration is valid.\n");
            }
            return errors == 0 ? 0 : 1;
        }
        JsonObject json = new JsonObject();
        json.addProperty("format_version", "1.0");
        json.addProperty("valid", errors == 0);
        json.addProperty("error_count", errors);
        json.addProperty("warning_count", 0);
        json.add("diagnostics", diagnostics);
        view.text(Json.indented(json));
        return errors == 0 ? 0 : 1;
    }

    /** The state, or a saved plan. */
    int show() throws IOException {
        if (arguments.words().isEmpty()) {
            Optional<State> state = session.state();
            view.text(arguments.has("json")
                    ? Json.compact(Shown.state(state))
                    : state.map(WorkspaceCommands::addresses).orElse("No state."));
            return 0;
        }
        Path file = session.directory().resolve(arguments.words().getFirst());
        Optional<SavedPlan> plan = Files.isRegularFile(file) ? SavedPlan.read(file) : Optional.empty();
        if (plan.isPresent()) {
            View plain = new View(session.out(), session.err(), false);
            if (arguments.has("json")) {
                plain.text(Json.compact(Shown.plan(plan.get())));
            } else {
                plan.get().changes().stream().filter(Change::isPlanned)
                        .forEach(c -> plain.change("planned_change", c));
            }
            return 0;
        }
        throw new TerraformException("Failed to read the given file as a state or plan file",
                "Plan read error: couldn't load the provided path as a local plan file ("
                        + arguments.words().getFirst() + ").");
    }

    private static String addresses(State state) {
        return String.join("\n", state.instances().stream().map(i -> i.address().toString()).toList());
    }

    /** All outputs or one; sensitive values in clear with {@code -json} and for a single one, as the real one does. */
    int output() {
        JsonObject outputs = session.state().map(State::outputs).orElseGet(JsonObject::new);
        if (!arguments.words().isEmpty()) {
            String name = arguments.words().getFirst();
            if (!outputs.has(name)) {
                throw new TerraformException("Output \"" + name + "\" not found",
                        "The output variable requested could"
                                + " not be found in the state file. If you recently added this to your configuration, be sure to"
                                + " run `terraform apply`, since the state won't be updated with new output variables until that"
                                + " command is run.");
            }
            view.text(Json.compact(outputs.getAsJsonObject(name).get("value")));
            return 0;
        }
        if (arguments.has("json")) {
            JsonObject shown = new JsonObject();
            outputs.entrySet().forEach(e -> shown.add(e.getKey(), full(e.getValue().getAsJsonObject())));
            view.text(Json.indented(shown));
            return 0;
        }
        outputs.entrySet()
                .forEach(e -> view.text(e.getKey() + " = " + plain(e.getValue().getAsJsonObject())));
        return 0;
    }

    private static JsonObject full(JsonObject stored) {
        JsonObject output = new JsonObject();
        output.addProperty("sensitive", stored.has("sensitive"));
        output.add("type", stored.get("type"));
        output.add("value", stored.get("value"));
        return output;
    }

    private static String plain(JsonObject stored) {
        return stored.has("sensitive") ? "<sensitive>" : Json.compact(stored.get("value"));
    }

    /** {@code state list}, {@code state pull}, {@code state push FILE}. */
    int state() throws IOException, InterruptedException {
        String what = arguments.words().isEmpty() ? "" : arguments.words().getFirst();
        return switch (what) {
            case "list" -> list();
            case "pull" -> {
                session.state().ifPresent(s -> session.out().print(s.text()));
                yield 0;
            }
            case "push" -> push();
            default -> {
                session.err().println("Usage: terraform state <list|pull|push> [args]");
                yield 1;
            }
        };
    }

    private int list() {
        Optional<State> state = session.state();
        if (state.isEmpty()) {
            session.err().println("""
                    No state file was found!

                    State management commands require a state file. Run this command
                    in a directory where Terraform has been run or use the -state flag
                    to point the command to a specific state location.""");
            return 1;
        }
        state.get().instances().forEach(i -> view.text(i.address().toString()));
        return 0;
    }

    private int push() throws IOException, InterruptedException {
        if (arguments.words().size() != 2) {
            session.err().println("Exactly one argument expected.\n");
            return 1;
        }
        State pushed = StateFile.read(session.directory().resolve(arguments.words().get(1)))
                .orElseThrow(() -> new TerraformException("Failed to read state",
                        "open " + arguments.words().get(1) + ": no such file or directory"));
        try (Lock lock = Lock.acquire(session.directory(), "", arguments.lockTimeout(),
                view::waitingForLock)) {
            Optional<State> current = session.state();
            if (current.isPresent() && !arguments.has("force")) {
                refuseOther(pushed, current.get());
            }
            StateFile.overwrite(session.stateFile(), pushed.text());
        }
        return 0;
    }

    private static void refuseOther(State pushed, State current) {
        if (!pushed.lineage().equals(current.lineage())) {
            throw new TerraformException(
                    "Failed to write state: cannot import state with lineage \"" + pushed.lineage()
                            + "\" over unrelated state with lineage \"" + current.lineage() + "\"",
                    "");
        }
        if (pushed.serial() < current.serial()) {
            throw new TerraformException(
                    "Failed to write state: cannot import state with serial " + pushed.serial()
                            + " over newer state with serial " + current.serial(),
                    "");
        }
    }

    /** A local lock goes with its owner; there is never one to release from outside. */
    int forceUnlock() {
        if (arguments.words().size() != 1) {
            session.err().println("Expected a single argument: LOCK_ID");
            return 1;
        }
        session.err().println("Failed to unlock state: LocalState not locked");
        return 1;
    }

    /** The providers that the blueprint requires. */
    int providers() {
        view.text("""

                Providers required by configuration:
                .
                ├── provider[registry.terraform.io/posthog/posthog] ~> 1.0
                └── provider[registry.terraform.io/hashicorp/aws] ~> 5.100
                """);
        return 0;
    }

    /** The version, with a member that tells the emulated one. */
    int version() {
        if (!arguments.has("json")) {
            view.text("Terraform v" + EmulatedTerraform.VERSION + " (emulated by the sandbox)\non "
                    + EmulatedTerraform.platform());
            return 0;
        }
        JsonObject json = new JsonObject();
        json.addProperty("terraform_version", EmulatedTerraform.VERSION);
        json.addProperty("platform", EmulatedTerraform.platform());
        JsonElement selections = new JsonObject();
        if (Files.exists(session.directory().resolve(".terraform.lock.hcl"))) {
            selections.getAsJsonObject().addProperty("registry.terraform.io/hashicorp/aws", "5.100.0");
            selections.getAsJsonObject().addProperty("registry.terraform.io/posthog/posthog", "1.0.13");
        }
        json.add("provider_selections", selections);
        json.addProperty("terraform_outdated", false);
        json.addProperty("emulated", true);
        view.text(Json.indented(json));
        return 0;
    }
}
