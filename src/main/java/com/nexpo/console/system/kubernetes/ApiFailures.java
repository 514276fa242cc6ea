package com.nexpo.console.system.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureKind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * What the server's errors mean. Measured on v1.36: one status stands for several things, and only reason,
 * causes and wording tell them apart.
 */
final class ApiFailures {
    private ApiFailures() {}

    /** The failure that an answer which is no success stands for. */
    static Failure of(String what, int status, JsonElement body) {
        String message = Tree.text(body, "message").orElse("no explanation").strip();
        String reason = Tree.text(body, "reason").orElse("");
        String start = "Kubernetes: " + what;
        return switch (status) {
            case 401 -> new Failure(FailureKind.DENIED, "K8S-AUTH",
                    start + ": the cluster does not know these credentials.",
                    "Log in again; a service account's token ends when the account is deleted.");
            case 403 -> forbidden(start, message, body);
            case 404 -> new Failure(FailureKind.NOT_FOUND, "K8S-MISSING", start + ": " + message + ".",
                    "Look at the names, at the namespace and at the context.");
            case 409 -> conflict(start, message, reason, body);
            case 410 -> new Failure(FailureKind.CONFLICT, "K8S-EXPIRED", start + ": " + message);
            case 413 -> new Failure(FailureKind.INVALID, "K8S-SIZE",
                    start + ": the request is larger than the server takes (3 MiB).");
            case 422 -> unprocessable(start, message, body);
            case 429 -> new Failure(FailureKind.THROTTLED, "K8S-BUSY",
                    start + ": the server asks for fewer requests.");
            case 400, 405, 406, 415 ->
                new Failure(FailureKind.INVALID, "K8S-REQUEST", start + ": " + message);
            case 502, 503, 504 -> new Failure(FailureKind.TIMEOUT, "K8S-TIMEOUT",
                    start + ": the server did not answer in its own time (" + status + ").");
            default -> internal(start, status, message);
        };
    }

    private static Failure forbidden(String start, String message, JsonElement body) {
        if (message.contains("system:anonymous")) {
            return anonymous(start);
        }
        if (message.contains("exceeded quota")) {
            return new Failure(FailureKind.DENIED, "K8S-QUOTA", start + ": " + message + ".",
                    "Raise the namespace's ResourceQuota or remove what is no longer needed.");
        }
        boolean terminating = causes(body).stream()
                .anyMatch(c -> Tree.text(c, "reason").filter("NamespaceTerminating"::equals).isPresent());
        if (terminating) {
            return new Failure(FailureKind.DENIED, "K8S-TERMINATING",
                    start + ": the namespace is being deleted, nothing new can be made in it.",
                    "Wait until it is gone, create it again, or choose another namespace.");
        }
        return new Failure(FailureKind.DENIED, "K8S-DENIED", start + ": " + message + ".",
                "Ask for the missing right; the permission checks of step 1 print the role to apply.");
    }

    static Failure anonymous(String start) {
        return new Failure(FailureKind.DENIED, "K8S-ANONYMOUS",
                start + ": the cluster sees no credentials (system:anonymous); they were lost on the way.",
                "Look at the kubeconfig's user, and at a proxy that may strip the Authorization header.");
    }

    private static Failure conflict(String start, String message, String reason, JsonElement body) {
        if (reason.equals("AlreadyExists")) {
            return new Failure(FailureKind.CONFLICT, "K8S-EXISTS",
                    start + ": it was made by somebody since the review.",
                    "Plan again and review what is there.");
        }
        if (isOwnerConflict(body)) {
            return new Failure(FailureKind.CONFLICT, "K8S-OWNER", start + ": " + message.replace("\n", " "),
                    "Plan again, or take the keys over.");
        }
        return new Failure(FailureKind.CONFLICT, "K8S-STALE", start + ": it was changed since the review.",
                "Plan again and review what changed.");
    }

    /** True for the 409 that names other owners of fields. */
    static boolean isOwnerConflict(JsonElement body) {
        return causes(body).stream()
                .anyMatch(c -> Tree.text(c, "reason").filter("FieldManagerConflict"::equals).isPresent());
    }

