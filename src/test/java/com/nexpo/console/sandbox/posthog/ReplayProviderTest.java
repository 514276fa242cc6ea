package com.nexpo.console.sandbox.posthog;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.posthog.Http.Answer;
import com.nexpo.console.testing.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds the emulator against the exchanges recorded from the Terraform provider 1.0.13. */
class ReplayProviderTest {
    private static final String KEY = "phx_CANARYreplay00000000000000";
    private static final String ORG = "/api/organizations/0190a000-0000-7000-8000-000000000001";

    /** Calls that are not replayed, by what is in their path, and why. */
    private static final Map<String, String> LEFT_OUT = leftOut();

    private static Map<String, String> leftOut() {
        String unused = "the blueprint declares none, and neither the console nor its scripts call it";
        Map<String, String> leftOut = new LinkedHashMap<>();
        for (String path : List.of("/roles/", "/proxy_records/", "access_controls/",
                "/external_data_sources/",
                "/surveys/")) {
            leftOut.put(path, unused);
        }
        leftOut.put("/members/0", "the console changes no membership; the list is there");
        return leftOut;
    }

    /** Faults that {@link #givesTheRecordedErrors()} provokes, and those that differ from one of them in the verb alone. */
    private static final Set<String> REPLAYED_FAULTS = Set.of("read-404", "read-401", "read-403",
            "create-400",
            "create-403", "create-409", "update-404", "update-409", "update-409-approval",
            "delete-400-dependents",
            "read-429-retry-after-2-twice", "read-429-always", "create-401", "update-401", "delete-404",
            "delete-patch-404");

    /** Faults that are no answers of PostHog's, by a part of their name; Faults makes them, word for word. */
    private static final Map<String, String> FAULTS_LEFT_OUT = faultsLeftOut();

    private static Map<String, String> faultsLeftOut() {
        Map<String, String> leftOut = new LinkedHashMap<>();
        for (String kind : List.of("-500", "-502", "-malformed", "-html", "-empty", "-wrong-type", "-slow",
                "-dropped", "-308", "-301", "-302")) {
            leftOut.put(kind,
                    "an ill server, a proxy or the network: an answer planned with Faults, word for word");
        }
        leftOut.put("host-", "no call reaches PostHog");
        leftOut.put("key-", "the provider refuses by itself; a wrong key is read-401");
        return leftOut;
    }

    private PostHogEmulator emulator = new PostHogEmulator(PostHogEmulator.Settings.of(KEY));
    private Http http = new Http(emulator.address(), KEY);

    @BeforeEach
    void start() {
        http = new Http(emulator.address(), KEY);
    }

    @AfterEach
    void stop() {
        emulator.close();
    }

    @Test
    void answersCreatePlanUpdateImportAndDestroyInTheRecordedShape() throws Exception {
        // tags and layouts are the user's, inputs gain what the server computes, and lists may be empty here.
        Shape shape = new Shape(Set.of("filters", "query", "results[].user", "tiles[]", "condition"));
        Map<String, String> ids = new HashMap<>();
        List<String> differences = new ArrayList<>();
        int replayed = 0;
        for (JsonObject call : Samples.lines("provider-calls.jsonl")) {
            String path = call.get("path").getAsString();
            boolean fault = call.get("when").getAsString().startsWith("fault");
            if (fault || LEFT_OUT.keySet().stream().anyMatch(path::contains)) {
                continue;
            }
            replayed++;
            JsonElement sent = call.get("request_body");
            Answer answer = http.send(call.get("method").getAsString(), mapped(path, ids),
                    sent == null || sent.isJsonNull() ? null : mapped(sent.toString(), ids), Map.of());
            String what = call.get("n") + " " + call.get("method").getAsString() + " " + path + ": ";
            if (answer.status() != call.get("status").getAsInt()) {
                differences.add(what + answer.status() + " " + answer.body());
                continue;
            }
            JsonElement recorded = Optional.ofNullable(call.get("response_body")).orElse(JsonNull.INSTANCE);
            learn(recorded, answer.body(), ids);
            shape.differences(recorded, answer.body()).stream().filter(d -> !addedHere(d))
                    .forEach(d -> differences.add(what + d));
        }
        assertThat(differences).isEmpty();
        assertThat(replayed).isGreaterThan(70);
    }

