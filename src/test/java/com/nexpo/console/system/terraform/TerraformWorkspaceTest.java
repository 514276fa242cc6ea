package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.profile.Profile.StateBackend;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerraformWorkspaceTest {
    private static final StateBackend LOCAL = new StateBackend.Local();

    @TempDir
    Path temp;

    @Test
    void nobodyElseCanEnterIt() throws Exception {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
                "skipped: this file system has no POSIX permissions");
        Path folder = Files.createDirectory(temp.resolve("w"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        TerraformWorkspace workspace = TerraformWorkspace.open(folder);
        workspace.write(Map.of("main.tf", "x"), new JsonObject(), LOCAL);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("main.tf"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsNoLongerWantedGoesAndTerraformsOwnStays() throws Exception {
        TerraformWorkspace workspace = TerraformWorkspace.open(temp);
        workspace.write(Map.of("main.tf", "1", "m/old.tf", "2", "m/catalog.json", "{}"), new JsonObject(),
                LOCAL);
        Files.writeString(temp.resolve("stray.tf"), "not ours");
        List<String> kept = List.of("terraform.tfstate", "errored.tfstate", ".terraform.lock.hcl",
                ".terraform/x.tf",
                "terraform.tfstate.backup");
        Files.createDirectory(temp.resolve(".terraform"));
        for (String name : kept) {
            Files.writeString(temp.resolve(name), "kept");
        }

        workspace.write(Map.of("main.tf", "1"), new JsonObject(), LOCAL);

        assertThat(temp.resolve("m/old.tf")).doesNotExist();
        assertThat(temp.resolve("m/catalog.json")).doesNotExist();
        assertThat(temp.resolve("stray.tf")).doesNotExist();
        assertThat(kept).allSatisfy(name -> assertThat(temp.resolve(name)).exists());
    }

    @Test
    void aFileThatIsTheSameIsNotTouched() throws Exception {
        TerraformWorkspace workspace = TerraformWorkspace.open(temp);
        workspace.write(Map.of("main.tf", "1"), new JsonObject(), LOCAL);
        FileTime old = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(temp.resolve("main.tf"), old);

        workspace.write(Map.of("main.tf", "1"), new JsonObject(), LOCAL);

        assertThat(Files.getLastModifiedTime(temp.resolve("main.tf"))).isEqualTo(old);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x.tf", "a/../../x.tf", ".terraform/x", "terraform.tfstate", "errored.tfstate",
        "."})
    void aFileThatIsNotTheBlueprintsToWriteIsRefused(String path) throws Exception {
        TerraformWorkspace workspace = TerraformWorkspace.open(temp.resolve("w"));
        assertThatThrownBy(() -> workspace.write(Map.of(path, "x"), new JsonObject(), LOCAL))
                .isInstanceOf(FailureException.class).hasMessageContaining(path);
    }

    @Test
    void s3IsGivenByPartialConfigurationWithALockFile() throws Exception {
        TerraformWorkspace workspace = TerraformWorkspace.open(temp);
        workspace.write(Map.of(), new JsonObject(), new StateBackend.S3("b\"q", "k", "r",
                Optional.of(URI.create("http://127.0.0.1:1")), Optional.of("alias/x")));

        assertThat(Files.readString(temp.resolve("backend.tf"))).contains("backend \"s3\" {}");
        assertThat(Files.readString(temp.resolve("backend.hcl"))).contains("bucket = \"b\\\"q\"",
                "use_lockfile = true",
                "kms_key_id = \"alias/x\"", "endpoints = { s3 = \"http://127.0.0.1:1\" }",
                "use_path_style = true");

        workspace.write(Map.of(), new JsonObject(), LOCAL);
        assertThat(temp.resolve("backend.tf")).doesNotExist();
        assertThat(temp.resolve("backend.hcl")).doesNotExist();
    }

    @Test
    void variablesAreJsonAndAskForNoInit() throws Exception {
        TerraformWorkspace workspace = TerraformWorkspace.open(temp);
        TerraformBinary binary = new TerraformBinary(List.of("terraform"), TerraformBinary.Product.TERRAFORM,
                "1.11.4");
        JsonObject variables = new JsonObject();
        workspace.write(Map.of("main.tf", "1"), variables, LOCAL);
        String before = workspace.initInputs(binary, Map.of());
        variables.addProperty("environment", "prod \"quoted\" ${x}");
        workspace.write(Map.of("main.tf", "1", "catalog.json", "{}"), variables, LOCAL);

        assertThat(Files.readString(temp.resolve("terraform.tfvars.json")))
                .contains("prod \\\"quoted\\\" ${x}");
        assertThat(workspace.initInputs(binary, Map.of())).isEqualTo(before);
        workspace.write(Map.of("main.tf", "2"), variables, LOCAL);
        assertThat(workspace.initInputs(binary, Map.of())).isNotEqualTo(before);
    }
}
