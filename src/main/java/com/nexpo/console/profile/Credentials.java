package com.nexpo.console.profile;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Fetches credentials from where a profile says they are. */
public final class Credentials {
    private static final int COMMAND_SECONDS = 30;

    private final Map<String, String> environment;
    private final Function<String, Optional<Secret>> asker;

    /**
     * @param environment the environment variables
     * @param asker       asks a person for "the API key of PostHog"; empty when there is nobody to ask
     */
    public Credentials(Map<String, String> environment, Function<String, Optional<Secret>> asker) {
        this.environment = Map.copyOf(environment);
        this.asker = asker;
    }

    /**
     * The credential.
     *
     * @param what for messages: "PostHog's personal API key"
     * @return empty when the profile says that none is needed
     * @throws FailureException when it is not where the profile says
     */
    public Optional<Secret> fetch(String what, CredentialSource source)
            throws FailureException, InterruptedException {
        return switch (source) {
            case CredentialSource.None() -> Optional.empty();
            case CredentialSource.Environment(String variable) -> Optional.of(clean(Optional
                    .ofNullable(environment.get(variable)).filter(v -> !v.isBlank())
                    .orElseThrow(() -> missing(what, "environment variable " + variable + " is not set",
                            "Set it, or say in the profile where it is."))));
            case CredentialSource.File(Path path) -> Optional.of(clean(file(what, path)));
            case CredentialSource.Command(List<String> command) -> Optional.of(clean(command(what, command)));
            case CredentialSource.Ask() -> Optional.of(asker.apply(what).orElseThrow(
                    () -> missing(what, "there is no terminal to ask on",
                            "Name another source in the profile.")));
            case CredentialSource.FirstOf(List<CredentialSource> sources) -> first(what, sources);
        };
    }

    private Optional<Secret> first(String what, List<CredentialSource> sources)
            throws FailureException, InterruptedException {
        for (CredentialSource source : sources.subList(0, sources.size() - 1)) {
            Optional<Secret> found = ifThere(what, source);
            if (found.isPresent()) {
                return found;
            }
        }
        return fetch(what, sources.getLast());
    }

    /** What is missing here may be at the next place, and the last place's failure is the one to tell. */
    private Optional<Secret> ifThere(String what, CredentialSource source) throws InterruptedException {
        try {
            return fetch(what, source);
        } catch (FailureException e) {
            return Optional.empty();
        }
    }

    private static String file(String what, Path path) throws FailureException {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw missing(what, "there is no file " + path,
                    "Make it, or say in the profile where the credential is.");
        } catch (IOException e) {
            throw missing(what, "file " + path + " cannot be read (" + e.getMessage() + ")",
                    "Look at its permissions.");
        }
    }

    private static String command(String what, List<String> command)
            throws FailureException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            try (var output = process.getInputStream()) {
                if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw missing(what,
                            command.getFirst() + " gave no answer in " + COMMAND_SECONDS + " seconds",
                            "Run it by hand and look.");
                }
                if (process.exitValue() != 0) {
                    throw missing(what, command.getFirst() + " ended with exit code " + process.exitValue(),
                            "Run it by hand and look.");
                }
                return new String(output.readAllBytes(), StandardCharsets.UTF_8);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw missing(what, command.getFirst() + " cannot be started",
                    "Is it installed, and on the PATH?");
        }
    }

    /** A line break at the end is not part of a credential; in a header it would be an error. */
    private static Secret clean(String text) {
        return Secret.of(text.strip());
    }

    private static FailureException missing(String what, String why, String fix) {
        return new FailureException(new Failure(FailureKind.DENIED, "CFG-CREDENTIAL",
                "No credential for " + what + ": " + why + ".", fix));
    }
}
