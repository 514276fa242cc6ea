package com.nexpo.console.system.posthog;

import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Evidence;
import com.nexpo.console.model.CheckResult.Fix;
import com.nexpo.console.model.CheckResult.Severity;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.system.Limits;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.RemoteHttp;
import com.google.gson.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Asks PostHog, with its own means, for all that a run will need, before it needs it. */
public final class PostHogPermissions {
    /** Scopes that the blueprint's Terraform and the console use. */
    public static final Set<String> NEEDED = Set.of("organization:read", "project:write",
            "feature_flag:write",
            "insight:write", "dashboard:write", "action:write", "alert:write", "hog_function:write",
            "activity_log:read", "query:read", "user:read");

    private static final String ROOM = "Plan has room for the projects";
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    /** A read that shows whether a scope is there, below a project. */
    private static final Map<String, String> PROBES = Map.of("feature_flag", "feature_flags/?limit=1",
            "insight",
            "insights/?limit=1", "dashboard", "dashboards/?limit=1", "action", "actions/?limit=1", "alert",
            "alerts/?limit=1", "hog_function", "hog_functions/?limit=1", "activity_log",
            "activity_log/?limit=1",
            "project", "");

    private final PostHogApi api;
    private final URI ingestHost;
    private final HttpClient client;

    public PostHogPermissions(PostHogApi api, URI ingestHost, HttpClient client) {
        this.api = api;
        this.ingestHost = ingestHost;
        this.client = client;
    }

    /**
     * What the run wants.
     *
     * @param organization as the profile says it: should be a UUID
     * @param scopes       such as {@link #NEEDED}
     * @param projects     names of the projects that there must be in the end; those that exist need no room
     */
    public record Wanted(String organization, Set<String> scopes, List<String> projects) {}

    /** The results, in an order to read them in. What cannot be asked because of an earlier one is skipped. */
    public List<CheckResult> check(Wanted wanted) throws InterruptedException {
        List<CheckResult> results = new ArrayList<>();
        results.add(apiHost());
        results.add(ingestHost());
        Optional<Failure> key = failure(api::user);
        results.add(keyIsValid(key));
        if (key.filter(f -> !f.code().equals("PH-SCOPE") && !f.code().equals("PH-KEYS-OFF")).isPresent()) {
            return results;
        }
        CheckResult organization = organization(wanted);
        results.add(organization);
        results.addAll(scopes(wanted));
        results.add(organization.status() == Status.PASS ? room(wanted) : skippedRoom());
        return results;
    }

    private CheckResult apiHost() {
        String title = "API host is PostHog's private API";
        String host = Optional.ofNullable(api.host().getHost()).orElse("").toLowerCase(Locale.ROOT);
        if (host.equals("app.posthog.com")) {
            return result("PH-001", title, host, Status.FAIL,
                    "app.posthog.com is an old address for the US region.",
                    "Set the host to https://us.posthog.com or https://eu.posthog.com, where the organization is.");
        }
        if (host.endsWith(".i.posthog.com")) {
            return result("PH-001", title, host, Status.FAIL,
                    host + " takes events; it is not the private API.",
                    "Set the host to https://" + host.replace(".i.posthog.com", ".posthog.com") + ".");
        }
        boolean loopback = host.equals("127.0.0.1") || host.equals("localhost") || host.equals("[::1]");
        if (!"https".equals(api.host().getScheme()) && !loopback) {
            return result("PH-001", title, host, Status.FAIL,
                    "The key would travel unencrypted to " + api.host() + ".",
                    "Set the host to an https address.");
        }
        return pass("PH-001", title, host, "The private API is " + api.host() + ".");
    }

    /** The flags service answers an unknown token with a refusal of its own; that proves that it is there. */
    private CheckResult ingestHost() throws InterruptedException {
        String title = "Ingest host answers";
        String host = String.valueOf(ingestHost.getAuthority());
        if (host.endsWith("app.posthog.com")) {
            return result("PH-002", title, host, Status.FAIL,
                    "app.posthog.com is an old address for the US region.",
                    "Set the ingest host to https://us.i.posthog.com or https://eu.i.posthog.com.");
        }
        JsonObject body = new JsonObject();
        body.addProperty("api_key", "phc_console_check");
        body.addProperty("distinct_id", "posthog-console-check");
        RemoteHttp http = new RemoteHttp(
                new RemoteCall(SystemId.POSTHOG, Limits.DEFAULT.withDeadline(Duration.ofSeconds(10))), client,
                ingestHost, Map::of, new PostHogErrors());
        Optional<Failure> failure = failure(
                () -> http.send("asking the flags service", Repeat.SAFE, "POST", "/flags/?v=2", body));
        boolean answered = failure.isEmpty()
                || failure.get().kind() == FailureKind.DENIED || failure.get().kind() == FailureKind.INVALID;
        return answered
                ? pass("PH-002", title, host, "Capture and flags answer at " + ingestHost + ".")
                : failed("PH-002", title, host, failure.get());
    }

