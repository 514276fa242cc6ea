package com.nexpo.console.system.vault;

import com.google.gson.JsonElement;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.system.RemoteHttp.Answer;
import java.util.Optional;

/**
 * What Vault's answers mean. Status and structure decide; the texts differ between Vault and OpenBao and are
 * only quoted, or used to tell two meanings of one status apart.
 */
final class VaultFailures {
    /** A failed check-and-set is 400, told from other bad requests by its text alone. */
    private static final String CAS = "check-and-set parameter did not match";

    private VaultFailures() {}

    /** For answers that mean the same on every path; empty for those (400, 404) that the caller reads. */
    static Optional<Failure> general(String what, Answer answer) {
        return answer.status() == 400 || answer.status() == 404
                ? Optional.empty()
                : Optional.of(of(what, answer));
    }

    static Failure of(String what, Answer answer) {
        String said = errors(answer);
        return switch (answer.status()) {
            case 400 -> said.contains(CAS)
                    ? new Failure(FailureKind.CONFLICT, "VLT-CAS",
                            "Vault: %s: somebody else has written since.".formatted(what))
                    : new Failure(FailureKind.INVALID, "VLT-INVALID",
                            "Vault refuses %s%s.".formatted(what, quote(said)));
            case 403 -> denied(what, said);
            case 404 -> missing(what, said);
            case 413 -> new Failure(FailureKind.INVALID, "VLT-SIZE",
                    "Vault refuses %s: the request is too large.".formatted(what));
            case 429 -> new Failure(FailureKind.THROTTLED, "VLT-QUOTA",
                    "Vault's rate limit quota is used up for %s.".formatted(what),
                    "Wait, or have the quota raised: vault list sys/quotas/rate-limit.");
            case 503 -> new Failure(FailureKind.INTERNAL, "VLT-SEALED",
                    "Vault is sealed: %s is not possible.".formatted(what),
                    "Have it unsealed: vault operator unseal.");
            default -> new Failure(FailureKind.INTERNAL, "VLT-" + answer.status(),
                    "Vault answered %s with %d%s.".formatted(what, answer.status(), quote(said)));
        };
    }

    /**
     * The two texts of 403: the bare one is about the token (or an auth mount that is not there), the one with
     * a list is about its policies.
     */
    private static Failure denied(String what, String said) {
        if (said.startsWith("permission denied") || said.contains("invalid token")) {
            return new Failure(FailureKind.DENIED, "VLT-TOKEN",
                    "Vault does not accept the token for %s: it is unknown, expired, revoked or used up."
                            .formatted(what),
                    "Log in again and give the new token: vault login.");
        }
        return new Failure(FailureKind.DENIED, "VLT-POLICY",
                "Vault's policies do not let this token do this: %s.".formatted(what),
                "The check of permissions shows the policy that is needed.");
    }

    private static Failure missing(String what, String said) {
        if (said.contains("no handler for route")) {
            return new Failure(FailureKind.NOT_FOUND, "VLT-MOUNT",
                    "Vault has nothing mounted there, for %s.".formatted(what),
                    "Look at the profile's mount: vault secrets list, vault auth list.");
        }
        if (said.contains("namespace not found")) {
            return new Failure(FailureKind.NOT_FOUND, "VLT-NAMESPACE",
                    "Vault does not know the profile's namespace, for %s.".formatted(what),
                    "Look at its spelling; Vault's community edition has none, so leave it out.");
        }
        return new Failure(FailureKind.NOT_FOUND, "VLT-MISSING",
                "Vault has nothing there, for %s.".formatted(what));
    }

    /** The server's own words, on one line; they never quote a value. */
    static String errors(Answer answer) {
        return answer.json().filter(JsonElement::isJsonObject)
                .map(body -> body.getAsJsonObject().get("errors"))
                .filter(JsonElement::isJsonArray)
                .map(list -> list.getAsJsonArray().asList().stream()
                        .map(e -> e.isJsonPrimitive() ? e.getAsString() : e.toString())
                        .reduce((a, b) -> a + "; " + b).orElse(""))
                .map(text -> text.strip().replaceAll("\\s+", " ")).orElse("");
    }

    private static String quote(String said) {
        return said.isEmpty() ? "" : " (" + said + ")";
    }
}
