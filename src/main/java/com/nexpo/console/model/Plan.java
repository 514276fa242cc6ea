package com.nexpo.console.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * What a step would do, masked, for a person to review and approve.
 *
 * @param form    digest of the form that it was made from
 * @param changes what destroys first, then what updates, creates, and what is already as wanted
 * @param checks  what was looked at before planning
 * @param notes   what a reviewer should know beyond the changes, a sentence each
 */
public record Plan(StepId step, Instant madeAt, String form, List<Change> changes, List<CheckResult> checks,
        List<String> notes) {

    public Plan {
        changes = changes.stream().sorted(Comparator.comparing(Change::action)).toList();
        checks = List.copyOf(checks);
        notes = notes.stream().map(Redactor::clean).toList();
    }

    /** Digest of the step, the form and every change with its basis; not of the time. */
    public PlanId id() {
        StringBuilder content = new StringBuilder(step.wireName()).append('\n').append(form);
        pending().stream().sorted(Comparator.comparing(c -> c.id().text())).forEach(change -> {
            content.append('\n').append(change.id()).append(' ').append(change.action()).append(' ')
                    .append(change.basis().display());
            for (FieldChange field : change.fields()) {
                content.append('\n').append(field.name()).append('\u0000').append(exact(field.before()))
                        .append('\u0000').append(exact(field.after()));
            }
        });
        return new PlanId(step.wireName() + "-" + digest(content.toString()).substring(0, 10));
    }

    /** The changes that an apply would carry out. */
    public List<Change> pending() {
        return changes.stream().filter(c -> c.action() != Action.NONE).toList();
    }

    /** How many targets are already as wanted. */
    public int unchanged() {
        return (int) changes.stream().filter(c -> c.action() == Action.NONE).count();
    }

    /** How many changes have this action. */
    public long count(Action action) {
        return changes.stream().filter(c -> c.action() == action).count();
    }

    /** True when a check forbids to apply. */
    public boolean blocked() {
        return checks.stream().anyMatch(CheckResult::blocks);
    }

    /** True when something would be destroyed. */
    public boolean destroys() {
        return changes.stream().anyMatch(c -> c.action().destroys());
    }

    private static String exact(Value value) {
        return value instanceof Value.Hidden(Fingerprint fingerprint) ? fingerprint.hex() : value.display();
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
