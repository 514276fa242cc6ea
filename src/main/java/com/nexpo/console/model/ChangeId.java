package com.nexpo.console.model;

/** Names a change within its plan: system, type and id of its target. The same target has the same id in every plan. */
public record ChangeId(String text) {
    @Override
    public String toString() {
        return text;
    }
}
