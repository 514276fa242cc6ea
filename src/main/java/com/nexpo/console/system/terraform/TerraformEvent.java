package com.nexpo.console.system.terraform;

import java.util.Optional;

/**
 * One line of a {@code -json} stream, as far as it matters here. Texts are redacted.
 *
 * @see <a href="https://developer.hashicorp.com/terraform/internals/machine-readable-ui">format</a>
 */
public sealed interface TerraformEvent {
    /** The first line: which program and version. */
    record Version(String text) implements TerraformEvent {}

    /**
     * What the plan will do.
     *
     * @param action {@code create update replace delete move remove import noop read}
     * @param reason such as {@code cannot_update}
     */
    record PlannedChange(String address, String action, Optional<String> reason) implements TerraformEvent {}

    /** Changed outside, as the provider sees it; much of it is noise, see {@link TerraformPlan#drift()}. */
    record ResourceDrift(String address, String action) implements TerraformEvent {}

    /** The numbers at the end. A plan that failed prints them too. */
    record Summary(String operation, int add, int change, int remove,
            int imported) implements TerraformEvent {}

    /** Reading begins. */
    record RefreshStart(String address) implements TerraformEvent {}

    /** Read. */
    record RefreshComplete(String address) implements TerraformEvent {}

    /** Begun; {@code action} is {@code create}, {@code update}, {@code delete} or {@code read}. */
    record ApplyStart(String address, String action) implements TerraformEvent {}

    /** Still at it, after so many seconds. */
    record ApplyProgress(String address, String action, long elapsedSeconds) implements TerraformEvent {}

    /** Carried out. */
    record ApplyComplete(String address, String action, long elapsedSeconds) implements TerraformEvent {}

    /** Failed; the reason comes later, as a diagnostic. */
    record ApplyErrored(String address, String action, long elapsedSeconds) implements TerraformEvent {}

    /** An error or a warning. */
    record Diagnosed(Diagnostic diagnostic) implements TerraformEvent {}

    /** Waiting for, or giving back, the lock of the state. */
    record LockWait(boolean acquiring) implements TerraformEvent {}

    /** Anything else with words worth keeping, a line that is no JSON included. */
    record Log(String text) implements TerraformEvent {}
}
