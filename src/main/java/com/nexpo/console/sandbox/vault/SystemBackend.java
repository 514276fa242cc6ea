package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** The paths below {@code sys/} that need an unsealed server. */
final class SystemBackend implements Backend {
    /** What every server has besides; shown in lists, not served. */
    private static final Map<String, String> BUILT_IN = Map.of("sys/", "system", "identity/", "identity",
            "cubbyhole/", "cubbyhole");
    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "sys/", "system endpoints used for control, policy and debugging",
            "identity/", "identity store",
            "cubbyhole/", "per-token private secret storage");

    private final Seal seal;
    private final Policies policies;
    private final Quotas quotas;
    private final Mounts secrets;
    private final Mounts auths;
    /** Full mount path and type to a new backend; empty for an unknown type. */
    private final BiFunction<String, Mounts.Mount, Optional<Backend>> make;

    SystemBackend(Seal seal, Policies policies, Quotas quotas, Mounts secrets, Mounts auths,
            BiFunction<String, Mounts.Mount, Optional<Backend>> make) {
        this.seal = seal;
        this.policies = policies;
        this.quotas = quotas;
        this.secrets = secrets;
        this.auths = auths;
        this.make = make;
        BUILT_IN.forEach(
                (path, type) -> secrets.add(path, type, DESCRIPTIONS.getOrDefault(path, ""), Map.of(),
                        Optional.empty()));
    }

    @Override
    public LogicalResponse handle(LogicalRequest request) {
        String path = request.path();
        int slash = path.indexOf('/');
        String area = slash < 0 ? path : path.substring(0, slash);
        String rest = slash < 0 ? "" : path.substring(slash + 1);
        return switch (area) {
            case "policies" -> rest.startsWith("acl")
                    ? policy(request, rest.substring(Math.min(rest.length(), 4)), "policy")
                    : unsupported();
            case "policy" -> policy(request, rest, "rules");
            case "capabilities-self" -> capabilities(request);
            case "mounts" -> mounts(request, rest, secrets, "");
            case "auth" -> mounts(request, rest, auths, "auth/");
            case "internal" -> internal(request, rest);
            case "quotas" -> rest.startsWith("rate-limit/")
                    ? quotas.handle(request, rest.substring("rate-limit/".length()))
                    : unsupported();
            case "seal" -> {
                if (!request.operation().writes()) {
                    throw VaultError.unsupportedOperation();
                }
                seal.seal();
                yield LogicalResponse.none();
            }
            case "version-history" -> throw VaultError.unsupportedOperation();
            default -> unsupported();
        };
    }

    private static LogicalResponse unsupported() {
        throw VaultError.unsupportedPath();
    }

    /** Nothing below sys tells creating from changing. */
    @Override
    public boolean exists(String path) {
        return true;
    }

    /** The list of mounts is answered to anybody; it shows what the caller may see. */
    @Override
    public boolean open(String path) {
        return path.equals("internal/ui/mounts");
    }

    /** Paths that want {@code sudo} besides the capability. */
    static boolean needsSudo(String path) {
        return path.startsWith("sys/auth/") || path.equals("sys/seal");
    }

    /** @param folder empty or a name; what follows the list's path */
    private LogicalResponse policy(LogicalRequest request, String folder, String textField) {
        if (request.operation() == Operation.LIST
                || (folder.isEmpty() && request.operation() == Operation.READ)) {
            JsonObject data = new JsonObject();
            data.add("keys", Fields.array(policies.names()));
            if (textField.equals("rules")) {
                data.add("policies", Fields.array(policies.names()));
                return LogicalResponse.flat(data);
            }
            return LogicalResponse.data(data);
        }
        return switch (request.operation()) {
            case READ -> {
                Optional<JsonObject> found = policies.read(folder, textField);
                yield found.map(data -> textField.equals("rules")
                        ? LogicalResponse.flat(data)
                        : LogicalResponse.data(data)).orElseGet(LogicalResponse::missing);
            }
            case CREATE, UPDATE -> {
                String text = Fields.text(request.body(), "policy", Fields.text(request.body(), "rules", ""));
                if (text.isEmpty()) {
                    throw VaultError.bad("'policy' parameter not supplied or empty");
                }
                policies.write(folder, text);
                yield LogicalResponse.none();
            }
            case DELETE -> {
                policies.delete(folder);
                yield LogicalResponse.none();
            }
            default -> throw VaultError.unsupportedOperation();
        };
    }

    private LogicalResponse capabilities(LogicalRequest request) {
        List<String> paths = Fields.list(request.body(), "paths");
        if (paths.isEmpty()) {
            paths = Fields.list(request.body(), "path");
        }
        if (paths.isEmpty()) {
            throw VaultError.bad("paths must be supplied");
        }
        JsonObject data = new JsonObject();
        for (String path : paths) {
            Set<String> granted = policies.capabilities(request.caller().policies(), path);
            data.add(path, Fields.array(granted));
            if (paths.size() == 1) {
                data.add("capabilities", Fields.array(granted));
            }
        }
        return LogicalResponse.flat(data);
    }

    private LogicalResponse mounts(LogicalRequest request, String rest, Mounts table, String prefix) {
        if (rest.isEmpty()) {
            return LogicalResponse.flat(table.show(_ -> true));
        }
        boolean tune = rest.endsWith("/tune");
        String path = (tune ? rest.substring(0, rest.length() - 5) : rest).replaceAll("/*$", "") + "/";
        return switch (request.operation()) {
            case READ -> {
                Mounts.Mount mount = table.at(path).orElseThrow(() -> VaultError.bad(prefix.isEmpty()
                        ? "No secret engine mount at " + path
                        : "No auth engine at " + path));
                yield tune ? tuned(mount) : LogicalResponse.flat(table.show(mount));
            }
            case CREATE, UPDATE -> {
                mount(request.body(), path, table, prefix);
                yield LogicalResponse.none();
            }
            case DELETE -> {
                table.remove(path);
                yield LogicalResponse.none();
            }
            default -> throw VaultError.unsupportedOperation();
        };
    }

    private void mount(JsonObject body, String path, Mounts table, String prefix) {
        String type = Fields.text(body, "type", "");
        Map<String, String> options = new LinkedHashMap<>();
        Fields.field(body, "options").map(JsonElement::getAsJsonObject)
                .ifPresent(
                        o -> o.entrySet().forEach(e -> options.put(e.getKey(), e.getValue().getAsString())));
        if (type.equals("kv-v2")) {
            options.put("version", "2");
        }
        String kind = type.startsWith("kv") ? "kv" : type;
        Mounts.Mount wanted = new Mounts.Mount(path, kind, Fields.text(body, "description", ""), options, "",
                "",
                Optional.empty());
        Backend backend = make.apply(prefix + path, wanted)
                .orElseThrow(() -> VaultError.bad("plugin not found in the catalog: " + type));
        table.add(path, kind, wanted.description(), options, Optional.of(backend));
    }

    private static LogicalResponse tuned(Mounts.Mount mount) {
        JsonObject data = new JsonObject();
        data.addProperty("default_lease_ttl", Tokens.DEFAULT_TTL);
        data.addProperty("description", mount.description());
        data.addProperty("force_no_cache", false);
        data.addProperty("max_lease_ttl", Tokens.DEFAULT_TTL);
        JsonObject options = new JsonObject();
        mount.options().forEach(options::addProperty);
        data.add("options", options);
        return LogicalResponse.flat(data);
    }

    private LogicalResponse internal(LogicalRequest request, String rest) {
        if (!rest.startsWith("ui/mounts")) {
            return unsupported();
        }
        List<String> names = request.token().map(Token::policies).orElse(List.of());
        String path = rest.substring("ui/mounts".length()).replaceAll("^/|/$", "");
        if (path.isEmpty()) {
            JsonObject data = new JsonObject();
            data.add("auth", auths.show(m -> policies.seesMount(names, "auth/" + m.path())));
            data.add("secret", secrets.show(m -> policies.seesMount(names, m.path())));
            return LogicalResponse.data(data);
        }
        boolean auth = path.startsWith("auth/");
        String inner = (auth ? path.substring(5) : path) + "/";
        Mounts table = auth ? auths : secrets;
        Mounts.Mount mount = table.of(inner)
                .filter(m -> policies.seesMount(names, (auth ? "auth/" : "") + m.path()))
                .orElseThrow(() -> VaultError.of(403, "preflight capability check returned 403, please ensure"
                        + " client's policies grant access to path \"" + path + "/\""));
        JsonObject data = table.show(mount);
        data.addProperty("path", (auth ? "auth/" : "") + mount.path());
        return LogicalResponse.data(data);
    }

    @Override
    public JsonObject save() {
        return new JsonObject();
    }

    @Override
    public void restore(JsonObject state) {
        // Its state is that of its parts, which the emulator saves.
    }
}
