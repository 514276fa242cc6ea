package com.nexpo.console.system.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.system.RemoteHttp.Answer;
import com.nexpo.console.system.RemoteHttp.Statuses;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What PostHog's answers mean that are no success.
 *
 * <p>PostHog has four forms of error bodies: {@code {"type","code","detail","attr"}} (PostHog/drf-exceptions-hog),
 * {@code {"detail": …}} and {@code {"error": …}} of single endpoints, and the plain text of its flags service.
 */
final class PostHogErrors implements Statuses {
    private static final Pattern SCOPE = Pattern.compile("missing required scope '([a-z_]+:[a-z]+)'");
    private static final int LONGEST_DETAIL = 300;
    private static final String KEY_PAGE = "in PostHog under Settings, Personal API keys";

    /** The parts of an error body; empty texts where a form has none. */
    record Problem(String code, String detail, String attr) {
        static Problem of(Answer answer) {
            Optional<JsonObject> object = answer.json().filter(JsonElement::isJsonObject)
                    .map(JsonElement::getAsJsonObject);
            if (object.isEmpty()) {
                return new Problem("", cut(answer.body().strip()), "");
            }
            JsonObject body = object.get();
            String detail = text(body, "detail").or(() -> text(body, "error")).or(() -> text(body, "message"))
                    .orElse("");
            return new Problem(text(body, "code").orElse(""), cut(detail), text(body, "attr").orElse(""));
        }

        private static Optional<String> text(JsonObject body, String name) {
            JsonElement element = body.get(name);
            return element == null || !element.isJsonPrimitive()
                    ? Optional.empty()
                    : Optional.of(element.getAsString());
        }

        private static String cut(String text) {
            return text.length() <= LONGEST_DETAIL ? text : text.substring(0, LONGEST_DETAIL) + " …";
        }
    }

    @Override
    public Optional<Failure> failureOf(String what, Answer answer) {
        Problem problem = Problem.of(answer);
        return Optional.of(switch (answer.status()) {
            case 401 -> new Failure(FailureKind.DENIED, "PH-AUTH",
                    "PostHog does not accept the key for %s%s".formatted(what, because(problem)),
                    "Make a personal API key (phx_…) " + KEY_PAGE + ", and put it where the profile says.");
            case 402 -> new Failure(FailureKind.DENIED, "PH-QUOTA",
                    "PostHog refuses %s because a quota of the plan is used up%s".formatted(what,
                            because(problem)),
                    "Look at the organization's billing limits in PostHog.");
            case 403 -> forbidden(what, problem);
            case 404 -> new Failure(FailureKind.NOT_FOUND, "PH-NOT-FOUND",
                    "PostHog does not have what is wanted for %s, or the key may not see it."
                            .formatted(what));
            case 409 -> conflict(what, problem);
            case 429 -> new Failure(FailureKind.THROTTLED, "PH-THROTTLED",
                    "PostHog asks for fewer calls and did not carry out %s.".formatted(what),
                    "PostHog allows 480 calls and 240 queries a minute for a key; try again in a minute.");
            case 502, 503, 504 -> new Failure(FailureKind.UNREACHABLE, "PH-UNAVAILABLE",
                    "PostHog is not available for %s (status %d).".formatted(what, answer.status()))
                    .possiblyDone();
            default -> answer.status() >= 500
                    ? new Failure(FailureKind.INTERNAL, "PH-SERVER",
                            "PostHog failed while %s (status %d)%s".formatted(what, answer.status(),
                                    because(problem)))
                            .possiblyDone()
                    : invalid(what, answer.status(), problem);
        });
    }

    private static Failure forbidden(String what, Problem problem) {
        String detail = problem.detail();
        Matcher scope = SCOPE.matcher(detail);
        if (scope.find()) {
            return new Failure(FailureKind.DENIED, "PH-SCOPE",
                    "The PostHog key lacks the scope %s, needed for %s.".formatted(scope.group(1), what),
                    "Add the scope " + scope.group(1) + " to the key " + KEY_PAGE + ".");
        }
        if (detail.contains("scoped projects are only supported")) {
            return new Failure(FailureKind.DENIED, "PH-PROJECT-KEY",
                    "The PostHog key is limited to single projects and cannot be used for %s."
                            .formatted(what),
                    "Use a key whose access is the organization, or all projects: only such a key can create"
                            + " projects.");
        }
        if (detail.contains("maximum limit of allowed projects")) {
            return new Failure(FailureKind.DENIED, "PH-PLAN",
                    "The PostHog organization has as many projects as its plan allows; %s was refused."
                            .formatted(what),
                    "Use one project for the environment (strategy per environment), delete a project, or change"
                            + " the plan.");
        }
        if (detail.contains("does not allow using personal API keys")) {
            return new Failure(FailureKind.DENIED, "PH-KEYS-OFF",
                    "The PostHog organization does not allow its members to use personal API keys, needed for %s."
                            .formatted(what),
                    "An administrator of the organization can allow them, or make the key.");
        }
        if (detail.contains("does not have access to the requested")) {
            return new Failure(FailureKind.DENIED, "PH-REACH",
                    "The PostHog key does not reach what is wanted for %s%s".formatted(what,
                            because(problem)),
                    "Give the key access to this organization and project " + KEY_PAGE + ".");
        }
        return new Failure(FailureKind.DENIED, "PH-DENIED",
                "PostHog does not allow %s%s".formatted(what, because(problem)),
                "Look at the role of the key's user in the organization, and at the key's scopes.");
    }

    private static Failure conflict(String what, Problem problem) {
        if (problem.code().equals("approval_required")) {
            return new Failure(FailureKind.CONFLICT, "PH-APPROVAL",
                    "PostHog opened a change request instead of %s: this project's policy wants an approval."
                            .formatted(what),
                    "Approve the change request in PostHog; nothing is changed until then.");
        }
        if (problem.detail().startsWith("There is already a project called")) {
            return new Failure(FailureKind.CONFLICT, "PH-PROJECT-NAME",
                    "PostHog refuses %s: the organization has a project of this name already."
                            .formatted(what),
                    "Import the existing project into the state, or choose another name.");
        }
        return new Failure(FailureKind.CONFLICT, "PH-CONFLICT",
                "PostHog refuses %s%s".formatted(what, because(problem)), "Read it again and plan again.");
    }

    private static Failure invalid(String what, int status, Problem problem) {
        if (problem.code().equals("unique")) {
            return new Failure(FailureKind.CONFLICT, "PH-EXISTS",
                    "PostHog refuses %s%s".formatted(what, because(problem)),
                    "Import the existing one into the state, or choose another "
                            + nonEmpty(problem.attr(), "name")
                            + ".");
        }
        String where = problem.attr().isEmpty() ? "" : " (" + problem.attr() + ")";
        return new Failure(FailureKind.INVALID, "PH-INVALID",
                "PostHog refuses %s with status %d%s%s".formatted(what, status, where, because(problem)));
    }

    /** ": the reason." or "." */
    private static String because(Problem problem) {
        String detail = problem.detail();
        if (detail.isEmpty()) {
            return ".";
        }
        return ": " + detail + (detail.endsWith(".") ? "" : ".");
    }

    private static String nonEmpty(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
