package com.nexpo.console.blueprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;

/**
 * The blueprint under the real Terraform. With {@code terraform} on the PATH its format is checked; where
 * {@code POSTHOG_PROVIDER_MIRROR} names a filesystem mirror with PostHog's provider (and {@code AWS_PROVIDER_MIRROR}, or
 * the CLI configuration, one with the AWS provider) the modules are validated and planned too.
 */
class RealTerraformTest {

    private static final String ORGANIZATION = "0190a000-0000-7000-8000-000000000001";

    @TempDir
    Path folder;

    private record Result(int exit, String output) {}

    @BeforeEach
    void needsTerraform() {
        boolean found = Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator, -1))
                .anyMatch(d -> Files
                        .isExecutable(Path.of(d, "terraform")));
        assumeTrue(found, "terraform is not on the PATH: the blueprint was not run under the real one");
    }

    @Test
    void theFormatIsTerraforms() throws Exception {
        Result result = terraform(BlueprintFolder.COMMITTED.resolve("terraform").toAbsolutePath(), "fmt",
                "-check",
                "-recursive", "-diff");
        assertThat(result.output()).isEmpty();
        assertThat(result.exit()).isZero();
    }

    @Test
    void theGuidesOwnModuleCallsAreValidAgainstOurModules() throws Exception {
        needsProviders();
        copyModules();
        for (String file : List.of("variables-2.2.tf", "main-3.1.tf", "main-4.1.tf", "main-4.2.tf",
                "main-4.3.tf",
                "main-4.4.tf")) {
            Files.writeString(folder.resolve(file), BlueprintFolder.resource("/blueprint-guide/" + file));
        }
        init();
        assertValid();
    }

    @ParameterizedTest
    @EnumSource(ProjectStrategy.class)
    void aPlanCreatesExactlyWhatTheCatalogsPromise(ProjectStrategy strategy) throws Exception {
        needsProviders();
        Path extended = BlueprintFolder.copyTo(folder.resolve("blueprint"));
        NewService.add(extended, "mail-out");
        Blueprint blueprint = Blueprint.read(extended);
        DeploymentSettings settings = randomSettings(blueprint, strategy);
        assertThat(settings.problems(blueprint)).isEmpty();
        folder = folder.resolve("workspace");
        new Workspace(folder).write(blueprint, settings, new Backend.Local());
        init();
        assertValid();
        Result fmt = terraform(folder, "fmt", "-check", "-recursive");
        assertThat(fmt.output()).as("what the console writes is formatted").isBlank();
        assertThat(plan()).containsExactlyInAnyOrderElementsOf(blueprint.resolve(settings).stream()
                .flatMap(r -> r.addresses().stream()).toList());
    }

    @Test
    void anUnknownToggleStopsThePlan() throws Exception {
        needsProviders();
        Blueprint blueprint = BlueprintFolder.read();
        DeploymentSettings settings = DeploymentSettings.defaults(blueprint, ORGANIZATION, "prod")
                .withToggles(Map.of(
                        "auth", Map.of("track_gogle_login", new SettingValue.Switch(false))));
        new Workspace(folder).write(blueprint, settings, new Backend.Local());
        init();
        Result result = terraform(folder, "plan", "-input=false", "-json");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.output()).contains("A toggle of auth is unknown");
    }

    private static DeploymentSettings randomSettings(Blueprint blueprint, ProjectStrategy strategy) {
        Random random = new Random(strategy.id().length());
        Map<String, Map<String, SettingValue>> toggles = new HashMap<>();
        for (ServiceCatalog c : blueprint.all()) {
            Map<String, SettingValue> values = new HashMap<>();
            c.variables().stream().filter(v -> v.isToggle() && !v.name().equals("enable_posthog"))
                    .forEach(v -> {
                        if (random.nextInt(3) > 0) {
                            values.put(v.name(), new SettingValue.Switch(random.nextInt(3) > 0));
                        }
                    });
            toggles.put(c.service(), values);
        }
        List<String> services = blueprint.services().stream().map(ServiceCatalog::service)
                .filter(s -> !s.equals("user"))
                .toList();
        DeploymentSettings d = DeploymentSettings.defaults(blueprint, ORGANIZATION, "prod")
                .withServices(services)
                .withToggles(toggles).withStrategy(strategy)
                .withFlagRollouts(Map.of("security-monitoring", 25));
        return new DeploymentSettings(d.organizationId(), d.environment(), d.projectName(), d.awsRegion(),
                d.commonTags(),
                d.strategy(), d.apiHost(), d.ingestHost(), true, d.ssmParameterPrefix(), true, d.services(),
                d.toggles(),
                d.flagRollouts());
    }

    /** Addresses that the plan creates. A plan of an empty state asks PostHog nothing. */
    private List<String> plan() throws Exception {
        Result result = terraform(folder, "plan", "-input=false", "-json");
        assertThat(result.exit()).as(result.output()).isZero();
        List<String> addresses = new ArrayList<>();
        result.output().lines().map(JsonParser::parseString).map(JsonElement::getAsJsonObject)
                .filter(l -> l.get("type")
                        .getAsString().equals("planned_change"))
                .map(l -> l.getAsJsonObject("change")).forEach(c -> {
                    assertThat(c.get("action").getAsString()).isEqualTo("create");
                    addresses.add(c.getAsJsonObject("resource").get("addr").getAsString());
                });
        return addresses;
    }

    private void assertValid() throws Exception {
        Result result = terraform(folder, "validate", "-json");
        assertThat(JsonParser.parseString(result.output()).getAsJsonObject().get("diagnostics"))
                .hasToString("[]");
        assertThat(result.exit()).isZero();
    }

    private void init() throws Exception {
        Result result = terraform(folder, "init", "-backend=false", "-input=false", "-no-color");
        assertThat(result.exit()).as(result.output()).isZero();
    }

    private static void needsProviders() {
        assumeTrue(mirror("POSTHOG_PROVIDER_MIRROR").isPresent(),
                "POSTHOG_PROVIDER_MIRROR names no mirror with PostHog's provider: validate and plan were not run");
        assumeTrue(awsMirror().isPresent(),
                "neither AWS_PROVIDER_MIRROR nor TF_CLI_CONFIG_FILE names an AWS provider: validate and plan were not run");
    }

    private static Optional<Path> mirror(String variable) {
        return Optional.ofNullable(System.getenv(variable)).filter(v -> !v.isBlank()).map(Path::of)
                .filter(Files::exists);
    }

    private void copyModules() throws IOException {
        Path from = BlueprintFolder.COMMITTED.resolve("terraform");
        for (String part : List.of("shared", "microservices")) {
            try (Stream<Path> files = Files.walk(from.resolve(part))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path to = folder.resolve(from.relativize(file).toString());
                    Files.createDirectories(to.resolveSibling(".").normalize());
                    Files.copy(file, to);
                }
            }
        }
    }

    /** Runs terraform with both mirrors and credentials that are never used. */
    private Result terraform(Path directory, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("terraform"));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("terraform", ".out");
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        Map<String, String> environment = builder.environment();
        environment.put("TF_IN_AUTOMATION", "1");
        environment.put("CHECKPOINT_DISABLE", "1");
        environment.put("POSTHOG_API_KEY", "phx_CANARY");
        environment.put("POSTHOG_HOST", "http://127.0.0.1:9");
        environment.put("AWS_ACCESS_KEY_ID", "CANARY");
        environment.put("AWS_SECRET_ACCESS_KEY", "CANARY");
        cliConfiguration().ifPresent(c -> environment.put("TF_CLI_CONFIG_FILE", c.toString()));
        try {
            Process process = builder.start();
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "terraform " + String.join(" ", arguments) + " did not end within 2 minutes");
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private Optional<Path> cliConfiguration() throws IOException {
        Optional<Path> posthog = mirror("POSTHOG_PROVIDER_MIRROR");
        Optional<Path> aws = awsMirror();
        if (posthog.isEmpty() || aws.isEmpty()) {
            return Optional.empty();
        }
        Path file = folder.resolve("cli.tfrc");
        Files.createDirectories(folder);
        Files.writeString(file, "disable_checkpoint = true\nprovider_installation {\n"
                + mirrorBlock(posthog.get(), "posthog") + mirrorBlock(aws.get(), "hashicorp") + "}\n");
        return Optional.of(file);
    }

    /** Named by its own variable, or by the first mirror of the machine's CLI configuration. */
    private static Optional<Path> awsMirror() {
        return mirror("AWS_PROVIDER_MIRROR").or(() -> mirror("TF_CLI_CONFIG_FILE").flatMap(
                c -> Hcl.parse(BlueprintFolder.text(c)).blocks("provider_installation")
                        .flatMap(p -> p.blocks("filesystem_mirror"))
                        .flatMap(m -> m.attribute("path").stream())
                        .findFirst())
                .map(path -> Path.of(path.replace("\"", ""))));
    }

    private static String mirrorBlock(Path mirror, String namespace) {
        return "  filesystem_mirror {\n    path    = \"" + mirror
                + "\"\n    include = [\"registry.terraform.io/"
                + namespace + "/*\"]\n  }\n";
    }
}