    private CheckResult keyIsValid(Optional<Failure> failure) {
        String title = "Key is a valid personal API key";
        if (failure.isEmpty() || failure.get().code().equals("PH-SCOPE")) {
            return pass("PH-003", title, "", "PostHog accepts the key.");
        }
        return failed("PH-003", title, "", failure.get());
    }

    private CheckResult organization(Wanted wanted) throws InterruptedException {
        String title = "Key reaches the organization";
        String id = wanted.organization();
        if (!UUID.matcher(id).matches()) {
            return notUuid(title, id);
        }
        try {
            Organization found = api.organization(id);
            if (!found.id().equalsIgnoreCase(id)) {
                return result("PH-004", title, id, Status.FAIL,
                        "PostHog answered with organization " + found.id()
                                + ".",
                        "Set the organization to the UUID of the one that is meant.");
            }
            return pass("PH-004", title, id, "The key reaches organization " + found.name() + ".");
        } catch (FailureException e) {
            return failed("PH-004", title, id, e.failure());
        }
    }

    /** Terraform compares organizations as text: a slug would plan to replace every project. */
    private CheckResult notUuid(String title, String id) throws InterruptedException {
        String fix = "Set the organization to its UUID, as PostHog shows it under Settings, Organization.";
        try {
            Optional<Organization> found = api.organizations().stream()
                    .filter(o -> o.slug().equals(id) || o.name().equalsIgnoreCase(id)).findFirst();
            if (found.isPresent()) {
                fix = "Set the organization to " + found.get().id() + ".";
            }
        } catch (FailureException e) {
            fix = fix + " (" + e.failure().message() + ")";
        }
        return result("PH-004", title, id, Status.FAIL, id + " is not the UUID of an organization.", fix);
    }

    private List<CheckResult> scopes(Wanted wanted) throws InterruptedException {
        List<CheckResult> results = new ArrayList<>();
        try {
            Optional<KeyInfo> info = api.key();
            if (info.isEmpty()) {
                return probed(wanted);
            }
            for (String scope : new TreeSet<>(wanted.scopes())) {
                results.add(info.get().has(scope)
                        ? pass("PH-005", "Key has scope " + scope, scope, "It has it.")
                        : missing(scope));
            }
            if (!info.get().projects().isEmpty()) {
                results.add(
                        result("PH-006", "Key is not limited to projects", info.get().label(), Status.FAIL,
                                "The key is limited to projects " + String.join(", ", info.get().projects())
                                        + "; it can neither create projects nor read the organization.",
                                "Use a key whose access is the organization, or all projects."));
            }
        } catch (FailureException e) {
            results.add(failed("PH-005", "Key has the scopes that the run needs", "", e.failure()));
        }
        return results;
    }

    private static CheckResult missing(String scope) {
        return result("PH-005", "Key has scope " + scope, scope, Status.FAIL,
                "The key lacks the scope " + scope + ".",
                "Add the scope " + scope + " to the key in PostHog under Settings, Personal API keys.");
    }

    /** Where the key cannot be looked at, reading shows the missing read scopes; writing cannot be tried harmlessly. */
    private List<CheckResult> probed(Wanted wanted) throws InterruptedException {
        List<CheckResult> results = new ArrayList<>();
        Optional<Project> project = Optional.empty();
        try {
            project = api.visibleProjects(wanted.organization(), List.of()).stream().findFirst();
        } catch (FailureException e) {
            results.add(failed("PH-005", "Key can list projects", "", e.failure()));
        }
        for (String scope : new TreeSet<>(wanted.scopes())) {
            String object = scope.substring(0, scope.indexOf(':'));
            String title = "Key has scope " + scope;
            String probe = PROBES.get(object);
            if (probe == null || project.isEmpty()) {
                results.add(unknown(title, scope));
                continue;
            }
            long id = project.get().id();
            Optional<Failure> failure = failure(() -> {
                api.probe("reading " + object.replace('_', ' '), "/api/projects/" + id + "/" + probe);
                return id;
            });
            if (failure.isPresent()) {
                results.add(failure.get().code().equals("PH-SCOPE")
                        ? missing(scope)
                        : failed("PH-005", title, scope, failure.get()));
            } else if (scope.endsWith(":write")) {
                results.add(unknown(title, scope));
            } else {
                results.add(pass("PH-005", title, scope, "Reading works."));
            }
        }
        return results;
    }

