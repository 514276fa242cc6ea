package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.nomad.Store.Table;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The life of allocations and their tasks on the client, with the events that tell of it. */
final class Tasks {
    private static final Pattern SECRET = Pattern.compile("secret\\s+\"([^\"]+)\"");
    private static final long START_DELAY = 300_000_000L;
    private static final long RETRY_DELAY = 2_000_000_000L;

    private final Store store;
    private final Deployments deployments;
    private final VaultAccess vault;
    private final AtomicInteger ports = new AtomicInteger(20_000);

    Tasks(Store store, Deployments deployments, VaultAccess vault) {
        this.store = store;
        this.deployments = deployments;
        this.vault = vault;
    }

    /** A new allocation; it starts on its own. */
    JsonObject place(Store.Commit commit, JsonObject job, JsonObject group, Reconciler.Placement placement,
            String evalId, Optional<JsonObject> deployment) {
        JsonObject allocation = new Placing(job, group, ports).allocation(placement.name(), evalId);
        allocation.addProperty("CreateTime", store.time().nanos());
        allocation.addProperty("_canary", placement.canary());
        allocation.addProperty("_phase", "new");
        allocation.addProperty("_restarts", 0);
        allocation.add("_behaviour", job.has("_behaviour") ? job.get("_behaviour") : JsonNull.INSTANCE);
        placement.replaces().ifPresent(old -> allocation.add("PreviousAllocation", old.get("ID")));
        join(allocation, deployment);
        if (placement.canary()) {
            allocation.add("DeploymentStatus",
                    Json.of("Canary", true, "Healthy", null, "ModifyIndex", 0, "Timestamp",
                            "0001-01-01T00:00:00Z"));
        }
        commit.save(Table.ALLOCATIONS, allocation);
        allocation.addProperty("AllocModifyIndex", commit.index());
        store.time().schedule(START_DELAY / 3, Timeline.What.TASK, Json.text(allocation, "ID"));
        watchHealth(allocation, group);
        return allocation;
    }

    /** The running allocation now belongs to the new version; its health is measured anew. */
    void updateInPlace(Store.Commit commit, JsonObject allocation, JsonObject job, String evalId,
            Optional<JsonObject> deployment) {
        allocation.add("Job", Store.shown(job));
        allocation.add("JobVersion", job.get("Version"));
        allocation.addProperty("EvalID", evalId);
        allocation.add("DeploymentStatus", JsonNull.INSTANCE);
        join(allocation, deployment);
        commit.save(Table.ALLOCATIONS, allocation);
        groupOf(allocation).ifPresent(group -> {
            watchHealth(allocation, group);
            if (Json.text(allocation, "_phase").equals("running")) {
                store.time().schedule(minimumHealthy(group), Timeline.What.HEALTHY, healthTicket(allocation));
            }
        });
    }

    private static void join(JsonObject allocation, Optional<JsonObject> deployment) {
        allocation.addProperty("DeploymentID", deployment.map(d -> Json.text(d, "ID")).orElse(""));
    }

    private void watchHealth(JsonObject allocation, JsonObject group) {
        long deadline = Json.object(group, "Update").map(u -> Json.number(u, "HealthyDeadline")).orElse(0L);
        if (deadline > 0) {
            store.time().schedule(deadline, Timeline.What.HEALTH_DEADLINE, healthTicket(allocation));
        }
    }

    /** Health is asked for within one deployment: a later one makes older questions void. */
    private static String healthTicket(JsonObject allocation) {
        return Json.text(allocation, "ID") + "@" + Json.text(allocation, "DeploymentID") + "@"
                + Json.number(allocation, "_restarts");
    }

    private Optional<JsonObject> byTicket(String ticket, boolean sameStart) {
        String[] parts = ticket.split("@", -1);
        return store.find(Table.ALLOCATIONS, parts[0])
                .filter(a -> Json.text(a, "DeploymentID").equals(parts[1]) && Reconciler.isWanted(a))
                .filter(a -> !sameStart || Json.number(a, "_restarts") == Long.parseLong(parts[2]));
    }

