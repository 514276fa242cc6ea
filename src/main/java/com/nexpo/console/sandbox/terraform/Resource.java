package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A resource instance that the configuration wants.
 *
 * @param address    where it stands
 * @param needs      instances that its attributes read
 * @param ignored    attributes whose changes are ignored ({@code ignore_changes})
 * @param attributes what the configuration sets, given what the instances it needs look like
 */
record Resource(Address address, List<Address> needs, Set<String> ignored,
        Function<References, JsonObject> attributes) {

    ResourceType type() {
        return ResourceType.of(address.type());
    }

    /** The blocks it is made after, as the state lists them. */
    List<String> dependencies() {
        return needs.stream().map(Address::block).distinct().sorted().toList();
    }
}
