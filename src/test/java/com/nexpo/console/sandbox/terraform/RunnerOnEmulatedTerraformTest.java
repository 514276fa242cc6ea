package com.nexpo.console.sandbox.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.blueprint.Blueprint;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.Secret;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.system.terraform.ApplyResult;
import com.nexpo.console.system.terraform.ChildEnvironment;
import com.nexpo.console.system.terraform.RunListener;
import com.nexpo.console.system.terraform.SavedPlan;
import com.nexpo.console.system.terraform.TerraformBinary;
import com.nexpo.console.system.terraform.TerraformRunner;
import com.nexpo.console.system.terraform.TerraformWorkspace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console's own Terraform runner takes the emulated one for a Terraform. */
class RunnerOnEmulatedTerraformTest {

    @Test
    void itPlansAppliesAndReadsOutputsAndTheSecondPlanIsEmpty(@TempDir Path directory) throws Exception {
        try (FakeCloud cloud = new FakeCloud()) {
            Map<String, String> plain = new HashMap<>(cloud.environment());
            Map<String, Secret> secrets = Map.of("POSTHOG_API_KEY", Secret.of("phx_CANARY_personal"));
            plain.remove("POSTHOG_API_KEY");
            ChildEnvironment environment = ChildEnvironment.of(System.getenv(), plain, secrets);
            TerraformBinary binary = TerraformBinary.find(EmulatedTerraform.command(), environment);
            assertThat(binary.display()).isEqualTo("Terraform 1.11.4");

            TerraformWorkspace workspace = TerraformWorkspace.open(directory);
            JsonObject variables = JsonParser
                    .parseString("{\"posthog_organization_id\":\"" + FakeCloud.ORGANIZATION
                            + "\",\"services\":[],\"aws_skip_checks\":true}")
                    .getAsJsonObject();
            workspace.write(
                    com.nexpo.console.blueprint.Workspace
                            .files(Blueprint.read(Path.of("resources", "blueprint"))),
                    variables, new Profile.StateBackend.Local());
            TerraformRunner runner = new TerraformRunner(binary, workspace, environment,
                    new Fingerprints("a key for a test".getBytes(StandardCharsets.UTF_8)),
                    InstantSource.system(),
                    Duration.ofSeconds(20));
            runner.init(RunListener.SILENT);
            SavedPlan plan = runner.plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);
            assertThat(plan.plan().hasChanges()).isTrue();
            assertThat(plan.plan().resources()).hasSizeGreaterThan(15);
            assertThat(plan.toString()).doesNotContain("CANARY");

            ApplyResult result = runner.apply(plan, TerraformRunner.PlanOptions.USUAL, RunListener.SILENT);
            assertThat(result.complete()).isTrue();
            assertThat(result.outcomes()).hasSameSizeAs(plan.plan().resources());
            assertThat(result.notReached()).isEmpty();
            assertThat(runner.output(name -> false)).containsKey("shared_posthog_env_vars");
            assertThat(runner.stateList()).contains("module.shared_posthog.posthog_project.this[0]");
            assertThat(runner.plan(TerraformRunner.PlanOptions.USUAL, RunListener.SILENT).plan().hasChanges())
                    .isFalse();
        }
    }
}
