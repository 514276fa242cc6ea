package com.nexpo.console.engine;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.ChangeId;
import com.nexpo.console.model.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became different between a plan that was reviewed and the plan as it is now. */
public final class PlanDifference {
    private PlanDifference() {}

    /** A sentence for each difference; one that says so when only the settings differ. */
    public static List<String> between(Plan reviewed, Plan now) {
        Map<ChangeId, Change> before = byId(reviewed);
        Map<ChangeId, Change> after = byId(now);
        List<String> lines = new ArrayList<>();
        after.forEach((id, change) -> {
            Change then = before.get(id);
            if (then == null) {
                lines.add("%s is to be %sd now; it was not in the reviewed plan."
                        .formatted(change.target().display(), change.action().wireName()));
            } else if (!then.basis().equals(change.basis())) {
                lines.add("%s was changed by somebody: %s then, %s now.".formatted(change.target().display(),
                        then.basis().display(), change.basis().display()));
            } else if (!then.fields().equals(change.fields()) || then.action() != change.action()) {
                lines.add("%s would change in another way.".formatted(change.target().display()));
            }
        });
        before.forEach((id, change) -> {
            if (!after.containsKey(id)) {
                lines.add("%s needs no change any more.".formatted(change.target().display()));
            }
        });
        if (lines.isEmpty()) {
            lines.add("The settings of the step are others.");
        }
        return lines;
    }

    private static Map<ChangeId, Change> byId(Plan plan) {
        Map<ChangeId, Change> changes = new LinkedHashMap<>();
        plan.pending().forEach(change -> changes.put(change.id(), change));
        return changes;
    }
}
