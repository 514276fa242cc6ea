package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonObject;
import java.util.TreeMap;

/** A KV version 1 engine: whatever is written is what is read; no versions, no check-and-set. */
final class KvV1Engine implements Backend {
    private final TreeMap<String, JsonObject> secrets = new TreeMap<>();

    @Override
    public LogicalResponse handle(LogicalRequest request) {
        String path = request.path();
        return switch (request.operation()) {
            case READ -> {
                JsonObject found = secrets.get(path);
                if (found == null) {
                    yield LogicalResponse.missing();
                }
                LogicalResponse answer = LogicalResponse.data(found.deepCopy());
                answer.body().orElseThrow().addProperty("lease_duration", Tokens.DEFAULT_TTL);
                yield answer;
            }
            case CREATE, UPDATE -> {
                if (request.body().isEmpty()) {
                    throw VaultError.bad("missing data fields");
                }
                secrets.put(path, Fields.canonical(request.body()).getAsJsonObject());
                yield LogicalResponse.none();
            }
            case DELETE -> {
                secrets.remove(path);
                yield LogicalResponse.none();
            }
            case LIST -> Folders.list(secrets.keySet(), path, request).map(LogicalResponse::data)
                    .orElseGet(LogicalResponse::missing);
            case PATCH -> throw VaultError.unsupportedOperation();
        };
    }

    @Override
    public boolean exists(String path) {
        return secrets.containsKey(path);
    }

    @Override
    public JsonObject save() {
        return States.tree(secrets);
    }

    @Override
    public void restore(JsonObject state) {
        States.restore(state, secrets);
    }
}
