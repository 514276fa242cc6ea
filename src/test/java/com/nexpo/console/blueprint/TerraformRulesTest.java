package com.nexpo.console.blueprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TerraformRulesTest {

    private static final Path MAIN = BlueprintFolder.COMMITTED.resolve("terraform/shared/posthog/main.tf");

    private final TerraformRules rules = new TerraformRules();

    static List<Path> files() {
        return BlueprintFolder.terraformFiles();
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileKeepsToTheProvidersSchemasAndToTheFormsThatSurvive(Path file) {
        assertThat(rules.violations(Hcl.parse(BlueprintFolder.text(file)))).isEmpty();
    }

    @Test
    void theModulesHaveAllTheResourcesThatTheRulesAreFor() {
        assertThat(Hcl.parse(BlueprintFolder.text(MAIN)).blocks("resource").map(r -> r.label(0)))
                .containsExactly(
                        "posthog_project", "posthog_feature_flag", "posthog_dashboard", "posthog_insight",
                        "posthog_action",
                        "aws_ssm_parameter");
        assertThat(Hcl.parse(BlueprintFolder.text(MAIN)).blocks("resource").map(r -> r.label(1)))
                .containsOnly("this");
    }

    /** Each form is one that the provider took and that ended in an error, or in a silent wrong, later. */
    static Stream<Arguments> brokenForms() {
        return Stream.of(
                arguments("  rollout_percentage = local.rollouts[each.key]\n", "",
                        "in rollout_percentage and in groups[0]"),
                arguments("properties = [], rollout_percentage = local.rollouts[each.key]", "properties = []",
                        "in groups[0]"),
                arguments("  rollout_percentage = local.rollouts[each.key]\n", "  rollout_percentage = 10\n",
                        "equal"),
                arguments("  rollout_percentage = local.rollouts[each.key]\n", "  rollout_percentage = 0.5\n",
                        "not whole"),
                arguments("    multivariate = null\n", "", "deleted by the next update"),
                arguments("    payloads     = {}\n", "", "deleted by the next update"),
                arguments("  active             = true\n", "", "created disabled"),
                arguments("ignore_changes = [active]", "ignore_changes = []", "on-call"),
                arguments("  name               = each.value.name\n", "", "flag without a name"),
                arguments("each.value.tags", "[]", "flag without tags"),
                arguments("filters = jsonencode({", "filters = ({", "filters without jsonencode"),
                arguments("jsonencode(each.value.query)", "each.value.query",
                        "query_json without jsonencode"),
                arguments("  dashboard_ids = [posthog_dashboard.this[0].id]\n", "", "without dashboard_ids"),
                arguments("  dashboard_ids = [posthog_dashboard.this[0].id]\n", "  dashboard_ids = []\n",
                        "without dashboard_ids"),
                arguments("  query_json ", "  create_in_folder = \"x\"\n  query_json ", "create_in_folder"),
                arguments("    prevent_destroy = true\n", "", "prevent_destroy"),
                arguments("value_wo         =", "value            =", "lies in the state"),
                arguments("timezone        = \"UTC\"", "retention_days  = 365",
                        "no attribute retention_days"),
                arguments("timezone        = \"UTC\"", "api_token       = \"\"", "read-only"),
                arguments("\"posthog_action\" \"this\"", "\"posthog_cohort\" \"this\"", "in no provider"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("brokenForms")
    void aBrokenFormIsRefused(String part, String by, String says) {
        String main = BlueprintFolder.text(MAIN);
        assertThat(main).contains(part);
        assertThat(rules.violations(Hcl.parse(main.replace(part, by)))).anyMatch(v -> v.contains(says));
    }

    @Test
    void aKeyOrAHostInTheProviderBlockIsRefused() {
        assertThat(rules.violations(Hcl.parse("""
                provider "posthog" {
                  api_key = var.posthog_api_key
                  host    = "https://app.posthog.com"
                }
                """))).hasSize(2);
    }

    @Test
    void everyModuleNamesItsProviders() {
        for (ServiceCatalog c : BlueprintFolder.read().all()) {
            Hcl.Block terraform = Hcl
                    .parse(BlueprintFolder.text(BlueprintFolder.COMMITTED.resolve("terraform").resolve(c
                            .folder()).resolve("versions.tf")))
                    .blocks("terraform").findFirst().orElseThrow();
            Hcl.Block providers = terraform.blocks("required_providers").findFirst().orElseThrow();
            assertThat(providers.attributes().get("posthog")).contains("\"PostHog/posthog\"", "\"~> 1.0\"");
            assertThat(providers.attributes().get("aws")).contains("\"hashicorp/aws\"", "\"~> 5.100\"");
        }
    }

    @Test
    void nothingIsTerraformsAlone() {
        for (Path file : files()) {
            assertThat(BlueprintFolder.text(file)).as(file.toString()).doesNotContain("cloud {", "ephemeral ",
                    "provider_meta", "127.0.0.1", "localhost");
        }
    }
}
