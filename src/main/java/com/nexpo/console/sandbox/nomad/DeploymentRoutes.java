package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.nomad.Store.Table;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** {@code /v1/deployment(s)}, {@code /v1/evaluation(s)}, {@code /v1/allocation(s)}. */
final class DeploymentRoutes {
    private final Store store;
    private final Deployments deployments;

    DeploymentRoutes(Store store, Deployments deployments) {
        this.store = store;
        this.deployments = deployments;
    }

    Reply deployments(Ask ask) throws ApiError {
        return list(ask, Table.DEPLOYMENTS, Store::shown);
    }

    Reply evaluations(Ask ask) throws ApiError {
        return list(ask, Table.EVALUATIONS, Store::shown);
    }

    Reply allocations(Ask ask) throws ApiError {
        return list(ask, Table.ALLOCATIONS, Stubs::allocation);
    }

    private Reply list(Ask ask, Table table, java.util.function.UnaryOperator<JsonObject> shown)
            throws ApiError {
        if (!ask.namespace().equals("*")) {
            ask.require("read-job", ask.namespace());
        }
        String prefix = ask.http().query("prefix").orElse("");
        List<JsonObject> all = store.all(table).reversed().stream()
                .filter(o -> ask.namespace().equals("*")
                        ? ask.caller().may("read-job", Json.text(o, "Namespace"))
                        : Json.text(o, "Namespace").equals(ask.namespace()))
                .filter(o -> Json.text(o, "ID").startsWith(prefix)).map(shown).toList();
        return Reply.read(Json.array(all), store.index(table));
    }

    Reply deployment(Ask ask) throws ApiError {
        List<String> path = ask.path();
        if (path.size() == 2) {
            JsonObject deployment = find(Table.DEPLOYMENTS, path.get(1), "deployment not found",
                    "deployment lookup failed: index error: UUID must be 36 characters", ask, "read-job");
            return Reply.read(Store.shown(deployment), Json.number(deployment, "ModifyIndex"));
        }
        if (path.size() != 3) {
            throw new ApiError(404, "");
        }
        if (path.get(1).equals("allocations")) {
            return allocationsOf(ask, path.get(2));
        }
        return change(ask, path.get(1), path.get(2));
    }

    private Reply allocationsOf(Ask ask, String id) throws ApiError {
        ask.require("read-job", ask.namespace());
        List<JsonObject> rows = store.all(Table.ALLOCATIONS).stream()
                .filter(a -> Json.text(a, "DeploymentID").equals(id)).map(Stubs::allocation).toList();
        long index = rows.stream().mapToLong(a -> Json.number(a, "ModifyIndex")).max()
                .orElse(store.index(Table.ALLOCATIONS));
        return Reply.read(Json.array(rows), index);
    }

    private Reply change(Ask ask, String verb, String id) throws ApiError {
        if (!List.of("promote", "fail", "pause", "allocation-health").contains(verb)) {
            throw new ApiError(404, "");
        }
        JobRoutes.requireWrite(ask);
        JsonObject deployment = find(Table.DEPLOYMENTS, id, "deployment not found",
                "deployment lookup failed: index error: UUID must be 36 characters", ask, "submit-job");
        JsonObject body = ask.body();
        try {
            Deployments.Result result = switch (verb) {
                case "promote" -> deployments.promote(deployment, new HashSet<>(Json.texts(body, "Groups")));
                case "fail" -> deployments.failByHand(deployment);
                case "pause" -> deployments.pause(deployment, Json.truth(body, "Pause"));
                default -> setHealth(body);
            };
            return Reply.write(result.json(), result.index());
        } catch (Deployments.Refused e) {
            throw new ApiError(500, String.valueOf(e.getMessage()));
        }
    }

    private Deployments.Result setHealth(JsonObject body) {
        Json.texts(body, "HealthyAllocationIDs").forEach(
                id -> store.find(Table.ALLOCATIONS, id).ifPresent(a -> deployments.health(a, true)));
        Json.texts(body, "UnhealthyAllocationIDs").forEach(
                id -> store.find(Table.ALLOCATIONS, id).ifPresent(a -> deployments.health(a, false)));
        return new Deployments.Result(store.index(), Optional.empty(), Optional.empty());
    }

    Reply evaluation(Ask ask) throws ApiError {
        List<String> path = ask.path();
        JsonObject evaluation = find(Table.EVALUATIONS, path.get(1), "eval not found",
                "failed to lookup eval: eval lookup failed: index error: UUID must be 36 characters", ask,
                "read-job");
        if (path.size() == 3 && path.get(2).equals("allocations")) {
            List<JsonObject> rows = store.all(Table.ALLOCATIONS).stream()
                    .filter(a -> Json.text(a, "EvalID").equals(path.get(1))).map(Stubs::allocation).toList();
            return Reply.read(Json.array(rows), store.index(Table.ALLOCATIONS));
        }
        return Reply.read(Store.shown(evaluation), Json.number(evaluation, "ModifyIndex"));
    }

    Reply allocation(Ask ask) throws ApiError {
        JsonObject allocation = find(Table.ALLOCATIONS, ask.path().get(1), "alloc not found",
                "alloc lookup failed: index error: UUID must be 36 characters", ask, "read-job");
        return Reply.read(Stubs.full(allocation), Json.number(allocation, "ModifyIndex"));
    }

    /** The right is asked for where the thing is, not where the request says. */
    private JsonObject find(Table table, String id, String missing, String shortId, Ask ask,
            String capability)
            throws ApiError {
        if (id.length() != 36) {
            throw new ApiError(500, shortId);
        }
        Optional<JsonObject> found = store.find(table, id);
        ask.require(capability, found.map(o -> Json.text(o, "Namespace")).orElse(ask.namespace()));
        return found.orElseThrow(() -> new ApiError(404, missing, 0));
    }
}
