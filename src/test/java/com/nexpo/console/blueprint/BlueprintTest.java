package com.nexpo.console.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlueprintTest {

    private final Blueprint blueprint = BlueprintFolder.read();

    static Stream<ServiceCatalog> catalogs() {
        return BlueprintFolder.read().all().stream();
    }

    @Test
    void servicesComeInTheOrderOfTheirNeeds() {
        assertThat(blueprint.all()).extracting(ServiceCatalog::module).containsExactly("shared_posthog",
                "api_gateway_posthog", "auth_posthog", "user_posthog", "payments_posthog");
        assertThat(blueprint.service("auth").orElseThrow().environmentOutput())
                .isEqualTo("auth_posthog_env_vars");
        assertThat(blueprint.service("billing")).isEmpty();
    }

    @Test
    void theCommittedServicesFileIsWhatTheGeneratorWrites() {
        assertThat(blueprint.terraform().resolve("services.tf")).hasContent(ServicesFile.text(blueprint));
        assertThat(BlueprintFolder.text(blueprint.terraform().resolve("services.tf")))
                .isEqualTo(ServicesFile.text(blueprint));
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void theCommittedVariablesAreWhatTheGeneratorWrites(ServiceCatalog catalog) {
        assertThat(
                BlueprintFolder.text(blueprint.terraform().resolve(catalog.folder()).resolve("variables.tf")))
                .isEqualTo(VariablesFile.text(catalog));
    }

    @ParameterizedTest
    @ValueSource(strings = {"main.tf", "common.tf", "outputs.tf", "versions.tf"})
    void everyModuleHasTheSameCommonFiles(String name) {
        String expected = BlueprintFolder
                .text(blueprint.terraform().resolve(blueprint.shared().folder()).resolve(name));
        for (ServiceCatalog c : blueprint.services()) {
            assertThat(BlueprintFolder.text(blueprint.terraform().resolve(c.folder()).resolve(name)))
                    .as(c.service())
                    .isEqualTo(expected);
        }
    }

    /** The guide's steps 3.1 and 4.1 to 4.4, as printed. */
    @ParameterizedTest
    @ValueSource(strings = {"3.1", "4.1", "4.2", "4.3", "4.4"})
    void everyVariableOfTheGuidesCallIsThereInItsOrderWithItsValueAsDefault(String step) {
        Hcl.Block call = Hcl.parse(BlueprintFolder.resource("/blueprint-guide/main-" + step + ".tf")).blocks()
                .getFirst();
        ServiceCatalog catalog = blueprint.all().stream().filter(c -> c.module().equals(call.label(0)))
                .findFirst()
                .orElseThrow();
        assertThat(call.attribute("source")).contains("\"./" + catalog.folder() + "\"");
        Map<String, String> guide = new TreeMap<>(call.attributes());
        guide.keySet().removeAll(List.of("source", "depends_on"));
        assertThat(guide.size()).isGreaterThan(10);
        guide.forEach((name, value) -> {
            Variable variable = catalog.variable(name)
                    .orElseThrow(() -> new AssertionError(name + " is missing"));
            if (value.startsWith("var.")) {
                assertThat(variable.setBy()).as(name).isEqualTo(new SetBy.Root());
            } else if (value.startsWith("module.")) {
                assertThat(variable.setBy()).as(name).isInstanceOf(SetBy.Output.class);
            } else {
                assertThat(variable.defaultValue().map(VariablesFile::literal)).as(name).contains(
                        value.equals("1.0") ? "1" : value);
            }
        });
        List<String> order = call.attributes().keySet().stream()
                .filter(n -> !guide.getOrDefault(n, "").startsWith("var.")
                        && guide.containsKey(n) && !guide.getOrDefault(n, "").startsWith("\""))
                .toList();
        assertThat(catalog.variables()).extracting(Variable::name).containsSubsequence(order);
    }

    @Test
    void theRootHasTheGuidesVariablesExceptTheKey() {
        Map<String, Hcl.Block> root = variables(blueprint.terraform().resolve("variables.tf"));
        Hcl.parse(BlueprintFolder.resource("/blueprint-guide/variables-2.2.tf")).blocks("variable")
                .forEach(guide -> {
                    if (guide.label(0).equals("posthog_api_key")) {
                        assertThat(root).as("a key in a variable lies in clear in every plan")
                                .doesNotContainKey("posthog_api_key");
                    } else {
                        Hcl.Block ours = Objects.requireNonNull(root.get(guide.label(0)),
                                guide.label(0));
                        assertThat(squeezed(ours.attributes().get("default")))
                                .isEqualTo(squeezed(guide.attributes().get(
                                        "default")));
                        assertThat(ours.attributes().get("type")).isEqualTo(guide.attributes().get("type"));
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void everySwitchDoesSomething(ServiceCatalog catalog) {
        for (Variable v : catalog.variables().stream().filter(Variable::isSetting).toList()) {
            boolean inEnvironment = catalog.environment().stream()
                    .anyMatch(e -> e.from().equals(new Source.OfVariable(v.name())));
            boolean inWhen = Stream.of(catalog.flags(), catalog.insights(), catalog.actions(), List.of(catalog
                    .dashboard())).flatMap(List::stream).anyMatch(e -> e.when().contains(v.name()));
            assertThat(inEnvironment || inWhen).as(v.name()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void whatAToggleSaysItSetsAndCreatesIsThere(ServiceCatalog catalog) {
        List<String> environment = catalog.environment().stream().map(EnvironmentEntry::name).toList();
        for (Variable v : catalog.variables()) {
            Matcher names = Pattern.compile("POSTHOG_[A-Z_]+")
                    .matcher(v.does());
            while (names.find()) {
                assertThat(environment).as(v.name()).contains(names.group());
            }
            Matcher flags = Pattern.compile("the flag ([a-z-]+)")
                    .matcher(v.does());
            while (flags.find()) {
                String key = flags.group(1);
                assertThat(catalog.flags()).as(v.name())
                        .anyMatch(f -> f.key().equals(key) && f.when().contains(v
                                .name()));
            }
        }
    }

    @Test
    void theFlagsOfTheGuidesCodeExist() {
        assertThat(blueprint.service("auth").orElseThrow().flags()).extracting(Entry::key).contains(
                "social-login-analytics", "security-monitoring");
    }

    @ParameterizedTest
    @MethodSource("catalogs")
    void everyServiceHasItsJobAndItsPolicy(ServiceCatalog catalog) {
        catalog.names().ifPresent(names -> {
            Path file = BlueprintFolder.COMMITTED.resolve("nomad-jobs").resolve(names.nomadFile());
            Hcl.Block jobFile = Hcl.parse(BlueprintFolder.text(file));
            Hcl.Block job = jobFile.blocks("job").findFirst().orElseThrow();
            Hcl.Block group = job.blocks("group").findFirst().orElseThrow();
            Hcl.Block task = group.blocks("task").findFirst().orElseThrow();
            assertThat(List.of(job.label(0), group.label(0), task.label(0))).containsExactly(names.nomadJob(),
                    names
                            .nomadGroup(),
                    names.nomadTask());
            assertThat(group.blocks("network")).isNotEmpty();
            assertThat(group.blocks("service").findFirst().orElseThrow().attribute("provider"))
                    .contains("\"nomad\"");
            assertThat(task.blocks("vault").findFirst().orElseThrow().attribute("role"))
                    .contains("var.vault_role");
            assertThat(task.blocks("template").findFirst().orElseThrow().attribute("data").orElseThrow())
                    .contains(
                            "with secret \"${var.vault_path}\"", "$v | toJSON");
            assertThat(variable(jobFile, "vault_path").attribute("default")).contains("\"secret/data/" + names
                    .vaultPath() + "\"");
            assertThat(variable(jobFile, "vault_role").attribute("default"))
                    .contains("\"nexpo-posthog-" + catalog
                            .service() + "\"");
            assertThat(variable(jobFile, "image_tag").attribute("default")).as("no image without a fixed tag")
                    .isEmpty();
            Path policy = BlueprintFolder.COMMITTED.resolve("vault-policies")
                    .resolve(catalog.service() + ".hcl");
            assertThat(Files.exists(policy)).isTrue();
            Hcl.Block rule = Hcl.parse(BlueprintFolder.text(policy)).blocks("path").findFirst().orElseThrow();
            assertThat(rule.label(0)).isEqualTo("secret/data/" + names.vaultPath());
            assertThat(rule.attribute("capabilities")).contains("[\"read\"]");
        });
    }

    private static Hcl.Block variable(Hcl.Block file, String name) {
        return file.blocks("variable").filter(v -> v.label(0).equals(name)).findFirst().orElseThrow();
    }

    private static Map<String, Hcl.Block> variables(Path file) {
        Map<String, Hcl.Block> found = new TreeMap<>();
        Hcl.parse(BlueprintFolder.text(file)).blocks("variable").forEach(v -> found.put(v.label(0), v));
        return found;
    }

    private static String squeezed(@Nullable String text) {
        return text == null ? "" : text.replaceAll("\\s+", " ");
    }
}
