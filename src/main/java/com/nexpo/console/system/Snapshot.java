package com.nexpo.console.system;

import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Secret;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a store holds for one service at one moment.
 *
 * @param basis   version of the whole, for stores that version the whole (Vault, Kubernetes)
 * @param entries key to what is there; also keys that are not ours
 */
public record Snapshot(Basis basis, Map<String, Held> entries) {
    public Snapshot {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /**
     * One key's content.
     *
     * @param value empty when it is there but may not be read
     * @param basis version of this key alone, for stores that version each key (SSM)
     * @param owner who else owns it, when the store knows: a Kubernetes field manager, for example
     */
    public record Held(Optional<Secret> value, Basis basis, Optional<String> owner) {}
}
