package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.List;

/** Short and full forms of allocations and evaluations. */
final class Stubs {
    private static final List<String> MEMBERS = List.of("ClientDescription", "ClientStatus", "CreateIndex",
            "CreateTime", "DeploymentStatus", "DesiredDescription", "DesiredStatus", "EvalID", "ID", "JobID",
            "JobVersion", "ModifyIndex", "ModifyTime", "Name", "Namespace", "NextAllocation", "NodeID",
            "NodeName",
            "TaskGroup", "TaskStates");

    private Stubs() {}

    /** As lists show an allocation: without its job, and without its deployment. */
    static JsonObject allocation(JsonObject allocation) {
        JsonObject stub = Json.of("FollowupEvalID", "", "JobType",
                Json.object(allocation, "Job").map(job -> Json.text(job, "Type")).orElse("service"),
                "PreemptedAllocations", null, "PreemptedByAllocation", "", "RescheduleTracker", null,
                "DesiredTransition",
                Json.of("ForceReschedule", null, "Migrate", null, "MigrateDisablePlacement", null,
                        "NoShutdownDelay", null, "Reschedule", null));
        MEMBERS.forEach(name -> stub.add(name, orNull(allocation, name)));
        return stub;
    }

    private static JsonElement orNull(JsonObject object, String name) {
        return object.has(name) ? object.get(name).deepCopy() : JsonNull.INSTANCE;
    }

    /** As {@code /v1/allocation/:id} shows it: empty texts are left out, as Go does there. */
    static JsonObject full(JsonObject allocation) {
        JsonObject full = Store.shown(allocation);
        List.of("DesiredDescription", "NextAllocation", "PreviousAllocation", "DeploymentID", "JobVersion")
                .forEach(name -> {
                    if (Json.text(full, name).isEmpty() || name.equals("JobVersion")) {
                        full.remove(name);
                    }
                });
        if (!Json.has(full, "DeploymentStatus")) {
            full.remove("DeploymentStatus");
        }
        return full;
    }
}
