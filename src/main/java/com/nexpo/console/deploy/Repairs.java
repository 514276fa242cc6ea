package com.nexpo.console.deploy;

import java.util.Optional;
import java.util.Set;

/**
 * What somebody asked for after an apply went wrong.
 *
 * @param unlock        id of a lock on Terraform's state whose owner is known to be dead
 * @param pushState     store the state that the last apply could not store
 * @param adopt         addresses of objects that exist in PostHog and are to be imported
 * @param deleteOrphans addresses whose surplus objects are to be deleted in PostHog
 */
public record Repairs(Optional<String> unlock, boolean pushState, Set<String> adopt,
        Set<String> deleteOrphans) {
    public static final Repairs NONE = new Repairs(Optional.empty(), false, Set.of(), Set.of());

    public Repairs {
        adopt = Set.copyOf(adopt);
        deleteOrphans = Set.copyOf(deleteOrphans);
    }
}
