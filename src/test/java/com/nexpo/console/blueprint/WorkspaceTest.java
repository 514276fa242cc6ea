package com.nexpo.console.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

class WorkspaceTest {

    private static final String ORGANIZATION = "0190a000-0000-7000-8000-000000000001";

    @TempDir
    Path folder;

    private final Blueprint blueprint = BlueprintFolder.read();
    private final DeploymentSettings settings = DeploymentSettings.defaults(blueprint, ORGANIZATION, "prod");

    @Test
    void itHoldsTheSourcesTheVariablesAndNoBackendForALocalState() throws IOException {
        new Workspace(folder).write(blueprint, settings, new Backend.Local());
        for (Path source : BlueprintFolder.terraformFiles()) {
            assertThat(folder.resolve(blueprint.terraform().relativize(source)))
                    .hasSameTextualContentAs(source);
        }
        assertThat(folder.resolve("microservices/auth/modules/posthog/catalog.json")).exists();
        assertThat(folder.resolve("backend.tf")).doesNotExist();
    }

    @Test
    void variablesAreWhatTheOperatorChose() {
        JsonObject json = JsonParser.parseString(Workspace.variables(settings.withServices(List.of("auth"))
                .withToggles(Map.of("auth",
                        Map.of("track_google_login", new SettingValue.Switch(false), "batch_size",
                                SettingValue.Amount.of("20"))))
                .withFlagRollouts(Map.of("security-monitoring", 25))
                .withStrategy(ProjectStrategy.PER_SERVICE)))
                .getAsJsonObject();
        assertThat(json.get("services")).hasToString("[\"auth\"]");
        assertThat(json.get("toggles"))
                .hasToString("{\"auth\":{\"batch_size\":20,\"track_google_login\":false}}");
        assertThat(json.get("flag_rollouts")).hasToString("{\"security-monitoring\":25}");
        assertThat(json.get("project_strategy").getAsString()).isEqualTo("per_service");
        assertThat(json.get("posthog_organization_id").getAsString()).isEqualTo(ORGANIZATION);
    }

    @Test
    void everyVariableThatIsWrittenIsOneOfTheRoot() {
        Map<String, Hcl.Block> root = new java.util.HashMap<>();
        for (String file : List.of("variables.tf", "services.tf")) {
            Hcl.parse(BlueprintFolder.text(blueprint.terraform().resolve(file))).blocks("variable")
                    .forEach(v -> root.put(v.label(0), v));
        }
        assertThat(JsonParser.parseString(Workspace.variables(settings)).getAsJsonObject().keySet())
                .containsExactlyInAnyOrderElementsOf(root.keySet());
    }

    @Test
    void writingAgainChangesWhatChangedAndLeavesTerraformsOwnFiles() throws IOException {
        Workspace workspace = new Workspace(folder);
        Backend s3 = new Backend.S3("states", "posthog/prod.tfstate", "eu-central-1", Optional.of("alias/tf"),
                false);
        workspace.write(blueprint, settings, s3);
        assertThat(Hcl.parse(Files.readString(folder.resolve("backend.hcl"))).attributes()).containsOnly(
                Map.entry("bucket", "\"states\""), Map.entry("key", "\"posthog/prod.tfstate\""),
                Map.entry("region", "\"eu-central-1\""), Map.entry("kms_key_id", "\"alias/tf\""),
                Map.entry("encrypt", "true"), Map.entry("use_lockfile", "true"));
        Files.writeString(folder.resolve(".terraform.lock.hcl"), "locked");
        Path main = folder.resolve("shared/posthog/main.tf");
        FileTime old = FileTime.fromMillis(0);
        Files.setLastModifiedTime(main, old);
        workspace.write(blueprint, settings.withServices(List.of("auth")), new Backend.Local());
        assertThat(folder.resolve("backend.tf")).doesNotExist();
        assertThat(folder.resolve("backend.hcl")).doesNotExist();
        assertThat(folder.resolve(".terraform.lock.hcl")).hasContent("locked");
        assertThat(Files.getLastModifiedTime(main)).isEqualTo(old);
        assertThat(Files.readString(folder.resolve(Workspace.VARIABLES_FILE)))
                .contains("\"services\": [\n    \"auth\"\n  ]");
    }

