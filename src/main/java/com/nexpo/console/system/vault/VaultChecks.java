package com.nexpo.console.system.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Evidence;
import com.nexpo.console.model.CheckResult.Fix;
import com.nexpo.console.model.CheckResult.Severity;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.system.RemoteHttp.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What has to hold of the server, the token, the engine and the rights before secrets are written. */
final class VaultChecks {
    /** A run with its reviews takes minutes; a token with less left than this would end in the middle. */
    private static final Duration ENOUGH = Duration.ofMinutes(30);
    private static final Fix NO_FIX = new Fix("Mend the check before it first.");

    private final VaultConnection vault;
    private final String mount;

    VaultChecks(VaultConnection vault, String mount) {
        this.vault = vault;
        this.mount = mount;
    }

    /** In order; what cannot be known because an earlier one failed is told as skipped. */
    List<CheckResult> all(List<String> places) throws InterruptedException {
        List<CheckResult> results = new ArrayList<>();
        results.add(server());
        boolean ready = results.getLast().status() == Status.PASS
                || results.getLast().status() == Status.WARN;
        results.add(ready ? token() : skipped("VLT-002", "The token is good for the whole run"));
        boolean known = ready && results.getLast().status() != Status.FAIL
                && results.getLast().status() != Status.ERROR;
        results.add(known ? engine(places) : skipped("VLT-003", "The engine is KV version 2"));
        results.add(known ? rights(places) : skipped("VLT-004", "The token may read and write the secrets"));
        return results;
    }

    private CheckResult server() throws InterruptedException {
        String title = "Vault is up, unsealed and active";
        try {
            // All states answered with 200, so that the body tells which one it is.
            Answer answer = vault.outside("looking at its health",
                    "sys/health?activecode=200&standbycode=200&perfstandbyok=true&sealedcode=200&uninitcode=200"
                            + "&drsecondarycode=200&performancestandbycode=200");
            JsonObject health = answer.json().filter(JsonElement::isJsonObject)
                    .map(JsonElement::getAsJsonObject)
                    .orElseGet(JsonObject::new);
            Evidence version = new Evidence("version", text(health, "version"));
            if (!flag(health, "initialized")) {
                return result("VLT-001", title, Status.FAIL,
                        "Vault at " + vault.address() + " is not initialised.",
                        version, new Fix("Initialise and unseal it.", "vault operator init"));
            }
            if (flag(health, "sealed")) {
                return result("VLT-001", title, Status.FAIL, "Vault at " + vault.address() + " is sealed.",
                        version,
                        new Fix("Have it unsealed.", "vault operator unseal"));
            }
            if (flag(health, "standby")) {
                return result("VLT-001", title, Status.WARN, "Vault at " + vault.address()
                        + " is a standby node; it passes requests on.", version,
                        new Fix("Give the address of the cluster, not of one node."));
            }
            return result("VLT-001", title, Status.PASS,
                    "%s %s at %s is active.".formatted(product(), text(health, "version"), vault.address()),
                    version, null);
        } catch (FailureException e) {
            return error("VLT-001", title, e.failure());
        }
    }

    /**
     * Vault or OpenBao: the version number cannot tell, since both are at 2.x. OpenBao's seal status has a
     * commit date, Vault's a build date.
     */
    private String product() throws InterruptedException {
        try {
            Answer answer = vault.outside("looking at its seal", "sys/seal-status");
            return answer.json().filter(JsonElement::isJsonObject).map(JsonElement::getAsJsonObject)
                    .filter(status -> status.has("commit_date")).isPresent() ? "OpenBao" : "Vault";
        } catch (FailureException e) {
            return "Vault";
        }
    }

