package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Terraform or OpenTofu that is new enough.
 *
 * @param command the executable, by its absolute path, and arguments that always come first
 */
public record TerraformBinary(List<String> command, Product product, String version) {
    private static final Pattern HUMAN = Pattern
            .compile("(?m)^(Terraform|OpenTofu) v(\\d+)\\.(\\d+)\\.(\\d+)(-[0-9A-Za-z.-]+)?");
    private static final int MAJOR = 1;
    /** Write-only attributes: Terraform 1.11 (February 2025), OpenTofu 1.11 (its changelog, "Ephemeral"). */
    private static final int MINOR = 11;

    public TerraformBinary {
        command = List.copyOf(command);
    }

    /** The two programs that speak this command line. */
    public enum Product {
        TERRAFORM("Terraform", "terraform"), OPENTOFU("OpenTofu", "tofu");

        private final String title;
        private final String executable;

        Product(String title, String executable) {
            this.title = title;
            this.executable = executable;
        }

        public String title() {
            return title;
        }

        /** The usual name of its executable. */
        public String executable() {
            return executable;
        }
    }

    /** "Terraform 1.11.4". */
    public String display() {
        return product.title() + " " + version;
    }

    /**
     * Finds the executable and asks for its version.
     *
     * @param command first an absolute or relative path, or a name to look for on the PATH of {@code environment}
     * @throws FailureException when there is none, it does not answer as Terraform does, or it is too old
     */
    public static TerraformBinary find(List<String> command, ChildEnvironment environment)
            throws FailureException, InterruptedException {
        List<String> resolved = new ArrayList<>(command);
        resolved.set(0, locate(command.getFirst(), environment).toString());
        Path scratch = privateScratch();
        try {
            TerraformProcess process = new TerraformProcess(resolved, scratch, scratch, environment,
                    Duration.ofSeconds(10));
            StringBuilder said = new StringBuilder();
            // Not -json: there OpenTofu calls its version terraform_version too.
            TerraformProcess.Exit exit = process.lines(List.of("version"),
                    line -> said.append(line).append('\n'), _ -> {});
            if (exit.cancelled()) {
                throw new InterruptedException("while asking for the version of " + command.getFirst());
            }
            return parse(resolved, said.toString(), exit.code());
        } finally {
            deleteScratch(scratch);
        }
    }

    /** Reads the answer of {@code version}. */
    static TerraformBinary parse(List<String> command, String answer, int exitCode) throws FailureException {
        Matcher matcher = HUMAN.matcher(answer);
        if (exitCode != 0 || !matcher.find()) {
            throw new FailureException(new Failure(FailureKind.INVALID, "TF-BINARY",
                    command.getFirst() + " does not answer \"version\" as Terraform and OpenTofu do.",
                    "Name a Terraform or OpenTofu executable in the profile."));
        }
        Product product = matcher.group(1).equals("OpenTofu") ? Product.OPENTOFU : Product.TERRAFORM;
        int major = Integer.parseInt(matcher.group(2));
        int minor = Integer.parseInt(matcher.group(3));
        String version = "%d.%d.%s%s".formatted(major, minor, matcher.group(4),
                Optional.ofNullable(matcher.group(5)).orElse(""));
        if (major < MAJOR || (major == MAJOR && minor < MINOR)) {
            throw new FailureException(new Failure(FailureKind.INVALID, "TF-VERSION",
                    "%s is %s %s, which would write secrets into the state: write-only attributes came with %d.%d."
                            .formatted(command.getFirst(), product.title(), version, MAJOR, MINOR),
                    "Install %s %d.%d or newer.".formatted(product.title(), MAJOR, MINOR)));
        }
        return new TerraformBinary(command, product, version);
    }

    private static Path locate(String name, ChildEnvironment environment) throws FailureException {
        Path given = Path.of(name);
        Stream<Path> candidates = given.getNameCount() > 1 || given.isAbsolute()
                ? Stream.of(given)
                : onPath(name, environment);
        return candidates.filter(path -> Files.isExecutable(path) && !Files.isDirectory(path)).findFirst()
                .map(Path::toAbsolutePath)
                .orElseThrow(() -> new FailureException(new Failure(FailureKind.NOT_FOUND, "TF-MISSING",
                        given.getNameCount() > 1
                                ? name + " is no executable file."
                                : name + " is not on the PATH.",
                        "Install Terraform or OpenTofu 1.11 or newer, or name the executable in the profile.")));
    }

    private static Stream<Path> onPath(String name, ChildEnvironment environment) {
        String path = Optional.ofNullable(environment.plain().get("PATH"))
                .or(() -> Optional.ofNullable(environment.plain().get("Path"))).orElse("");
        return Pattern.compile(Pattern.quote(File.pathSeparator)).splitAsStream(path)
                .filter(folder -> !folder.isBlank())
                .flatMap(folder -> Stream.of(Path.of(folder, name), Path.of(folder, name + ".exe")));
    }

    private static Path privateScratch() {
        try {
            return Files.createTempDirectory("posthog-console-terraform");
        } catch (IOException e) {
            throw new UncheckedIOException("the folder for temporary files cannot be written", e);
        }
    }

    private static void deleteScratch(Path scratch) {
        try {
            Files.deleteIfExists(scratch);
        } catch (IOException e) {
            // An empty folder among temporary files; nothing depends on it.
            return;
        }
    }
}
