package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.time.Clock;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A KV version 2 engine.
 *
 * @see <a href="https://openbao.org/api-docs/secret/kv/kv-v2/">its API</a>
 */
final class KvEngine implements Backend {
    private final Clock clock;
    private final TreeMap<String, KvSecret> secrets = new TreeMap<>();
    private JsonObject config = new JsonObject();

    KvEngine(Clock clock) {
        this.clock = clock;
    }

    @Override
    public LogicalResponse handle(LogicalRequest request) {
        String path = request.path();
        int slash = path.indexOf('/');
        String area = slash < 0 ? path : path.substring(0, slash);
        String name = slash < 0 ? "" : path.substring(slash + 1);
        return switch (area) {
            case "data" -> data(request, name);
            case "metadata" -> metadata(request, name);
            case "detailed-metadata" -> detailed(request, name);
            case "subkeys" -> subkeys(request, name);
            case "delete", "undelete", "destroy" -> versions(request, area, name);
            case "config" -> config(request);
            default -> LogicalResponse.warning(404,
                    "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API"
                            + " endpoints to use. If using the OpenBao CLI, use 'bao kv "
                            + (request.operation().writes() ? "put" : "get") + "' for this operation.");
        };
    }

    @Override
    public boolean exists(String path) {
        int slash = path.indexOf('/');
        return slash < 0 || secrets.containsKey(path.substring(slash + 1));
    }

    /** The values that a read of the latest version would give. */
    Optional<JsonObject> live(String name) {
        return Optional.ofNullable(secrets.get(name)).flatMap(secret -> secret.version(0))
                .filter(version -> version.readable(clock.instant())).flatMap(KvSecret.Version::data);
    }

    private LogicalResponse data(LogicalRequest request, String name) {
        return switch (request.operation()) {
            case READ -> read(request, name);
            case CREATE, UPDATE -> write(request, name);
            case PATCH -> patch(request, name);
            case DELETE -> {
                Optional.ofNullable(secrets.get(name)).ifPresent(s -> s.delete(s.current(), clock.instant()));
                yield LogicalResponse.none();
            }
            case LIST -> throw VaultError.unsupportedOperation();
        };
    }

    private LogicalResponse read(LogicalRequest request, String name) {
        KvSecret secret = secrets.get(name);
        int number = versionAsked(request);
        if (secret == null || secret.version(number).isEmpty()) {
            return LogicalResponse.missing();
        }
        KvSecret.Version version = secret.version(number).orElseThrow();
        boolean readable = version.readable(clock.instant());
        JsonObject data = new JsonObject();
        data.add("data", readable
                ? version.data().<JsonElement>map(JsonObject::deepCopy).orElse(JsonNull.INSTANCE)
                : JsonNull.INSTANCE);
        data.add("metadata", secret.versionMetadata(number));
        return LogicalResponse.data(readable ? 200 : 404, data);
    }

    private LogicalResponse write(LogicalRequest request, String name) {
        if (name.isEmpty() || name.endsWith("/")) {
            throw VaultError.bad("cannot write to a path ending in '/'");
        }
        JsonElement sent = request.body().get("data");
        if (sent == null) {
            throw VaultError.bad("no data provided");
        }
        if (!sent.isJsonNull() && !sent.isJsonObject()) {
            throw VaultError.bad(
                    "Field validation failed: error converting input for field \"data\": expected a map");
        }
        checkCas(request.body(), secrets.get(name));
        KvSecret secret = secrets.computeIfAbsent(name, _ -> new KvSecret(clock.instant()));
        Optional<JsonObject> values = sent.isJsonNull()
                ? Optional.empty()
                : Optional.of(Fields.canonical(sent).getAsJsonObject());
        int version = secret.write(values, clock.instant(), engineLimit());
        return LogicalResponse.data(secret.versionMetadata(version));
    }

