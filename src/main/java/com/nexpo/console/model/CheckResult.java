package com.nexpo.console.model;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a check found.
 *
 * @param code     stable, such as {@code VLT-003}
 * @param title    what holds when the check passes
 * @param system   where it looked; empty for what concerns the machine or the configuration
 * @param target   what it looked at, empty when the title says it all
 * @param message  what was found, one sentence
 * @param evidence what was wanted and what is there; no secret
 */
public record CheckResult(String code, String title, Optional<SystemId> system, String target, Status status,
        Severity severity, String message, List<Evidence> evidence, Optional<Fix> fix, Instant at) {

    public CheckResult {
        message = Redactor.clean(message);
        evidence = List.copyOf(evidence);
    }

    /** Only {@link #PASS} is a pass. */
    public enum Status {
        PASS,
        WARN,
        FAIL,
        /** Could not be evaluated: not known to be good. */
        ERROR,
        SKIPPED;

        /** As the command contract writes it: lower case. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a result that is no pass means for the run. */
    public enum Severity {
        /** Nothing may be applied. */
        BLOCKING,
        /** Worth knowing. */
        ADVISORY
    }

    /** One observation. */
    public record Evidence(String label, String text) {
        public Evidence {
            text = Redactor.clean(text);
        }
    }

    /** How to mend it: in words, and as a command where there is one. */
    public record Fix(String text, Optional<String> command) {
        public Fix(String text) {
            this(text, Optional.empty());
        }

        public Fix(String text, String command) {
            this(text, Optional.of(command));
        }
    }

    /** True when nothing may be applied before this is mended. */
    public boolean blocks() {
        return severity == Severity.BLOCKING && (status == Status.FAIL || status == Status.ERROR);
    }
}
