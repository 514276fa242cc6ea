package com.nexpo.console.system.posthog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import com.nexpo.console.sandbox.http.Faults.Fault;
import com.nexpo.console.sandbox.posthog.PostHogEmulator;
import com.nexpo.console.sandbox.posthog.PostHogEmulator.Settings;
import com.nexpo.console.system.Limits;
import com.nexpo.console.system.RemoteHttp;
import com.nexpo.console.system.posthog.Orphans.Candidate;
import com.nexpo.console.system.posthog.Orphans.Found;
import com.nexpo.console.system.posthog.PostHogPermissions.Wanted;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of the adapter, on the emulator. */
class PostHogAdapterTest {
    private static final String KEY = "phx_CANARYadapter0000000000";
    private static final String ORG = "0190a000-0000-7000-8000-000000000001";
    private static final Limits QUICK = Limits.DEFAULT.withDeadline(Duration.ofSeconds(2));

    private final PostHogEmulator emulator = new PostHogEmulator(
            Settings.of(KEY).withProjectLimit(4).withIngestionDelay(Duration.ofMillis(50)));
    private final HttpClient client = RemoteHttp.clientBuilder().build();
    private final PostHogApi api = api(KEY);

    @AfterEach
    void stop() {
        emulator.close();
        client.close();
    }

    private PostHogApi api(String key) {
        Secret secret = Secret.of(key);
        return new PostHogApi(emulator.address(), () -> secret, client, QUICK, QUICK);
    }

    @Test
    void readsOrganizationProjectsAndFlagsOverAllPages() throws Exception {
        long project = project("nexpo-auth");
        for (int i = 0; i < 103; i++) {
            flag(project, "flag-" + i);
        }
        assertThat(api.organization(ORG).slug()).isEqualTo("nexpo");
        assertThat(api.organization(ORG).projectLimit()).hasValue(4);
        assertThat(api.projects(ORG)).extracting(Project::name).containsExactly("nexpo-auth");
        assertThat(api.project(project).token()).startsWith("phc_");
        assertThat(api.flags(project)).hasSize(103).extracting(Flag::key).doesNotHaveDuplicates();
        assertThat(api.flag(project, "flag-1").orElseThrow().key()).isEqualTo("flag-1");
        assertThat(api.flag(project, "flag")).isEmpty();
        assertThat(api.user()).isEqualTo("ada@example.com");
    }

    @Test
    void aKeyLimitedToProjectsSeesThoseProjects() throws Exception {
        long one = project("one");
        long two = project("two");
        emulator.addKey("phx_CANARYscoped", List.of("*"), List.of(two), List.of());
        PostHogApi scoped = api("phx_CANARYscoped");
        assertThat(failure(() -> scoped.projects(ORG)).code()).isEqualTo("PH-PROJECT-KEY");
        assertThat(scoped.visibleProjects(ORG, List.of(one))).extracting(Project::id).containsExactly(two);
        assertThat(failure(() -> scoped.project(one)).code()).isEqualTo("PH-REACH");
    }

    @Test
    void switchesAFlagAndNothingElse() throws Exception {
        long project = project("nexpo");
        long id = flag(project, "kill-me");
        Flag before = api.flag(project, id);
        Flag off = api.turn(project, before, false);
        assertThat(off.active()).isFalse();
        assertThat(off.filters()).isEqualTo(before.filters());
        assertThat(api.turn(project, off, true).version()).isEqualTo(before.version() + 2);
        emulator.requireApproval(project, true);
        Failure approval = failure(() -> api.turn(project, before, false));
        assertThat(approval.code()).isEqualTo("PH-APPROVAL");
        assertThat(approval.kind()).isEqualTo(FailureKind.CONFLICT);
    }

    @Test
    void refusalsSayWhatIsMissing() throws Exception {
        long project = project("nexpo");
        emulator.addKey("phx_CANARYpoor", List.of("project:read"), List.of(), List.of());
        Failure scope = failure(() -> api("phx_CANARYpoor").flags(project));
        assertThat(scope.message()).isEqualTo(
                "The PostHog key lacks the scope feature_flag:read, needed for listing flags of project "
                        + project + ".");
        assertThat(scope.fix().orElseThrow()).contains("feature_flag:read");
        Failure invalid = failure(() -> api("phx_CANARYwrong").user());
        assertThat(invalid.code()).isEqualTo("PH-AUTH");
        assertThat(invalid.kind()).isEqualTo(FailureKind.DENIED);
        assertThat(failure(() -> api.project(999)).kind()).isEqualTo(FailureKind.NOT_FOUND);
        emulator.memberKeysAllowed(false);
        assertThat(failure(() -> api.project(project)).code()).isEqualTo("PH-KEYS-OFF");
    }

