package com.nexpo.console.system.nomad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Value;
import com.nexpo.console.sandbox.nomad.NomadEmulator;
import com.nexpo.console.sandbox.nomad.NomadSettings;
import com.nexpo.console.sandbox.nomad.VaultAccess;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.nomad.NomadJobs.JobPlan;
import com.nexpo.console.system.nomad.NomadJobs.Wanted;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Our template and vault block in jobs that somebody else runs, with a Vault behind Nomad. */
class JobMergeTest {
    private static final String OURS = "nexpo-posthog";
    private static final String PATH = "secret/data/nexpo/posthog/api-gateway";
    private static final String OLD_STYLE = """
            {{ with secret "secret/nexpo/posthog/api-gateway" }}
            {{- range $key, $value := .Data.data }}
            {{ $key }}="{{ $value }}"
            {{- end }}
            {{ end }}
            """;
    private static final String DATABASE = "DB_PASSWORD={{ with secret \"secret/data/db\" }}{{ .Data.data.pw | toJSON }}{{ end }}";

    private final Map<String, Set<String>> roles = new ConcurrentHashMap<>(
            Map.of(OURS, Set.of(PATH), "db-reader", Set.of("secret/data/db")));
    private final VaultAccess vault = new VaultAccess() {
        @Override
        public Optional<String> login(String namespace, String jobId, String role) {
            return roles.containsKey(role)
                    ? Optional.empty()
                    : Optional.of("role \"" + role + "\" could not be found");
        }

        @Override
        public boolean mayRead(String namespace, String jobId, String role, String path) {
            return roles.getOrDefault(role, Set.of()).contains(path);
        }
    };
    private final NomadEmulator nomad = new NomadEmulator(0,
            NomadSettings.sandbox("CANARY-nomad-management").withSpeed(40), vault);
    private final NomadApi api = Connections.to(nomad.address(), "CANARY-nomad-management", "default");
    private final NomadJobs jobs = new NomadJobs(api);
    private final Rollouts rollouts = new Rollouts(api);

    @AfterEach
    void stop() {
        nomad.close();
    }

    private JobPlan plan() throws Exception {
        return jobs.plan(new Wanted("api-gateway", Connections.jobFile("api-gateway.vault"), Map.of(), "v1",
                true));
    }

    private Rollout roll(JobPlan plan) throws Exception {
        return follow(jobs.apply(plan).evaluationId().orElseThrow());
    }

    private Rollout follow(String evaluation) throws Exception {
        return rollouts.follow("api-gateway", evaluation, Duration.ofSeconds(30), _ -> {});
    }

    /** Somebody else's job: runs, without anything of ours. */
    private JsonObject someJob() throws Exception {
        return jobs.parse(Connections.jobFile("api-gateway.rawexec"), Map.of("release", "7.7.7"));
    }

    private void registered(JsonObject job) throws Exception {
        JsonObject body = new JsonObject();
        body.add("Job", job);
        String evaluation = Members
                .text(api.send("registering", Repeat.ONCE, "POST", "/v1/jobs", body).object(), "EvalID");
        assertThat(follow(evaluation)).isEqualTo(new Rollout.Healthy(2));
    }

    private static JsonObject task(JsonObject job) {
        return Members.objects(Members.objects(job, "TaskGroups").getFirst(), "Tasks").getFirst();
    }

    private static JsonObject template(String destination, String text) {
        JsonObject template = new JsonObject();
        template.addProperty("DestPath", destination);
        template.addProperty("EmbeddedTmpl", text);
        template.addProperty("Envvars", true);
        template.addProperty("ChangeMode", "restart");
        return template;
    }

    private static void add(JsonObject job, JsonObject... templates) {
        JsonArray all = task(job).get("Templates") instanceof JsonArray there ? there : new JsonArray();
        List.of(templates).forEach(all::add);
        task(job).add("Templates", all);
    }

    private static void vaultBlock(JsonObject job, String json) {
        task(job).add("Vault", JsonParser.parseString(json));
    }

    private JsonObject now() throws Exception {
        return jobs.read("api-gateway").orElseThrow();
    }

    private static List<String> destinations(JsonObject job) {
        return Members.objects(task(job), "Templates").stream().map(t -> Members.text(t, "DestPath")).toList();
    }

    private static Optional<FieldChange> field(JobPlan plan, String part) {
        return plan.change().fields().stream().filter(f -> f.name().contains(part)).findFirst();
    }

    private JsonObject merged(JsonObject running) throws Exception {
        JsonObject blueprint = jobs.parse(Connections.jobFile("api-gateway.vault"), Map.of());
        return JobMerge.merge(running, blueprint, "v1").job();
    }

