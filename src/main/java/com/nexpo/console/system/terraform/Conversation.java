package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What {@code init} or {@code plan} said. */
final class Conversation {
    private static final Pattern NEEDS_INIT = Pattern
            .compile("Module not installed|Required plugins are not installed|"
                    + "Inconsistent dependency lock file|Missing required provider|Module source has changed|"
                    + "Provider requirements cannot be satisfied");
    private static final int LONGEST = 400;

    final List<String> warnings = new ArrayList<>();
    boolean drifted;
    TerraformProcess.Exit exit = new TerraformProcess.Exit(-1, "", false);
    private final List<Diagnostic> errors = new ArrayList<>();
    private final String command;
    private final RunListener listener;

    Conversation(String command, RunListener listener) {
        this.command = command;
        this.listener = listener;
    }

    void line(String line) {
        TerraformStream.parse(line).ifPresent(event -> {
            switch (event) {
                case TerraformEvent.Diagnosed(Diagnostic diagnostic) when diagnostic.error() ->
                    errors.add(diagnostic);
                case TerraformEvent.Diagnosed(Diagnostic diagnostic) ->
                    warnings.add((diagnostic.summary() + ": " + diagnostic.detail()).strip());
                case TerraformEvent.ResourceDrift _ -> drifted = true;
                default -> {
                }
            }
            listener.event(event);
        });
    }

    /** True when it failed because the workspace has to be prepared again; moving the state is not meant. */
    boolean needsInit() {
        return exit.code() == 1 && errors.stream().anyMatch(error -> NEEDS_INIT.matcher(error.text()).find());
    }

    /** Why it failed: the first error, and how many more there are. */
    FailureException failure(InstantSource clock) {
        if (errors.isEmpty()) {
            return new FailureException(new Failure(FailureKind.INTERNAL, "TF-ERROR",
                    "terraform " + command + " failed with exit code " + exit.code() + "."
                            + plainError(exit.stderr()).map(words -> " " + words).orElse("")));
        }
        List<Failure> failures = errors.stream().map(error -> DiagnosticFailures.of(error, clock.instant()))
                .distinct()
                .toList();
        Failure first = failures.getFirst();
        String others = failures.size() == 1 ? "" : " (and " + (failures.size() - 1) + " more)";
        // Nothing is changed by init and plan, whatever became of a call.
        return new FailureException(
                new Failure(first.kind(), first.code(), first.message() + others, first.fix(), false));
    }

    /** The words of an error that is no JSON, without the frame that Terraform draws around it. */
    static Optional<String> plainError(String stderr) {
        String words = stderr.lines()
                .map(line -> line.replaceAll("\\u001b\\[[0-9;]*m", "").replaceAll("[╷│╵]", " ")
                        .strip())
                .filter(line -> !line.isEmpty()).collect(Collectors.joining(" "));
        String redacted = DiagnosticText.redact(words);
        return Optional.of(redacted.length() <= LONGEST ? redacted : redacted.substring(0, LONGEST) + "…")
                .filter(text -> !text.isEmpty());
    }
}
