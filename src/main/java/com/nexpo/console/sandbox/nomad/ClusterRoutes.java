package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.sandbox.nomad.hcl.HclException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The agent, the servers, namespaces, tokens and policies. */
final class ClusterRoutes {
    private static final String RPC = "127.0.0.1:4647";

    private final Store store;
    private final Acl acl;
    private final Node node;
    private final NomadSettings settings;
    private final Map<String, JsonObject> namespaces = new TreeMap<>();

    ClusterRoutes(Store store, Acl acl, Node node, NomadSettings settings) {
        this.store = store;
        this.acl = acl;
        this.node = node;
        this.settings = settings;
        addNamespace("default", "Default shared namespace", Optional.empty());
        settings.namespaces().stream().filter(n -> !n.equals("default"))
                .forEach(n -> addNamespace(n, "", Optional.empty()));
    }

    boolean hasNamespace(String name) {
        return namespaces.containsKey(name);
    }

    private void addNamespace(String name, String description, Optional<JsonObject> capabilities) {
        long index = store.index();
        JsonElement allowed = capabilities.<JsonElement>map(ClusterRoutes::whole).orElse(JsonNull.INSTANCE);
        namespaces.put(name, Json.of("Capabilities", allowed, "ConsulConfiguration", null, "CreateIndex",
                index,
                "Description", description, "Hash", "C7UbjDwBK0dK8wQq7Izg7SJIzaV+lIo2X7wRtzY3pSw=", "Meta",
                null,
                "ModifyIndex", index, "Name", name, "NodePoolConfiguration", null, "OptionalExtraClaims",
                null,
                "Quota", "", "RequiredExtraClaims", null, "VaultConfiguration", null));
    }

    private static JsonObject whole(JsonObject capabilities) {
        JsonObject whole = Json.of("DisabledNetworkModes", null, "DisabledTaskDrivers", null,
                "EnabledNetworkModes", null, "EnabledTaskDrivers", null);
        whole.keySet().stream().filter(capabilities::has).toList()
                .forEach(name -> whole.add(name, capabilities.get(name)));
        return whole;
    }

    Reply agent(Ask ask) throws ApiError {
        String part = ask.path().size() > 1 ? ask.path().get(1) : "";
        return switch (part) {
            case "health" -> {
                JsonObject ok = Json.of("message", "ok", "ok", true);
                yield Reply.plain(Json.of("client", ok, "server", ok.deepCopy()));
            }
            case "self" -> {
                if (!ask.caller().mayRead("Agent")) {
                    throw ApiError.denied();
                }
                yield Reply.plain(self());
            }
            case "members" -> {
                JsonArray members = new JsonArray();
                members.add(member());
                yield Reply.plain(Json.of("Members", members, "ServerDC", "dc1", "ServerName", Node.NAME,
                        "ServerRegion", settings.region()));
            }
            default -> throw new ApiError(404, "");
        };
    }

    /** The parts of the agent's configuration that a deployer looks at. */
    private JsonObject self() {
        JsonArray audience = new JsonArray();
        audience.add("vault.io");
        JsonArray vaults = new JsonArray();
        vaults.add(Json.of("Addr", "http://127.0.0.1:8200", "ConnectionRetryIntv", 30_000_000_000L,
                "DefaultIdentity",
                settings.vault()
                        ? Json.of("Audience", audience, "Env", null, "ExtraClaims", null, "File", null,
                                "Filepath", "", "TTL", 3_600_000_000_000L)
                        : null,
                "Enabled", settings.vault(), "JWTAuthBackendPath", "jwt-nomad", "Name", "default",
                "Namespace", "",
                "Role", ""));
        JsonObject config = Json.of("ACL", Json.of("Enabled", acl.enabled()), "Datacenter", "dc1", "Region",
                settings.region(), "Vaults", vaults, "Version",
                Json.of("BuildDate", null, "Revision", "", "Version",
                        "2.0.5", "VersionMetadata", "", "VersionPrerelease", ""));
        JsonObject nomad = Json.of("server", "true", "leader", "true", "leader_addr", RPC, "bootstrap",
                "true",
                "known_regions", "1");
        return Json.of("config", config, "member", member(), "stats", Json.of("nomad", nomad, "client",
                Json.of("node_id", Node.ID, "known_servers", RPC)));
    }

    private JsonObject member() {
        return Json.of("Addr", "127.0.0.1", "DelegateCur", 4, "DelegateMax", 5, "DelegateMin", 2, "Name",
                Node.NAME + "." + settings.region(), "Port", 4648, "ProtocolCur", 2, "ProtocolMax", 5,
                "ProtocolMin", 1,
                "Status", "alive", "Tags",
                Json.of("dc", "dc1", "build", "2.0.5", "region", settings.region(), "role",
                        "nomad", "rpc_addr", "127.0.0.1", "port", "4647", "raft_vsn", "3", "vsn", "1"));
    }