    @Test
    void everyRecordedFaultIsReplayedOrLeftOutForAReason() {
        List<String> open = Samples.lines("provider-errors.jsonl").stream()
                .map(c -> c.get("case").getAsString())
                .filter(c -> !REPLAYED_FAULTS.contains(c))
                .filter(c -> FAULTS_LEFT_OUT.keySet().stream().noneMatch(c::contains)).toList();
        assertThat(open).isEmpty();
    }

    /** Members of PostHog's serializers that the stand-in of the recording did not have. */
    private static boolean addedHere(String difference) {
        return difference.startsWith("last_called_at: not recorded");
    }

    @Test
    void whatItStoredIsWhatItReturns() throws Exception {
        JsonObject sent = flag("security-monitoring");
        long project = project("nexpo");
        JsonObject created = http.post(flags(project), sent).object();
        assertThat(created.get("key")).isEqualTo(sent.get("key"));
        assertThat(created.get("tags")).isEqualTo(sent.get("tags"));
        assertThat(created.getAsJsonObject("filters").getAsJsonArray("groups").get(0).getAsJsonObject()
                .get("rollout_percentage").getAsInt()).isEqualTo(10);
        assertThat(http.get(flags(project) + created.get("id") + "/").body()).isEqualTo(created);
    }

    @Test
    void givesTheRecordedErrors() throws Exception {
        long project = project("nexpo");
        JsonObject flag = http.post(flags(project), flag("security-monitoring")).object();
        String path = flags(project) + flag.get("id") + "/";
        Map<String, Answer> answers = new LinkedHashMap<>();
        answers.put("read-404", http.get(flags(project) + "999/"));
        answers.put("read-401", new Http(emulator.address(), "phx_CANARYunknown").get(path));
        emulator.addKey("phx_CANARYnothing", List.of("project:read"), List.of(), List.of());
        answers.put("read-403", new Http(emulator.address(), "phx_CANARYnothing").get(path));
        answers.put("create-400", http.post(flags(project), flag("security-monitoring")));
        answers.put("create-403",
                new Http(emulator.address(), "phx_CANARYnothing").post(flags(project), flag("b")));
        answers.put("create-409", http.post(ORG + "/projects/", Json.object("name", " NEXPO ")));
        answers.put("update-404", http.patch(flags(project) + "999/", Json.object("name", "x")));
        http.patch(path, Json.object("name", "two"));
        answers.put("update-409",
                http.patch(path, Json.object("name", "three", "version", 1, "original_flag", flag)));
        http.post(flags(project), dependent("child", "security-monitoring"));
        answers.put("delete-400-dependents", http.patch(path, Json.object("deleted", true)));
        emulator.requireApproval(project, true);
        answers.put("update-409-approval", http.patch(path, Json.object("name", "four")));
        emulator.limitRate(1, 1);
        http.get(path);
        answers.put("read-429-retry-after-2-twice", http.get(path));

        Shape shape = new Shape(Set.of());
        List<String> differences = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        for (JsonObject call : Samples.lines("provider-calls.jsonl")) {
            String name = call.get("when").getAsString().replace("fault: ", "");
            Answer answer = answers.get(name);
            if (answer == null || call.get("status").getAsInt() == 200) {
                continue;
            }
            seen.add(name);
            JsonObject recorded = call.getAsJsonObject("response_body");
            if (answer.status() != call.get("status").getAsInt()
                    || !Optional.ofNullable(recorded.get("code")).equals(
                            Optional.ofNullable(answer.object().get("code")))) {
                differences.add(name + ": " + answer.status() + " " + answer.body());
            }
            shape.differences(recorded, answer.body()).forEach(d -> differences.add(name + ": " + d));
        }
        assertThat(differences).isEmpty();
        assertThat(seen).containsAll(answers.keySet());
        assertThat(answers.get("read-429-retry-after-2-twice").raw().headers().firstValue("Retry-After"))
                .isPresent();
    }