    private static Optional<JsonObject> groupOf(JsonObject allocation) {
        return Json.objects(allocation.getAsJsonObject("Job"), "TaskGroups").stream()
                .filter(g -> Json.text(g, "Name").equals(Json.text(allocation, "TaskGroup"))).findFirst();
    }

    private static long minimumHealthy(JsonObject group) {
        return Json.object(group, "Update").map(u -> Json.number(u, "MinHealthyTime")).orElse(0L);
    }

    /** The next thing in the life of this allocation. */
    void step(String id) {
        store.find(Table.ALLOCATIONS, id).filter(Reconciler::isWanted).ifPresent(allocation -> {
            switch (Json.text(allocation, "_phase")) {
                case "new" -> receive(allocation);
                case "received", "waiting" -> prepare(allocation);
                case "crashing" -> crash(allocation);
                case "restarting" -> start(allocation);
                default -> {
                    // Running, or over: nothing comes by itself.
                }
            }
        });
    }

    private void receive(JsonObject allocation) {
        JsonObject states = new JsonObject();
        tasksOf(allocation).forEach(task -> states.add(Json.text(task, "Name"), TaskEvents.newState()));
        allocation.add("TaskStates", states);
        allocation.addProperty("ClientDescription", "No tasks have started");
        event(allocation, TaskEvents.received(store.time()));
        Optional<String> setup = unknownPort(allocation);
        if (setup.isPresent()) {
            event(allocation, TaskEvents.setupFailure(store.time(), setup.get()));
            failed(allocation);
            return;
        }
        event(allocation, TaskEvents.message(store.time(), "Task Setup", "Building Task Directory"));
        phase(allocation, "received", START_DELAY);
        update(allocation);
    }

    private static List<JsonObject> tasksOf(JsonObject allocation) {
        return groupOf(allocation).map(group -> Json.objects(group, "Tasks")).orElse(List.of());
    }

    private static Optional<String> unknownPort(JsonObject allocation) {
        return groupOf(allocation).flatMap(group -> Json.objects(group, "Services").stream()
                .filter(s -> !Json.text(s, "PortLabel").isEmpty()
                        && !Placing.portLabels(group).contains(Json.text(s, "PortLabel"))
                        && !Json.text(s, "PortLabel").chars().allMatch(Character::isDigit))
                .findFirst())
                .map(s -> "failed to setup alloc: pre-run hook \"group_services\" failed: 1 error occurred:\n\t* unable to get address for service \"%s\": invalid port \"%s\": port label not found\n\n"
                        .formatted(Json.text(s, "Name"), Json.text(s, "PortLabel")));
    }

    private void prepare(JsonObject allocation) {
        JobKey key = JobKey.of(allocation);
        for (JsonObject task : tasksOf(allocation)) {
            Optional<JsonObject> block = Json.object(task, "Vault");
            if (block.isEmpty()) {
                continue;
            }
            String role = Json.text(block.get(), "Role");
            Optional<String> refused = vault.login(key.namespace(), key.id(), role);
            if (refused.isPresent()) {
                TaskEvents.loginRefused(store.time(), refused.get()).forEach(e -> event(allocation, e));
                failed(allocation);
                return;
            }
            Optional<String> missing = secretsOf(task).stream()
                    .filter(path -> !mayRead(key, role, path)).findFirst();
            if (missing.isPresent()) {
                await(allocation, missing.get());
                return;
            }
        }
        Optional<String> driver = driverFailure(allocation);
        if (driver.isPresent()) {
            event(allocation, TaskEvents.driverFailure(store.time(), driver.get()));
            event(allocation, TaskEvents.notRestarting(store.time(), "Error was unrecoverable"));
            failed(allocation);
            return;
        }
        start(allocation);
    }