    @Test
    void aJobWithoutTemplatesGetsOursAndKeepsAllElse() throws Exception {
        JsonObject job = someJob();
        task(job).remove("Templates");
        registered(job);
        JsonObject before = now();
        JobPlan plan = plan();
        assertThat(plan.change().action()).isEqualTo(Action.UPDATE);
        assertThat(field(plan, "Vault / Role").orElseThrow().after()).isEqualTo(Value.known(OURS));
        assertThat(field(plan, "EmbeddedTmpl").orElseThrow().after()).isEqualTo(Value.masked());
        assertThat(roll(plan)).isEqualTo(new Rollout.Healthy(2));
        assertThat(destinations(now())).containsExactly("${NOMAD_SECRETS_DIR}/posthog.env");
        for (String kept : List.of("Driver", "Config", "Env", "Resources", "KillTimeout")) {
            assertThat(task(now()).get(kept)).as(kept).isEqualTo(task(before).get(kept));
        }
        assertThat(Members.object(now(), "Meta").orElseThrow().get("release").getAsString())
                .isEqualTo("7.7.7");
        assertThat(plan().change().action()).isEqualTo(Action.NONE);
    }

    @Test
    void anotherTemplateStaysAndOursComesAfterIt() throws Exception {
        registered(someJob());
        JsonObject server = Members.objects(task(now()), "Templates").getFirst();
        assertThat(roll(plan())).isEqualTo(new Rollout.Healthy(2));
        assertThat(destinations(now())).containsExactly("local/server.py",
                "${NOMAD_SECRETS_DIR}/posthog.env");
        assertThat(Members.objects(task(now()), "Templates").getFirst()).isEqualTo(server);
        assertThat(plan().change().action()).isEqualTo(Action.NONE);
    }

    @Test
    void everyTemplateThatGivesNoMoreThanOursIsReplacedByOne() throws Exception {
        JsonObject job = someJob();
        JsonObject handWritten = template("local/more.env",
                "{{ with secret \"" + PATH
                        + "\" }}POSTHOG_HOST={{ .Data.data.POSTHOG_HOST }}\n{{ end }}");
        handWritten.addProperty("LeftDelim", "{{");
        handWritten.addProperty("ChangeMode", "signal");
        handWritten.addProperty("ChangeSignal", "SIGHUP");
        add(job, template("secrets/posthog.env", OLD_STYLE), handWritten);
        JsonObject merged = merged(job);
        assertThat(destinations(merged)).containsExactly("local/server.py",
                "${NOMAD_SECRETS_DIR}/posthog.env");
        JsonObject ours = Members.objects(task(merged), "Templates").getLast();
        assertThat(Members.text(ours, "EmbeddedTmpl")).contains("toJSON");
        assertThat(Members.text(ours, "ChangeSignal")).isEmpty();
        assertThat(merged(merged)).as("merging again changes nothing").isEqualTo(merged);
    }

    @Test
    void aTemplateThatGivesTheTaskMoreThanOursStays() throws Exception {
        String with = "{{ with secret \"" + PATH + "\" }}\n";
        for (String text : List.of(with + "ANALYTICS_KEY={{ .Data.data.POSTHOG_PROJECT_API_KEY }}\n{{ end }}",
                with + "POSTHOG_HOST={{ .Data.data.POSTHOG_HOST }}\nLOG_LEVEL=debug\n{{ end }}",
                with + "{{ end }}{{ with secret \"secret/data/db\" }}{{ end }}",
                with + "{{ range $k, $v := .Data.data }}{{ $k }}={{ $v }}{{ end }}{{ key \"a/b\" }}{{ end }}")) {
            JsonObject job = someJob();
            add(job, template("secrets/app.env", text));
            assertThat(destinations(merged(job))).as(text).containsExactly("local/server.py",
                    "secrets/app.env",
                    "${NOMAD_SECRETS_DIR}/posthog.env");
        }
    }

    @Test
    void aForeignTemplateAtOurDestinationIsNeverOverwritten() throws Exception {
        JsonObject job = someJob();
        add(job, template("secrets/posthog.env", DATABASE));
        assertThatThrownBy(() -> merged(job)).isInstanceOf(FailureException.class)
                .hasMessageContaining("group api-gateway / task api-gateway").hasMessageContaining(
                        "goes to secrets/posthog.env");
        JobMerge.mark(job, "v0");
        assertThat(destinations(merged(job))).as("in a job that carries our mark it is ours").hasSize(2);
    }

    @Test
    void anotherRoleThatNothingElseReadsWithBecomesOursAndTheChangeSaysSo() throws Exception {
        JsonObject job = someJob();
        vaultBlock(job, "{\"Role\":\"db-reader\",\"Env\":false,\"DisableFile\":true}");
        registered(job);
        JobPlan plan = plan();
        FieldChange role = field(plan, "Vault / Role").orElseThrow();
        assertThat(role.name()).isEqualTo("group api-gateway / task api-gateway / Vault / Role");
        assertThat(role.before()).isEqualTo(Value.known("db-reader"));
        assertThat(role.after()).isEqualTo(Value.known(OURS));
        assertThat(roll(plan)).isEqualTo(new Rollout.Healthy(2));
        JsonObject block = Members.object(task(now()), "Vault").orElseThrow();
        assertThat(block.get("Env").getAsBoolean()).as("the token stays out of the environment").isFalse();
        assertThat(block.get("DisableFile").getAsBoolean()).isTrue();
    }

