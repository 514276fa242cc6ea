package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The one client node: what it can run, and why it cannot take something. */
final class Node {
    static final String ID = "53a607b0-afbd-d6e2-9fc3-1390ce9bc26b";
    static final String NAME = "sandbox";
    private static final long MEMORY_MB = 16_384;
    private static final String CLASS = "v1:3818439550878885107";

    private final Set<String> drivers;
    private final boolean consul;

    Node(Set<String> drivers, boolean consul) {
        this.drivers = drivers;
        this.consul = consul;
    }

    Set<String> drivers() {
        return drivers;
    }

    /**
     * Why an instance of this group cannot be placed beside the given ones, in the words of the scheduler's
     * metrics; empty when it can.
     *
     * @param held ports with a fixed number that are in use
     */
    Optional<Refusal> refusal(JsonObject job, JsonObject group, Set<Long> held) {
        boolean drill = Json.text(job, "_behaviour").equals(Behaviour.UNPLACEABLE.name());
        boolean driver = Json.objects(group, "Tasks").stream()
                .allMatch(task -> drivers.contains(Json.text(task, "Driver")));
        if (drill || !driver) {
            return Optional.of(Refusal.unsuitable("missing drivers"));
        }
        if (!consul && Implied.usesProvider(group, "consul")) {
            return Optional.of(Refusal.unsuitable("${attr.consul.version} semver >= 1.8.0"));
        }
        long memory = Json.objects(group, "Tasks").stream().flatMap(t -> Json.object(t, "Resources").stream())
                .mapToLong(r -> Json.number(r, "MemoryMB")).sum();
        if (memory > MEMORY_MB) {
            return Optional.of(Refusal.full(group, "memory", true));
        }
        return fixedPorts(group).stream().filter(port -> held.contains(Json.number(port, "Value")))
                .findFirst()
                .map(port -> Refusal.full(group, "network: reserved port collision %s=%d"
                        .formatted(Json.text(port, "Label"), Json.number(port, "Value")), false));
    }

    /** The ports with a fixed number, of the group's networks and of its tasks' old-style ones. */
    static List<JsonObject> fixedPorts(JsonObject group) {
        List<JsonObject> networks = new java.util.ArrayList<>(Json.objects(group, "Networks"));
        Json.objects(group, "Tasks").forEach(task -> Json.object(task, "Resources")
                .ifPresent(resources -> networks.addAll(Json.objects(resources, "Networks"))));
        return networks.stream().flatMap(network -> Json.objects(network, "ReservedPorts").stream()).toList();
    }

    /**
     * One reason.
     *
     * @param member   of the metrics: {@code ConstraintFiltered} or {@code DimensionExhausted}
     * @param filtered true when no node is suitable, false when the suitable ones are full
     * @param exhausted by task, what was asked for and is not there; empty when filtered
     */
    record Refusal(String member, String reason, boolean filtered, JsonObject exhausted) {
        static Refusal unsuitable(String reason) {
            return new Refusal("ConstraintFiltered", reason, true, new JsonObject());
        }

        /** @param memory whether it is the memory that is short */
        static Refusal full(JsonObject group, String reason, boolean memory) {
            JsonObject exhausted = new JsonObject();
            for (JsonObject task : Json.objects(group, "Tasks")) {
                long asked = Json.object(task, "Resources").map(r -> Json.number(r, "MemoryMB")).orElse(0L);
                exhausted.add(Json.text(task, "Name"),
                        Json.of("CPU", 0, "Cores", 0, "Devices", null, "DiskMB", 0, "IOPS", 0, "MemoryMB",
                                memory ? asked : 0, "MemoryMaxMB", 0, "NUMA", null, "Networks", null,
                                "SecretsMB", 0));
            }
            return new Refusal("DimensionExhausted", reason, false, exhausted);
        }

        /** As {@code FailedTGAllocs} shows it. */
        JsonObject metrics(int refused) {
            JsonObject metrics = Json.of("AllocationTime", 14321, "ClassExhausted", null, "ClassFiltered",
                    null,
                    "CoalescedFailures", refused - 1, "ConstraintFiltered", null, "DimensionExhausted", null,
                    "NodePool", "default", "NodesAvailable", Json.of("dc1", 1), "NodesEvaluated", 1,
                    "NodesExhausted", filtered ? 0 : 1, "NodesFiltered", filtered ? 1 : 0, "NodesInPool", 1,
                    "QuotaExhausted", null, "ResourcesExhausted",
                    exhausted.isEmpty() ? null : exhausted.deepCopy(),
                    "ScoreMetaData", null, "Scores",
                    null);
            metrics.add(member, Json.of(reason, 1));
            return metrics;
        }

        /** Which classes of nodes could take it, as a blocked evaluation shows it. */
        JsonObject eligibility() {
            return Json.of(CLASS, !filtered);
        }
    }

    /** As {@code GET /v1/nodes} lists it. */
    JsonArray list(long index) {
        JsonObject health = new JsonObject();
        for (String driver : List.of("raw_exec", "exec", "docker", "qemu", "java", "mock_driver")) {
            boolean there = drivers.contains(driver);
            health.add(driver, Json.of("Attributes", new JsonObject(), "Detected", there, "HealthDescription",
                    there ? "Healthy" : "", "Healthy", there, "UpdateTime",
                    "2026-11-23T23:55:53.411786449Z"));
        }
        JsonArray nodes = new JsonArray();
        nodes.add(Json.of("Address", "127.0.0.1", "Attributes", new JsonObject(), "CreateIndex", 7,
                "Datacenter",
                "dc1", "Drain", false, "Drivers", health, "HostVolumes", new JsonObject(), "ID", ID,
                "LastDrain",
                null, "ModifyIndex", index, "Name", NAME, "NodeClass", "", "NodePool", "default",
                "SchedulingEligibility", "eligible", "Status", "ready", "StatusDescription", "", "Version",
                "2.0.5"));
        return nodes;
    }
}