    /** A path without {@code data/} works too: the template looks at the mount's version and inserts it. */
    private boolean mayRead(JobKey key, String role, String path) {
        return vault.mayRead(key.namespace(), key.id(), role, path) || vault.mayRead(key.namespace(),
                key.id(), role, path.replaceFirst("/(?!data/)", "/data/"));
    }

    /** The paths that the task's templates read from Vault. */
    static List<String> secretsOf(JsonObject task) {
        return Json.objects(task, "Templates").stream().map(t -> SECRET.matcher(Json.text(t, "EmbeddedTmpl")))
                .flatMap(Matcher::results).map(found -> found.group(1)).distinct().toList();
    }

    private void await(JsonObject allocation, String path) {
        if (!Json.text(allocation, "_phase").equals("waiting")) {
            event(allocation, TaskEvents.missingSecret(store.time(), path));
            update(allocation);
        }
        phase(allocation, "waiting", RETRY_DELAY);
    }

    /** Docker looks for the ports it is to publish among the group's, not among the task's. */
    private static Optional<String> driverFailure(JsonObject allocation) {
        return groupOf(allocation).flatMap(group -> Json.objects(group, "Tasks").stream()
                .filter(task -> Json.text(task, "Driver").equals("docker"))
                .flatMap(task -> Json.object(task, "Config").stream())
                .flatMap(config -> Json.texts(config, "ports").stream()
                        .filter(port -> !Placing.portLabels(group).contains(port))
                        .map(port -> "Failed to create container configuration for image \"%s\": Port \"%s\" not found, check network block"
                                .formatted(Json.text(config, "image"), port)))
                .findFirst());
    }

    private void start(JsonObject allocation) {
        event(allocation, TaskEvents.started(store.time()));
        allocation.addProperty("ClientStatus", "running");
        allocation.addProperty("ClientDescription", "Tasks are running");
        eachState(allocation, state -> {
            state.addProperty("State", "running");
            state.addProperty("StartedAt", store.time().now().toString());
        });
        boolean crashes = Json.text(allocation, "_behaviour").equals(Behaviour.CRASHES.name());
        phase(allocation, crashes ? "crashing" : "running", crashes ? START_DELAY : 0);
        update(allocation);
        groupOf(allocation).ifPresent(group -> store.time().schedule(minimumHealthy(group),
                Timeline.What.HEALTHY, healthTicket(allocation)));
    }

    private void crash(JsonObject allocation) {
        event(allocation, TaskEvents.terminated(store.time(), 3));
        JsonObject policy = groupOf(allocation).flatMap(g -> Json.object(g, "RestartPolicy"))
                .orElseGet(JsonObject::new);
        long restarts = Json.number(allocation, "_restarts");
        long attempts = Json.number(policy, "Attempts");
        if (restarts >= attempts) {
            event(allocation, TaskEvents.notRestarting(store.time(),
                    "Exceeded allowed attempts %d in interval %s and mode is \"%s\"".formatted(attempts,
                            Values.goDuration(Json.number(policy, "Interval")), Json.text(policy, "Mode"))));
            failed(allocation);
            return;
        }
        long delay = Json.number(policy, "Delay");
        event(allocation, TaskEvents.restarting(store.time(), delay));
        allocation.addProperty("_restarts", restarts + 1);
        eachState(allocation, state -> {
            state.addProperty("Restarts", restarts + 1);
            state.addProperty("LastRestart", store.time().now().toString());
            state.addProperty("State", "pending");
        });
        phase(allocation, "restarting", delay);
        update(allocation);
    }

    private void failed(JsonObject allocation) {
        allocation.addProperty("ClientStatus", "failed");
        allocation.addProperty("ClientDescription", "Failed tasks");
        eachState(allocation, state -> {
            state.addProperty("State", "dead");
            state.addProperty("Failed", true);
            state.addProperty("FinishedAt", store.time().now().toString());
        });
        allocation.addProperty("_phase", "over");
        if (Json.text(allocation, "DeploymentID").isEmpty()) {
            update(allocation);
            return;
        }
        event(allocation, TaskEvents.unhealthy(store.time(), "Unhealthy because of failed task"));
        deployments.health(allocation, false);
    }

