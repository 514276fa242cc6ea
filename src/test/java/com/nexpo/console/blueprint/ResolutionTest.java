package com.nexpo.console.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

class ResolutionTest {

    private static final SettingValue ON = new SettingValue.Switch(true);
    private static final SettingValue OFF = new SettingValue.Switch(false);
    private static final String ORGANIZATION = "0190a000-0000-7000-8000-000000000001";

    private final Blueprint blueprint = BlueprintFolder.read();
    private final ServiceCatalog auth = blueprint.service("auth").orElseThrow();
    private final DeploymentSettings settings = DeploymentSettings.defaults(blueprint, ORGANIZATION, "prod");

    @Test
    void withTheGuidesDefaultsEverythingOfAServiceExists() {
        ResolvedService resolved = auth.resolve(Map.of(), ProjectStrategy.PER_ENVIRONMENT);
        assertThat(resolved.flags()).extracting(Entry::key).containsExactly("social-login-analytics",
                "security-monitoring", "onboarding-analytics");
        assertThat(resolved.insights()).hasSize(auth.insights().size());
        assertThat(resolved.dashboard()).isPresent();
        assertThat(resolved.ownsProject()).isFalse();
        assertThat(resolved.addresses()).contains(
                "module.auth_posthog.posthog_feature_flag.this[\"social-login-analytics\"]",
                "module.auth_posthog.posthog_dashboard.this[0]",
                "module.auth_posthog.posthog_insight.this[\"logins-by-provider\"]",
                "module.auth_posthog.posthog_action.this[\"security-event\"]",
                "module.auth_posthog.aws_ssm_parameter.this[\"POSTHOG_HOST\"]").doesNotContain(
                        "module.auth_posthog.posthog_project.this[0]");
    }

    @Test
    void aServiceThatIsNotDeployedHasNothing() {
        ResolvedService resolved = of(blueprint.resolve(settings.withServices(List.of("auth"))), "user");
        assertThat(resolved.addresses()).isEmpty();
        assertThat(resolved.environment()).isEmpty();
    }

    @Test
    void withAllTogglesOffOnlyTheEnvironmentIsLeft() {
        Map<String, SettingValue> off = new HashMap<>();
        auth.variables().stream().filter(Variable::isToggle).forEach(v -> off.put(v.name(), OFF));
        ResolvedService resolved = auth.resolve(off, ProjectStrategy.PER_ENVIRONMENT);
        assertThat(resolved.flags()).isEmpty();
        assertThat(resolved.insights()).isEmpty();
        assertThat(resolved.actions()).isEmpty();
        assertThat(resolved.dashboard()).isEmpty();
        assertThat(known(resolved, "POSTHOG_TRACK_GOOGLE_LOGIN")).isEqualTo("false");
        assertThat(resolved.environment()).hasSize(auth.environment().size());
    }

    @Test
    void oneToggleTakesAwayWhatItNamesAndNothingElse() {
        ResolvedService resolved = auth.resolve(Map.of("enable_security_monitoring", OFF),
                ProjectStrategy.PER_ENVIRONMENT);
        assertThat(resolved.flags()).extracting(Entry::key).containsExactly("social-login-analytics",
                "onboarding-analytics");
        assertThat(resolved.insights()).extracting(Entry::key).containsExactly("login-success",
                "logins-by-provider",
                "social-login-errors", "failed-logins", "mfa-outcomes", "sessions", "onboarding-funnel");
        assertThat(resolved.actions()).extracting(Entry::key).containsExactly("login-succeeded");
        assertThat(known(resolved, "POSTHOG_SECURITY_MONITORING_ENABLED")).isEqualTo("false");
    }

