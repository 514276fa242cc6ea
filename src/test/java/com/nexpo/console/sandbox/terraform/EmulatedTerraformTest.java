package com.nexpo.console.sandbox.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of plan and apply: what is made, changed and left alone, and the exit codes. */
class EmulatedTerraformTest {

    private static final String FLAG = "module.auth_posthog.posthog_feature_flag.this[\"security-monitoring\"]";
    private static final String TOKEN = "/nexpo/posthog/auth/POSTHOG_PROJECT_API_KEY";

    private final FakeCloud cloud = new FakeCloud();
    private Workspace workspace;

    @BeforeEach
    void copyTheBlueprint(@TempDir Path directory) throws IOException {
        workspace = new Workspace(directory, cloud.environment());
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    @Test
    void whatWasAppliedLeavesNothingToDo() throws IOException {
        workspace.set("use_aws_ssm", "true");
        Workspace.Said apply = workspace.deployed();
        assertThat(apply.lines("change_summary").getFirst().getAsJsonObject("changes").get("add").getAsInt())
                .isEqualTo(apply.lines("apply_complete").size()).isGreaterThan(40);
        assertThat(workspace.run("state", "list").out().lines()).contains(
                "module.shared_posthog.posthog_project.this[0]",
                FLAG, "module.auth_posthog.aws_ssm_parameter.this[\"POSTHOG_PROJECT_API_KEY\"]");

        cloud.calls();
        Workspace.Said again = workspace.plan();
        assertThat(again.exit()).isZero();
        assertThat(again.changes()).isEmpty();
        assertThat(again.lines("resource_drift")).isEmpty();
        assertThat(cloud.writes()).isEmpty();
        assertThat(workspace.apply().lines("change_summary").getFirst().getAsJsonObject("changes").get("add")
                .getAsInt())
                .isZero();
    }

    @Test
    void theTokenReachesItsParameterAndNoStreamNorPlan() throws IOException {
        workspace.set("use_aws_ssm", "true");
        workspace.run("init");
        Workspace.Said plan = workspace.plan();
        Workspace.Said apply = workspace.apply();
        assertThat(cloud.parameter(TOKEN).orElseThrow().get("Value").getAsString()).startsWith("phc_CANARY_");
        assertThat(cloud.parameter(TOKEN).orElseThrow().get("Type").getAsString()).isEqualTo("SecureString");
        assertThat(plan.out() + apply.out() + workspace.plan().out()).doesNotContain("CANARY");

        JsonObject parameter = attributes("aws_ssm_parameter", "POSTHOG_PROJECT_API_KEY");
        assertThat(parameter.get("value_wo").isJsonNull()).isTrue();
        assertThat(parameter.get("value").getAsString()).isEmpty();
        String token = cloud.parameter(TOKEN).orElseThrow().get("Value").getAsString();
        assertThat(parameter.get("value_wo_version").getAsInt()).isEqualTo(ModuleResources.version(token));
        assertThat(workspace.text("terraform.tfstate")).doesNotContain("phx_CANARY", "CANARY_secret");
        assertThat(workspace.text("next.tfplan")).doesNotContain("phx_CANARY", "CANARY_secret");
    }

    private JsonObject attributes(String type, String key) throws IOException {
        JsonObject state = JsonParser.parseString(workspace.text("terraform.tfstate")).getAsJsonObject();
        for (JsonElement resource : state.getAsJsonArray("resources")) {
            JsonObject block = resource.getAsJsonObject();
            if (block.get("type").getAsString().equals(type)
                    && block.get("module").getAsString().equals("module.auth_posthog")) {
                for (JsonElement instance : block.getAsJsonArray("instances")) {
                    if (instance.getAsJsonObject().get("index_key").getAsString().equals(key)) {
                        return instance.getAsJsonObject().getAsJsonObject("attributes");
                    }
                }
            }
        }
        throw new AssertionError("The state has no " + type + " " + key);
    }

    @Test
    void outputsStandInTheStateAndSensitiveOnesAreMarked() throws IOException {
        workspace.set("use_aws_ssm", "true");
        workspace.deployed();
        JsonObject outputs = workspace.run("output", "-json").json();
        JsonObject environment = outputs.getAsJsonObject("auth_posthog_env_vars");
        assertThat(environment.get("sensitive").getAsBoolean()).isTrue();
        assertThat(environment.getAsJsonObject("value").get("POSTHOG_PROJECT_API_KEY").getAsString())
                .isEqualTo(cloud.parameter(TOKEN).orElseThrow().get("Value").getAsString());
        assertThat(workspace.run("output", "-json", "auth_posthog_env_vars").json())
                .isEqualTo(environment.getAsJsonObject("value"));
        assertThat(workspace.run("output").out()).contains("auth_posthog_env_vars = <sensitive>")
                .doesNotContain("CANARY");
        assertThat(workspace.run("output", "-json", "nothing").exit()).isEqualTo(1);
    }

    @Test
    void aToggleTakesItsThingsAwayAndBringsThemBack() throws IOException {
        workspace.set("use_aws_ssm", "true");
        workspace.deployed();
        workspace.set("toggles", "{\"auth\":{\"enable_security_monitoring\":false}}");
        Workspace.Said off = workspace.plan();
        assertThat(off.exit()).isEqualTo(2);
        assertThat(off.changes()).contains(FLAG + ": delete")
                .contains(
                        "module.auth_posthog.aws_ssm_parameter.this[\"POSTHOG_SECURITY_MONITORING_ENABLED\"]: update");
        assertThat(off.lines("planned_change").toString()).contains("delete_because_each_key");
        assertThat(workspace.apply().exit()).isZero();
        assertThat(cloud.flagsWithKey("security-monitoring")).isZero();
        assertThat(cloud.parameter("/nexpo/posthog/auth/POSTHOG_SECURITY_MONITORING_ENABLED").orElseThrow()
                .get("Value")
                .getAsString()).isEqualTo("false");
        assertThat(workspace.plan().exit()).isZero();

        workspace.set("toggles", "{}");
        assertThat(workspace.plan().changes()).contains(FLAG + ": create");
        assertThat(workspace.apply().exit()).isZero();
        assertThat(cloud.flagsWithKey("security-monitoring")).isEqualTo(1);
        assertThat(workspace.plan().exit()).isZero();
    }

    @Test
    void aRolloutIsChangedInBothFormsAndBack() throws IOException {
        workspace.deployed();
        for (int percent : new int[]{40, 100}) {
            workspace.set("flag_rollouts", "{\"security-monitoring\":" + percent + "}");
            assertThat(workspace.plan().changes()).containsExactly(FLAG + ": update");
            assertThat(workspace.apply().exit()).isZero();
            assertThat(rollout()).isEqualTo(percent);
            assertThat(workspace.plan().exit()).isZero();
        }
    }

    private int rollout() {
        return cloud.flag("security-monitoring").getAsJsonObject("filters").getAsJsonArray("groups").get(0)
                .getAsJsonObject().get("rollout_percentage").getAsInt();
    }

    @Test
    void anOnCallSwitchIsDriftThatNoPlanTakesBack() {
        workspace.deployed();
        cloud.flag("security-monitoring").addProperty("active", false);
        Workspace.Said plan = workspace.plan();
        assertThat(plan.exit()).isZero();
        assertThat(plan.lines("resource_drift")).hasSize(1);
        assertThat(plan.changes()).isEmpty();
        assertThat(workspace.plan("-refresh-only").exit()).isEqualTo(2);
    }

    @Test
    void aRolloutChangedBehindItsBackIsTakenBack() {
        workspace.deployed();
        cloud.flag("security-monitoring").getAsJsonObject("filters").getAsJsonArray("groups").get(0)
                .getAsJsonObject()
                .addProperty("rollout_percentage", 7);
        Workspace.Said plan = workspace.plan();
        assertThat(plan.lines("resource_drift")).hasSize(1);
        assertThat(plan.changes()).containsExactly(FLAG + ": update");
        workspace.apply();
        assertThat(rollout()).isEqualTo(100);
    }

    @Test
    void whatTheConfigurationDoesNotWriteIsInvisible() {
        workspace.deployed();
        cloud.flag("security-monitoring").getAsJsonObject("filters")
                .addProperty("aggregation_group_type_index", 0);
        assertThat(workspace.plan().lines("resource_drift")).isEmpty();
    }

    @Test
    void aFlagThatIsGoneIsMadeAgain() {
        workspace.deployed();
        cloud.forget(cloud.flag("security-monitoring"));
        Workspace.Said plan = workspace.plan();
        assertThat(plan.exit()).isEqualTo(2);
        assertThat(plan.lines("resource_drift").getFirst().get("@message").getAsString())
                .isEqualTo(FLAG + ": Drift detected (delete)");
        assertThat(plan.changes()).containsExactly(FLAG + ": create");
    }

    @Test
    void anotherPrefixReplacesEveryParameter() throws IOException {
        workspace.set("use_aws_ssm", "true");
        workspace.deployed();
        int count = cloud.parameterNames().size();
        workspace.set("ssm_parameter_prefix", "\"/other\"");
        Workspace.Said plan = workspace.plan();
        assertThat(plan.changes()).hasSize(count).allMatch(c -> c.endsWith(": replace"));
        assertThat(
                plan.lines("planned_change").getFirst().getAsJsonObject("change").get("reason").getAsString())
                .isEqualTo("cannot_update");
        assertThat(workspace.run("show", "-json", "next.tfplan").out())
                .contains("\"replace_paths\":[[\"name\"]]");
        assertThat(workspace.apply().exit()).isZero();
        assertThat(cloud.parameterNames()).hasSize(count).allMatch(n -> n.startsWith("/other/"));
    }

    @Test
    void aProjectOfItsOwnForEachServiceIsOneMoreProject() throws IOException {
        workspace.set("project_strategy", "\"per_service\"");
        workspace.deployed();
        JsonObject ids = workspace.run("output", "-json", "posthog_project_ids").json();
        assertThat(ids.get("auth").getAsInt()).isNotEqualTo(ids.get("shared").getAsInt());
        assertThat(ids.get("user").isJsonNull()).isTrue();
        assertThat(workspace.plan().exit()).isZero();
    }

    @Test
    void aProjectIsNeverDestroyed() {
        workspace.deployed();
        Workspace.Said plan = workspace.plan("-destroy");
        assertThat(plan.exit()).isEqualTo(1);
        assertThat(plan.problems()).containsExactly("Instance cannot be destroyed");
        assertThat(plan.changes()).contains("module.shared_posthog.posthog_project.this[0]: delete");
        assertThat(workspace.apply().problems()).containsExactly("Cannot apply incomplete plan");
        assertThat(workspace.run("destroy", "-auto-approve", "-json").exit()).isEqualTo(1);
        assertThat(cloud.flagsWithKey("security-monitoring")).isEqualTo(1);
    }

    @Test
    void aPlanOlderThanTheStateIsStale() throws IOException {
        workspace.deployed();
        workspace.set("flag_rollouts", "{\"security-monitoring\":40}");
        workspace.plan();
        Files.copy(workspace.file("next.tfplan"), workspace.file("old.tfplan"));
        workspace.apply();
        cloud.calls();
        Workspace.Said stale = workspace.run("apply", "-json", "old.tfplan");
        assertThat(stale.exit()).isEqualTo(1);
        assertThat(stale.problems()).containsExactly("Saved plan is stale");
        assertThat(cloud.calls()).isEmpty();
    }

    @Test
    void aRefusedCallFailsAloneAndTheNextPlanCarriesOn() {
        workspace.run("init");
        workspace.plan();
        cloud.answer("POST .*/feature_flags/", 1, 403, "{\"code\":\"permission_denied\"}");
        Workspace.Said apply = workspace.apply();
        assertThat(apply.exit()).isEqualTo(1);
        assertThat(apply.problems()).containsExactly("Error creating Feature Flag");
        assertThat(apply.lines("apply_errored")).hasSize(1);
        assertThat(apply.lines("change_summary")).isEmpty();
        assertThat(workspace.plan().changes()).hasSize(1).allMatch(c -> c.endsWith(": create"));
        assertThat(workspace.apply().exit()).isZero();
    }

    @Test
    void aServerErrorIsTriedAgainAndAThrottledParameterToo() throws IOException {
        workspace.set("use_aws_ssm", "true");
        workspace.run("init");
        workspace.plan();
        cloud.answer("POST .*/feature_flags/", 1, 503, "busy");
        cloud.answer("POST /$", 2, 400, "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}");
        assertThat(workspace.apply().exit()).isZero();
    }

    @Test
    void anAnswerThatDiffersFromThePlanTaintsWhatWasMade() {
        workspace.run("init");
        workspace.plan();
        cloud.answer("POST .*/dashboards/", 1, 201, "{\"id\":7,\"name\":\"other\",\"pinned\":true}");
        Workspace.Said apply = workspace.apply();
        assertThat(apply.exit()).isEqualTo(1);
        assertThat(apply.problems()).contains("Provider produced inconsistent result after apply");
        assertThat(apply.out()).contains("unexpected new value: .name: was cty.StringVal(");
        cloud.answer("GET .*/dashboards/7/", 1, 200, "{\"id\":7,\"name\":\"other\",\"pinned\":true}");
        assertThat(workspace.plan().lines("planned_change").toString()).contains("\"reason\":\"tainted\"");
    }

    @Test
    void anImportBlockTakesOverAnOrphan() throws IOException {
        workspace.set("services", "[]");
        workspace.run("init");
        workspace.plan();
        cloud.faults().add("POST .*/dashboards/", 1,
                new com.nexpo.console.sandbox.http.Faults.Fault.LoseAnswer());
        cloud.answer("POST .*/dashboards/", 3, 403, "{}");
        workspace.apply();
        String address = workspace.plan().changes().stream().filter(c -> c.contains("posthog_dashboard"))
                .findFirst()
                .orElseThrow().replace(": create", "");
        String project = workspace.run("output", "-json", "posthog_project_ids").json().get("shared")
                .getAsString();
        String orphan = cloud.orphan("/dashboards/", workspace.run("show", "-json").out());
        Files.writeString(workspace.file("imports.tf"),
                "import {\n  to = " + address + "\n  id = \"" + project + "/" + orphan + "\"\n}\n");
        Workspace.Said plan = workspace.plan();
        assertThat(plan.changes()).contains(address + ": import");
        assertThat(
                plan.lines("change_summary").getFirst().getAsJsonObject("changes").get("import").getAsInt())
                .isEqualTo(1);
        assertThat(workspace.apply().exit()).isZero();
        Files.delete(workspace.file("imports.tf"));
        assertThat(workspace.plan().exit()).isZero();
    }

    @Test
    void aStateThatCannotBeWrittenIsLeftAsErroredAndPushedLater() throws IOException {
        workspace.deployed();
        workspace.set("flag_rollouts", "{\"security-monitoring\":40}");
        workspace.plan();
        Path next = workspace.file("terraform.tfstate.next");
        Files.createDirectory(next);
        Workspace.Said apply = workspace.apply();
        assertThat(apply.exit()).isEqualTo(1);
        assertThat(apply.problems()).containsExactly("Failed to save state",
                "Failed to persist state to backend");
        Files.delete(next);
        assertThat(workspace.run("state", "push", "errored.tfstate").exit()).isZero();
        assertThat(workspace.plan().exit()).isZero();
        assertThat(workspace.plan().lines("resource_drift")).isEmpty();
        Files.writeString(workspace.file("old.tfstate"),
                workspace.text("errored.tfstate").replaceFirst("\"serial\": \\d+", "\"serial\": 1"));
        Workspace.Said old = workspace.run("state", "push", "old.tfstate");
        assertThat(old.exit()).isEqualTo(1);
        assertThat(old.err()).contains("over newer state with serial");
    }

    @Test
    void everyBadCommandIsOneSentence() throws IOException {
        assertThat(workspace.plan().problems()).containsExactly("Module not installed");
        assertThat(workspace.run("frobnicate").exit()).isEqualTo(1);
        assertThat(workspace.run("frobnicate").err())
                .contains("Terraform has no command named \"frobnicate\"");
        assertThat(workspace.run("plan", "-nonsense").err())
                .contains("flag provided but not defined: -nonsense");
        assertThat(workspace.run("init").exit()).isZero();
        assertThat(workspace.file(".terraform.lock.hcl")).exists();
        assertThat(workspace.run("force-unlock", "-force", "abc").exit()).isEqualTo(1);
        assertThat(workspace.run("apply", "-json").problems())
                .containsExactly("Plan file or auto-approve required");
        workspace.set("toggles", "{\"auth\":{\"no_such_toggle\":true}}");
        assertThat(workspace.plan().out()).contains("A toggle of auth is unknown");
        Files.writeString(workspace.file("backend.tf"), "terraform {\n  backend \"s3\" {}\n}\n");
        Workspace.Said s3 = workspace.run("init", "-backend-config=bucket=x");
        assertThat(s3.exit()).isEqualTo(1);
        assertThat(s3.err()).contains("the real Terraform is needed");
        assertThat(workspace.run("validate", "-json").json().get("valid").getAsBoolean()).isTrue();
    }

    @Test
    void theVersionTellsThatItIsEmulated() {
        JsonObject version = workspace.run("version", "-json").json();
        assertThat(version.get("terraform_version").getAsString()).isEqualTo("1.11.4");
        assertThat(version.get("emulated").getAsBoolean()).isTrue();
        assertThat(workspace.run("version").out())
                .startsWith("Terraform v1.11.4 (emulated by the sandbox)\n");
        assertThat(List.of(EmulatedTerraform.command().getLast()))
                .containsExactly(EmulatedTerraform.class.getName());
    }
}
