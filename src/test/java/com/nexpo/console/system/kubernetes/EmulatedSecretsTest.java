package com.nexpo.console.system.kubernetes;

import com.nexpo.console.sandbox.kubernetes.KubernetesEmulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The adapter on the emulator. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmulatedSecretsTest extends KubernetesSecretsTest {
    @TempDir
    Path folder = Path.of("");
    private final KubernetesEmulator emulator = new KubernetesEmulator(0, "nexpo");

    @AfterAll
    void stop() {
        emulator.close();
    }

    @Override
    Path kubeconfig() throws IOException {
        return Files.writeString(folder.resolve("config"), emulator.kubeconfig());
    }

    @Override
    String namespace() {
        return "nexpo";
    }
}
