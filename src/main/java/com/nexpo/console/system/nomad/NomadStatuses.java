package com.nexpo.console.system.nomad;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.system.RemoteHttp;
import com.nexpo.console.system.RemoteHttp.Answer;
import java.util.List;
import java.util.Optional;

/**
 * What an answer of Nomad that is no success means. Nomad answers most refusals as 500 with a plain text, so the
 * text decides; texts as of Nomad 2.0.5.
 */
final class NomadStatuses implements RemoteHttp.Statuses {
    private static final List<Rule> RULES = List.of(
            new Rule("Enforcing job modify index", FailureKind.CONFLICT, "NMD-INDEX",
                    "The job changed since it was reviewed: plan again."),
            new Rule("ACL token expired", FailureKind.DENIED, "NMD-EXPIRED", "Get a new Nomad token."),
            new Rule("Permission denied", FailureKind.DENIED, "NMD-DENIED", NomadStatuses.DENIED),
            new Rule("No path to region", FailureKind.NOT_FOUND, "NMD-REGION",
                    "Look at the profile's region and at GET /v1/regions."),
            new Rule("nonexistent namespace", FailureKind.NOT_FOUND, "NMD-NAMESPACE",
                    "Create the namespace, or correct the profile."),
            new Rule("No cluster leader", FailureKind.UNREACHABLE, "NMD-LEADER",
                    "The servers are electing a leader: try again in some seconds."),
            new Rule("not enabled but used in the job", FailureKind.INVALID, "NMD-VAULT",
                    "Connect the Nomad servers to Vault: a vault block in their configuration."),
            new Rule("Current job has version", FailureKind.CONFLICT, "NMD-VERSION",
                    "Somebody registered the job meanwhile: look at its versions again."),
            new Rule("can't revert to current version", FailureKind.INVALID, "NMD-REVERT",
                    "Choose another version."),
            new Rule("healthy allocations", FailureKind.CONFLICT, "NMD-EARLY",
                    "Wait until the canaries are healthy."),
            new Rule("terminal deployment", FailureKind.CONFLICT, "NMD-ENDED",
                    "The deployment has ended: look at the newest one."),
            new Rule("at version", FailureKind.NOT_FOUND, "NMD-VERSION-GONE",
                    "Nomad keeps the last six versions of a job."),
            new Rule("UUID must be 36 characters", FailureKind.INVALID, "NMD-ID", "Give the whole id."));
    private static final String DENIED = "Nomad says the same for an unknown token and for a missing right: "
            + "check with nomad acl token self; needed are submit-job, read-job, parse-job and read-logs.";

    private record Rule(String text, FailureKind kind, String code, String fix) {}

    @Override
    public Optional<Failure> failureOf(String what, Answer answer) {
        String body = answer.body().strip();
        Optional<Rule> rule = RULES.stream().filter(r -> body.contains(r.text())).findFirst();
        if (rule.isPresent() && answer.status() != 404) {
            return Optional.of(new Failure(rule.get().kind(), rule.get().code(), sentence(what, body),
                    rule.get().fix()));
        }
        return Optional.of(switch (answer.status()) {
            case 400 -> new Failure(FailureKind.INVALID, "NMD-400", sentence(what, body));
            case 401, 403 ->
                new Failure(FailureKind.DENIED, "NMD-DENIED", sentence(what, "Permission denied"), DENIED);
            // An unknown path has an empty body; something missing has words.
            case 404 -> body.isEmpty()
                    ? new Failure(FailureKind.INTERNAL, "NMD-PATH",
                            "Nomad does not know the address that %s asks.".formatted(what),
                            "Is the address that of a Nomad agent, and is it 1.10 or newer?")
                    : new Failure(FailureKind.NOT_FOUND, "NMD-404", sentence(what, body));
            case 405 -> new Failure(FailureKind.INVALID, "NMD-405", sentence(what, body));
            // One address may hold a hundred connections; the answer names no time to wait.
            case 429 -> new Failure(FailureKind.THROTTLED, "NMD-429",
                    "Nomad refuses %s: too many connections from this computer."
                            .formatted(what));
            case 502, 503, 504 -> new Failure(FailureKind.UNREACHABLE, "NMD-GATEWAY",
                    "A proxy before Nomad answered %s with %d.".formatted(what, answer.status()));
            default -> new Failure(FailureKind.INTERNAL, "NMD-" + answer.status(), sentence(what, body));
        });
    }

    private static String sentence(String what, String body) {
        String words = body.isEmpty() ? "no reason given" : body.replaceAll("\\s+", " ");
        return "Nomad refuses %s: %s.".formatted(what,
                words.endsWith(".") ? words.substring(0, words.length() - 1) : words);
    }
}
