package com.nexpo.console.profile;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Where a credential comes from. A profile holds this, never the credential. */
public sealed interface CredentialSource {
    /** An environment variable. */
    record Environment(String variable) implements CredentialSource {}

    /** The text of a file, without surrounding white space. */
    record File(Path path) implements CredentialSource {}

    /** What a command prints on standard output; run without a shell, 30 seconds at most. */
    record Command(List<String> command) implements CredentialSource {
        public Command {
            command = List.copyOf(command);
            if (command.isEmpty()) {
                throw new IllegalArgumentException("a command has at least a program");
            }
        }
    }

    /** Asked for on the terminal or in the window, each time. */
    record Ask() implements CredentialSource {}

    /** The first of these that is there. */
    record FirstOf(List<CredentialSource> sources) implements CredentialSource {
        public FirstOf {
            sources = List.copyOf(sources);
            if (sources.isEmpty()) {
                throw new IllegalArgumentException("there is no first of none");
            }
        }
    }

    /** No credential: for systems that run without access control. */
    record None() implements CredentialSource {}

    /** "environment variable POSTHOG_API_KEY", for messages. */
    default String display() {
        return switch (this) {
            case Environment(String variable) -> "environment variable " + variable;
            case File(Path path) -> "file " + path;
            case Command(List<String> command) -> "command " + command.getFirst();
            case Ask() -> "asked each time";
            case FirstOf(List<CredentialSource> sources) ->
                sources.stream().map(CredentialSource::display).collect(Collectors.joining(", else "));
            case None() -> "none";
        };
    }
}
