package com.nexpo.console.system.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.nexpo.console.system.RemoteHttp.Answer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A secret as it lies in KV version 2.
 *
 * @param version the current version's number, also when it was deleted; 0 when nothing was ever written
 * @param values  of the current version; empty when it was deleted
 * @param custom  its custom metadata
 * @param created when the current version was written, as the server writes time; empty for version 0
 */
record StoredSecret(int version, Map<String, JsonElement> values, Map<String, String> custom,
        String created) {
    StoredSecret {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        custom = Map.copyOf(custom);
    }

    /**
     * Reads the answer to a read: 200, or 404 with or without metadata.
     *
     * @see <a href="https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version">format</a>
     */
    static StoredSecret of(Answer answer) {
        Optional<JsonObject> data = object(answer.json(), "data");
        Optional<JsonObject> metadata = data.flatMap(d -> object(Optional.of(d), "metadata"));
        if (metadata.isEmpty()) {
            return new StoredSecret(0, Map.of(), Map.of(), "");
        }
        Map<String, JsonElement> values = data.flatMap(d -> object(Optional.of(d), "data"))
                .map(JsonObject::asMap).orElse(Map.of());
        Map<String, String> custom = new LinkedHashMap<>();
        object(Optional.of(metadata.get()), "custom_metadata").ifPresent(
                entries -> entries.entrySet()
                        .forEach(e -> custom.put(e.getKey(), e.getValue().getAsString())));
        return new StoredSecret(metadata.get().get("version").getAsInt(), values, custom,
                metadata.get().get("created_time").getAsString());
    }

    /** The value as text, when it is one. */
    Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key))
                .filter(v -> v.isJsonPrimitive() && v.getAsJsonPrimitive().isString())
                .map(JsonElement::getAsString);
    }

    /** The keys that this console wrote, as it noted them. */
    List<String> ours() {
        return OwnedKeys.of(custom);
    }

    private static Optional<JsonObject> object(Optional<? extends JsonElement> outer, String name) {
        return outer.filter(JsonElement::isJsonObject)
                .map(o -> Optional.ofNullable(o.getAsJsonObject().get(name)).orElse(JsonNull.INSTANCE))
                .filter(JsonElement::isJsonObject).map(JsonElement::getAsJsonObject);
    }
}
