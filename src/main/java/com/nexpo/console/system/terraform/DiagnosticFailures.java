package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureKind;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a diagnostic means and what to do about it. The texts are those of Terraform 1.11, OpenTofu, and
 * posthog/posthog 1.0.13; what is not known keeps its own words under the code {@code TF-ERROR}.
 */
final class DiagnosticFailures {
    private static final Pattern SCOPE = Pattern.compile("missing required scope '([^']+)'");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
    private static final int LONGEST = 400;

    private record Rule(Predicate<String> matches, FailureKind kind, String code, String message, String fix,
            boolean maybeDone) {}

    /** Of Terraform itself; {@code %s} is the resource. First match wins. */
    private static final List<Rule> RULES = List.of(
            rule("Saved plan is stale", FailureKind.CONFLICT, "TF-STALE",
                    "The state has changed since this plan was made, so it is not applied.",
                    "Plan again and review what is left to do."),
            rule("Cannot apply incomplete plan", FailureKind.INVALID, "TF-INCOMPLETE",
                    "The plan ended with an error and is incomplete.",
                    "Mend what the plan complained of and plan again."),
            rule("Failed to persist state|Failed to save state", FailureKind.INTERNAL, "TF-STATE-NOT-SAVED",
                    "The apply went through, but its state could not be stored.",
                    "Do not apply again: when the backend answers, push errored.tfstate, which holds the state."),
            rule("Error releasing the state lock", FailureKind.INTERNAL, "TF-LOCK-LEFT",
                    "The lock of the state could not be given back and may still be there.",
                    "Release it by its id once no other run holds it."),
            rule("Backend configuration changed|ask approval for state migration|Backend initialization required|"
                    + "Error asking for state migration", FailureKind.CONFLICT, "TF-BACKEND-MOVED",
                    "The state is kept elsewhere than the profile says.",
                    "Either move the state to the new place, or start there with an empty one, or put the profile "
                            + "back; nothing is moved unasked."),
            rule("Instance cannot be destroyed", FailureKind.INVALID, "TF-PROTECTED",
                    "%s is protected by prevent_destroy, and the plan would delete it and what is in it.",
                    "Write the organisation as its UUID and leave the names as they are; a slug in place of the UUID "
                            + "looks like another organisation."),
            rule("Missing API key", FailureKind.DENIED, "TF-KEY-MISSING",
                    "PostHog's provider was given no personal API key.",
                    "Give the key by the profile's source for it; it reaches Terraform as POSTHOG_API_KEY."),
            rule("no organization found matching slug", FailureKind.NOT_FOUND, "TF-ORGANIZATION",
                    "PostHog knows no organisation by the name that is configured.",
                    "Write the organisation's UUID, which is in PostHog's settings, in the profile."),
            rule("Missing Resource State After Update", FailureKind.CONFLICT, "TF-GONE",
                    "%s was deleted outside Terraform while it was being changed.",
                    "Plan again: it will be made anew."),
            rule("local-exec provisioner error|remote-exec provisioner error", FailureKind.INTERNAL,
                    "TF-PROVISIONER",
                    "A provisioner of %s failed; the resource is tainted and the next plan makes it again.",
                    "Mend the command and plan again."),
            rule("Failed to query available provider packages|Failed to install provider|no available releases match|"
                    + "Unreadable module directory|Could not retrieve the list of available versions",
                    FailureKind.INVALID, "TF-INSTALL", "Terraform could not install a provider or module.",
                    "Look at the versions that the configuration asks for and at the way to the registry or mirror."),
            maybe("context canceled|execution halted", FailureKind.TIMEOUT, "TF-CANCELLED",
                    "The stop cut the request for %s short.", "Look whether it exists, then plan again."),
            maybe("context deadline exceeded|Client.Timeout|i/o timeout", FailureKind.TIMEOUT, "TF-TIMEOUT",
                    "No answer for %s in time.", "Look whether it exists, then plan again."),
            rule("connection refused|no such host|invalid header field value|certificate",
                    FailureKind.UNREACHABLE,
                    "TF-UNREACHABLE", "The system of %s could not be reached.",
                    "Look at its address, the network and the certificates; PostHog's provider uses no proxy."),
            maybe("failed to send request|request send failed|: EOF|connection reset",
                    FailureKind.UNREACHABLE, "TF-CUT",
                    "The connection broke while %s was worked on.",
                    "Look whether it exists, then plan again."),
            maybe("failed to unmarshal response", FailureKind.INTERNAL, "TF-ANSWER",
                    "What came back for %s was not PostHog's answer; a login page or a proxy looks like that.",
                    "Look at PostHog's address and the way to it, and whether the object exists."));

    private DiagnosticFailures() {}

    private static Rule rule(String text, FailureKind kind, String code, String message, String fix) {
        return new Rule(Pattern.compile(text).asPredicate(), kind, code, message, fix, false);
    }

    private static Rule maybe(String text, FailureKind kind, String code, String message, String fix) {
        return new Rule(Pattern.compile(text).asPredicate(), kind, code, message, fix, true);
    }

    /** The failure that an error diagnostic stands for; {@code now} tells the age of a lock. */
    static Failure of(Diagnostic diagnostic, Instant now) {
        String what = diagnostic.address().orElse("a resource");
        Optional<StateLock> lock = diagnostic.summary().contains("acquiring the state lock")
                ? StateLock.parse(diagnostic.detail())
                : Optional.empty();
        if (lock.isPresent()) {
            return locked(lock.get(), now);
        }
        if (diagnostic.summary().contains("inconsistent result after apply")) {
            return inconsistent(diagnostic, what);
        }
        Optional<DiagnosticText.ApiError> api = DiagnosticText.apiError(diagnostic.detail());
        if (api.isPresent()) {
            return answered(api.get(), diagnostic, what);
        }
        return RULES.stream().filter(rule -> rule.matches().test(diagnostic.text())).findFirst()
                .map(rule -> new Failure(rule.kind(), rule.code(), rule.message().replace("%s", what),
                        Optional.of(rule.fix()), rule.maybeDone()))
                .orElseGet(() -> new Failure(FailureKind.INTERNAL, "TF-ERROR", ownWords(diagnostic)));
    }

