package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.nomad.Store.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What the servers pass on to a client: restarts, and the logs of a task. */
final class ClientRoutes {
    private final Store store;
    private final Tasks tasks;

    ClientRoutes(Store store, Tasks tasks) {
        this.store = store;
        this.tasks = tasks;
    }

    Reply restart(Ask ask) throws ApiError {
        JobRoutes.requireWrite(ask);
        JsonObject allocation = allocation(ask, ask.path().get(2), "alloc-lifecycle");
        tasks.restart(allocation);
        return Reply.plain(Json.of("Index", 0));
    }

    /** Answers by itself: a log is no JSON. Following is not emulated; what there is is sent, and the answer ends. */
    void logs(Ask ask) throws ApiError, IOException {
        JsonObject allocation = allocation(ask, ask.path().get(3), "read-logs");
        String task = ask.http().query("task").orElse("");
        String type = ask.http().query("type").orElse("");
        if (task.isEmpty()) {
            throw new ApiError(400, "must provide task name");
        }
        if (!List.of("stdout", "stderr").contains(type)) {
            throw new ApiError(400, "must provide log type (stdout/stderr)");
        }
        Optional<JsonObject> state = Json.object(allocation, "TaskStates").flatMap(s -> Json.object(s, task));
        if (state.isEmpty()) {
            throw new ApiError(400, "unknown task name \"" + task + "\"");
        }
        byte[] all = text(allocation, state.get(), type).getBytes(StandardCharsets.UTF_8);
        int offset = ask.http().query("offset").filter(o -> o.matches("[0-9]+")).map(Integer::parseInt)
                .orElse(0);
        boolean fromEnd = ask.http().query("origin").orElse("start").equals("end");
        // Zero back from the end is, on real servers too, the whole log.
        int start = fromEnd && offset > 0
                ? Math.max(0, all.length - offset)
                : fromEnd ? 0 : Math.min(offset, all.length);
        byte[] tail = java.util.Arrays.copyOfRange(all, start, all.length);
        if (ask.flag("plain")) {
            ask.http().bytes(200, "text/plain", tail);
        } else {
            JsonObject frame = Json.of("Data", Base64.getEncoder().encodeToString(tail), "File",
                    "alloc/logs/" + task + "." + type + ".0", "Offset", all.length);
            ask.http().bytes(200, "application/json", frame.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A small log that fits what the task did. */
    private static String text(JsonObject allocation, JsonObject state, String type) {
        StringBuilder log = new StringBuilder();
        boolean crashes = Json.text(allocation, "_behaviour").equals(Behaviour.CRASHES.name());
        for (JsonObject event : Json.objects(state, "Events")) {
            if (!Json.text(event, "Type").equals("Started")) {
                continue;
            }
            if (type.equals("stdout")) {
                log.append("starting version ").append(Json.number(allocation, "JobVersion")).append('\n');
            } else if (crashes) {
                log.append("cannot reach the database\n");
            } else {
                log.append("\"GET /health HTTP/1.1\" 200 -\n".repeat(5));
            }
        }
        return log.toString();
    }

    private JsonObject allocation(Ask ask, String id, String capability) throws ApiError {
        Optional<JsonObject> found = store.find(Table.ALLOCATIONS, id);
        ask.require(capability, found.map(a -> Json.text(a, "Namespace")).orElse(ask.namespace()));
        return found.orElseThrow(() -> new ApiError(404, "Unknown allocation \"" + id + "\""));
    }
}
