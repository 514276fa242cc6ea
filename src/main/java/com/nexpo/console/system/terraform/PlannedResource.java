package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Change;
import java.util.Map;
import java.util.Optional;

/**
 * A change of a resource, with what its review does not show but its aftermath needs.
 *
 * @param module   address of its module; empty for the root
 * @param identity attributes that name it where it lives, known at plan time and no secret: {@code key},
 *                 {@code name}, {@code project_id}, {@code organization_id}
 * @param importId when the plan imports it
 */
public record PlannedResource(Change change, String module, Map<String, String> identity,
        Optional<String> importId, boolean stateOnly) {
    public PlannedResource {
        identity = Map.copyOf(identity);
    }

    public String address() {
        return change.target().id();
    }

    public String type() {
        return change.target().type();
    }
}
