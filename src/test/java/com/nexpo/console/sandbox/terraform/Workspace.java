package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A copy of the blueprint's terraform folder with values, and the emulated terraform to run in it. */
final class Workspace {

    private final Path directory;
    private final Map<String, String> environment;
    private final JsonObject values = new JsonObject();

    /** What a command said. */
    record Said(int exit, String out, String err) {

        List<JsonObject> lines() {
            return out.lines().map(l -> JsonParser.parseString(l).getAsJsonObject()).toList();
        }

        List<JsonObject> lines(String type) {
            return lines().stream().filter(l -> l.get("type").getAsString().equals(type)).toList();
        }

        JsonObject json() {
            return JsonParser.parseString(out).getAsJsonObject();
        }

        /** {@code address: action} of each planned change. */
        List<String> changes() {
            return lines("planned_change").stream().map(l -> l.getAsJsonObject("change"))
                    .map(c -> c.getAsJsonObject("resource").get("addr").getAsString() + ": "
                            + c.get("action").getAsString())
                    .sorted().toList();
        }

        /** Summaries of the diagnostics. */
        List<String> problems() {
            return lines("diagnostic").stream()
                    .map(l -> l.getAsJsonObject("diagnostic").get("summary").getAsString()).toList();
        }
    }

    Workspace(Path directory, Map<String, String> environment) throws IOException {
        this.directory = directory;
        this.environment = environment;
        Path blueprint = Path.of("resources", "blueprint", "terraform");
        try (Stream<Path> files = Files.walk(blueprint)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = directory.resolve(blueprint.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        set("posthog_organization_id", "\"" + FakeCloud.ORGANIZATION + "\"");
        set("services", "[\"auth\"]");
        set("aws_skip_checks", "true");
        // Most tests are about PostHog's objects; the others switch it on.
        set("use_aws_ssm", "false");
    }

    /** Sets a variable in {@code terraform.tfvars.json}. */
    void set(String name, String json) throws IOException {
        JsonElement value = JsonParser.parseString(json);
        values.add(name, value);
        Files.writeString(directory.resolve("terraform.tfvars.json"), values.toString());
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    String text(String name) throws IOException {
        return Files.readString(file(name));
    }

    Said run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = EmulatedTerraform.run(List.of(arguments), new Session(directory, environment,
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                new Interruption()));
        return new Said(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    Said plan(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("plan", "-input=false", "-json", "-out=next.tfplan", "-detailed-exitcode"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    Said apply() {
        return run("apply", "-input=false", "-json", "next.tfplan");
    }

    /** Initialises, plans and applies; all must go well. */
    Said deployed() {
        Said init = run("init", "-input=false");
        Said plan = plan();
        Said apply = apply();
        if (init.exit() != 0 || plan.exit() != 2 || apply.exit() != 0) {
            throw new AssertionError("The deployment failed: " + init + plan + apply);
        }
        return apply;
    }

    /** Starts a process of its own; its output goes to {@code child.out}. */
    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(EmulatedTerraform.command());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectOutput(file("child.out").toFile()).redirectError(file("child.err").toFile());
        builder.environment().keySet().removeIf(n -> n.startsWith("AWS_") || n.startsWith("TF_"));
        builder.environment().putAll(environment);
        return builder.start();
    }
}
