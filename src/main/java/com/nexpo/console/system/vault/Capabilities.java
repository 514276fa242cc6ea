package com.nexpo.console.system.vault;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.system.RemoteCall.Repeat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the token may do, as the server itself says ({@code sys/capabilities-self}). */
final class Capabilities {
    private Capabilities() {}

    /**
     * Asks for all paths in one call.
     *
     * @param needed path to the capabilities that the run will use on it
     * @return path to those that are missing; paths where none is missing are not in it
     */
    static Map<String, Set<String>> missing(VaultConnection vault, Map<String, Set<String>> needed)
            throws FailureException, InterruptedException {
        if (needed.isEmpty()) {
            return Map.of();
        }
        JsonArray paths = new JsonArray();
        needed.keySet().forEach(paths::add);
        JsonObject body = new JsonObject();
        body.add("paths", paths);
        String what = "asking for the token's capabilities";
        JsonObject data = VaultConnection.data(what,
                vault.send(what, Repeat.SAFE, "POST", "sys/capabilities-self", body));
        Map<String, Set<String>> missing = new LinkedHashMap<>();
        needed.forEach((path, wanted) -> {
            Set<String> lacks = new TreeSet<>(wanted);
            JsonElement granted = data.get(path);
            if (granted != null && granted.isJsonArray()) {
                for (JsonElement one : granted.getAsJsonArray()) {
                    if (one.getAsString().equals("root")) {
                        lacks.clear();
                    }
                    lacks.remove(one.getAsString());
                }
            }
            if (!lacks.isEmpty()) {
                missing.put(path, lacks);
            }
        });
        return missing;
    }

    /** A policy that grants exactly this. */
    static String policy(Map<String, Set<String>> grants) {
        return grants.entrySet().stream().map(grant -> """
                path "%s" {
                  capabilities = [%s]
                }
                """.formatted(grant.getKey(), grant.getValue().stream().sorted().map(c -> '"' + c + '"')
                .collect(Collectors.joining(", ")))).collect(Collectors.joining("\n"));
    }
}