    @Test
    void whatSomebodyRanInTheBlueprintsFolderStaysThere(@TempDir Path used) throws IOException {
        BlueprintFolder.copyTo(used);
        Files.writeString(used.resolve("terraform/terraform.tfstate"), "{}");
        Files.writeString(used.resolve("terraform/backend.tf"), "terraform {}");
        Files.createDirectories(used.resolve("terraform/.terraform/modules"));
        Files.writeString(used.resolve("terraform/.terraform/modules/x.tf"), "");
        new Workspace(folder).write(Blueprint.read(used), settings, new Backend.Local());
        assertThat(folder.resolve("terraform.tfstate")).doesNotExist();
        assertThat(folder.resolve("backend.tf")).doesNotExist();
        assertThat(folder.resolve(".terraform")).doesNotExist();
    }

    @Test
    void aNewServiceIsANewFolderWithACatalog(@TempDir Path extended) throws IOException {
        BlueprintFolder.copyTo(extended);
        NewService.add(extended, "mail-out");
        Blueprint more = Blueprint.read(extended);
        new Workspace(folder).write(more, DeploymentSettings.defaults(more, ORGANIZATION, "prod"),
                new Backend.Local());
        Path module = folder.resolve("microservices/mail-out/modules/posthog");
        assertThat(module.resolve("main.tf"))
                .hasSameTextualContentAs(folder.resolve("shared/posthog/main.tf"));
        assertThat(module.resolve("variables.tf")).content().contains("variable \"track_google_login\"");
        assertThat(folder.resolve("services.tf")).content().contains("module \"mail_out_posthog\"",
                "output \"mail_out_posthog_env_vars\"", "contains(var.services, \"mail-out\")");
    }

    @Test
    void theBundledBlueprintIsTheCommittedOne() throws IOException {
        Blueprint bundled = BundledBlueprint.extractTo(folder.resolve("deep/blueprint"));
        assertThat(bundled.all()).isEqualTo(blueprint.all());
        assertThat(bundled.folder().resolve("nomad-jobs/auth.nomad.hcl")).exists();
        assertThat(bundled.folder().resolve("vault-policies/auth.hcl")).exists();
        assertThat(bundled.folder().resolve("README.md")).exists();
    }

    @Test
    void aBlueprintInAJarIsCopiedWhole() throws IOException {
        Path jar = Files.createDirectories(folder.resolve("Program Files")).resolve("console 1.jar");
        try (FileSystem files = FileSystems.newFileSystem(jar, Map.of("create", "true"));
                Stream<Path> tree = Files.walk(BlueprintFolder.COMMITTED)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                Path to = files.getPath("/blueprint", BlueprintFolder.COMMITTED.relativize(file).toString());
                Files.createDirectories(to.resolveSibling(".").normalize());
                Files.copy(file, to);
            }
        }
        URI known = URI.create("jar:" + jar.toUri() + "!/blueprint/terraform/versions.tf");
        BundledBlueprint.copy(known, folder.resolve("out"));
        BundledBlueprint.copy(known, folder.resolve("out"));
        assertThat(Blueprint.read(folder.resolve("out")).all()).isEqualTo(blueprint.all());
    }

    @Test
    void settingsThatTerraformWouldRefuseAreToldInWords() {
        DeploymentSettings bad = new DeploymentSettings("my-org", "", "nexpo", "us-west-2", Map.of(),
                ProjectStrategy.PER_ENVIRONMENT, "https://us.posthog.com/", "us.i.posthog.com", true,
                "nexpo/", false,
                List.of("auth", "billing"),
                Map.of("auth", Map.of("track_gogle", new SettingValue.Switch(true),
                        "batch_size", SettingValue.Amount.of("0.5")), "shared",
                        Map.of("enable_posthog",
                                new SettingValue.Switch(false)),
                        "billing", Map.of()),
                Map.of("nothing", 5, "security-monitoring", 101));
        assertThat(bad.problems(blueprint)).hasSize(12).allMatch(p -> p.endsWith("."))
                .anyMatch(p -> p.contains(
                        "track_gogle"))
                .anyMatch(p -> p.contains("a whole number from 1 to 1000")).anyMatch(p -> p.contains(
                        "UUID"));
        assertThat(settings.problems(blueprint)).isEmpty();
    }
}