    /** The minimum time has passed since the start. */
    void minimumPassed(String ticket) {
        byTicket(ticket, true).filter(a -> Json.text(a, "_phase").equals("running"))
                .filter(a -> !Json.text(a, "_behaviour").equals(Behaviour.UNHEALTHY.name()))
                .filter(a -> !Reconciler.isHealthy(a)).ifPresent(a -> deployments.health(a, true));
    }

    /** The time within which an allocation must be healthy is over. */
    void deadlinePassed(String ticket) {
        byTicket(ticket, false).filter(a -> !isDecided(a)).ifPresent(allocation -> {
            JsonObject update = groupOf(allocation).flatMap(g -> Json.object(g, "Update"))
                    .orElseGet(JsonObject::new);
            String deadline = Values.goDuration(Json.number(update, "HealthyDeadline"));
            boolean running = Json.text(allocation, "ClientStatus").equals("running");
            String why = running
                    ? "Task not running for min_healthy_time of %s by healthy_deadline of %s"
                            .formatted(Values.goDuration(Json.number(update, "MinHealthyTime")), deadline)
                    : "Task not running by healthy_deadline of " + deadline;
            event(allocation, TaskEvents.unhealthy(store.time(), why));
            deployments.health(allocation, false);
        });
    }

    private static boolean isDecided(JsonObject allocation) {
        return Json.object(allocation, "DeploymentStatus").map(s -> Json.has(s, "Healthy")).orElse(false);
    }

    /** Tells the allocation to stop; it is complete a moment later. */
    void stop(Store.Commit commit, JsonObject allocation, String why) {
        allocation.addProperty("DesiredStatus", "stop");
        allocation.addProperty("DesiredDescription", why);
        commit.save(Table.ALLOCATIONS, allocation);
        store.time().schedule(START_DELAY, Timeline.What.STOPPED, Json.text(allocation, "ID"));
    }

    void stopped(String id) {
        store.find(Table.ALLOCATIONS, id).ifPresent(allocation -> {
            if (Json.text(allocation, "ClientStatus").equals("running")) {
                TaskEvents.killed(store.time()).forEach(e -> event(allocation, e));
            }
            if (!Json.text(allocation, "ClientStatus").equals("failed")) {
                allocation.addProperty("ClientStatus", "complete");
                allocation.addProperty("ClientDescription", "All tasks have completed");
                eachState(allocation, state -> {
                    state.addProperty("State", "dead");
                    state.addProperty("FinishedAt", store.time().now().toString());
                });
            }
            allocation.addProperty("_phase", "over");
            update(allocation);
        });
    }

    /** A restart that somebody asked for. */
    void restart(JsonObject allocation) {
        event(allocation, TaskEvents.restartRequested(store.time()));
        event(allocation, TaskEvents.started(store.time()));
        update(allocation);
    }

    private void phase(JsonObject allocation, String phase, long delay) {
        allocation.addProperty("_phase", phase);
        if (delay > 0) {
            store.time().schedule(delay, Timeline.What.TASK, Json.text(allocation, "ID"));
        }
    }

    private void update(JsonObject allocation) {
        store.commit("AllocationUpdated").save(Table.ALLOCATIONS, allocation);
    }

    private static void event(JsonObject allocation, JsonObject event) {
        eachState(allocation, state -> {
            JsonArray events = state.getAsJsonArray("Events");
            events.add(event.deepCopy());
            while (events.size() > TaskEvents.KEPT) {
                events.remove(0);
            }
        });
    }

    private static void eachState(JsonObject allocation, java.util.function.Consumer<JsonObject> action) {
        Json.object(allocation, "TaskStates").ifPresent(
                states -> states.entrySet().forEach(e -> action.accept(e.getValue().getAsJsonObject())));
    }
}