    @Test
    void readsTheFourFormsOfErrors() {
        Map<String, String> forms = Map.of(
                "{\"type\":\"validation_error\",\"code\":\"invalid_input\",\"detail\":\"No.\",\"attr\":\"key\"}",
                "key",
                "{\"error\":\"Evaluation failed\"}", "Evaluation failed",
                "{\"success\":false,\"detail\":\"Not now\"}", "Not now",
                "Failed to decode request: unsupported", "Failed to decode request");
        forms.forEach((body, expected) -> {
            emulator.faults().clear();
            emulator.faults().add("users/@me", 1, new Fault.Answer(400, "application/json", body, Map.of()));
            Failure failure = failure(api::user);
            assertThat(failure.code()).isEqualTo("PH-INVALID");
            assertThat(failure.message()).contains(expected);
        });
    }

    @Test
    void whatIsNoAnswerIsASentenceAndNeverShowsTheKey() {
        List<Fault> faults = List.of(
                new Fault.Answer(200, "text/html", "<!doctype html><title>Sign in</title>", Map.of()),
                new Fault.Answer(302, "text/html", "", Map.of("Location", "https://sso.example.com/")),
                new Fault.Answer(200, "application/json", "{\"email\": \"a", Map.of()),
                new Fault.Answer(200, "application/json", "", Map.of()),
                new Fault.Answer(500, "text/html", "<h1>Server Error (500)</h1>", Map.of()),
                new Fault.Answer(400, "application/json", "{\"detail\":\"you sent " + KEY + "\"}", Map.of()),
                new Fault.Cut());
        for (Fault fault : faults) {
            emulator.faults().clear();
            emulator.faults().add("users/@me", 10, fault);
            FailureException thrown = catchThrowableOfType(FailureException.class, api::user);
            assertThat(thrown).as(fault.toString()).isNotNull();
            assertThat(whole(thrown)).doesNotContain("CANARY").isNotBlank();
        }
    }

