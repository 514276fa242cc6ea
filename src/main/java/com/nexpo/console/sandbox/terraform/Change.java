package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a plan does with one resource instance.
 *
 * @param address      where it stands
 * @param action       what is done
 * @param reason       why, in the stream's words, where Terraform gives a reason
 * @param before       its attributes now; empty when there is none
 * @param after        its attributes then, unknown values marked; empty when there will be none
 * @param replacePaths attributes that force a replacement
 * @param importing    id that it is imported by
 */
record Change(Address address, Action action, Optional<String> reason, Optional<JsonObject> before,
        Optional<JsonObject> after, List<String> replacePaths, Optional<String> importing) {

    /** What is done with an instance. */
    enum Action {
        NOOP("noop", "no-op"),
        CREATE("create", "create"),
        UPDATE("update", "update"),
        REPLACE("replace", "delete,create"),
        DELETE("delete", "delete");

        private final String stream;
        private final String shown;

        Action(String stream, String shown) {
            this.stream = stream;
            this.shown = shown;
        }

        boolean creates() {
            return this == CREATE || this == REPLACE;
        }

        boolean deletes() {
            return this == DELETE || this == REPLACE;
        }

        /** {@code actions} of {@code show -json}. */
        JsonArray shown() {
            JsonArray actions = new JsonArray();
            for (String word : shown.split(",", -1)) {
                actions.add(word);
            }
            return actions;
        }
    }

    ResourceType type() {
        return ResourceType.of(address.type());
    }

    /** Whether the stream has a line for it. */
    boolean isPlanned() {
        return action != Action.NOOP || importing.isPresent();
    }

    String streamAction() {
        return action == Action.NOOP && importing.isPresent() ? "import" : action.stream;
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("address", address.toString());
        json.addProperty("action", action.name());
        reason.ifPresent(r -> json.addProperty("reason", r));
        json.add("before", before.<JsonElement>map(b -> b).orElse(JsonNull.INSTANCE));
        json.add("after", after.<JsonElement>map(a -> a).orElse(JsonNull.INSTANCE));
        JsonArray paths = new JsonArray();
        replacePaths.forEach(paths::add);
        json.add("replace_paths", paths);
        importing.ifPresent(i -> json.addProperty("importing", i));
        return json;
    }

    static Change parse(JsonObject json) {
        List<String> paths = new ArrayList<>();
        json.getAsJsonArray("replace_paths").forEach(p -> paths.add(p.getAsString()));
        return new Change(Address.parse(json.get("address").getAsString()).orElseThrow(),
                Action.valueOf(json.get("action").getAsString()), Json.text(json, "reason"),
                object(json, "before"),
                object(json, "after"), paths, Json.text(json, "importing"));
    }

    private static Optional<JsonObject> object(JsonObject json, String name) {
        return json.get(name).isJsonObject() ? Optional.of(json.getAsJsonObject(name)) : Optional.empty();
    }
}