    @Test
    void environmentValuesAreTextsAsTerraformWritesThem() {
        DeploymentSettings changed = settings.withToggles(Map.of(
                "shared",
                Map.of("batch_size", SettingValue.Amount.of("100"), "sampling_rate",
                        SettingValue.Amount.of("0.250")),
                "payments", Map.of("batch_size", SettingValue.Amount.of("20.0"))));
        List<ResolvedService> resolved = blueprint.resolve(changed);
        assertThat(known(of(resolved, "auth"), "POSTHOG_BATCH_SIZE")).isEqualTo("100");
        assertThat(known(of(resolved, "auth"), "POSTHOG_SAMPLING_RATE")).isEqualTo("0.25");
        assertThat(known(of(resolved, "payments"), "POSTHOG_BATCH_SIZE")).isEqualTo("20");
        assertThat(known(of(resolved, "payments"), "POSTHOG_DATA_RETENTION_DAYS")).isEqualTo("2555");
        assertThat(known(of(resolved, "shared"), "POSTHOG_DATA_RETENTION_DAYS")).isEqualTo("365");
        assertThat(known(of(resolved, "user"), "POSTHOG_HOST")).isEqualTo("https://us.i.posthog.com");
        assertThat(known(of(resolved, "user"), "POSTHOG_ENVIRONMENT")).isEqualTo("prod");
        assertThat(of(resolved, "user").environment()).filteredOn(e -> e.known().isEmpty())
                .extracting(e -> e.entry()
                        .name())
                .containsExactly("POSTHOG_PROJECT_API_KEY", "POSTHOG_PROJECT_ID");
    }

    @Test
    void withAProjectPerServiceEachOwnsOneAndNoFunnelSpansTwo() {
        List<ResolvedService> resolved = blueprint
                .resolve(settings.withStrategy(ProjectStrategy.PER_SERVICE));
        assertThat(resolved).allMatch(ResolvedService::ownsProject);
        assertThat(of(resolved, "user").insights()).extracting(Entry::key).doesNotContain("login-to-profile");
        assertThat(of(blueprint.resolve(settings), "user").insights()).extracting(Entry::key).contains(
                "login-to-profile");
        assertThat(of(blueprint.resolve(settings), "shared").ownsProject()).isTrue();
    }

    @Test
    void aRolloutReplacesTheCatalogs() {
        DeploymentSettings changed = settings.withFlagRollouts(Map.of("security-monitoring", 5));
        ResolvedService resolved = of(blueprint.resolve(changed), "auth");
        assertThat(resolved.flags()).filteredOn(f -> f.key().equals("security-monitoring")).extracting(
                Entry.Flag::rollout).containsExactly(5);
        assertThat(resolved.flags()).filteredOn(f -> f.key().equals("social-login-analytics")).extracting(
                Entry.Flag::rollout).containsExactly(100);
    }

    /** Whatever the mix: switching one more on only adds, and what exists never depends on a switch that is off. */
    @Test
    void randomMixesKeepTheRules() {
        Random random = new Random(20261124);
        for (int round = 0; round < 400; round++) {
            ServiceCatalog catalog = blueprint.all().get(random.nextInt(blueprint.all().size()));
            ProjectStrategy strategy = random.nextBoolean()
                    ? ProjectStrategy.PER_SERVICE
                    : ProjectStrategy.PER_ENVIRONMENT;
            Map<String, SettingValue> values = new HashMap<>();
            List<Variable> toggles = catalog.variables().stream().filter(v -> v.type() == Variable.Type.BOOL)
                    .toList();
            toggles.forEach(v -> values.put(v.name(), random.nextInt(4) > 0 ? ON : OFF));
            Set<String> before = addresses(catalog, values, strategy);
            Set<String> off = new HashSet<>(values.keySet());
            off.removeIf(name -> ON.equals(values.get(name)));
            before.forEach(a -> assertThat(catalog.flags())
                    .noneMatch(f -> a.endsWith("feature_flag.this[\"" + f.key()
                            + "\"]") && f.when().stream().anyMatch(off::contains)));
            values.put(toggles.get(random.nextInt(toggles.size())).name(), ON);
            assertThat(addresses(catalog, values, strategy)).containsAll(before);
        }
    }

    private static Set<String> addresses(ServiceCatalog catalog, Map<String, SettingValue> values,
            ProjectStrategy strategy) {
        return new HashSet<>(catalog.resolve(values, strategy).addresses());
    }

    private static ResolvedService of(List<ResolvedService> resolved, String service) {
        return resolved.stream().filter(r -> r.catalog().service().equals(service)).findFirst().orElseThrow();
    }

    private static String known(ResolvedService resolved, String name) {
        return resolved.environment().stream().filter(e -> e.entry().name().equals(name)).findFirst()
                .orElseThrow()
                .known().orElseThrow();
    }
}