    @Test
    void waitsAsLongAsPostHogAsksToAndThenGoesOn() throws Exception {
        emulator.faults().add("users/@me", 1, new Fault.Answer(429, "application/json",
                "{\"type\":\"throttled_error\",\"code\":\"throttled\",\"detail\":\"Request was throttled.\",\"attr\":null}",
                Map.of("Retry-After", "1")));
        long begin = System.nanoTime();
        assertThat(api.user()).isEqualTo("ada@example.com");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(990),
                Duration.ofSeconds(2));
        emulator.faults().add("users/@me", 1, new Fault.Answer(429, "application/json", "{}",
                Map.of("Retry-After", "60")));
        assertThat(failure(api::user).kind()).isEqualTo(FailureKind.THROTTLED);
    }

    @Test
    void aSlowPostHogIsATimeoutAndAShortOutageIsNone() throws Exception {
        emulator.faults().add("users/@me", 1, new Fault.Answer(503, "text/plain", "upstream", Map.of()));
        assertThat(api.user()).isEqualTo("ada@example.com");
        emulator.faults().add("users/@me", 10, new Fault.Slow(Duration.ofSeconds(5)));
        assertThat(failure(api::user).kind()).isEqualTo(FailureKind.TIMEOUT);
    }

    @Test
    void noticesWhatChangedSinceAndWhoDidIt() throws Exception {
        long project = project("nexpo");
        long kept = flag(project, "kept");
        long switched = flag(project, "switched");
        long edited = flag(project, "edited");
        long gone = flag(project, "gone");
        FlagVersions before = FlagVersions.read(api, List.of(project));
        assertThat(before.changedSince(api)).isEmpty();
        send("POST", flags(project) + switched + "/disable/", "");
        send("PATCH", flags(project) + edited + "/",
                "{\"filters\":{\"groups\":[{\"properties\":[],\"rollout_percentage\":50}]}}");
        send("PATCH", flags(project) + gone + "/", "{\"deleted\":true}");
        flag(project, "new");
        List<FlagVersions.Changed> changed = before.changedSince(api);
        assertThat(changed).extracting(FlagVersions.Changed::key, FlagVersions.Changed::what).containsExactly(
                org.assertj.core.groups.Tuple.tuple("edited", "conditions changed"),
                org.assertj.core.groups.Tuple.tuple("gone", "deleted or archived"),
                org.assertj.core.groups.Tuple.tuple("new", "created"),
                org.assertj.core.groups.Tuple.tuple("switched", "switched off"));
        assertThat(changed).allSatisfy(c -> assertThat(c.who()).contains("ada@example.com"));
        assertThat(changed).allSatisfy(c -> assertThat(c.at()).isPresent());
        assertThat(api.flag(project, kept).version()).isEqualTo(1);
    }

    @Test
    void findsWhatExistsWithoutStateAndDoubles() throws Exception {
        long project = project("nexpo");
        long flag = flag(project, "login");
        long first = created(project, "insights", "{\"name\":\"Logins\",\"query\":{}}");
        long second = created(project, "insights", "{\"name\":\"Logins\",\"query\":{}}");
        created(project, "insights", "{\"name\":\"Logins by provider\",\"query\":{}}");
        String parent = String.valueOf(project);
        Orphans orphans = new Orphans(api);
        Candidate insight = new Candidate("posthog_insight", "Logins", parent);
        List<Candidate> candidates = List.of(insight, new Candidate("posthog_feature_flag", "login", parent),
                new Candidate("posthog_feature_flag", "logout", parent),
                new Candidate("posthog_dashboard", "Auth", parent),
                new Candidate("posthog_project", "nexpo", ORG),
                new Candidate("posthog_insight", "Logins", "999"));
        List<Found> found = orphans.search(candidates);
        assertThat(found).extracting(Found::importId).containsExactly(parent + "/" + first,
                parent + "/" + flag,
                ORG + "/" + project);
        assertThat(found.getFirst().isDouble()).isTrue();
        orphans.delete(insight, String.valueOf(second));
        assertThat(orphans.search(List.of(insight)).getFirst().isDouble()).isFalse();
        assertThat(
                failure(() -> orphans.delete(new Candidate("posthog_project", "nexpo", ORG), parent)).code())
                .isEqualTo("PH-NO-DELETE");
    }

    @Test
    void provesThatAnEventArrives() throws Exception {
        long id = project("nexpo");
        Project project = api.project(id);
        EventRoundTrip trip = new EventRoundTrip(api, emulator.address());
        EventRoundTrip.Arrived arrived = trip.run(project, project.token(), Map.of("service", "auth"),
                Duration.ofSeconds(10));
        assertThat(arrived.uuid()).isNotBlank();
        assertThat(api.project(id).ingestedEvent()).isTrue();
        assertThat(api.hogQl(id, "SELECT properties.service, properties['$lib'] FROM events").getFirst()
                .toString())
                .isEqualTo("[\"auth\", \"posthog-server\"]");
        Failure lost = failure(
                () -> trip.run(project, "phc_" + "x".repeat(43), Map.of(), Duration.ofMillis(800)));
        assertThat(lost.code()).isEqualTo("PH-NOT-INGESTED");
    }

    @Test
    void allIsWellWithARightKey() throws Exception {
        List<CheckResult> results = permissions(api).check(wanted(ORG, "nexpo-auth"));
        assertThat(results).allSatisfy(r -> assertThat(r.status()).as(r.message()).isEqualTo(Status.PASS));
        assertThat(results).extracting(CheckResult::code).contains("PH-001", "PH-002", "PH-003", "PH-004",
                "PH-005",
                "PH-007");
    }

    @Test
    void saysWhichScopeIsMissingAndWhichUuidIsMeant() throws Exception {
        emulator.addKey("phx_CANARYpoor", List.of("organization:read", "project:read", "user:read"),
                List.of(),
                List.of());
        List<CheckResult> results = permissions(api("phx_CANARYpoor")).check(wanted("nexpo", "nexpo-auth"));
        assertThat(failing(results, "PH-004").fix().orElseThrow().text()).contains(ORG);
        assertThat(results.stream().filter(r -> r.code().equals("PH-005") && r.status() == Status.FAIL))
                .extracting(CheckResult::target).contains("feature_flag:write", "project:write")
                .doesNotContain("user:read");
        assertThat(results).allSatisfy(r -> {
            if (r.status() != Status.PASS) {
                assertThat(r.fix()).as(r.code()).isPresent();
            }
        });
    }

    @Test
    void saysThatThePlanHasNoRoom() throws Exception {
        project("one");
        project("Two");
        List<CheckResult> results = permissions(api)
                .check(wanted(ORG, "two ", "three", "four", "five"));
        assertThat(failing(results, "PH-007").message())
                .isEqualTo("The plan allows 4 projects, there are 2, and 3 more are wanted.");
    }

    @Test
    void aWrongKeyEndsTheQuestions() throws Exception {
        List<CheckResult> results = permissions(api("phx_CANARYwrong")).check(wanted(ORG, "a"));
        assertThat(failing(results, "PH-003").fix()).isPresent();
        assertThat(results).hasSize(3);
        assertThat(results.toString()).doesNotContain("CANARY");
    }

    @Test
    void oldAndMixedUpAddressesAreNamed() throws Exception {
        Secret secret = Secret.of(KEY);
        Limits none = QUICK.withDeadline(Duration.ofMillis(1));
        for (String host : List.of("https://app.posthog.com", "https://eu.i.posthog.com",
                "http://posthog.example.com")) {
            PostHogApi other = new PostHogApi(URI.create(host), () -> secret, client, none, none);
            CheckResult first = new PostHogPermissions(other, emulator.address(), client).check(wanted(ORG))
                    .getFirst();
            assertThat(first.status()).as(host).isEqualTo(Status.FAIL);
            assertThat(first.fix()).isPresent();
        }
    }

    @Test
    void withoutIntrospectionItProbesAndDoesNotCallAGuessAPass() throws Exception {
        project("nexpo");
        emulator.faults().add("personal_api_keys", 10,
                new Fault.Answer(404, "application/json", "{}", Map.of()));
        emulator.addKey("phx_CANARYpoor",
                List.of("organization:read", "project:write", "user:read", "query:read"),
                List.of(), List.of());
        List<CheckResult> results = permissions(api("phx_CANARYpoor")).check(wanted(ORG, "nexpo"));
        assertThat(of(results, "feature_flag:write").status()).isEqualTo(Status.FAIL);
        assertThat(of(results, "project:write").status()).isEqualTo(Status.WARN);
        assertThat(of(results, "query:read").status()).isEqualTo(Status.WARN);
    }

    private PostHogPermissions permissions(PostHogApi of) {
        return new PostHogPermissions(of, emulator.address(), client);
    }

    private static Wanted wanted(String organization, String... projects) {
        return new Wanted(organization, PostHogPermissions.NEEDED, List.of(projects));
    }

    private static CheckResult failing(List<CheckResult> results, String code) {
        return results.stream().filter(r -> r.code().equals(code) && r.status() == Status.FAIL).findFirst()
                .orElseThrow(() -> new AssertionError("no failing " + code + " in " + results));
    }

    private static CheckResult of(List<CheckResult> results, String scope) {
        return results.stream().filter(r -> r.code().equals("PH-005") && r.target().equals(scope)).findFirst()
                .orElseThrow();
    }

    private static Failure failure(ThrowingCallable call) {
        FailureException thrown = catchThrowableOfType(FailureException.class, call);
        assertThat(thrown).isNotNull();
        assertThat(whole(thrown)).doesNotContain("CANARY");
        return thrown.failure();
    }

    private static String whole(Throwable thrown) {
        List<String> texts = new ArrayList<>();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            texts.add(t.toString());
        }
        return String.join("\n", texts);
    }

    private long project(String name) throws Exception {
        return send("POST", "/api/organizations/" + ORG + "/projects/", "{\"name\":\"" + name + "\"}")
                .get("id")
                .getAsLong();
    }

    private long flag(long project, String key) throws Exception {
        return created(project, "feature_flags", "{\"key\":\"" + key
                + "\",\"active\":true,\"filters\":{\"groups\":[{\"properties\":[],\"rollout_percentage\":10}]}}");
    }

    private long created(long project, String kind, String body) throws Exception {
        return send("POST", "/api/projects/" + project + "/" + kind + "/", body).get("id").getAsLong();
    }

    private static String flags(long project) {
        return "/api/projects/" + project + "/feature_flags/";
    }

    private JsonObject send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response = client
                .send(HttpRequest.newBuilder(URI.create(emulator.address() + path))
                        .header("Authorization", "Bearer " + KEY)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isLessThan(300);
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    @Test
    void aClosedServerIsRefused() {
        emulator.close();
        assertThatThrownBy(api::user).isInstanceOf(FailureException.class)
                .hasMessageContaining("PostHog at 127.0.0.1");
        assertThat(Set.of("NET-REFUSED", "NET-CUT")).contains(failure(api::user).code());
    }
}
