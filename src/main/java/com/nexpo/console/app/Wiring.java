package com.nexpo.console.app;

import com.nexpo.console.blueprint.Blueprint;
import com.nexpo.console.blueprint.BrokenBlueprintException;
import com.nexpo.console.blueprint.BundledBlueprint;
import com.nexpo.console.cli.Deployments;
import com.nexpo.console.cli.Sandboxes;
import com.nexpo.console.cli.Terminal;
import com.nexpo.console.deploy.Choices;
import com.nexpo.console.deploy.Deployment;
import com.nexpo.console.engine.EnvironmentFolder;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.profile.Credentials;
import com.nexpo.console.profile.Nearest;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.profile.ProfileReader;
import com.nexpo.console.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts the program together: profiles, folders, systems, sandbox. */
final class Wiring {
    private static final String SANDBOX = "sandbox";

    private final Map<String, String> environment;
    private final DataFolder data;

    Wiring(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        this.data = new DataFolder(environment);
    }

    Deployments deployments() {
        return this::open;
    }

    Sandboxes sandboxes() {
        return this::startSandbox;
    }

    private Deployment open(Deployments.Request request, Terminal terminal)
            throws FailureException, InterruptedException {
        try {
            if (request.profile().equals(SANDBOX)) {
                return openOnSandbox(request, terminal);
            }
            Profile profile = readProfile(request.profile());
            EnvironmentFolder folder = new EnvironmentFolder(data.environment(profile.name()));
            return open(request, terminal, profile, environment, folder, List.of());
        } catch (IOException e) {
            throw new UncheckedIOException("The program's folder cannot be used: " + e.getMessage(), e);
        }
    }

    /** Emulators for this command alone: what they hold and what is remembered goes with them. */
    private Deployment openOnSandbox(Deployments.Request request, Terminal terminal)
            throws IOException, FailureException, InterruptedException {
        TemporaryFolder temporary = TemporaryFolder.create("posthog-sandbox");
        Sandbox sandbox = Sandbox.start(0, temporary.path(), false);
        return openOn(sandbox, temporary.path(), request, terminal, List.of(temporary, sandbox));
    }

    private Deployment openOn(Sandbox sandbox, Path folder, Terminal terminal)
            throws FailureException, InterruptedException {
        try {
            return openOn(sandbox, folder, DeployedSandbox.request(SANDBOX), terminal, List.of());
        } catch (IOException e) {
            throw new UncheckedIOException("The sandbox's folder cannot be used: " + e.getMessage(), e);
        }
    }

    private Deployment openOn(Sandbox sandbox, Path folder, Deployments.Request request, Terminal terminal,
            List<AutoCloseable> closeables) throws IOException, FailureException, InterruptedException {
        Map<String, String> variables = new HashMap<>(environment);
        variables.putAll(sandbox.exports());
        Profile profile = parse(Files.readString(folder.resolve("profile.json")), SANDBOX);
        return open(request, terminal, profile, variables,
                new EnvironmentFolder(folder.resolve("environment")), closeables);
    }

    private Deployment open(Deployments.Request request, Terminal terminal, Profile profile,
            Map<String, String> variables,
            EnvironmentFolder folder, List<AutoCloseable> closeables)
            throws IOException, FailureException, InterruptedException {
        Blueprint blueprint = blueprint(request.blueprint().or(() -> profile.terraform().blueprint()));
        Choices choices = choices(request, blueprint, folder);
        List<String> terraform = request.terraform().map(List::of)
                .orElseGet(() -> List.of(profile.terraform().binary()));
        Credentials credentials = new Credentials(variables, terminal::askSecret);
        SystemOpener opener = new SystemOpener(profile, variables, credentials, folder, data.fingerprints(),
                blueprint,
                choices, Clock.systemUTC());
        return opener.open(request.profile(), terraform, request.restart(), request.repairs(), closeables);
    }

    private Blueprint blueprint(Optional<Path> folder) throws IOException, FailureException {
        try {
            return folder.isPresent()
                    ? Blueprint.read(folder.get())
                    : BundledBlueprint.extractTo(data.blueprint());
        } catch (BrokenBlueprintException e) {
            throw new FailureException(
                    new Failure(FailureKind.INVALID, "CFG-BLUEPRINT", String.valueOf(e.getMessage())));
        }
    }

