package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.kubernetes.Writes.Target;
import java.io.IOException;

/** Deleting one object: preconditions, finalizers, dry run. */
final class Deletes {
    private final ObjectStore store;

    Deletes(ObjectStore store) {
        this.store = store;
    }

    void delete(Exchange exchange, Target target, Representation form) throws IOException {
        JsonObject options = exchange.body().length == 0
                ? new JsonObject()
                : Bodies.decode(exchange, "DeleteOptions");
        JsonObject answer;
        synchronized (store) {
            JsonObject live = store.get(target.key())
                    .orElseThrow(() -> Refusal.notFound(target.kind(), target.name()));
            refusePreconditions(target, live, options);
            boolean foreground = Json.text(options, "propagationPolicy").filter("Foreground"::equals)
                    .isPresent()
                    && target.kind() == Kind.DEPLOYMENT;
            boolean held = Json.at(live, "metadata", "finalizers").isPresent()
                    || target.kind() == Kind.NAMESPACE || foreground;
            if (!held) {
                if (!target.dryRun()) {
                    store.remove(target.key());
                }
                answer = success(target, live);
            } else {
                answer = marked(target, live);
            }
        }
        exchange.json(200,
                answer.has("metadata") && answer.has("spec") ? form.one(target.kind(), answer) : answer);
    }

    private JsonObject marked(Target target, JsonObject live) {
        if (Json.text(live, "metadata", "deletionTimestamp").isPresent()) {
            return live;
        }
        JsonObject going = live.deepCopy();
        JsonObject metadata = going.getAsJsonObject("metadata");
        metadata.addProperty("deletionTimestamp", Writes.now());
        if (target.kind() == Kind.NAMESPACE) {
            Json.make(going, "status").addProperty("phase", "Terminating");
        } else {
            metadata.addProperty("deletionGracePeriodSeconds", 0);
        }
        return target.dryRun() ? going : store.put(target.key(), going);
    }

    private static void refusePreconditions(Target target, JsonObject live, JsonObject options) {
        String uid = Json.text(live, "metadata", "uid").orElse("");
        String version = Json.text(live, "metadata", "resourceVersion").orElse("");
        Json.text(options, "preconditions", "uid").filter(u -> !u.equals(uid)).ifPresent(u -> {
            throw Refusal.conflict(target.kind().title(), target.kind(), target.name(),
                    ("the UID in the precondition (%s) does not match the UID in record (%s). The object might"
                            + " have been deleted and then recreated").formatted(u, uid));
        });
        Json.text(options, "preconditions", "resourceVersion").filter(v -> !v.equals(version))
                .ifPresent(v -> {
                    throw Refusal.conflict(target.kind().title(), target.kind(), target.name(),
                            ("the ResourceVersion in the precondition (%s) does not match the ResourceVersion in record"
                                    + " (%s). The object might have been modified").formatted(v, version));
                });
    }

    private static JsonObject success(Target target, JsonObject live) {
        JsonObject details = Json.object("name", target.name());
        if (!target.kind().group().isEmpty()) {
            details.addProperty("group", target.kind().group());
        }
        details.addProperty("kind", target.kind().plural());
        details.addProperty("uid", Json.text(live, "metadata", "uid").orElse(""));
        return Json.object("kind", "Status", "apiVersion", "v1", "metadata", new JsonObject(), "status",
                "Success",
                "details", details);
    }
}
