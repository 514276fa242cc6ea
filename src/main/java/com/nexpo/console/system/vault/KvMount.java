package com.nexpo.console.system.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.system.RemoteHttp.Answer;
import java.util.Optional;

/**
 * The engine that a path lies in, as the preflight tells it to any token with some right there.
 *
 * @param path          where it is mounted, with a slash at its end
 * @param version       of a KV engine: 1 when the mount names none
 * @param pluginVersion as the server runs it; empty when it does not say
 */
record KvMount(String path, String type, int version, String pluginVersion) {
    /** Asks which engine a place lies in. */
    static KvMount of(VaultConnection vault, String mount, String place)
            throws FailureException, InterruptedException {
        String what = "asking which engine is at " + VaultPath.plain(mount);
        try {
            Answer answer = vault.get(what, VaultPath.of("sys/internal/ui/mounts", mount, place));
            JsonObject data = VaultConnection.data(what, answer);
            String version = Optional.ofNullable(data.get("options")).filter(JsonElement::isJsonObject)
                    .map(options -> options.getAsJsonObject().get("version")).map(JsonElement::getAsString)
                    .orElse("1");
            return new KvMount(text(data, "path"), text(data, "type"), version.equals("2") ? 2 : 1,
                    text(data, "running_plugin_version"));
        } catch (FailureException e) {
            // A mount that is not there and one that may not be seen get the same answer.
            if (e.failure().code().equals("VLT-POLICY") || e.failure().code().equals("VLT-INVALID")) {
                throw new FailureException(new Failure(FailureKind.NOT_FOUND, "VLT-MOUNT",
                        "Vault shows no engine at %s/: it is not mounted, or this token has no right in it."
                                .formatted(VaultPath.plain(mount)),
                        "Look at the profile's mount and at the token's policies: vault secrets list."), e);
            }
            throw e;
        }
    }

    /** The reason why this engine cannot hold the secrets, if there is one. */
    Optional<Failure> refusal() {
        if (!type.equals("kv") && !type.equals("generic")) {
            return Optional.of(new Failure(FailureKind.INVALID, "VLT-ENGINE",
                    "Vault's engine at %s is of type %s, not kv.".formatted(path, type),
                    "Give the mount of a KV version 2 engine in the profile."));
        }
        // On version 1 a write in version 2's form would be stored as it is and read as rubbish.
        return version == 2
                ? Optional.empty()
                : Optional.of(new Failure(FailureKind.INVALID, "VLT-KV1",
                        "Vault's engine at %s is KV version 1, which has no versions and no check-and-set; nothing was written."
                                .formatted(path),
                        "Use a version 2 mount, or upgrade this one: vault kv enable-versioning " + path));
    }

    private static String text(JsonObject data, String name) {
        JsonElement value = data.get(name);
        return value == null || value.isJsonNull() ? "" : value.getAsString();
    }
}
