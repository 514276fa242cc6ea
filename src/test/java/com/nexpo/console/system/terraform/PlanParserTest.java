package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.Value;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanParserTest {
    private static final String FLAG = "module.auth_posthog.posthog_feature_flag.this[\"social-login-analytics\"]";

    static Stream<String> plans() throws IOException {
        return Recorded.names(".json").filter(name -> name.contains("show-plan"));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void everyRecordedPlanIsReadWithoutAValueInClear(String show) throws IOException {
        TerraformPlan plan = Recorded.plan(show);

        assertThat(plan.toString()).doesNotContain("phc_S", "SUPERSECRET", "whsec_");
        assertThat(plan.changes()).isSortedAccordingTo(Comparator.comparing(Change::action));
        assertThat(plan.changes()).allSatisfy(
                change -> assertThat(change.basis()).isEqualTo(Basis.at("saved plan", plan.digest())));
        assertThat(plan.changes()).extracting(Change::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("plans")
    void theDigestDependsOnTheContentAlone(String show) throws IOException {
        assertThat(Recorded.plan(show).digest()).isEqualTo(Recorded.plan(show).digest()).hasSize(64);
    }

    @Test
    void plansOfDifferentContentHaveDifferentDigests() throws IOException {
        List<String> digests = plans().filter(name -> !name.contains("noop")).map(name -> {
            try {
                return Recorded.plan(name).digest();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }).toList();
        assertThat(digests).doesNotHaveDuplicates();
    }

    @Test
    void anotherSecretIsAnotherDigest() throws IOException {
        String one = plan("update", "{\"token\":\"CANARY-one\"}", "{\"token\":\"CANARY-two\"}", "");
        String two = plan("update", "{\"token\":\"CANARY-one\"}", "{\"token\":\"CANARY-three\"}", "");
        assertThat(parse(one).digest()).isNotEqualTo(parse(two).digest());
    }

    @Test
    void anUpdateShowsTheKeysThatDifferInsideAJsonText() throws IOException {
        assertThat(Recorded.plan("posthog/show-plan-update-flag.json").changes()).singleElement()
                .satisfies(change -> {
                    assertThat(change.action()).isEqualTo(Action.UPDATE);
                    assertThat(change.target().type()).isEqualTo("posthog_feature_flag");
                    assertThat(change.target().id()).isEqualTo(FLAG);
                    assertThat(change.fields()).containsExactlyInAnyOrder(
                            new FieldChange("filters.groups[0].rollout_percentage", Value.known("25"),
                                    Value.known("40")),
                            new FieldChange("rollout_percentage", Value.known("25"), Value.known("40")));
                });
    }

    @Test
    void aReplacementNamesTheAttributeThatForcesIt() throws IOException {
        Change change = Recorded.plan("show-plan-replace.json").changes().getFirst();

        assertThat(change.action()).isEqualTo(Action.REPLACE);
        assertThat(change.reason()).contains("because name changes");
        assertThat(change.fields()).filteredOn(FieldChange::forcesReplace).extracting(FieldChange::name)
                .containsExactly("name");
        assertThat(change.fields()).noneMatch(field -> field.name().equals("value"));
    }

    @Test
    void replacingAProjectReplacesWhatIsInItAndSaysWhy() throws IOException {
        List<Change> changes = Recorded.plan("posthog/show-plan-replace-project.json").changes();

        assertThat(changes).filteredOn(change -> change.target().type().equals("posthog_project"))
                .allSatisfy(change -> assertThat(change.reason()).contains("organization_id changes"));
        assertThat(changes).filteredOn(c -> c.action() == Action.REPLACE).hasSizeGreaterThan(5);
    }

    @Test
    void aWriteOnlyValueThatIsSentAnewIsShownMasked() throws IOException {
        assertThat(Recorded.plan("posthog/show-plan-create.json").changes())
                .filteredOn(change -> change.target().type().equals("aws_ssm_parameter")).isNotEmpty()
                .allSatisfy(change -> assertThat(change.fields())
                        .contains(new FieldChange("value_wo", Value.absent(), Value.masked())));
    }

    @Test
    void anImportWithoutAChangeIsAChangeOfTheStateAlone() throws IOException {
        List<PlannedResource> resources = Recorded.plan("posthog/show-plan-import.json").resources();

        assertThat(resources).filteredOn(r -> r.type().equals("posthog_dashboard")).singleElement()
                .satisfies(r -> {
                    assertThat(r.stateOnly()).isTrue();
                    assertThat(r.importId()).contains("1001/1006");
                    assertThat(r.change().reason()).contains("imported");
                });
        assertThat(resources).filteredOn(r -> r.type().equals("posthog_feature_flag")).singleElement()
                .satisfies(r -> {
                    assertThat(r.stateOnly()).isFalse();
                    assertThat(r.change().fields()).extracting(FieldChange::name)
                            .containsExactly("terraform state", "filters");
                });
    }

    @Test
    void theProvidersNoiseIsNoDrift() throws IOException {
        List<Change> drift = Recorded.plan("show-plan-drift.json").drift();

        assertThat(drift).singleElement().satisfies(change -> {
            assertThat(change.target().id()).isEqualTo("aws_ssm_parameter.host[\"auth\"]");
            assertThat(change.fields()).singleElement().satisfies(field -> {
                assertThat(field.name()).isEqualTo("value");
                assertThat(field.before()).isInstanceOf(Value.Hidden.class);
            });
        });
        assertThat(Recorded.plan("posthog/show-plan-noop.json").drift()).isEmpty();
    }

    @Test
    void aFlagThatWasSwitchedInPostHogIsDrift() throws IOException {
        assertThat(Recorded.plan("posthog/show-plan-drift-flag.json").drift()).singleElement()
                .satisfies(change -> assertThat(change.fields()).extracting(FieldChange::name)
                        .containsExactlyInAnyOrder("active", "rollout_percentage",
                                "filters.groups[0].rollout_percentage"));
    }

    @Test
    void aFlagThatWasDeletedInPostHogIsDriftAndACreation() throws IOException {
        TerraformPlan plan = Recorded.plan("posthog/show-plan-drift-deleted.json");

        assertThat(plan.drift()).singleElement()
                .satisfies(c -> assertThat(c.action()).isEqualTo(Action.DELETE));
        assertThat(plan.changes()).singleElement()
                .satisfies(c -> assertThat(c.action()).isEqualTo(Action.CREATE));
    }

    @Test
    void outputsAreMasked() throws IOException {
        TerraformPlan plan = Recorded.plan("posthog/show-plan-create.json");
        assertThat(plan.outputs()).extracting(FieldChange::name)
                .contains("auth_posthog_env_vars", "auth_posthog_project_id");

        String json = "{\"output_changes\":{\"o\":{\"actions\":[\"update\"],\"before\":{\"k\":\"CANARY-old\"},"
                + "\"after\":{\"k\":\"CANARY-new\"},\"before_sensitive\":true,\"after_sensitive\":true}}}";
        TerraformPlan alone = parse(json);
        assertThat(alone.toString()).doesNotContain("CANARY");
        assertThat(alone.changes()).singleElement()
                .satisfies(change -> assertThat(change.target().type()).isEqualTo(TerraformPlan.OUTPUT));
    }

    @Test
    void aSecretThatAProviderCopiesIntoAnUnmarkedAttributeIsHidden() throws IOException {
        String json = plan("delete", "{\"input\":\"CANARY-copied\",\"output\":\"CANARY-copied\"}", "null",
                "\"before_sensitive\":{\"input\":true},\"after_sensitive\":false");

        assertThat(parse(json).toString()).doesNotContain("CANARY");
    }

    @Test
    void aSecretInsideAJsonTextIsHidden() throws IOException {
        String json = plan("update",
                "{\"inputs_json\":\"{\\\"token\\\":{\\\"value\\\":\\\"CANARY-a\\\"},\\\"n\\\":1}\"}",
                "{\"inputs_json\":\"{\\\"token\\\":{\\\"value\\\":\\\"CANARY-b\\\"},\\\"n\\\":2}\"}", "");

        TerraformPlan plan = parse(json);
        assertThat(plan.toString()).doesNotContain("CANARY");
        assertThat(plan.changes().getFirst().fields()).extracting(FieldChange::name)
                .containsExactly("inputs_json.n", "inputs_json.token");
    }

    @Test
    void variablesPriorStateAndConfigurationAreNotEvenRead() throws IOException {
        String json = "{\"variables\":{\"k\":{\"value\":\"CANARY\"}},\"prior_state\":{\"x\":[1,{\"y\":\"CANARY\"}]},"
                + "\"configuration\":{},\"resource_changes\":[]}";
        assertThat(parse(json).toString()).doesNotContain("CANARY");
    }

    @Test
    void anErroredPlanAndAnythingElseIsRefusedWithoutQuotingIt() {
        assertThatThrownBy(() -> parse("{\"errored\":true,\"complete\":false}"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> parse("{\"resource_changes\":\"CANARY\"}")).isInstanceOf(IOException.class)
                .hasMessageNotContaining("CANARY");
        assertThatThrownBy(() -> parse("CANARY")).isInstanceOf(IOException.class)
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void aMoveAndARemovalFromTheStateAreShown() throws IOException {
        String json = "{\"resource_changes\":["
                + "{\"address\":\"a.new\",\"previous_address\":\"a.old\",\"mode\":\"managed\",\"type\":\"a\","
                + "\"change\":{\"actions\":[\"no-op\"],\"before\":{},\"after\":{}}},"
                + "{\"address\":\"a.gone\",\"mode\":\"managed\",\"type\":\"a\","
                + "\"change\":{\"actions\":[\"forget\"],\"before\":{\"x\":\"1\"},\"after\":null}}]}";

        assertThat(parse(json).changes())
                .extracting(c -> c.fields().getFirst().before().display(), Change::reason)
                .containsExactly(tuple("managed",
                        "Terraform stops managing it; it stays as it is."),
                        tuple("a.old", "Its address changes; nothing in it does."));
    }

    @Test
    void fifteenThousandResourcesAreReadInSeconds() throws IOException {
        StringBuilder json = new StringBuilder("{\"resource_changes\":[");
        for (int i = 0; i < 15_000; i++) {
            json.append(i == 0 ? "" : ",").append("{\"address\":\"posthog_feature_flag.f[").append(i)
                    .append("]\",\"mode\":\"managed\",\"type\":\"posthog_feature_flag\",\"change\":{\"actions\":[\"")
                    .append(i % 10 == 0 ? "update" : "no-op")
                    .append("\"],\"before\":{\"active\":true,\"key\":\"k\"},\"after\":{\"active\":false,\"key\":\"k\"}}}");
        }
        long started = System.nanoTime();
        TerraformPlan plan = parse(json.append("]}").toString());
        long millis = (System.nanoTime() - started) / 1_000_000;

        assertThat(plan.changes()).hasSize(1_500);
        assertThat(plan.objects()).containsEntry("posthog_feature_flag", 15_000);
        assertThat(millis).isLessThan(5_000);
    }

    @Test
    void anotherInstallationHasOtherFingerprints() throws IOException {
        String json = plan("update", "{\"token\":\"CANARY-one\"}", "{\"token\":\"CANARY-two\"}", "");
        Fingerprints other = new Fingerprints("another installation".getBytes(StandardCharsets.UTF_8));
        assertThat(PlanParser.parse(new StringReader(json), other, true).changes().getFirst().fields())
                .isNotEqualTo(parse(json).changes().getFirst().fields());
    }

    private static TerraformPlan parse(String json) throws IOException {
        return PlanParser.parse(new StringReader(json), Recorded.KEY, true);
    }

    private static String plan(String action, String before, String after, String more) {
        return "{\"resource_changes\":[{\"address\":\"t.x\",\"mode\":\"managed\",\"type\":\"t\",\"change\":{\"actions\":[\""
                + action + "\"],\"before\":" + before + ",\"after\":" + after
                + (more.isEmpty() ? "" : "," + more)
                + "}}]}";
    }
}