    private LogicalResponse patch(LogicalRequest request, String name) {
        requireMergePatch(request);
        KvSecret secret = secrets.get(name);
        if (secret == null || secret.version(0).isEmpty()) {
            return new LogicalResponse(404, Optional.empty());
        }
        KvSecret.Version latest = secret.version(0).orElseThrow();
        JsonElement sent = request.body().get("data");
        if (sent == null || !sent.isJsonObject()) {
            throw VaultError.bad("no data provided");
        }
        if (!latest.readable(clock.instant())) {
            return LogicalResponse.data(404, secret.versionMetadata(0));
        }
        checkCas(request.body(), secret);
        JsonObject merged = latest.data().map(JsonObject::deepCopy).orElseGet(JsonObject::new);
        merge(merged, sent.getAsJsonObject());
        int version = secret.write(Optional.of(Fields.canonical(merged).getAsJsonObject()), clock.instant(),
                engineLimit());
        return LogicalResponse.data(secret.versionMetadata(version));
    }

    /** RFC 7396. */
    private static void merge(JsonObject target, JsonObject patch) {
        patch.entrySet().forEach(e -> {
            JsonElement now = target.get(e.getKey());
            if (e.getValue().isJsonNull()) {
                target.remove(e.getKey());
            } else if (e.getValue().isJsonObject() && now != null && now.isJsonObject()) {
                merge(now.getAsJsonObject(), e.getValue().getAsJsonObject());
            } else {
                target.add(e.getKey(), e.getValue());
            }
        });
    }

    private void checkCas(JsonObject body, @Nullable KvSecret secret) {
        Optional<JsonElement> cas = Fields.field(body, "options").filter(JsonElement::isJsonObject)
                .flatMap(options -> Fields.field(options.getAsJsonObject(), "cas"));
        boolean required = Fields.flag(config, "cas_required", false)
                || (secret != null && secret.casRequired());
        if (cas.isEmpty()) {
            if (required) {
                throw VaultError.bad("check-and-set parameter required for this call");
            }
            return;
        }
        int expected;
        try {
            expected = cas.get().getAsInt();
        } catch (NumberFormatException e) {
            throw VaultError.bad("error parsing check-and-set parameter");
        }
        if (expected != (secret == null ? 0 : secret.current())) {
            throw VaultError.bad("check-and-set parameter did not match the current version");
        }
    }

    private LogicalResponse metadata(LogicalRequest request, String name) {
        KvSecret secret = secrets.get(name);
        return switch (request.operation()) {
            case LIST -> Folders.list(secrets.keySet(), name, request).map(LogicalResponse::data)
                    .orElseGet(LogicalResponse::missing);
            case READ -> secret == null ? LogicalResponse.missing() : LogicalResponse.data(secret.metadata());
            case CREATE, UPDATE -> {
                KvSecret described = secret == null ? new KvSecret(clock.instant()) : secret;
                described.describe(request.body(), false, clock.instant());
                secrets.put(name, described);
                yield LogicalResponse.none();
            }
            case PATCH -> {
                requireMergePatch(request);
                if (secret == null) {
                    yield new LogicalResponse(404, Optional.empty());
                }
                secret.describe(request.body(), true, clock.instant());
                yield LogicalResponse.none();
            }
            case DELETE -> {
                secrets.remove(name);
                yield LogicalResponse.none();
            }
        };
    }

    private LogicalResponse detailed(LogicalRequest request, String folder) {
        if (request.operation() != Operation.LIST) {
            throw VaultError.unsupportedOperation();
        }
        Optional<JsonObject> listed = Folders.list(secrets.keySet(), folder, request);
        listed.ifPresent(data -> {
            JsonObject info = new JsonObject();
            secrets.forEach((name, secret) -> {
                if (name.startsWith(folder) && name.indexOf('/', folder.length()) < 0) {
                    info.add(name.substring(folder.length()), secret.metadata());
                }
            });
            data.add("key_info", info);
        });
        return listed.map(LogicalResponse::data).orElseGet(LogicalResponse::missing);
    }

