package com.nexpo.console.sandbox.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl works against the emulator. */
class KubectlTest {
    @TempDir
    Path folder = Path.of("");
    private KubernetesEmulator emulator = new KubernetesEmulator(0, "nexpo");

    private record Run(int code, String out, String err) {}

    @BeforeEach
    void kubectlIsHere() throws IOException {
        boolean here = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(dir -> Files.isExecutable(Path.of(dir, "kubectl")));
        Assumptions.assumeTrue(here, "kubectl is not on the PATH: nothing was run with it");
        Files.writeString(folder.resolve("config"), emulator.kubeconfig());
        emulator.rolloutStep(Duration.ofMillis(20));
    }

    @AfterEach
    void stop() {
        emulator.close();
    }

    private Run kubectl(String... arguments) throws Exception {
        return kubectlWith("", arguments);
    }

    private Run kubectlWith(String input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("kubectl", "--cache-dir", folder.resolve("cache").toString()));
        command.addAll(List.of(arguments));
        Path in = Files.writeString(folder.resolve("in"), input);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(in.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("KUBECONFIG", folder.resolve("config").toString());
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("kubectl %s ends", List.of(arguments)).isTrue();
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private void works(Run run, String says) {
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains(says);
        assertThat(run.code()).isZero();
    }

    @Test
    void createsASecretFromAnEnvFileOnce() throws Exception {
        Path env = Files.writeString(folder.resolve("a.env"),
                "# comment\nHOST=https://h\nQUOTED=\"q\"\nEMPTY=\n");
        works(kubectl("create", "secret", "generic", "guide", "--from-env-file=" + env),
                "secret/guide created");
        JsonObject secret = emulator.peek("secrets", "nexpo", "guide").orElseThrow();
        assertThat(secret.get("data"))
                .isEqualTo(Json.object("HOST", "aHR0cHM6Ly9o", "QUOTED", "InEi", "EMPTY", ""));
        assertThat(FieldOwnership.owners(secret)).singleElement().extracting(FieldOwnership.Owner::manager)
                .isEqualTo("kubectl-create");
        Run again = kubectl("create", "secret", "generic", "guide", "--from-env-file=" + env);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("error: failed to create secret secrets \"guide\" already exists");
    }

    @Test
    void appliesOnTheClientAndOnTheServer() throws Exception {
        String manifest = kubectl("create", "secret", "generic", "a", "--from-literal=K=1",
                "--dry-run=client", "-o",
                "yaml").out().replace("  creationTimestamp: null\n", "");
        works(kubectlWith(manifest, "apply", "-f", "-"), "secret/a created");
        works(kubectlWith(manifest, "apply", "-f", "-"), "secret/a unchanged");
        works(kubectlWith(manifest.replace("MQ==", "Mg=="), "apply", "-f", "-"), "secret/a configured");
        String other = manifest.replace("name: a", "name: b");
        works(kubectlWith(other, "apply", "--server-side", "-f", "-"), "secret/b serverside-applied");
        works(kubectl("get", "secret", "b", "-o", "jsonpath={.data.K}"), "MQ==");
    }

    @Test
    void showsTablesLabelsPatchesAndDeletes() throws Exception {
        kubectl("create", "secret", "generic", "a", "--from-literal=K=1");
        works(kubectl("get", "secret", "a"), "NAME   TYPE     DATA   AGE");
        works(kubectl("get", "secrets", "-o", "name"), "secret/a");
        works(kubectl("label", "secret", "a", "team=pay"), "secret/a labeled");
        works(kubectl("patch", "secret", "a", "-p", "{\"stringData\":{\"K\":\"2\"}}"), "secret/a patched");
        works(kubectl("get", "secret", "a", "-o", "jsonpath={.data.K}{.metadata.labels.team}"), "Mg==pay");
        works(kubectl("delete", "secret", "a"), "secret \"a\" deleted");
        Run gone = kubectl("get", "secret", "a");
        assertThat(gone.err()).isEqualTo("Error from server (NotFound): secrets \"a\" not found\n");
    }

    @Test
    void tellsWhoOneIsAndWhatOneMay() throws Exception {
        works(kubectl("auth", "can-i", "patch", "secrets"), "yes");
        works(kubectl("auth", "whoami"), "console");
        emulator.addServiceAccount("narrow", "nexpo", "deployer", List.of("secrets"), List.of("get"),
                List.of());
        Files.writeString(folder.resolve("config"), emulator.kubeconfig("deployer", "narrow"));
        Run no = kubectl("auth", "can-i", "delete", "secrets");
        assertThat(no.out()).isEqualTo("no\n");
        assertThat(no.code()).isEqualTo(1);
        works(kubectl("auth", "whoami"), "system:serviceaccount:nexpo:deployer");
        assertThat(kubectl("get", "secrets").err())
                .contains("Error from server (Forbidden): secrets is forbidden: "
                        + "User \"system:serviceaccount:nexpo:deployer\" cannot list resource \"secrets\"");
    }

    @Test
    void createsRestartsAndFollowsADeployment() throws Exception {
        works(kubectl("create", "namespace", "other"), "namespace/other created");
        works(kubectl("create", "deployment", "web", "--image=example/web:1"), "deployment.apps/web created");
        works(kubectl("rollout", "status", "deployment/web", "--timeout=10s"), "successfully rolled out");
        works(kubectl("rollout", "restart", "deployment/web"), "deployment.apps/web restarted");
        works(kubectl("rollout", "status", "deployment/web", "--timeout=10s"), "successfully rolled out");
        works(kubectl("get", "deployments", "-A"), "web");
        kubectl("patch", "deployment", "web", "-p", "{\"spec\":{\"paused\":true}}");
        assertThat(kubectl("rollout", "restart", "deployment/web").err())
                .contains("can't restart paused deployment");
    }

    @Test
    void isRefusedWithABadToken() throws Exception {
        Files.writeString(folder.resolve("config"), emulator.kubeconfig("x", "bad"));
        assertThat(kubectl("get", "secrets").err())
                .contains("You must be logged in to the server");
    }
}
