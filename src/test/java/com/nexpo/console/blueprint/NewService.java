package com.nexpo.console.blueprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A service that the bundled blueprint does not have, added as an operator would: a folder with a catalog. */
final class NewService {

    private NewService() {}

    static void add(Path blueprint, String id) throws IOException {
        Path services = blueprint.resolve("terraform/microservices");
        String catalog = Files.readString(services.resolve("auth/modules/posthog/catalog.json"))
                .replace("\"service\": \"auth\"", "\"service\": \"" + id + "\"")
                .replace("auth_posthog", id.replace('-', '_') + "_posthog")
                .replace("\"Auth", "\"" + id).replace("-login-", "-" + id + "-")
                .replace("\"security-monitoring\"", "\"security-" + id + "\"")
                .replace("\"onboarding-analytics\"", "\"onboarding-" + id + "\"")
                .replace("\"Login succeeded\"", "\"Login succeeded in " + id + "\"")
                .replace("\"Security event\"", "\"Security event in " + id + "\"");
        Path folder = Files.createDirectories(services.resolve(id).resolve("modules/posthog"));
        Files.writeString(folder.resolve("catalog.json"), catalog);
    }
}