    private static Failure unprocessable(String start, String message, JsonElement body) {
        if (message.contains("field is immutable when `immutable` is set")) {
            return new Failure(FailureKind.CONFLICT, "K8S-IMMUTABLE",
                    start + ": the secret is marked immutable, its values cannot be changed.",
                    "Delete it and plan again (its pods keep the old values until then), or use a new name.");
        }
        boolean uid = causes(body).stream()
                .anyMatch(c -> Tree.text(c, "field").filter("metadata.uid"::equals).isPresent());
        if (uid) {
            return new Failure(FailureKind.CONFLICT, "K8S-RECREATED",
                    start + ": it was deleted, or deleted and made anew, since the review.",
                    "Plan again and review what is there.");
        }
        boolean policy = message.contains("denied request") || message.contains(" is forbidden: ");
        if (policy) {
            return new Failure(FailureKind.INVALID, "K8S-POLICY",
                    start + ": a policy of the cluster refuses it: " + message + ".",
                    "Satisfy the policy, or ask its owner for an exception.");
        }
        return new Failure(FailureKind.INVALID, "K8S-INVALID", start + ": " + message + ".");
    }

    private static Failure internal(String start, int status, String message) {
        boolean ours = message.startsWith("failed to create typed patch object")
                || message.startsWith("failed to convert new object");
        if (ours) {
            // The rest of this message can quote a value, and repeating the call cannot help.
            return new Failure(FailureKind.INVALID, "K8S-BODY",
                    start + ": the server cannot read the object that the console sent; this is the console's error.",
                    "Report it with the version of the cluster.");
        }
        if (message.contains("failed calling webhook")) {
            return new Failure(FailureKind.INTERNAL, "K8S-WEBHOOK",
                    start + ": an admission webhook of the cluster does not answer: " + message + ".",
                    "The webhook's owner has to mend it; nothing was written.");
        }
        return new Failure(FailureKind.INTERNAL, "K8S-INTERNAL",
                start + ": the server failed (" + status + "): " + message + ".");
    }

    static List<JsonObject> causes(JsonElement body) {
        return Tree.objects(body, "details", "causes");
    }

    /** The failure that a broken exchange stands for. */
    static Failure of(String what, String server, IOException e) {
        String start = "Kubernetes at " + server + ": ";
        String text = Optional.ofNullable(e.getMessage()).orElse("").lines().findFirst().orElse("");
        boolean connecting = text.toLowerCase(Locale.ROOT).contains("connect");
        return switch (e) {
            case SocketTimeoutException _ when connecting ->
                new Failure(FailureKind.UNREACHABLE, "NET-CONNECT",
                        start + "no connection in time for " + what + ".",
                        "Look at the address, the network and the firewall.");
            case InterruptedIOException _ -> new Failure(FailureKind.TIMEOUT, "NET-TIMEOUT",
                    start + what + " was not answered in time.");
            case UnknownHostException _ -> new Failure(FailureKind.UNREACHABLE, "NET-HOST",
                    start + "no such host, for " + what + ".",
                    "Look at the spelling of the server in the kubeconfig.");
            case ConnectException _ -> refused(start, what);
            case NoRouteToHostException _ -> refused(start, what);
            case SSLException _ -> new Failure(FailureKind.UNREACHABLE, "NET-TLS",
                    start + "no trusted TLS connection for " + what + " (" + text + ").",
                    "Look at the server's address and at certificate-authority in the kubeconfig.");
            default -> new Failure(FailureKind.UNREACHABLE, "NET-CUT",
                    start + "the connection broke before " + what + " was answered.").possiblyDone();
        };
    }

    private static Failure refused(String start, String what) {
        return new Failure(FailureKind.UNREACHABLE, "NET-REFUSED",
                start + "the connection is refused for " + what + ".",
                "Is the cluster running, and is the context the right one?");
    }

    static Failure page(String what, String server) {
        return new Failure(FailureKind.INTERNAL, "NET-PAGE",
                "Kubernetes at " + server + ": " + what
                        + " was answered with a web page or a redirect, not by an"
                        + " API server.",
                "A sign-on page or a proxy stands between: look at the address, and sign in there if it wants that.");
    }
}
