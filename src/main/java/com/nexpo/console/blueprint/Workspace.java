package com.nexpo.console.blueprint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;

/**
 * A folder to run Terraform in: the blueprint's modules, the files that follow from its catalogs, the variables and the
 * backend. Writing again brings it up to date and leaves alone what Terraform keeps there (state, lock file, plugins).
 *
 * @param folder the folder; private to its user, which whoever makes it sees to
 */
public record Workspace(Path folder) {

    /** Name of the file with the variables. */
    public static final String VARIABLES_FILE = "terraform.tfvars.json";

    private static final List<String> COMMON_FILES = List.of("versions.tf", "main.tf", "common.tf",
            "outputs.tf");
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /**
     * Writes the whole workspace.
     *
     * @throws IOException when a file cannot be written
     */
    public void write(Blueprint blueprint, DeploymentSettings settings, Backend backend) throws IOException {
        for (Map.Entry<String, String> file : files(blueprint).entrySet()) {
            put(Path.of(file.getKey()), file.getValue());
        }
        put(Path.of(VARIABLES_FILE), variables(settings));
        putOrDelete(Path.of(Backend.BLOCK_FILE), backend.block());
        putOrDelete(Path.of(Backend.VALUES_FILE), backend.values());
    }

    /** The text of {@code terraform.tfvars.json}. */
    public static String variables(DeploymentSettings settings) {
        JsonObject root = new JsonObject();
        root.addProperty("posthog_organization_id", settings.organizationId());
        root.addProperty("environment", settings.environment());
        root.addProperty("project_name", settings.projectName());
        root.addProperty("aws_region", settings.awsRegion());
        root.add("common_tags", GSON.toJsonTree(new TreeMap<>(settings.commonTags())));
        root.addProperty("project_strategy", settings.strategy().id());
        root.addProperty("posthog_api_host", settings.apiHost());
        root.addProperty("posthog_ingest_host", settings.ingestHost());
        root.addProperty("use_aws_ssm", settings.useAwsSsm());
        root.addProperty("ssm_parameter_prefix", settings.ssmParameterPrefix());
        root.addProperty("aws_skip_checks", settings.awsSkipChecks());
        root.add("services", GSON.toJsonTree(settings.services()));
        JsonObject toggles = new JsonObject();
        settings.toggles().forEach((service, values) -> {
            JsonObject of = new JsonObject();
            new TreeMap<>(values).forEach((name, value) -> of.add(name, json(value)));
            toggles.add(service, of);
        });
        root.add("toggles", toggles);
        root.add("flag_rollouts", GSON.toJsonTree(new TreeMap<>(settings.flagRollouts())));
        return GSON.toJson(root) + "\n";
    }

    private static JsonElement json(SettingValue value) {
        return switch (value) {
            case SettingValue.Switch s -> new JsonPrimitive(s.on());
            case SettingValue.Amount a -> new JsonPrimitive(a.number());
            case SettingValue.Text t -> new JsonPrimitive(t.text());
            case SettingValue.Tags t -> GSON.toJsonTree(t.entries());
        };
    }

    /**
     * The configuration that a workspace needs: path relative to it, with slashes, to content. Only sources: what
     * somebody ran in the blueprint's own folder (state, variables, plugins) stays there.
     *
     * @throws IOException when a file cannot be read
     */
    public static Map<String, String> files(Blueprint blueprint) throws IOException {
        Map<String, String> files = new TreeMap<>();
        Path from = blueprint.terraform();
        List<Path> sources;
        try (Stream<Path> all = Files.walk(from)) {
            sources = all.filter(Files::isRegularFile).map(from::relativize)
                    .filter(p -> !p.startsWith(".terraform") && !p.toString().equals(Backend.BLOCK_FILE))
                    .filter(p -> p.toString().endsWith(".tf") || p.endsWith("catalog.json")).toList();
        }
        for (Path source : sources) {
            files.put(source.toString().replace('\\', '/'), Files.readString(from.resolve(source)));
        }
        for (ServiceCatalog catalog : blueprint.all()) {
            // A module that has only its catalog gets the files that are the same in every module.
            files.put(catalog.folder() + "/variables.tf", VariablesFile.text(catalog));
            for (String name : COMMON_FILES) {
                files.computeIfAbsent(catalog.folder() + "/" + name,
                        _ -> files.get(blueprint.shared().folder() + "/" + name));
            }
        }
        files.put("services.tf", ServicesFile.text(blueprint));
        return files;
    }

    private void putOrDelete(Path name, Optional<String> text) throws IOException {
        if (text.isPresent()) {
            put(name, text.get());
        } else {
            Files.deleteIfExists(folder.resolve(name));
        }
    }

    /** Whole or not at all: written beside, then moved. A file that is right already keeps its time. */
    private void put(Path name, String text) throws IOException {
        Path file = folder.resolve(name);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), bytes)) {
            return;
        }
        Path parent = file.resolveSibling(".");
        Files.createDirectories(parent.normalize());
        Path temporary = Files.createTempFile(parent.normalize(), ".new-", "");
        try {
            Files.write(temporary, bytes);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
