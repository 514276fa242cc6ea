package com.nexpo.console.app;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The real PostHog and AWS providers from folders of this machine, so that no test needs the network:
 * {@code POSTHOG_PROVIDER_MIRROR} and {@code AWS_PROVIDER_MIRROR}, the latter or else a mirror that the file
 * {@code TF_CLI_CONFIG_FILE} names.
 */
final class RealProviders {
    private static final Pattern MIRROR = Pattern.compile("path\\s*=\\s*\"([^\"]+)\"");

    private RealProviders() {}

    /**
     * Writes a command line configuration that finds both providers. Skips the test and says what is missing when
     * Terraform or one of them is not there.
     */
    static Path configuration(Path folder) throws IOException {
        assumeTrue(OnPath.find("terraform").isPresent(), "skipped: terraform is not on the PATH");
        Optional<Path> posthog = named("POSTHOG_PROVIDER_MIRROR").filter(mirror -> holds(mirror, "posthog"));
        assumeTrue(posthog.isPresent(),
                "skipped: POSTHOG_PROVIDER_MIRROR names no folder with the PostHog provider");
        Optional<Path> aws = named("AWS_PROVIDER_MIRROR").or(RealProviders::configured)
                .filter(mirror -> holds(mirror, "hashicorp"));
        assumeTrue(aws.isPresent(),
                "skipped: neither AWS_PROVIDER_MIRROR nor the file TF_CLI_CONFIG_FILE names a folder with the AWS provider");
        return Files.writeString(folder.resolve("terraformrc"), """
                disable_checkpoint = true
                provider_installation {
                  filesystem_mirror {
                    path    = "%s"
                    include = ["registry.terraform.io/posthog/*"]
                  }
                  filesystem_mirror {
                    path    = "%s"
                    include = ["registry.terraform.io/hashicorp/*"]
                  }
                }
                """.formatted(posthog.get(), aws.get()));
    }

    private static Optional<Path> named(String variable) {
        return Optional.ofNullable(System.getenv(variable)).filter(text -> !text.isBlank()).map(Path::of);
    }

    private static Optional<Path> configured() {
        try {
            Optional<Path> file = named("TF_CLI_CONFIG_FILE").filter(Files::isRegularFile);
            return file.isEmpty()
                    ? Optional.empty()
                    : MIRROR.matcher(Files.readString(file.get())).results().map(RealProviders::path)
                            .filter(mirror -> holds(mirror, "hashicorp")).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Path path(MatchResult found) {
        return Path.of(found.group(1));
    }

    private static boolean holds(Path mirror, String owner) {
        return Files.isDirectory(mirror.resolve("registry.terraform.io").resolve(owner));
    }
}