    @Test
    void keysReachOnlyWhatTheyAreMadeFor() throws Exception {
        long project = project("nexpo");
        long other = project("other");
        emulator.addKey("phx_CANARYscoped", List.of("*"), List.of(project), List.of());
        Http scoped = new Http(emulator.address(), "phx_CANARYscoped");
        assertThat(scoped.get("/api/projects/" + project + "/").status()).isEqualTo(200);
        assertThat(scoped.get("/api/projects/" + other + "/").status()).isEqualTo(403);
        for (String path : List.of("/api/projects/", "/api/organizations/", ORG + "/", ORG + "/projects/")) {
            assertThat(scoped.get(path).object().get("detail").getAsString())
                    .isEqualTo(
                            "API keys with scoped projects are only supported on project-based endpoints.");
        }
        assertThat(scoped.get("/api/users/@me/").status()).isEqualTo(200);
        assertThat(new Http(emulator.address(), "").get(ORG + "/").status()).isEqualTo(401);
    }

    @Test
    void thePlanLimitsProjects() throws Exception {
        emulator.close();
        emulator = new PostHogEmulator(PostHogEmulator.Settings.of(KEY).withProjectLimit(1));
        http = new Http(emulator.address(), KEY);
        project("one");
        Answer second = http.post(ORG + "/projects/", Json.object("name", "two"));
        assertThat(second.status()).isEqualTo(403);
        assertThat(second.object().get("detail").getAsString())
                .startsWith("You have reached the maximum limit of allowed projects for your current plan.");
    }

    @Test
    void aSwitchChangesOnlyTheSwitchAndIsInTheHistory() throws Exception {
        long project = project("nexpo");
        JsonObject flag = http.post(flags(project), flag("kill-me")).object();
        String path = flags(project) + flag.get("id");
        JsonObject off = http.send("POST", path + "/disable/", null, Map.of()).object();
        assertThat(off.get("active").getAsBoolean()).isFalse();
        assertThat(off.get("filters")).isEqualTo(flag.get("filters"));
        assertThat(off.get("version").getAsInt()).isEqualTo(2);
        assertThat(http.send("POST", path + "/disable/", null, Map.of()).object().get("version").getAsInt())
                .isEqualTo(2);
        JsonObject entry = http.get(path + "/activity/").object().getAsJsonArray("results").get(0)
                .getAsJsonObject();
        assertThat(entry.get("activity").getAsString()).isEqualTo("updated");
        assertThat(entry.getAsJsonObject("detail").getAsJsonArray("changes").get(0).getAsJsonObject()
                .get("field")
                .getAsString()).isEqualTo("active");
        assertThat(http.get(path + "/versions/1/").object().get("active").getAsBoolean()).isTrue();
        assertThat(http.get(path + "/status/").object().get("reason").getAsString())
                .isEqualTo("Flag is disabled (not evaluated for staleness)");
        assertThat(http.get(flags(project) + "?active=false").object().get("count").getAsInt()).isEqualTo(1);
    }

    @Test
    void whyAFlagEvaluatesAsItDoesCanBeAsked() throws Exception {
        long project = project("nexpo");
        JsonObject flag = http.post(flags(project), flag("beta")).object();
        JsonObject why = http.post(flags(project) + flag.get("id") + "/test_evaluation/",
                Json.object("distinct_id", "user-1")).object();
        assertThat(why.get("result").getAsBoolean()).isFalse();
        assertThat(why.get("reason").getAsString()).isEqualTo("out_of_rollout_bound");
        assertThat(why.getAsJsonArray("conditions").get(0).getAsJsonObject().get("rollout_excluded")
                .getAsBoolean())
                .isTrue();
        http.send("POST", flags(project) + flag.get("id") + "/disable/", null, Map.of());
        JsonObject reasons = http.get(flags(project) + "evaluation_reasons/?distinct_id=user-1").object();
        assertThat(reasons.getAsJsonObject("beta").getAsJsonObject("evaluation").get("reason").getAsString())
                .isEqualTo("disabled");
    }

