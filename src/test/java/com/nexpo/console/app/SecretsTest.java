package com.nexpo.console.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.nexpo.console.sandbox.http.Faults;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A deployment whose systems answer with errors that quote what they were sent, and then one that works: no secret is
 * in anything that the console wrote, printed or gave to a child as an argument.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecretsTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String AWS_SECRET = "CANARY/aws+secret=key0123456789";
    private static final String FOREIGN = "phc_CANARYofSomebodyElse0123456789";
    private static final String KEY = "POSTHOG_PROJECT_API_KEY";

    private SandboxConsole console;
    private final Map<String, String> credentials = new LinkedHashMap<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> arguments = new TreeSet<>();
    private final List<Said> said = new ArrayList<>();

    @BeforeAll
    void deployWithFailuresThenWithout(@TempDir Path folder) throws Exception {
        console = SandboxConsole.start(folder);
        console.environment().put("AWS_SECRET_ACCESS_KEY", AWS_SECRET);
        credentials.put("personal key", export("POSTHOG_API_KEY"));
        credentials.put("Vault token", export("VAULT_TOKEN"));
        credentials.put("Nomad token", export("NOMAD_TOKEN"));
        credentials.put("AWS secret", AWS_SECRET);
        credentials.put("Kubernetes token", console.sandbox().kubernetes().token());

        quoting(console.sandbox().posthog().faults(), "POST /api/\\w+/[^/]+/insights", 400);
        watch("--services", "auth", "--approve");
        console.sandbox().posthog().faults().clear();
        watch("--services", "auth", "--approve", "--step=shared", "--step=services", "--step=deploy");

        String token = console.sandbox().aws().value("us-west-2", "/nexpo/posthog/auth/" + KEY).orElseThrow();
        values.put("project token", token);
        values.put("token of somebody else", FOREIGN);
        quoting(console.sandbox().nomad().faults(), "(PUT|POST) /v1/jobs/parse", 500);
        watch("--services", "auth", "--approve", "--step=config");
        console.sandbox().nomad().faults().clear();

        console.sandbox().aws().overwrite("us-west-2", "/nexpo/posthog/auth/" + KEY, FOREIGN);
        quoting(console.sandbox().aws().faults(), "AmazonSSM.PutParameter", 400);
        quoting(console.sandbox().vault().faults(), "(PUT|POST) /v1/secret/data", 400);
        quoting(console.sandbox().kubernetes().faults(), "(PATCH|POST|PUT) /api/v1/namespaces/[^/]+/secrets",
                422);
        watch("--services", "auth", "--approve", "--step=config");
        for (Faults faults : List.of(console.sandbox().aws().faults(), console.sandbox().vault().faults(),
                console.sandbox().kubernetes().faults())) {
            faults.clear();
        }
        watch("--services", "auth", "--approve");
    }

    @AfterAll
    void stop() {
        console.close();
    }

    /** Errors as bad as they can be: with every secret, in every spelling that a server might choose. */
    private void quoting(Faults faults, String request, int status) {
        StringBuilder all = new StringBuilder("You sent");
        Stream.concat(credentials.values().stream(), values.values().stream())
                .forEach(secret -> spellings(secret).forEach(s -> all.append(' ').append(s)));
        String text = all.toString();
        String body = "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"Invalid\",\"code\":" + status
                + ",\"type\":\"validation_error\",\"detail\":\"" + text + "\",\"message\":\"" + text
                + "\",\"__type\":\"ValidationException\",\"errors\":[\"" + text + "\"]}";
        faults.add(request, 1_000_000, new Faults.Fault.Answer(status, "application/json", body, Map.of()));
    }

    /** Runs it and notes the arguments of all its children while it runs. */
    private void watch(String... options) throws Exception {
        ChildConsole child = console.start(options);
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!child.process().waitFor(20, TimeUnit.MILLISECONDS)) {
            Stream.concat(Stream.of(child.process().toHandle()), child.process().descendants())
                    .forEach(handle -> argumentsOf(handle).ifPresent(arguments::add));
            if (System.nanoTime() > end) {
                break;
            }
        }
        said.add(child.end(Duration.ofSeconds(1)));
    }

    /** The JDK cuts a command line after 4 KB, and a class path is longer. */
    private static Optional<String> argumentsOf(ProcessHandle handle) {
        Path file = Path.of("/proc", String.valueOf(handle.pid()), "cmdline");
        try {
            return Files.exists(file)
                    ? Optional.of(Files.readString(file).replace('\0', ' '))
                    : handle.info().commandLine();
        } catch (IOException e) {
            // It ended in between.
            return Optional.empty();
        }
    }

    private String export(String name) {
        return Objects.requireNonNull(console.environment().get(name));
    }

    private static List<String> spellings(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        return Stream.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8),
                Base64.getEncoder().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))
                .distinct().toList();
    }

    private List<String> leaks(String where, String text, Map<String, String> secrets) {
        List<String> leaks = new ArrayList<>();
        secrets.forEach((name, secret) -> spellings(secret).stream().filter(text::contains)
                .forEach(spelling -> leaks.add("%s: %s, as %s".formatted(where, name, spelling))));
        return leaks;
    }

    private Map<String, String> everything() {
        Map<String, String> all = new LinkedHashMap<>(credentials);
        all.putAll(values);
        return all;
    }

    @Test
    void theRunsMetFailuresAndCameToTheirEnd() {
        assertThat(said).extracting(Said::outcome).containsExactly("failed", "done", "failed", "failed",
                "done");
        assertThat(said.get(0).problems()).contains("posthog_insight");
        assertThat(said.get(2).problems()).contains("Nomad refuses parsing the job file");
        assertThat(said.get(3).step("config").get("failed").getAsInt()).as(said.get(3).toString())
                .isGreaterThanOrEqualTo(3);
    }

    @Test
    void nothingThatWasPrintedHoldsASecret() {
        List<String> leaks = new ArrayList<>();
        for (Said one : said) {
            leaks.addAll(leaks("standard output", one.out(), everything()));
            leaks.addAll(leaks("standard error", one.err(), everything()));
        }
        assertThat(leaks).isEmpty();
    }

    @Test
    void noFileHoldsASecretButTerraformsOwnStateTheValues() throws IOException {
        List<String> leaks = new ArrayList<>();
        for (Path file : files(console.home())) {
            boolean state = file.getFileName().toString().startsWith("terraform.tfstate");
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            Map<String, String> secrets = new LinkedHashMap<>(everything());
            if (state) {
                secrets.values().removeAll(values.values());
            }
            leaks.addAll(leaks(console.home().relativize(file).toString(), text, secrets));
        }
        assertThat(leaks).isEmpty();
    }

    @Test
    void noArgumentOfAProcessHoldsASecret() {
        assertThat(arguments).anyMatch(line -> line.contains("EmulatedTerraform") && line.contains("apply"));
        List<String> leaks = new ArrayList<>();
        arguments.forEach(line -> leaks.addAll(leaks(line, line, everything())));
        assertThat(leaks).isEmpty();
    }

    @Test
    void plansAndPrintoutsAreGoneAndFoldersArePrivate() throws IOException {
        Assumptions.assumeTrue(console.home().getFileSystem().supportedFileAttributeViews().contains("posix"),
                "skipped: the file system has no owner and modes");
        assertThat(files(console.home())).extracting(f -> f.getFileName().toString())
                .noneMatch(name -> name.endsWith(".tfplan") || name.startsWith("out-")
                        || name.startsWith("err-"));
        Path environment = console.environmentFolder();
        for (Path folder : List.of(console.home(), environment, environment.resolve("runs"),
                environment.resolve("plans"),
                environment.resolve("workspace"), environment.resolve("workspace/.console"))) {
            assertThat(modes(folder)).as(folder.toString()).isEqualTo("rwx------");
        }
        for (String file : List.of("choices.json", "projects.json", "workspace/terraform.tfvars.json")) {
            assertThat(modes(environment.resolve(file))).as(file).isEqualTo("rw-------");
        }
        assertThat(modes(console.home().resolve("fingerprint.key"))).isEqualTo("rw-------");
    }

    private static String modes(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static List<Path> files(Path under) throws IOException {
        try (Stream<Path> all = Files.walk(under)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
