package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** What is mounted where: secrets engines, or auth methods. */
final class Mounts {
    /** The version that {@code running_plugin_version} shows; its suffix is how clients tell OpenBao from Vault. */
    static final String PLUGIN_VERSION = "v" + Seal.VERSION + "+builtin.bao";

    /**
     * One mount.
     *
     * @param path    with a slash at its end, relative to {@code auth/} for auth methods
     * @param backend empty for what the emulator shows but does not serve
     */
    record Mount(String path, String type, String description, Map<String, String> options, String accessor,
            String uuid, Optional<Backend> backend) {}

    private final boolean auth;
    private final TreeMap<String, Mount> mounts = new TreeMap<>();

    /** @param auth true for the table of auth methods */
    Mounts(boolean auth) {
        this.auth = auth;
    }

    /** The mount that a path lies in, the deepest one. */
    Optional<Mount> of(String path) {
        return mounts.descendingMap().values().stream().filter(m -> path.startsWith(m.path())).findFirst();
    }

    Optional<Mount> at(String path) {
        return Optional.ofNullable(mounts.get(path));
    }

    Iterable<Mount> all() {
        return mounts.values();
    }

    void add(String path, String type, String description, Map<String, String> options,
            Optional<Backend> backend) {
        boolean taken = mounts.keySet().stream().anyMatch(m -> m.startsWith(path) || path.startsWith(m));
        if (taken) {
            throw VaultError.bad("path is already in use at " + path);
        }
        mounts.put(path,
                new Mount(path, type, description, Map.copyOf(options), Ids.mountAccessor(accessorType(type)),
                        Ids.uuid(), backend));
    }

    void remove(String path) {
        mounts.remove(path);
    }

    /** All mounts that pass, as {@code sys/mounts} and {@code sys/auth} show them. */
    JsonObject show(Predicate<Mount> visible) {
        JsonObject data = new JsonObject();
        mounts.values().stream().filter(visible).forEach(m -> data.add(m.path(), show(m)));
        return data;
    }

    JsonObject show(Mount mount) {
        boolean builtIn = mount.backend().isEmpty() || mount.type().equals("token");
        JsonObject data = new JsonObject();
        data.addProperty("accessor", mount.accessor());
        data.add("config", config(mount));
        if (!builtIn) {
            data.addProperty("deprecation_status", "supported");
        }
        data.addProperty("description", mount.description());
        data.addProperty("external_entropy_access", false);
        data.addProperty("local", mount.type().equals("cubbyhole"));
        if (builtIn) {
            data.add("options", JsonNull.INSTANCE);
        } else {
            JsonObject options = new JsonObject();
            mount.options().forEach(options::addProperty);
            data.add("options", options);
        }
        data.addProperty("plugin_version", "");
        data.addProperty("running_plugin_version", PLUGIN_VERSION);
        data.addProperty("running_sha256", "");
        data.addProperty("seal_wrap", mount.type().equals("system"));
        data.addProperty("type", mount.type());
        data.addProperty("uuid", mount.uuid());
        return data;
    }

    private JsonObject config(Mount mount) {
        JsonObject config = new JsonObject();
        config.addProperty("default_lease_ttl", 0);
        config.addProperty("force_no_cache", false);
        config.addProperty("max_lease_ttl", 0);
        switch (mount.type()) {
            case "system" ->
                config.add("passthrough_request_headers", Fields.array(java.util.List.of("Accept")));
            case "identity" ->
                config.add("passthrough_request_headers", Fields.array(java.util.List.of("Authorization")));
            default -> {
            }
        }
        if (auth) {
            config.addProperty("token_type", "default-service");
        }
        return config;
    }

    private static String accessorType(String type) {
        return type.equals("kv") ? "kv" : (type.equals("token") || isAuth(type)) ? "auth_" + type : type;
    }

    private static boolean isAuth(String type) {
        return type.equals("jwt") || type.equals("approle") || type.equals("userpass");
    }

    JsonObject save() {
        JsonObject state = new JsonObject();
        mounts.values().forEach(m -> {
            JsonObject one = new JsonObject();
            one.addProperty("type", m.type());
            one.addProperty("description", m.description());
            one.add("options", States.write(m.options()));
            one.addProperty("accessor", m.accessor());
            one.addProperty("uuid", m.uuid());
            m.backend().ifPresent(backend -> one.add("state", backend.save()));
            state.add(m.path(), one);
        });
        return state;
    }

    /** @param make gives the backend for a mount without one yet; asked with the mount just read */
    void restore(JsonObject state, Function<Mount, Optional<Backend>> make) {
        mounts.clear();
        for (Map.Entry<String, JsonElement> entry : state.entrySet()) {
            JsonObject one = entry.getValue().getAsJsonObject();
            TreeMap<String, String> options = new TreeMap<>();
            one.getAsJsonObject("options").entrySet()
                    .forEach(e -> options.put(e.getKey(), e.getValue().getAsString()));
            Mount bare = new Mount(entry.getKey(), one.get("type").getAsString(),
                    one.get("description").getAsString(), options, one.get("accessor").getAsString(),
                    one.get("uuid").getAsString(), Optional.empty());
            Optional<Backend> backend = make.apply(bare);
            backend.ifPresent(b -> b.restore(one.getAsJsonObject("state")));
            mounts.put(bare.path(), new Mount(bare.path(), bare.type(), bare.description(), options,
                    bare.accessor(), bare.uuid(), backend));
        }
    }
}
