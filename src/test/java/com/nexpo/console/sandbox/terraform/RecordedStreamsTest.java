package com.nexpo.console.sandbox.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.testing.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the emulated Terraform prints has the members and kinds of what Terraform 1.11.4 with posthog/posthog 1.0.13 and
 * hashicorp/aws 5.100.0 printed ({@code src/test/resources/terraform-emulated}).
 */
class RecordedStreamsTest {

    private static final String FLAG = "security-monitoring";

    private final FakeCloud cloud = new FakeCloud();
    private Workspace workspace;

    @BeforeEach
    void copyTheBlueprint(@TempDir Path directory) throws IOException {
        workspace = new Workspace(directory, cloud.environment());
        workspace.set("use_aws_ssm", "true");
        workspace.run("init");
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private static String recorded(String file) throws IOException {
        try (InputStream in = Objects
                .requireNonNull(
                        RecordedStreamsTest.class.getResourceAsStream("/terraform-emulated/" + file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<JsonObject> lines(String file) throws IOException {
        return recorded(file).lines().map(l -> JsonParser.parseString(l).getAsJsonObject()).toList();
    }

    private static JsonObject first(List<JsonObject> lines, Predicate<JsonObject> which) {
        return lines.stream().filter(which).findFirst().orElseThrow();
    }

    private static Predicate<JsonObject> line(String type, String about) {
        return l -> l.get("type").getAsString().equals(type)
                && l.get("@message").getAsString().contains(about);
    }

    private static void same(JsonElement recorded, JsonElement emulated, String... opaque) {
        assertThat(new Shape(Set.of(opaque)).differences(recorded, emulated)).isEmpty();
    }

    @Test
    void theLinesOfAnApplyHaveTheRecordedShape() throws IOException {
        workspace.plan();
        List<JsonObject> apply = workspace.apply().lines();
        List<JsonObject> real = lines("apply-create.jsonl");
        for (String type : List.of("version", "change_summary")) {
            same(first(real, line(type, "")), first(apply, line(type, "")));
        }
        for (String about : List.of("posthog_feature_flag", "posthog_insight",
                "shared_posthog.posthog_project")) {
            for (String type : List.of("planned_change", "apply_start", "apply_complete")) {
                same(first(real, line(type, about)), first(apply, line(type, about)));
            }
        }
        same(first(real, line("apply_complete", "auth_posthog.aws_ssm_parameter")),
                first(apply, line("apply_complete", "auth_posthog.aws_ssm_parameter")),
                "hook.resource.resource_key?");
        JsonObject realOutputs = first(real, line("outputs", "")).getAsJsonObject("outputs");
        JsonObject outputs = first(apply, line("outputs", "")).getAsJsonObject("outputs");
        same(realOutputs.get("auth_posthog_env_vars"), outputs.get("auth_posthog_env_vars"));
        same(realOutputs.get("aws_account"), outputs.get("posthog_project_urls"), "value");
        // The last line of a good apply is its outputs, after the summary.
        assertThat(apply.getLast().get("type")).isEqualTo(real.getLast().get("type"));
        assertThat(apply.stream().map(l -> l.get("type").getAsString()).toList()).endsWith("change_summary",
                "outputs");
    }

    @Test
    void theLinesOfAPlanWithDriftHaveTheRecordedShape() throws IOException {
        workspace.plan();
        workspace.apply();
        cloud.flag(FLAG).getAsJsonObject("filters").getAsJsonArray("groups").get(0).getAsJsonObject()
                .addProperty("rollout_percentage", 7);
        List<JsonObject> plan = workspace.plan().lines();
        List<JsonObject> real = lines("plan-drift-flag.jsonl");
        for (String type : List.of("refresh_start", "refresh_complete")) {
            same(first(real, line(type, "posthog_feature_flag")),
                    first(plan, line(type, "posthog_feature_flag")));
        }
        for (String type : List.of("resource_drift", "planned_change", "change_summary")) {
            same(first(real, line(type, "")), first(plan, line(type, "")));
        }
        same(first(real, line("outputs", "")).getAsJsonObject("outputs").get("auth_posthog_env_vars"),
                first(plan, line("outputs", "")).getAsJsonObject("outputs").get("auth_posthog_env_vars"));

        List<JsonObject> shown = entries(workspace.run("show", "-json", "next.tfplan").json(),
                "resource_drift");
        same(entries(parsed("show-plan-drift-flag.json"), "resource_drift").getFirst(), shown.getFirst());
        same(entry(parsed("show-plan-drift-flag.json"), "social-login-analytics"),
                entry(workspace.run("show", "-json", "next.tfplan").json(), FLAG));
        same(entry(parsed("show-plan-drift-flag.json"), "security-monitoring"),
                entry(workspace.run("show", "-json", "next.tfplan").json(), "onboarding-analytics"));
    }

    private static JsonObject parsed(String file) throws IOException {
        return JsonParser.parseString(recorded(file)).getAsJsonObject();
    }

    private static List<JsonObject> entries(JsonObject shown, String member) {
        return shown.getAsJsonArray(member).asList().stream().map(JsonElement::getAsJsonObject).toList();
    }

    private static JsonObject entry(JsonObject shown, String about) {
        return first(entries(shown, "resource_changes"), e -> e.get("address").getAsString().contains(about)
                && e.get("address").getAsString().startsWith("module."));
    }

    @Test
    void aShownPlanHasTheRecordedShape() throws IOException {
        workspace.plan();
        JsonObject shown = workspace.run("show", "-json", "next.tfplan").json();
        JsonObject real = parsed("show-plan-create.json");
        assertThat(shown.keySet()).containsAll(
                real.keySet().stream().filter(k -> !k.equals("relevant_attributes")).toList());
        same(entry(real, "posthog_feature_flag.this"), entry(shown, "posthog_feature_flag.this"));
        same(entry(real, "shared_posthog.posthog_project"), entry(shown, "shared_posthog.posthog_project"));
        // The recorded insight has no description, the recorded dashboard and parameter no for_each key.
        same(entry(real, "posthog_insight.this"), entry(shown, "posthog_insight.this"),
                "change.after.description?");
        same(entry(real, "posthog_dashboard.auth"), entry(shown, "auth_posthog.posthog_dashboard"), "index?");
        same(entry(real, "auth_posthog.aws_ssm_parameter"),
                entry(shown, "auth_posthog.aws_ssm_parameter.this[\"POSTHOG_PROJECT_API_KEY\"]"), "index?");
        same(real.getAsJsonObject("output_changes").get("auth_posthog_project_id"),
                shown.getAsJsonObject("output_changes").get("posthog_project_ids"), "after?",
                "after_unknown?");
        same(real.getAsJsonObject("output_changes").get("auth_posthog_env_vars"),
                shown.getAsJsonObject("output_changes").get("auth_posthog_env_vars"), "after",
                "after_unknown");
        assertThat(shown.getAsJsonObject("output_changes").getAsJsonObject("auth_posthog_env_vars")
                .getAsJsonObject("after_unknown").keySet())
                .containsExactly("POSTHOG_PROJECT_API_KEY", "POSTHOG_PROJECT_ID");
    }

    @Test
    void aShownReplacementHasTheRecordedShape() throws IOException {
        workspace.plan();
        workspace.apply();
        workspace.set("ssm_parameter_prefix", "\"/nexpo/posthog2\"");
        Workspace.Said plan = workspace.plan();
        same(first(lines("plan-replace-ssm.jsonl"), line("planned_change", "")),
                first(plan.lines(), line("planned_change", "POSTHOG_PROJECT_API_KEY")),
                "change.resource.resource_key?");
        same(entry(parsed("show-plan-replace-ssm.json"), "auth_posthog.aws_ssm_parameter"),
                entry(workspace.run("show", "-json", "next.tfplan").json(),
                        "auth_posthog.aws_ssm_parameter.this[\"POSTHOG_PROJECT_API_KEY\"]"),
                "index?");
    }

    @Test
    void stateAndOutputsHaveTheRecordedShape() throws IOException {
        workspace.plan();
        workspace.apply();
        JsonObject real = parsed("show-state.json");
        JsonObject shown = workspace.run("show", "-json").json();
        for (String about : List.of("posthog_feature_flag.this", "shared_posthog.posthog_project")) {
            same(resource(real, about), resource(shown, about));
        }
        same(resource(real, "posthog_insight.this"), resource(shown, "posthog_insight.this"),
                "values.description?");
        same(resource(real, "auth_posthog.aws_ssm_parameter"),
                resource(shown, "auth_posthog.aws_ssm_parameter.this[\"POSTHOG_PROJECT_API_KEY\"]"),
                "index?");
        same(parsed("output.json").get("auth_posthog_env_vars"),
                workspace.run("output", "-json").json().get("auth_posthog_env_vars"), "type", "value");
    }

    private static JsonObject resource(JsonObject shown, String about) {
        return shown.getAsJsonObject("values").getAsJsonObject("root_module").getAsJsonArray("child_modules")
                .asList()
                .stream().flatMap(m -> m.getAsJsonObject().getAsJsonArray("resources").asList().stream())
                .map(JsonElement::getAsJsonObject).filter(r -> r.get("address").getAsString().contains(about))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void diagnosticsHaveTheRecordedShapeAndWords() throws IOException {
        workspace.plan();
        cloud.answer("POST .*/insights/", 1, 403, "{\"code\":\"permission_denied\"}");
        List<JsonObject> apply = workspace.apply().lines();
        List<JsonObject> real = lines("apply-partial-403.jsonl");
        JsonObject diagnostic = first(apply, line("diagnostic", ""));
        same(first(real, line("diagnostic", "")), diagnostic);
        assertThat(diagnostic.getAsJsonObject("diagnostic").get("detail").getAsString())
                .startsWith("failed to send POST request: API error (status 403): {");
        same(first(real, line("apply_errored", "")), first(apply, line("apply_errored", "")));
        assertThat(apply.getLast()).isEqualTo(diagnostic);

        JsonObject stale = first(workspace.apply().lines(), line("diagnostic", ""));
        JsonObject realStale = first(lines("apply-stale-plan.jsonl"), line("diagnostic", ""));
        assertThat(stale.get("diagnostic")).isEqualTo(realStale.get("diagnostic"));
        assertThat(stale.get("@message")).isEqualTo(realStale.get("@message"));
    }
}
