package com.nexpo.console.system;

import com.nexpo.console.model.Secret;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The environment variables that one service should find in a store.
 *
 * @param service the blueprint's service id, such as {@code api-gateway}
 * @param place   the store's own name for where they go: a secret's name, a KV path, a parameter path prefix
 * @param entries variable name to value, in the catalog's order
 */
public record ServiceConfig(String service, String place, Map<String, Entry> entries) {
    public ServiceConfig {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** True unless this key is known to hold no secret. */
    public boolean isSecret(String key) {
        Entry entry = entries.get(key);
        return entry == null || entry.secret();
    }

    /**
     * One value.
     *
     * @param secret true when it must not be shown; the value itself always travels as a {@link Secret}
     */
    public record Entry(Secret value, boolean secret) {}
}
