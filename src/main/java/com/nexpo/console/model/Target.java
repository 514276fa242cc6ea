package com.nexpo.console.model;

/**
 * The one thing that a change touches.
 *
 * @param system where it lives
 * @param type   what it is, in that system's word: {@code secret}, {@code parameter}, {@code policy},
 *               {@code job}, {@code posthog_feature_flag}
 * @param id     its full name there; unique within system and type
 */
public record Target(SystemId system, String type, String id) {
    /** "Kubernetes secret nexpo/auth-posthog-config". */
    public String display() {
        return system.title() + " " + type + " " + id;
    }
}
