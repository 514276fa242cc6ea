package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the allocation of one group: resources, ports, and the job as it was then. */
final class Placing {
    private final JsonObject job;
    private final JsonObject group;
    private final AtomicInteger ports;

    Placing(JsonObject job, JsonObject group, AtomicInteger ports) {
        this.job = job;
        this.group = group;
        this.ports = ports;
    }

    /** The labels of the group's own ports. */
    static Set<String> portLabels(JsonObject group) {
        Set<String> labels = new HashSet<>();
        for (JsonObject network : Json.objects(group, "Networks")) {
            List.of("DynamicPorts", "ReservedPorts").forEach(
                    list -> Json.objects(network, list)
                            .forEach(port -> labels.add(Json.text(port, "Label"))));
        }
        return labels;
    }

    JsonObject allocation(String name, String evalId) {
        JsonObject tasks = new JsonObject();
        JsonObject lifecycles = new JsonObject();
        JsonObject resources = new JsonObject();
        JsonObject sum = new JsonObject();
        for (JsonObject task : Json.objects(group, "Tasks")) {
            JsonObject own = Json.object(task, "Resources").orElseGet(JsonObject::new);
            String taskName = Json.text(task, "Name");
            tasks.add(taskName,
                    Json.of("Cpu", Json.of("CpuShares", Json.number(own, "CPU"), "ReservedCores", null),
                            "Devices", null, "Memory",
                            Json.of("MemoryMB", Json.number(own, "MemoryMB"), "MemoryMaxMB", 0),
                            "Networks", null));
            lifecycles.add(taskName, com.google.gson.JsonNull.INSTANCE);
            resources.add(taskName, own.deepCopy());
            sum = own.deepCopy();
        }
        List<JsonObject> mappings = mappings();
        JsonElement networks = mappings.isEmpty() ? com.google.gson.JsonNull.INSTANCE : networks(mappings);
        JsonObject shared = Json.of("DiskMB", 300, "Networks", networks, "Ports", Json.arrayOrNull(mappings));
        JsonObject whole = sum;
        whole.addProperty("DiskMB", 300);
        whole.addProperty("MemoryMaxMB", Json.number(sum, "MemoryMB"));
        whole.add("Networks", networks.deepCopy());
        return Json.of("AllocModifyIndex", 0, "AllocatedResources",
                Json.of("Shared", shared, "TaskLifecycles", lifecycles, "Tasks", tasks), "ClientDescription",
                "",
                "ClientStatus", "pending", "DesiredDescription", "", "DesiredStatus", "run",
                "DeploymentStatus", null,
                "EvalID", evalId, "ID", Store.newId(), "Job", Store.shown(job), "JobID", Json.text(job, "ID"),
                "JobVersion", Json.number(job, "Version"), "Metrics", metrics(), "Name", name, "Namespace",
                Json.text(job, "Namespace"), "NetworkStatus",
                Json.of("Address", "", "AddressIPv6", "", "DNS", null, "InterfaceName", ""), "NodeID",
                Node.ID,
                "NodeName", Node.NAME, "NextAllocation", "", "Resources", whole, "SharedResources",
                Json.of("CPU", 0, "Cores", 0, "Devices", null, "DiskMB", 300, "IOPS", 0, "MemoryMB", 0,
                        "MemoryMaxMB", 0, "NUMA", null, "Networks", networks.deepCopy(), "SecretsMB", 0),
                "SigningKeyID", Jwks.KEY_ID, "TaskGroup", Json.text(group, "Name"), "TaskResources",
                resources,
                "TaskStates", null);
    }

    private List<JsonObject> mappings() {
        List<JsonObject> mappings = new java.util.ArrayList<>();
        for (JsonObject network : Json.objects(group, "Networks")) {
            for (String list : List.of("DynamicPorts", "ReservedPorts")) {
                for (JsonObject port : Json.objects(network, list)) {
                    long fixed = Json.number(port, "Value");
                    JsonObject mapping = Json.of("HostIP", "127.0.0.1", "Label", Json.text(port, "Label"),
                            "Value",
                            fixed > 0 ? fixed : 20_000 + ports.incrementAndGet() % 12_000);
                    if (Json.number(port, "To") > 0) {
                        mapping.add("To", port.get("To"));
                    }
                    mappings.add(mapping);
                }
            }
        }
        return mappings;
    }

    private static JsonArray networks(List<JsonObject> mappings) {
        JsonArray dynamic = new JsonArray();
        mappings.forEach(m -> {
            JsonObject port = m.deepCopy();
            port.remove("HostIP");
            port.addProperty("HostNetwork", "default");
            dynamic.add(port);
        });
        JsonArray networks = new JsonArray();
        networks.add(Json.of("DynamicPorts", dynamic, "IP", "127.0.0.1"));
        return networks;
    }

    private static JsonObject metrics() {
        JsonArray scores = new JsonArray();
        scores.add(Json.of("NodeID", Node.ID, "NormScore", 0.5, "Scores",
                Json.of("job-anti-affinity", 0, "node-reschedule-penalty", 0, "node-affinity", 0, "binpack",
                        0.5)));
        return Json.of("AllocationTime", 17115, "ClassExhausted", null, "ClassFiltered", null,
                "CoalescedFailures", 0,
                "ConstraintFiltered", null, "DimensionExhausted", null, "NodePool", "default",
                "NodesAvailable",
                Json.of("dc1", 1), "NodesEvaluated", 1, "NodesExhausted", 0, "NodesFiltered", 0,
                "NodesInPool", 1,
                "QuotaExhausted", null, "ResourcesExhausted", null, "ScoreMetaData", scores, "Scores", null);
    }
}