    @Test
    void aSecretInputNeverComesBack() throws Exception {
        long project = project("nexpo");
        JsonObject inputs = Json.object("url", Json.object("value", "http://127.0.0.1:1/"), "signing_secret",
                Json.object("value", "whsec_CANARY"));
        JsonObject created = http.post("/api/projects/" + project + "/hog_functions/",
                Json.object("name", "hook",
                        "type", "destination", "template_id", "template-webhook", "enabled", true, "inputs",
                        inputs))
                .object();
        assertThat(created.toString()).doesNotContain("whsec_CANARY");
        assertThat(created.getAsJsonObject("inputs").getAsJsonObject("signing_secret"))
                .isEqualTo(Json.object("secret", true));
    }

    @Test
    void savesAndRestoresItsWholeState() throws Exception {
        long project = project("nexpo");
        JsonObject flag = http.post(flags(project), flag("kept")).object();
        JsonObject saved = emulator.save();
        try (PostHogEmulator second = new PostHogEmulator(PostHogEmulator.Settings.of("phx_CANARYother"))) {
            second.restore(saved);
            assertThat(new Http(second.address(), KEY).get(flags(project) + flag.get("id") + "/").body())
                    .isEqualTo(flag);
            assertThat(second.save()).isEqualTo(saved);
        }
    }

    private long project(String name) throws Exception {
        return http.post(ORG + "/projects/", Json.object("name", name)).object().get("id").getAsLong();
    }

    private static String flags(long project) {
        return "/api/projects/" + project + "/feature_flags/";
    }

    private static JsonObject flag(String key) {
        return Json.object("key", key, "name", "one", "active", true, "filters",
                Json.object("groups",
                        List.of(Json.object("properties", List.of(), "rollout_percentage", 10))),
                "tags",
                List.of("a", "b"), "deleted", false, "ensure_experience_continuity", false);
    }

    private static JsonObject dependent(String key, String on) {
        JsonObject flag = flag(key);
        flag.add("filters",
                Json.object("groups", List.of(Json.object("properties", List.of(Json.object("key", on,
                        "type", "flag", "operator", "flag_evaluates_to", "value", true)),
                        "rollout_percentage", 100))));
        return flag;
    }

    private static String mapped(String text, Map<String, String> ids) {
        String mapped = text;
        for (Map.Entry<String, String> id : ids.entrySet()) {
            mapped = mapped.replaceAll(
                    "(?<![0-9a-zA-Z_\u0000-])" + Pattern.quote(id.getKey()) + "(?![0-9a-zA-Z_-])",
                    "\u0000" + id.getValue());
        }
        return mapped.replace("\u0000", "");
    }

    /** Notes which id of the recording is which id here. */
    private static void learn(JsonElement recorded, JsonElement here, Map<String, String> ids) {
        if (recorded.isJsonObject() && here.isJsonObject()) {
            for (Map.Entry<String, JsonElement> member : recorded.getAsJsonObject().entrySet()) {
                JsonElement other = here.getAsJsonObject().get(member.getKey());
                if (other == null) {
                    continue;
                }
                if (member.getKey().equals("id") && other.isJsonPrimitive()
                        && member.getValue().isJsonPrimitive()) {
                    ids.putIfAbsent(member.getValue().getAsString(), other.getAsString());
                }
                learn(member.getValue(), other, ids);
            }
        } else if (recorded.isJsonArray() && here.isJsonArray()) {
            int n = Math.min(recorded.getAsJsonArray().size(), here.getAsJsonArray().size());
            for (int i = 0; i < n; i++) {
                learn(recorded.getAsJsonArray().get(i), here.getAsJsonArray().get(i), ids);
            }
        }
    }
}