    private static Failure locked(StateLock lock, Instant now) {
        return new Failure(FailureKind.CONFLICT, "TF-LOCKED",
                "The state is locked by " + lock.display(now) + ", lock " + lock.id() + ".",
                "Wait for that run to end; release the lock only when you know that it is dead.");
    }

    private static Failure inconsistent(Diagnostic diagnostic, String what) {
        String attribute = DiagnosticText.inconsistentAttribute(diagnostic.detail()).orElse("an attribute");
        String top = attribute.replaceFirst("[.\\[].*", "");
        String fix = switch (top) {
            case "filters", "rollout_percentage" ->
                "Set rollout_percentage and the rollout of the first group of "
                        + "filters to the same whole number, and write filters with jsonencode.";
            case "tags" -> "Give it at least one tag, and never take all tags away.";
            case "dashboard_ids" -> "Name every dashboard that shows it in dashboard_ids.";
            case "inputs_json" ->
                "Keep secrets in sensitive_inputs_json, and leave out \"order\" and \"bytecode\".";
            case "query_json" -> "Write it with jsonencode, without version, result, hogql and is_cached.";
            default -> "Compare the attribute with what PostHog holds, then plan again.";
        };
        return new Failure(FailureKind.INTERNAL, "TF-INCONSISTENT",
                what + " was changed, but PostHog answered another value of " + attribute + " than was sent.",
                fix);
    }

    private static Failure answered(DiagnosticText.ApiError api, Diagnostic diagnostic, String what) {
        String said = api.text().strip();
        String lower = said.toLowerCase(Locale.ROOT);
        return switch (api.status()) {
            case 401 -> new Failure(FailureKind.DENIED, "TF-KEY-REFUSED",
                    "PostHog does not accept the personal API key.",
                    "Make a key in PostHog's settings, for this region, and give it by the profile's source for it.");
            case 403 -> denied(said, lower, what);
            case 404 ->
                new Failure(FailureKind.NOT_FOUND, "TF-NOT-FOUND", "PostHog does not have " + what + ".",
                        "Look at the id and the project, then plan again.");
            case 409 -> conflict(said, lower, what);
            case 429 -> new Failure(FailureKind.THROTTLED, "TF-THROTTLED",
                    "PostHog asks for fewer calls: it allows 480 a minute, 240 for insights.",
                    "Wait a minute and plan again with a lower parallelism; nothing paces the provider.");
            case 400 -> lower.startsWith("unique") || lower.contains("already a feature flag")
                    ? taken("TF-EXISTS", said, what)
                    : new Failure(FailureKind.INVALID, "TF-REFUSED", "PostHog refuses " + what + ": " + said,
                            "Change the configuration of it and plan again.");
            default -> new Failure(FailureKind.INTERNAL, "TF-POSTHOG",
                    "PostHog answered status " + api.status() + " for " + what + ": " + said,
                    Optional.of("Look whether the " + DiagnosticText.thing(diagnostic.summary())
                            + " exists, then plan again."),
                    api.status() >= 500);
        };
    }

    private static Failure denied(String said, String lower, String what) {
        Matcher scope = SCOPE.matcher(said);
        if (scope.find()) {
            return new Failure(FailureKind.DENIED, "TF-SCOPE",
                    "The personal API key lacks the scope " + scope.group(1) + ", which " + what + " needs.",
                    "Add " + scope.group(1) + " to the key in PostHog's settings, then plan again.");
        }
        if (lower.contains("maximum limit of allowed projects")) {
            return new Failure(FailureKind.DENIED, "TF-PROJECT-LIMIT",
                    "PostHog's plan allows no further project, so " + what + " was not made.",
                    "Use one project for the environment, or a plan with more projects.");
        }
        return new Failure(FailureKind.DENIED, "TF-DENIED", "PostHog does not allow " + what + ": " + said,
                "Ask an administrator of the organisation for the right.");
    }

    private static Failure conflict(String said, String lower, String what) {
        if (lower.contains("approval")) {
            return new Failure(FailureKind.CONFLICT, "TF-APPROVAL",
                    "PostHog wants the change of " + what + " approved by somebody; nothing was changed.",
                    "Have the change request approved in PostHog, then plan again.");
        }
        if (lower.contains("there is already a")) {
            return taken("TF-NAME-TAKEN", said, what);
        }
        return new Failure(FailureKind.CONFLICT, "TF-EDITED",
                "Somebody else was editing " + what + " at the same time; nothing was changed.",
                "Plan again.");
    }

    private static Failure taken(String code, String said, String what) {
        Matcher quoted = QUOTED.matcher(said);
        String name = quoted.find() ? " called " + quoted.group(1) : "";
        return new Failure(FailureKind.CONFLICT, code,
                "PostHog has an object" + name + " already that the state does not know, so " + what
                        + " was not made.",
                "Import it, or delete it in PostHog, then plan again; an earlier run that was cut may have left it.");
    }

    private static String ownWords(Diagnostic diagnostic) {
        String place = diagnostic.address().or(diagnostic::place).map(at -> at + ": ").orElse("");
        String detail = diagnostic.detail().isBlank() ? "" : ". " + diagnostic.detail().strip();
        String words = (place + diagnostic.summary().strip() + detail).replaceAll("\\s+", " ");
        return words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…";
    }
}