    private static Choices choices(Deployments.Request request, Blueprint blueprint, EnvironmentFolder folder)
            throws IOException, FailureException {
        List<String> problems = new ArrayList<>();
        Choices choices = Choices.load(folder, blueprint);
        if (!request.services().isEmpty()) {
            choices = choices.withServices(request.services(), blueprint, problems);
        }
        for (Map.Entry<String, String> toggle : request.toggles().entrySet()) {
            choices = choices.with(toggle.getKey(), toggle.getValue(), blueprint, problems);
        }
        if (!problems.isEmpty()) {
            throw new FailureException(
                    new Failure(FailureKind.INVALID, "CFG-OPTION", String.join("\n", problems)));
        }
        return choices;
    }

    private Profile readProfile(String nameOrFile) throws FailureException {
        Path file = nameOrFile.endsWith(".json") || nameOrFile.contains("/")
                ? Path.of(nameOrFile)
                : data.profiles().resolve(nameOrFile + ".json");
        try {
            return parse(Files.readString(file), nameOrFile);
        } catch (IOException e) {
            throw new FailureException(new Failure(FailureKind.INVALID, "CFG-PROFILE",
                    "There is no profile %s.".formatted(nameOrFile), nearestProfile(nameOrFile)));
        }
    }

    private static Profile parse(String json, String name) throws FailureException {
        ProfileReader.Reading reading = ProfileReader.read(json);
        return reading.profile()
                .orElseThrow(() -> new FailureException(new Failure(FailureKind.INVALID, "CFG-PROFILE",
                        "Profile %s cannot be used:\n  %s".formatted(name,
                                String.join("\n  ", reading.problems())))));
    }

    private String nearestProfile(String name) {
        List<String> known = new ArrayList<>(List.of(SANDBOX));
        if (Files.isDirectory(data.profiles())) {
            try (Stream<Path> files = Files.list(data.profiles())) {
                files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".json"))
                        .forEach(f -> known.add(f.substring(0, f.length() - ".json".length())));
            } catch (IOException e) {
                return "The folder " + data.profiles() + " cannot be read.";
            }
        }
        return Nearest.of(name, known).map(n -> "Did you mean " + n + "?")
                .orElse("Give a profile's file, or one of: " + String.join(", ", known) + ".");
    }

    private Sandboxes.Running startSandbox(Sandboxes.Request request, Terminal terminal)
            throws FailureException, InterruptedException {
        try {
            Optional<TemporaryFolder> temporary = request.folder().isPresent()
                    ? Optional.empty()
                    : Optional.of(TemporaryFolder.create("posthog-sandbox"));
            Path folder = request.folder().or(() -> temporary.map(TemporaryFolder::path)).orElseThrow();
            Sandbox sandbox = Sandbox.start(request.port(), folder, request.folder().isPresent());
            if (request.exports().isPresent()) {
                sandbox.writeExports(request.exports().get());
            }
            if (request.deployed()) {
                new DeployedSandbox(this::openOn).deploy(sandbox, folder, terminal);
            }
            return new RunningSandbox(sandbox, temporary);
        } catch (IOException | UncheckedIOException e) {
            throw new FailureException(new Failure(FailureKind.INVALID, "CFG-SANDBOX",
                    "The sandbox cannot start: " + e.getMessage()));
        }
    }

    private record RunningSandbox(Sandbox sandbox,
            Optional<TemporaryFolder> temporary) implements Sandboxes.Running {
        @Override
        public Map<String, String> addresses() {
            Map<String, String> addresses = new LinkedHashMap<>();
            sandbox.emulators().forEach(
                    (system, emulator) -> addresses.put(system.title(), emulator.address().toString()));
            return addresses;
        }

        @Override
        public Map<String, String> exports() {
            return sandbox.exports();
        }

        @Override
        public void close() {
            try {
                if (temporary.isEmpty()) {
                    sandbox.save();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("The sandbox's state cannot be kept: " + e.getMessage(), e);
            } finally {
                sandbox.close();
                temporary.ifPresent(TemporaryFolder::close);
            }
        }
    }
}