    private LogicalResponse subkeys(LogicalRequest request, String name) {
        if (request.operation() != Operation.READ) {
            throw VaultError.unsupportedOperation();
        }
        KvSecret secret = secrets.get(name);
        int number = versionAsked(request);
        if (secret == null || secret.version(number).isEmpty()) {
            return LogicalResponse.missing();
        }
        KvSecret.Version version = secret.version(number).orElseThrow();
        boolean readable = version.readable(clock.instant());
        JsonObject data = new JsonObject();
        data.add("metadata", secret.versionMetadata(number));
        data.add("subkeys", readable
                ? version.data().<JsonElement>map(KvEngine::withoutValues).orElse(JsonNull.INSTANCE)
                : JsonNull.INSTANCE);
        return LogicalResponse.data(readable ? 200 : 404, data);
    }

    private static JsonObject withoutValues(JsonObject values) {
        JsonObject shape = new JsonObject();
        values.entrySet().forEach(e -> shape.add(e.getKey(), e.getValue().isJsonObject()
                ? withoutValues(e.getValue().getAsJsonObject())
                : JsonNull.INSTANCE));
        return shape;
    }

    private LogicalResponse versions(LogicalRequest request, String what, String name) {
        if (!request.operation().writes()) {
            throw VaultError.unsupportedOperation();
        }
        KvSecret secret = secrets.get(name);
        if (Fields.field(request.body(), "versions").isEmpty()) {
            throw VaultError.bad("No version number provided");
        }
        if (secret == null) {
            return LogicalResponse.missing();
        }
        for (String text : Fields.list(request.body(), "versions")) {
            int number = Integer.parseInt(text);
            switch (what) {
                case "delete" -> secret.delete(number, clock.instant());
                case "undelete" -> secret.undelete(number);
                default -> secret.destroy(number);
            }
        }
        return LogicalResponse.none();
    }

    private LogicalResponse config(LogicalRequest request) {
        if (request.operation().writes()) {
            request.body().entrySet().forEach(e -> config.add(e.getKey(), e.getValue()));
            return LogicalResponse.none();
        }
        JsonObject data = new JsonObject();
        data.addProperty("cas_required", Fields.flag(config, "cas_required", false));
        data.addProperty("delete_version_after",
                Fields.seconds(config, "delete_version_after", 0) + "s");
        data.addProperty("max_versions", engineLimit());
        data.addProperty("metadata_cas_required", false);
        return LogicalResponse.data(data);
    }

    private int engineLimit() {
        return (int) Fields.number(config, "max_versions", 0);
    }

    private static void requireMergePatch(LogicalRequest request) {
        String type = request.contentType().orElse("");
        if (!type.startsWith("application/merge-patch+json")) {
            throw VaultError.of(415,
                    "PATCH requires Content-Type of application/merge-patch+json, provided " + type);
        }
    }

    private static int versionAsked(LogicalRequest request) {
        try {
            return Integer.parseInt(request.query("version").filter(v -> !v.isEmpty()).orElse("0"));
        } catch (NumberFormatException e) {
            throw VaultError.bad("Field validation failed: error converting input for field \"version\": ''"
                    + " cannot parse value as 'int': strconv.ParseInt: invalid syntax");
        }
    }

    @Override
    public JsonObject save() {
        JsonObject state = new JsonObject();
        state.add("config", config.deepCopy());
        JsonObject all = new JsonObject();
        secrets.forEach((name, secret) -> all.add(name, States.write(secret)));
        state.add("secrets", all);
        return state;
    }

    @Override
    public void restore(JsonObject state) {
        config = state.getAsJsonObject("config").deepCopy();
        secrets.clear();
        state.getAsJsonObject("secrets").entrySet()
                .forEach(e -> secrets.put(e.getKey(), States.read(e.getValue(), KvSecret.class)));
    }
}
