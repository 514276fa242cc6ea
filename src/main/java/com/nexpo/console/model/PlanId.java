package com.nexpo.console.model;

/**
 * Names a plan by its content: the digest of everything a reviewer saw and of the versions it was planned on.
 * The same plan made again, even by another process, has the same id; a plan that differs has another.
 */
public record PlanId(String text) {
    @Override
    public String toString() {
        return text;
    }
}
