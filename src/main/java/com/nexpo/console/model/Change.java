package com.nexpo.console.model;

import java.util.List;

/**
 * One planned change of one target.
 *
 * @param fields what changes in it, masked; empty for what has no inside to show
 * @param basis  the remote version that this was planned on
 * @param reason why, in one sentence
 */
public record Change(Target target, Action action, List<FieldChange> fields, Basis basis, String reason) {
    public Change {
        fields = List.copyOf(fields);
    }

    /** Unique within a plan: a target is changed at most once. */
    public ChangeId id() {
        return new ChangeId(target.system().wireName() + ":" + target.type() + ":" + target.id());
    }
}
