package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether the server is initialised and unsealed, and what it says of its health.
 *
 * <p>Keys are compared, not combined: the emulator protects nothing.
 */
final class Seal {
    static final String VERSION = "2.6.2";
    private static final String COMMIT_DATE = "2026-08-18T10:43:05-05:00";

    private final Clock clock;
    private final List<String> keys = new ArrayList<>();
    private final Set<String> given = new LinkedHashSet<>();
    private final String clusterId = Ids.uuid();
    private final String clusterName = "vault-cluster-" + Ids.hex(4);
    private int threshold;
    private boolean sealed = true;
    private String nonce = "";
    private boolean standby;

    Seal(Clock clock) {
        this.clock = clock;
    }

    boolean initialised() {
        return !keys.isEmpty();
    }

    boolean sealed() {
        return sealed;
    }

    /** A drill: this node is not the active one. */
    void standby(boolean on) {
        standby = on;
    }

    /** Makes keys; the server is sealed until enough of them are given. */
    List<String> initialise(int shares, int needed) {
        if (initialised()) {
            throw VaultError.bad("Vault is already initialized");
        }
        if (shares < 1 || needed < 1 || needed > shares) {
            throw VaultError.bad("invalid seal configuration: threshold cannot be larger than shares");
        }
        threshold = needed;
        for (int i = 0; i < shares; i++) {
            keys.add(Ids.hex(33));
        }
        sealed = true;
        return List.copyOf(keys);
    }

    void seal() {
        sealed = true;
        given.clear();
        nonce = "";
    }

    /** As if enough keys were given. */
    void open() {
        sealed = false;
        given.clear();
        nonce = "";
    }

    /** One key, in hex or base64; unseals when it was the last one needed. */
    JsonObject unseal(JsonObject body) {
        if (!initialised()) {
            throw VaultError.bad("server is not yet initialized");
        }
        if (Fields.flag(body, "reset", false)) {
            given.clear();
            nonce = "";
            return status();
        }
        String key = Fields.text(body, "key", "");
        if (key.isEmpty()) {
            throw VaultError.bad("'key' must be specified in request body as JSON, or 'reset' set to true");
        }
        if (!sealed) {
            return status();
        }
        given.add(hex(key));
        nonce = nonce.isEmpty() ? Ids.uuid() : nonce;
        if (given.size() >= threshold) {
            boolean right = keys.containsAll(given);
            given.clear();
            nonce = "";
            if (!right) {
                throw VaultError
                        .bad("unable to retrieve stored keys: invalid key: failed to decrypt keys from"
                                + " storage: cipher: message authentication failed");
            }
            sealed = false;
        }
        return status();
    }

    private static String hex(String key) {
        try {
            HexFormat.of().parseHex(key);
            return key;
        } catch (IllegalArgumentException notHex) {
            try {
                return HexFormat.of().formatHex(Base64.getDecoder().decode(key));
            } catch (IllegalArgumentException e) {
                throw VaultError.bad("'key' must be a valid hex or base64 string");
            }
        }
    }

    /** {@code sys/seal-status}. */
    JsonObject status() {
        JsonObject data = new JsonObject();
        data.addProperty("type", "shamir");
        data.addProperty("initialized", initialised());
        data.addProperty("sealed", sealed);
        data.addProperty("t", threshold);
        data.addProperty("n", keys.size());
        data.addProperty("progress", given.size());
        data.addProperty("nonce", nonce);
        data.addProperty("recovery_seal", false);
        data.addProperty("version", VERSION);
        data.addProperty("commit_date", COMMIT_DATE);
        data.addProperty("migration", false);
        if (!sealed) {
            data.addProperty("cluster_name", clusterName);
            data.addProperty("cluster_id", clusterId);
        }
        data.addProperty("storage_type", "inmem");
        return data;
    }

    /** {@code sys/health}; the status says the state, unless the caller chose other codes. */
    LogicalResponse health(LogicalRequest request) {
        JsonObject data = new JsonObject();
        data.addProperty("initialized", initialised());
        data.addProperty("sealed", sealed);
        data.addProperty("standby", sealed || standby);
        data.addProperty("replication_performance_mode", sealed ? "unknown" : "disabled");
        data.addProperty("replication_dr_mode", sealed ? "unknown" : "disabled");
        data.addProperty("server_time_utc", clock.instant().getEpochSecond());
        data.addProperty("version", VERSION);
        if (!sealed) {
            data.addProperty("cluster_name", clusterName);
            data.addProperty("cluster_id", clusterId);
        }
        return LogicalResponse.raw(healthStatus(request), data);
    }

    private int healthStatus(LogicalRequest request) {
        if (!initialised()) {
            return code(request, "uninitcode", 501);
        }
        if (sealed) {
            return code(request, "sealedcode", 503);
        }
        boolean asActive = request.query("standbyok").filter(v -> v.isEmpty() || v.equals("true"))
                .isPresent();
        return standby && !asActive ? code(request, "standbycode", 429) : code(request, "activecode", 200);
    }

    private static int code(LogicalRequest request, String name, int otherwise) {
        return request.query(name).map(Integer::parseInt).orElse(otherwise);
    }

    JsonObject initResult(List<String> made, String rootToken) {
        JsonArray base64 = new JsonArray();
        made.forEach(key -> base64.add(Base64.getEncoder().encodeToString(HexFormat.of().parseHex(key))));
        JsonObject data = new JsonObject();
        data.add("keys", Fields.array(made));
        data.add("keys_base64", base64);
        data.addProperty("root_token", rootToken);
        return data;
    }

    JsonObject save() {
        JsonObject state = new JsonObject();
        state.add("keys", Fields.array(keys));
        state.addProperty("threshold", threshold);
        state.addProperty("sealed", sealed);
        return state;
    }

    void restore(JsonObject state) {
        keys.clear();
        keys.addAll(Fields.texts(state.get("keys")));
        given.clear();
        threshold = state.get("threshold").getAsInt();
        sealed = state.get("sealed").getAsBoolean();
    }
}
