package com.nexpo.console.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.sandbox.Sandbox;
import com.nexpo.console.testing.Eventually;
import com.posthog.server.PostHog;
import com.posthog.server.PostHogConfig;
import com.posthog.server.PostHogInterface;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the command contract promises for a shell that has read the sandbox's file of exports: the tools of the guide
 * work as they do against the real systems.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealToolsTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Path folder;
    private final Path exports;
    private final Sandbox sandbox;

    /** Exit code and what was said on both streams. */
    private record Ran(int exit, String output) {
        JsonObject json() {
            return JsonParser.parseString(output).getAsJsonObject();
        }
    }

    RealToolsTest(@TempDir Path folder) throws IOException {
        assumeTrue(OnPath.find("sh").isPresent(), "skipped: there is no sh to read the file of exports");
        this.folder = folder;
        this.exports = folder.resolve("sandbox.env");
        this.sandbox = Sandbox.start(0, folder.resolve("sandbox"), false);
        sandbox.writeExports(exports);
    }

    @AfterAll
    void stop() {
        sandbox.close();
    }

    /** Runs a command line in a shell that has read the exports and knows nothing else of these systems. */
    private Ran shell(String commands) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", ". '%s'\n%s".formatted(exports, commands))
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("VAULT_")
                || name.startsWith("NOMAD_") || name.startsWith("KUBE") || name.startsWith("POSTHOG_"));
        Process process = builder.start();
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(commands + " did not end within " + LONGEST);
        }
        return new Ran(process.exitValue(), Files.readString(output));
    }

    private String said(String commands) throws IOException, InterruptedException {
        Ran ran = shell(commands);
        assertThat(ran.exit()).as(commands + "\n" + ran.output()).isZero();
        return ran.output();
    }

    private static void needs(String tool) {
        assumeTrue(OnPath.find(tool).isPresent(), "skipped: " + tool + " is not on the PATH");
    }

    @Test
    void onlyItsUserCanReadTheExports() throws IOException {
        assumeTrue(exports.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "skipped: this file system knows no modes");
        assertThat(Files.getPosixFilePermissions(exports)).hasToString("[OWNER_READ, OWNER_WRITE]");
    }

    @Test
    void awsKeepsParameters() throws Exception {
        needs("aws");
        assertThat(said("aws sts get-caller-identity --output json")).contains("123456789012");

        said("aws ssm put-parameter --name /tools/A --type SecureString --value 'a \"b\" $c'");
        assertThat(shell("aws ssm put-parameter --name /tools/A --type SecureString --value x").output())
                .contains("(ParameterAlreadyExists)");
        said("aws ssm put-parameter --name /tools/A --type SecureString --value 'second' --overwrite");

        String listed = said("aws ssm get-parameters-by-path --path /tools --with-decryption --output json");
        JsonObject parameter = JsonParser.parseString(listed).getAsJsonObject().getAsJsonArray("Parameters")
                .get(0).getAsJsonObject();
        assertThat(parameter.get("Value").getAsString()).isEqualTo("second");
        assertThat(parameter.get("Version").getAsInt()).isEqualTo(2);
    }

    @Test
    void kubectlAppliesAndCreatesSecrets() throws Exception {
        needs("kubectl");
        Files.writeString(folder.resolve("secret.yaml"), """
                apiVersion: v1
                kind: Secret
                metadata:
                  name: applied
                  namespace: nexpo
                stringData:
                  A: one
                """);

        assertThat(said("kubectl apply --server-side -f secret.yaml"))
                .contains("secret/applied serverside-applied");
        assertThat(said("kubectl create secret generic created -n nexpo --from-literal=A=two"))
                .contains("secret/created created");
        assertThat(shell("kubectl create secret generic created -n nexpo --from-literal=A=three").output())
                .contains("secrets \"created\" already exists");
        assertThat(said("kubectl get secrets -n nexpo -o name")).contains("secret/applied", "secret/created");
        assertThat(said("kubectl get secret applied -n nexpo -o 'jsonpath={.data.A}'")).isEqualTo("b25l");
        assertThat(said("kubectl get secret created -n nexpo -o yaml")).contains("A: dHdv");
        assertThat(said("kubectl auth can-i create secrets -n nexpo")).contains("yes");
    }

    @Test
    void kubectlRestartsADeployment() throws Exception {
        needs("kubectl");
        said("kubectl create deployment web --image=nginx -n nexpo");

        assertThat(said("kubectl rollout restart deployment/web -n nexpo"))
                .contains("deployment.apps/web restarted");
        assertThat(said("kubectl rollout status deployment/web -n nexpo --timeout=60s"))
                .contains("successfully rolled out");
        assertThat(said("kubectl get deployment web -n nexpo -o yaml"))
                .contains("kubectl.kubernetes.io/restartedAt");
    }

    @Test
    void curlReachesVault() throws Exception {
        needs("curl");
        said("""
                curl -sSf -H "X-Vault-Token: $VAULT_TOKEN" -d '{"data":{"A":"b"}}' "$VAULT_ADDR/v1/secret/data/tools"
                """);

        JsonObject read = shell("""
                curl -sSf -H "X-Vault-Token: $VAULT_TOKEN" "$VAULT_ADDR/v1/secret/data/tools"
                """).json();

        assertThat(read.getAsJsonObject("data").getAsJsonObject("data").get("A").getAsString())
                .isEqualTo("b");
        assertThat(shell("curl -s \"$VAULT_ADDR/v1/secret/data/tools\"").output())
                .contains("permission denied");
    }

    @Test
    void curlReachesNomad() throws Exception {
        needs("curl");

        assertThat(shell("curl -sSf -H \"X-Nomad-Token: $NOMAD_TOKEN\" \"$NOMAD_ADDR/v1/agent/self\"").json()
                .has("config")).isTrue();
        assertThat(said("curl -sSf -H \"X-Nomad-Token: $NOMAD_TOKEN\" \"$NOMAD_ADDR/v1/jobs\""))
                .startsWith("[");
        assertThat(shell("curl -s \"$NOMAD_ADDR/v1/jobs?namespace=default\" -H 'X-Nomad-Token: %s'"
                .formatted("00000000-0000-0000-0000-000000000000")).output()).isEqualTo("Permission denied");
    }

    @Test
    void curlReachesPostHogAndItsJavaSdkEvaluatesAFlagMadeThere() throws Exception {
        needs("curl");
        JsonObject project = shell(
                posthog("organizations/$POSTHOG_ORGANIZATION_ID/projects/", "{\"name\": \"tools\"}"))
                .json();
        String id = project.get("id").getAsString();
        JsonObject flag = shell(posthog("projects/" + id + "/feature_flags/",
                "{\"key\": \"checkout\", \"active\": true, \"filters\": {\"groups\": [{\"properties\": [], \"rollout_percentage\": 100}]}}"))
                .json();
        assertThat(flag.get("key").getAsString()).isEqualTo("checkout");

        PostHogInterface sdk = PostHog.with(PostHogConfig.builder(project.get("api_token").getAsString())
                .host(sandbox.posthog().address().toString()).flushAt(1).build());
        try {
            assertThat(sdk.isFeatureEnabled("d-1", "checkout", false)).isTrue();
            assertThat(sdk.isFeatureEnabled("d-1", "not-there", false)).isFalse();
            sdk.capture("d-1", "tools_worked");
            sdk.flush();
            Eventually.holds("the event arrives", Duration.ofSeconds(30),
                    () -> events(id).contains("tools_worked"));
        } finally {
            sdk.close();
        }
    }

    private String events(String project) throws IOException, InterruptedException {
        StringBuilder names = new StringBuilder();
        for (JsonElement event : shell("curl -sS -H \"Authorization: Bearer $POSTHOG_API_KEY\" "
                + "\"$POSTHOG_HOST/api/projects/" + project + "/events/\"").json()
                .getAsJsonArray("results")) {
            names.append(event.getAsJsonObject().get("event").getAsString()).append(' ');
        }
        return names.toString();
    }

    private static String posthog(String path, String body) {
        return "curl -sSf -H \"Authorization: Bearer $POSTHOG_API_KEY\" -H 'Content-Type: application/json' -d '"
                + body + "' \"$POSTHOG_HOST/api/" + path + "\"";
    }

    @Test
    void theExportsHoldWhatTheContractNames() {
        assertThat(sandbox.exports()).containsKeys("POSTHOG_HOST", "POSTHOG_API_KEY",
                "POSTHOG_ORGANIZATION_ID", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                "AWS_REGION", "KUBECONFIG", "VAULT_ADDR", "VAULT_TOKEN", "NOMAD_ADDR", "NOMAD_TOKEN",
                "CONSOLE_PROFILE");
        assertThat(Map.copyOf(sandbox.exports()).values()).noneMatch(String::isBlank);
    }
}