    private static CheckResult unknown(String title, String scope) {
        return new CheckResult("PH-005", title, Optional.of(SystemId.POSTHOG), scope, Status.WARN,
                Severity.ADVISORY,
                "This PostHog does not tell the scopes of a key; " + scope + " shows only when it is used.",
                List.of(),
                Optional.of(new Fix("Look at the key in PostHog under Settings, Personal API keys.")),
                Instant.now());
    }

    private static CheckResult skippedRoom() {
        return result("PH-007", ROOM, "", Status.SKIPPED,
                "Not asked, because the organization could not be read.",
                "Mend PH-004 first.");
    }

    private CheckResult room(Wanted wanted) throws InterruptedException {
        try {
            Organization organization = api.organization(wanted.organization());
            List<String> existing = api.projects(wanted.organization()).stream().map(p -> fold(p.name()))
                    .toList();
            List<String> fresh = wanted.projects().stream().filter(name -> !existing.contains(fold(name)))
                    .toList();
            OptionalInt limit = organization.projectLimit();
            int then = existing.size() + fresh.size();
            if (fresh.isEmpty() || (limit.isPresent() && then <= limit.getAsInt())) {
                return pass("PH-007", ROOM, organization.name(), fresh.isEmpty()
                        ? "All projects exist."
                        : "There will be %d projects.".formatted(then));
            }
            if (limit.isEmpty()) {
                return new CheckResult("PH-007", ROOM, Optional.of(SystemId.POSTHOG), organization.name(),
                        Status.WARN, Severity.ADVISORY,
                        "PostHog does not tell how many projects the plan allows.",
                        List.of(), Optional.empty(), Instant.now());
            }
            return new CheckResult("PH-007", ROOM, Optional.of(SystemId.POSTHOG), organization.name(),
                    Status.FAIL,
                    Severity.BLOCKING,
                    "The plan allows %d projects, there are %d, and %d more are wanted.".formatted(
                            limit.getAsInt(),
                            existing.size(), fresh.size()),
                    List.of(new Evidence("wanted", String.join(", ", fresh))),
                    Optional.of(
                            new Fix("Use one project for the environment (strategy per environment), delete a"
                                    + " project, or change the plan.")),
                    Instant.now());
        } catch (FailureException e) {
            return failed("PH-007", ROOM, wanted.organization(), e.failure());
        }
    }

    /** PostHog compares names of projects trimmed and without regard to case. */
    private static String fold(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    private interface Asked {
        Object ask() throws FailureException, InterruptedException;
    }

    private static Optional<Failure> failure(Asked asked) throws InterruptedException {
        try {
            asked.ask();
            return Optional.empty();
        } catch (FailureException e) {
            return Optional.of(e.failure());
        }
    }

    private static CheckResult pass(String code, String title, String target, String message) {
        return new CheckResult(code, title, Optional.of(SystemId.POSTHOG), target, Status.PASS,
                Severity.BLOCKING,
                message, List.of(), Optional.empty(), Instant.now());
    }

    private static CheckResult result(String code, String title, String target, Status status, String message,
            String fix) {
        return new CheckResult(code, title, Optional.of(SystemId.POSTHOG), target, status, Severity.BLOCKING,
                message,
                List.of(), Optional.of(new Fix(fix)), Instant.now());
    }

    /** A refusal is a FAIL; what kept the question from being answered is an ERROR. */
    private static CheckResult failed(String code, String title, String target, Failure failure) {
        Status status = switch (failure.kind()) {
            case DENIED, NOT_FOUND, INVALID, CONFLICT -> Status.FAIL;
            case UNREACHABLE, TIMEOUT, THROTTLED, INTERNAL -> Status.ERROR;
        };
        return new CheckResult(code, title, Optional.of(SystemId.POSTHOG), target, status, Severity.BLOCKING,
                failure.message(), List.of(), failure.fix().map(Fix::new), Instant.now());
    }
}
