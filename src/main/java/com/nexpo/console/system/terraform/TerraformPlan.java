package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.FieldChange;
import java.util.List;
import java.util.Map;

/**
 * What a saved plan will do, masked.
 *
 * @param resources   what changes: deletes first, then replacements, updates, creations; by address within
 * @param drift       what was changed outside since the last apply, without the providers' noise
 * @param outputs     outputs whose value changes
 * @param objects     how many resources of each type the configuration holds after the apply, and the state
 *                    before it: what a refresh reads
 * @param digest      of addresses, actions and masked fields: equal for plans of equal content, in any process of
 *                    this installation
 * @param hasChanges  as the exit code said
 */
public record TerraformPlan(List<PlannedResource> resources, List<Change> drift, List<FieldChange> outputs,
        Map<String, Integer> objects, String digest, boolean hasChanges) {

    /** Target type of a plan that changes nothing but outputs. */
    public static final String OUTPUT = "output";

    public TerraformPlan {
        resources = List.copyOf(resources);
        drift = List.copyOf(drift);
        outputs = List.copyOf(outputs);
        objects = Map.copyOf(objects);
    }

    /** The changes to review, in order. */
    public List<Change> changes() {
        return resources.stream().map(PlannedResource::change).toList();
    }
}
