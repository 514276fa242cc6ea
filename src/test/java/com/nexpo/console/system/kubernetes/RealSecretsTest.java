package com.nexpo.console.system.kubernetes;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** The adapter on a real API server, when one is given. */
class RealSecretsTest extends KubernetesSecretsTest {
    @BeforeAll
    static void given() {
        Assumptions.assumeTrue(System.getenv("K8S_TEST_KUBECONFIG") != null,
                "K8S_TEST_KUBECONFIG is not set: the adapter was not tested on a real API server");
    }

    @Override
    Path kubeconfig() {
        return Path.of(System.getenv().getOrDefault("K8S_TEST_KUBECONFIG", ""));
    }

    @Override
    Optional<String> context() {
        return Optional.ofNullable(System.getenv("K8S_TEST_CONTEXT"));
    }

    @Override
    String namespace() {
        return System.getenv().getOrDefault("K8S_TEST_NAMESPACE", "default");
    }
}