    @Test
    void aRoleThatOtherTemplatesReadWithStaysAndTheChangeNamesWhatItMustAllow() throws Exception {
        JsonObject job = someJob();
        vaultBlock(job, "{\"Role\":\"db-reader\"}");
        add(job, template("secrets/db.env", DATABASE));
        registered(job);
        JobPlan plan = plan();
        FieldChange role = field(plan, "Vault / Role").orElseThrow();
        assertThat(role.name()).contains("stays").endsWith("its policy must also allow " + PATH);
        assertThat(role.after()).isEqualTo(Value.known("db-reader"));
        Rollout rollout = roll(plan);
        assertThat(rollout).as("Nomad rolls back while the policy lacks it").isInstanceOfSatisfying(
                Rollout.Failed.class, failed -> {
                    assertThat(failed.reason()).contains("waits for the Vault secret " + PATH);
                    assertThat(failed.rolledBackTo()).contains(0L);
                });
        roles.put("db-reader", Set.of("secret/data/db", PATH));
        assertThat(roll(plan())).isEqualTo(new Rollout.Healthy(2));
        assertThat(plan().change().fields()).isEmpty();
    }

    @Test
    void aTaskThatReadsAnotherVaultIsRefused() throws Exception {
        JsonObject job = someJob();
        vaultBlock(job, "{\"Role\":\"db-reader\",\"Cluster\":\"eu\"}");
        assertThatThrownBy(() -> merged(job)).isInstanceOf(FailureException.class)
                .hasMessageContaining("reads Vault eu").hasMessageContaining("is in default");
    }

    @Test
    void ofSeveralGroupsAndTasksTheOnesWithTheBlueprintsNamesAreMeant() throws Exception {
        JsonObject job = someJob();
        JsonObject group = Members.objects(job, "TaskGroups").getFirst();
        JsonObject worker = group.deepCopy();
        worker.addProperty("Name", "worker");
        job.getAsJsonArray("TaskGroups").add(worker);
        JsonObject sidecar = task(job).deepCopy();
        sidecar.addProperty("Name", "sidecar");
        group.getAsJsonArray("Tasks").add(sidecar);
        JsonObject merged = merged(job);
        assertThat(Members.objects(task(merged), "Templates")).hasSize(2);
        List<JsonObject> groups = Members.objects(merged, "TaskGroups");
        assertThat(Members.objects(groups.getFirst(), "Tasks").getLast()).isEqualTo(sidecar);
        assertThat(groups.getLast()).isEqualTo(worker);

        task(job).addProperty("Name", "web");
        assertThatThrownBy(() -> merged(job)).isInstanceOf(FailureException.class).hasMessageContaining(
                "Job api-gateway has no task api-gateway, and 2 others to choose from.");
        group.addProperty("Name", "front");
        assertThatThrownBy(() -> merged(job)).isInstanceOf(FailureException.class)
                .hasMessageContaining("no group api-gateway");
    }

    @Test
    void theOnlyGroupAndTaskAreMeantWhateverTheirNames() throws Exception {
        JsonObject job = someJob();
        Members.objects(job, "TaskGroups").getFirst().addProperty("Name", "front");
        task(job).addProperty("Name", "web");
        assertThat(destinations(merged(job))).contains("${NOMAD_SECRETS_DIR}/posthog.env");
    }

    @Test
    void theGuidesJobGetsAWorkingTemplateAndARoleAndKeepsItsEnv() throws Exception {
        JsonObject job = jobs.parse(Connections.jobFile("guide-api-gateway"), Map.of());
        JsonObject body = new JsonObject();
        body.add("Job", job);
        api.send("registering", Repeat.ONCE, "POST", "/v1/jobs", body);
        JobPlan plan = plan();
        JsonObject merged = plan.job();
        assertThat(destinations(merged)).containsExactly("${NOMAD_SECRETS_DIR}/posthog.env");
        assertThat(Members.text(Members.objects(task(merged), "Templates").getFirst(), "EmbeddedTmpl"))
                .contains(PATH).contains("toJSON");
        JsonObject block = Members.object(task(merged), "Vault").orElseThrow();
        assertThat(Members.text(block, "Role")).isEqualTo(OURS);
        assertThat(block.has("Policies")).as("Nomad drops vault.policies when it stores a job").isFalse();
        assertThat(task(merged).get("Env")).isEqualTo(task(job).get("Env"));
        assertThat(Members.number(Members.objects(merged, "TaskGroups").getFirst(), "Count")).isEqualTo(3);
        assertThat(plan.unplaceable()).as("the guide's service needs Consul").containsKey("api-gateway");
        assertThat(plan.warnings()).contains("no shutdown_delay");
    }
}
