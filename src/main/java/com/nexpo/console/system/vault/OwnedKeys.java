package com.nexpo.console.system.vault;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The note in a secret's custom metadata that says which of its keys are this console's.
 *
 * <p>A custom metadata value holds 512 bytes at most, so a long list of keys goes over several entries.
 */
final class OwnedKeys {
    static final String OWNER_ENTRY = "managed_by";
    static final String OWNER = "posthog-deployment-console";
    private static final String KEYS_ENTRY = "posthog_keys_";
    private static final int LONGEST = 512;

    private OwnedKeys() {}

    /** The keys noted; none when the secret is not marked as ours. */
    static List<String> of(Map<String, String> custom) {
        if (!OWNER.equals(custom.get(OWNER_ENTRY))) {
            return List.of();
        }
        List<String> keys = new ArrayList<>();
        for (int n = 1; custom.containsKey(KEYS_ENTRY + n); n++) {
            keys.addAll(List.of(custom.getOrDefault(KEYS_ENTRY + n, "").split(",")));
        }
        return keys;
    }

    /** The merge patch that notes these keys and leaves other people's entries alone. */
    static JsonObject patch(Map<String, String> before, Collection<String> keys) {
        JsonObject entries = new JsonObject();
        entries.addProperty(OWNER_ENTRY, OWNER);
        before.keySet().stream().filter(OwnedKeys::isEntry)
                .forEach(old -> entries.add(old, JsonNull.INSTANCE));
        StringBuilder line = new StringBuilder();
        int n = 1;
        for (String key : keys) {
            int length = line.toString().getBytes(StandardCharsets.UTF_8).length
                    + key.getBytes(StandardCharsets.UTF_8).length + 1;
            if (!line.isEmpty() && length > LONGEST) {
                entries.addProperty(KEYS_ENTRY + n++, line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : ",").append(key);
        }
        if (!line.isEmpty()) {
            entries.addProperty(KEYS_ENTRY + n, line.toString());
        }
        JsonObject body = new JsonObject();
        body.add("custom_metadata", entries);
        return body;
    }

    /** True for an entry of this note. */
    static boolean isEntry(String name) {
        return name.startsWith(KEYS_ENTRY);
    }
}
