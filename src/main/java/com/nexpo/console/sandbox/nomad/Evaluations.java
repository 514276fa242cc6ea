package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.nomad.Store.Table;

/** Makes evaluations, which the scheduler then works off. */
final class Evaluations {
    private static final long SOON = 20_000_000L;

    private final Store store;

    Evaluations(Store store) {
        this.store = store;
    }

    /** A pending evaluation of the job, within the given change. */
    JsonObject create(Store.Commit commit, JobKey key, String type, String trigger, String deploymentId,
            long jobModifyIndex) {
        long now = store.time().nanos();
        JsonObject evaluation = Json.of("CreateTime", now, "ID", Store.newId(), "JobID", key.id(),
                "ModifyTime", now,
                "Namespace", key.namespace(), "Priority", 50, "Status", "pending", "TriggeredBy", trigger,
                "Type",
                type);
        if (!deploymentId.isEmpty()) {
            evaluation.addProperty("DeploymentID", deploymentId);
        }
        if (jobModifyIndex > 0) {
            evaluation.addProperty("JobModifyIndex", jobModifyIndex);
        }
        commit.save(Table.EVALUATIONS, evaluation);
        store.time().schedule(SOON, Timeline.What.EVALUATE, Json.text(evaluation, "ID"));
        return evaluation;
    }

    /** The common one: something happened in a deployment. */
    JsonObject ofDeployment(Store.Commit commit, JsonObject deployment) {
        return create(commit, JobKey.of(deployment), "service", "deployment-watcher",
                Json.text(deployment, "ID"), 0);
    }
}