    private CheckResult token() throws InterruptedException {
        String title = "The token is good for the whole run";
        try {
            String what = "looking up the token";
            JsonObject data = VaultConnection.data(what, vault.get(what, "auth/token/lookup-self"));
            String ends = text(data, "expire_time");
            String policies = Optional.ofNullable(data.get("policies")).map(JsonElement::toString).orElse("");
            Evidence evidence = new Evidence("policies", policies);
            if (ends.isEmpty()) {
                return result("VLT-002", title, Status.PASS, "The token has no end.", evidence, null);
            }
            long left = data.get("ttl").getAsLong();
            String message = "The token ends at %s, in %s.".formatted(ends, words(left));
            if (left >= ENOUGH.toSeconds()) {
                return result("VLT-002", title, Status.PASS, message, evidence, null);
            }
            return result("VLT-002", title, Status.WARN, message, evidence, flag(data, "renewable")
                    ? new Fix("Renew it.", "vault token renew")
                    : new Fix("Log in again; it cannot be renewed.", "vault login"));
        } catch (FailureException e) {
            return error("VLT-002", title, e.failure());
        }
    }

    private CheckResult engine(List<String> places) throws InterruptedException {
        String title = "The engine is KV version 2";
        try {
            KvMount found = KvMount.of(vault, mount, places.isEmpty() ? "" : places.getFirst());
            Optional<Failure> refusal = found.refusal();
            return refusal.map(failure -> error("VLT-003", title, failure))
                    .orElseGet(() -> result("VLT-003", title, Status.PASS,
                            "The engine at %s is KV version 2.".formatted(found.path()),
                            new Evidence("plugin", found.pluginVersion()), null));
        } catch (FailureException e) {
            return error("VLT-003", title, e.failure());
        }
    }

    private CheckResult rights(List<String> places) throws InterruptedException {
        Map<String, Set<String>> needed = new LinkedHashMap<>();
        for (String place : places) {
            needed.put(VaultPath.plain(mount, "data", place), Set.of("create", "read", "update"));
            needed.put(VaultPath.plain(mount, "metadata", place), Set.of("patch", "read"));
        }
        return rights(vault, "VLT-004", "The token may read and write the secrets", needed);
    }

    /** Compares what is needed with what the server grants; the fix is the policy. */
    static CheckResult rights(VaultConnection vault, String code, String title,
            Map<String, Set<String>> needed)
            throws InterruptedException {
        try {
            Map<String, Set<String>> missing = Capabilities.missing(vault, needed);
            if (missing.isEmpty()) {
                return result(code, title, Status.PASS,
                        "It has every right on %d paths.".formatted(needed.size()),
                        new Evidence("paths", String.join(", ", needed.keySet())), null);
            }
            String lacks = missing.entrySet().stream()
                    .map(e -> String.join(", ", e.getValue()) + " on " + e.getKey())
                    .reduce((a, b) -> a + "; " + b).orElse("");
            return result(code, title, Status.FAIL, "The token lacks " + lacks + ".",
                    new Evidence("missing", lacks),
                    new Fix("Have this policy written and given to the token:\n"
                            + Capabilities.policy(needed),
                            "vault policy write posthog-deployment-console -"));
        } catch (FailureException e) {
            return error(code, title, e.failure());
        }
    }

    static CheckResult error(String code, String title, Failure failure) {
        Status status = failure.kind().isTransient() ? Status.ERROR : Status.FAIL;
        return new CheckResult(code, title, Optional.of(SystemId.VAULT), "", status, Severity.BLOCKING,
                failure.message(), List.of(), failure.fix().map(Fix::new), Instant.now());
    }

    private static CheckResult result(String code, String title, Status status, String message,
            Evidence evidence, @Nullable Fix fix) {
        return new CheckResult(code, title, Optional.of(SystemId.VAULT), "", status, Severity.BLOCKING,
                message,
                List.of(evidence), Optional.ofNullable(fix), Instant.now());
    }

    static CheckResult skipped(String code, String title) {
        return new CheckResult(code, title, Optional.of(SystemId.VAULT), "", Status.SKIPPED,
                Severity.BLOCKING,
                "Not looked at, because an earlier check did not pass.", List.of(), Optional.of(NO_FIX),
                Instant.now());
    }

    private static String words(long seconds) {
        Duration left = Duration.ofSeconds(seconds);
        return left.toHours() > 48
                ? left.toDays() + " days"
                : left.toMinutes() > 120 ? left.toHours() + " hours" : left.toMinutes() + " minutes";
    }

    private static String text(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value == null || value.isJsonNull() ? "" : value.getAsString();
    }

    private static boolean flag(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value != null && value.isJsonPrimitive() && value.getAsBoolean();
    }
}
