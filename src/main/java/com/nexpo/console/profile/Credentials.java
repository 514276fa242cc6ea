package com.nexpo.console.profile;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Fetches credentials from where a profile says they are. No failure quotes what was found there. */
public final class Credentials {
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);
    private static final String BY_HAND = "Run it by hand and look.";

    private final Map<String, String> environment;
    private final Function<String, Optional<Secret>> asker;
    private final Duration commandLimit;

    /**
     * @param environment the environment variables
     * @param asker       asks a person for "the API key of PostHog"; empty when there is nobody to ask
     */
    public Credentials(Map<String, String> environment, Function<String, Optional<Secret>> asker) {
        this(environment, asker, COMMAND_LIMIT);
    }

    /** @param commandLimit after which a command is ended */
    Credentials(Map<String, String> environment, Function<String, Optional<Secret>> asker,
            Duration commandLimit) {
        this.environment = Map.copyOf(environment);
        this.asker = asker;
        this.commandLimit = commandLimit;
    }

    /** What one source gave. */
    private sealed interface Found {
        record Credential(Secret secret) implements Found {}

        record NotNeeded() implements Found {}

        record Missing(String why, String fix) implements Found {}
    }

    /**
     * The credential.
     *
     * @param what for messages: "PostHog's personal API key"
     * @return empty when the profile says that none is needed
     * @throws FailureException of kind DENIED when it is not where the profile says
     */
    public Optional<Secret> fetch(String what, CredentialSource source)
            throws FailureException, InterruptedException {
        return switch (look(what, source)) {
            case Found.Credential(Secret secret) -> Optional.of(secret);
            case Found.NotNeeded() -> Optional.empty();
            case Found.Missing(String why, String fix) ->
                throw new FailureException(new Failure(FailureKind.DENIED,
                        "CFG-CREDENTIAL", "No credential for " + what + ": " + why + ".", fix));
        };
    }

    private Found look(String what, CredentialSource source) throws InterruptedException {
        return switch (source) {
            case CredentialSource.None() -> new Found.NotNeeded();
            case CredentialSource.Environment(String variable) -> variable(variable);
            case CredentialSource.File(Path path) -> file(path);
            case CredentialSource.Command(List<String> command) -> command(command);
            case CredentialSource.Ask() -> ask(what);
            case CredentialSource.FirstOf(List<CredentialSource> sources) -> first(what, sources);
        };
    }

    /** When it is nowhere, every place that was looked at is told of. */
    private Found first(String what, List<CredentialSource> sources) throws InterruptedException {
        Optional<Found.Missing> nowhere = Optional.empty();
        for (CredentialSource source : sources) {
            Found found = look(what, source);
            if (!(found instanceof Found.Missing missing)) {
                return found;
            }
            nowhere = Optional.of(nowhere
                    .map(before -> new Found.Missing(before.why() + ", and " + missing.why(), before.fix()))
                    .orElse(missing));
        }
        return nowhere.orElseThrow();
    }

    private Found variable(String name) {
        String value = environment.get(name);
        return value == null
                ? new Found.Missing("environment variable " + name + " is not set",
                        "Set it, or say in the profile where the credential is.")
                : credential(value, "environment variable " + name + " is empty", "Set it.");
    }

    private Found ask(String what) {
        return asker.apply(what).<Found>map(Found.Credential::new)
                .orElseGet(() -> new Found.Missing("there is no terminal to ask on",
                        "Name another source in the profile."));
    }

    private static Found file(Path path) {
        try {
            return credential(Files.readString(path), "file " + path + " is empty",
                    "Write the credential into it.");
        } catch (NoSuchFileException e) {
            return new Found.Missing("there is no file " + path,
                    "Make it, or say in the profile where the credential is.");
        } catch (AccessDeniedException e) {
            return new Found.Missing("file " + path + " cannot be read", "Look at its permissions.");
        } catch (IOException e) {
            return new Found.Missing("file " + path + " cannot be read as text",
                    "Name a file that holds the credential alone.");
        }
    }

    private Found command(List<String> command) throws InterruptedException {
        String program = command.getFirst();
        try {
            CredentialCommand.Output output = CredentialCommand.run(command, Map.of(), Optional.empty(),
                    commandLimit);
            if (output.timedOut()) {
                return new Found.Missing(program + " gave no answer in " + seconds(commandLimit), BY_HAND);
            }
            if (output.code() != 0) {
                return new Found.Missing(program + " ended with exit code " + output.code(), BY_HAND);
            }
            return credential(output.out(), program + " printed nothing", BY_HAND);
        } catch (IOException e) {
            return new Found.Missing(program + " cannot be started", "Is it installed, and on the PATH?");
        }
    }

    private static String seconds(Duration limit) {
        return limit.toSeconds() == 1 ? "1 second" : limit.toSeconds() + " seconds";
    }

    /** A line break at the end is not part of a credential; in a header it would be an error. */
    private static Found credential(String text, String whyEmpty, String fix) {
        String clean = text.strip();
        return clean.isEmpty() ? new Found.Missing(whyEmpty, fix) : new Found.Credential(Secret.of(clean));
    }
}
