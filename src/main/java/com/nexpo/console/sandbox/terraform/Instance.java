package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonObject;
import java.util.List;

/**
 * One resource instance in the state.
 *
 * @param address      where it stands
 * @param attributes   its attributes; a write-only one is null
 * @param tainted      whether the next plan replaces it
 * @param dependencies blocks it was made after
 */
record Instance(Address address, JsonObject attributes, boolean tainted, List<String> dependencies) {

    ResourceType type() {
        return ResourceType.of(address.type());
    }

    Instance with(JsonObject changed) {
        return new Instance(address, changed, tainted, dependencies);
    }
}