    Reply status(Ask ask) throws ApiError {
        return switch (ask.path().size() > 1 ? ask.path().get(1) : "") {
            case "leader" -> Reply.plain(new JsonPrimitive(RPC));
            case "peers" -> Reply.plain(array(RPC));
            default -> throw new ApiError(404, "");
        };
    }

    Reply regions() {
        return Reply.plain(array(settings.region()));
    }

    private static JsonArray array(String only) {
        JsonArray array = new JsonArray();
        array.add(only);
        return array;
    }

    Reply nodes(Ask ask) throws ApiError {
        if (!ask.caller().mayRead("Node")) {
            throw ApiError.denied();
        }
        return Reply.read(node.list(store.index()), store.index());
    }

    Reply namespaces(Ask ask) {
        List<JsonObject> seen = namespaces.values().stream()
                .filter(n -> ask.caller().sees(Json.text(n, "Name"))).toList();
        return Reply.read(Json.array(seen), store.index());
    }

    Reply namespace(Ask ask) throws ApiError {
        String name = ask.path().size() > 1 ? ask.path().get(1) : Json.text(ask.body(), "Name");
        if (ask.writes()) {
            requireManagement(ask);
            if (!name.matches("[a-zA-Z0-9-]{1,128}")) {
                throw new ApiError(500,
                        "Invalid namespace \"" + name + "\": 1 error occurred:\n\t* invalid name \"" + name
                                + "\". Must match regex ^[a-zA-Z0-9-]{1,128}$\n\n");
            }
            addNamespace(name, Json.text(ask.body(), "Description"), Json.object(ask.body(), "Capabilities"));
            return Reply.empty(200, store.commit("NamespaceUpserted").index());
        }
        if (!ask.caller().sees(name)) {
            throw ApiError.denied();
        }
        JsonObject found = Optional.ofNullable(namespaces.get(name))
                .orElseThrow(() -> new ApiError(404, "Namespace not found", store.index()));
        return Reply.read(found, Json.number(found, "ModifyIndex"));
    }

    Reply acl(Ask ask) throws ApiError {
        List<String> path = ask.path();
        String what = path.size() > 1 ? path.get(1) : "";
        return switch (what) {
            case "bootstrap" -> throw new ApiError(400, acl.enabled()
                    ? "ACL bootstrap already done (reset index: 13)"
                    : "ACL support disabled");
            case "token" -> token(ask);
            case "tokens" -> throw ApiError.denied();
            case "policies" ->
                Reply.read(Json.array(ask.caller().policies().stream().map(ClusterRoutes::stub).toList()),
                        store.index());
            case "policy" -> policy(ask, path.size() > 2 ? path.get(2) : "");
            default -> throw new ApiError(404, "");
        };
    }

    private static JsonObject stub(JsonObject policy) {
        JsonObject stub = policy.deepCopy();
        stub.remove("Rules");
        stub.remove("RulesJSON");
        return stub;
    }

    private Reply token(Ask ask) throws ApiError {
        if (ask.path().size() > 2 && ask.path().get(2).equals("self")) {
            JsonObject self = ask.caller().self();
            return Reply.read(self, Json.number(self, "ModifyIndex"));
        }
        JobRoutes.requireWrite(ask);
        requireManagement(ask);
        JsonObject body = ask.body();
        Optional<Instant> expires = Values.duration(Json.text(body, "ExpirationTTL"))
                .filter(_ -> !Json.text(body, "ExpirationTTL").isEmpty()).map(Instant.now()::plusNanos);
        long index = store.commit("ACLTokenUpserted").index();
        JsonObject made = acl.create(Json.text(body, "Name"), Json.text(body, "Type"),
                Json.texts(body, "Policies"),
                expires, index);
        return Reply.write(made, index);
    }

    private Reply policy(Ask ask, String name) throws ApiError {
        if (ask.writes()) {
            requireManagement(ask);
            JsonObject body = ask.body();
            try {
                long index = store.commit("ACLPolicyUpserted").index();
                acl.putPolicy(name, Json.text(body, "Description"), Json.text(body, "Rules"), index);
                return Reply.empty(200, index);
            } catch (HclException e) {
                throw new ApiError(400, "failed to parse ACL policy: " + e.getMessage());
            }
        }
        if (!ask.caller().owns(name)) {
            throw ApiError.denied();
        }
        JsonObject policy = acl.policy(name)
                .orElseThrow(() -> new ApiError(404, "ACL policy not found", store.index()));
        return Reply.read(policy, Json.number(policy, "ModifyIndex"));
    }

    private static void requireManagement(Ask ask) throws ApiError {
        if (!ask.caller().isManagement()) {
            throw ApiError.denied();
        }
    }

    JsonElement save() {
        return Json.array(namespaces.values()).deepCopy();
    }

    void restore(JsonObject state) {
        namespaces.clear();
        Json.objects(state, "namespaces").forEach(n -> namespaces.put(Json.text(n, "Name"), n));
    }
}
