package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonObject;
import java.util.Comparator;

/** Names a job. */
record JobKey(String namespace, String id) implements Comparable<JobKey> {
    private static final Comparator<JobKey> ORDER = Comparator.comparing(JobKey::namespace)
            .thenComparing(JobKey::id);

    /** The job that an evaluation, a deployment or an allocation belongs to. */
    static JobKey of(JsonObject part) {
        return new JobKey(Json.text(part, "Namespace"), Json.text(part, "JobID"));
    }

    @Override
    public int compareTo(JobKey other) {
        return ORDER.compare(this, other);
    }
}
