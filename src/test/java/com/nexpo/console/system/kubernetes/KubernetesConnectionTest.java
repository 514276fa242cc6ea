package com.nexpo.console.system.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Secret;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.sandbox.http.Faults.Fault;
import com.nexpo.console.sandbox.kubernetes.KubernetesEmulator;
import com.nexpo.console.system.Limits;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.ServiceConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logging in by kubeconfig, and what becomes of every failure on the way. */
class KubernetesConnectionTest {
    private static final String CANARY = "phc_CANARY_kubernetes_value";

    @TempDir
    Path folder = Path.of("");
    private final KubernetesEmulator emulator = new KubernetesEmulator(0, "nexpo");

    @AfterEach
    void stop() {
        emulator.close();
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    private KubernetesConnection connection(Path... files) {
        Limits limits = new Limits(4, Double.POSITIVE_INFINITY, Duration.ofSeconds(8), 2);
        return new KubernetesConnection(new RemoteCall(SystemId.KUBERNETES, limits), List.of(files),
                Optional.empty(),
                Clock.systemUTC());
    }

    /** The emulator's kubeconfig with its user's lines replaced. */
    private String user(String lines) {
        return emulator.kubeconfig().replaceFirst("    token: \\S+\n", lines.indent(4));
    }

    private KubernetesSecrets secrets(KubernetesConnection connection) {
        return new KubernetesSecrets(connection, "nexpo", new Fingerprints(new byte[32]));
    }

    private static ServiceConfig wanted() {
        return new ServiceConfig("auth", "auth-config",
                Map.of("KEY", new ServiceConfig.Entry(Secret.of(CANARY), true)));
    }

    private static Failure failure(KubernetesConnection connection) {
        FailureException e = catchThrowableOfType(FailureException.class, connection::identity);
        assertThat(e).isNotNull();
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("CANARY");
        return e.failure();
    }

    @Test
    void saysWhoWeAre() throws Exception {
        try (KubernetesConnection connection = connection(write("config", emulator.kubeconfig()))) {
            assertThat(connection.identity().user()).isEqualTo("console");
            assertThat(connection.config().toString()).doesNotContain(emulator.token());
        }
    }

    @Test
    void actsAsWhomTheKubeconfigSays() throws Exception {
        String config = user("token: %s\nas: jane\nas-groups: [team-pay]".formatted(emulator.token()));
        try (KubernetesConnection connection = connection(write("config", config))) {
            assertThat(connection.identity().user()).isEqualTo("jane");
            assertThat(connection.identity().groups()).contains("team-pay");
        }
    }

    @Test
    void readsATokenFileBesideTheKubeconfigWithItsLineEnd() throws Exception {
        write("token", emulator.token() + "\n");
        try (KubernetesConnection connection = connection(
                write("config", user("token: old\ntokenFile: token")))) {
            assertThat(connection.identity().user()).isEqualTo("console");
        }
    }

    @Test
    void aMissingTokenFileIsToldAndNotTakenForNobody() throws Exception {
        Failure failure = failure(connection(write("config", user("tokenFile: nosuch"))));
        assertThat(failure.code()).isEqualTo("K8S-LOGIN");
        assertThat(failure.message()).contains("nosuch");
    }

    @Test
    void mergesSeveralFilesAndTheFirstWins() throws Exception {
        String whole = emulator.kubeconfig();
        String users = whole.substring(whole.indexOf("users:"), whole.indexOf("contexts:"));
        Path first = write("first", "current-context: sandbox\n" + users);
        Path second = write("second",
                whole.replace(emulator.token(), "wrong").replace("current-context: sandbox",
                        "current-context: other"));
        try (KubernetesConnection connection = connection(folder.resolve("missing"), first, second)) {
            assertThat(connection.identity().user()).isEqualTo("console");
        }
    }

    @Test
    void runsAnExecPluginWithoutInputAndKeepsItsTokenUntilItExpires() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell: exec plugins were not run");
        Path plugin = write("plugin",
                """
                        #!/bin/sh
                        echo run >> "$(dirname "$0")/runs"
                        cat
                        case "$KUBERNETES_EXEC_INFO" in *client.authentication.k8s.io/v1*) ;; *) exit 3;; esac
                        echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}'
                        """
                        .formatted(emulator.token()));
        assertThat(plugin.toFile().setExecutable(true)).isTrue();
        String config = user("exec:\n  apiVersion: client.authentication.k8s.io/v1\n  command: ./plugin");
        try (KubernetesConnection connection = connection(write("config", config))) {
            assertThat(connection.identity().user()).isEqualTo("console");
            assertThat(connection.identity().user()).isEqualTo("console");
            assertThat(Files.readAllLines(folder.resolve("runs"))).hasSize(1);
        }
    }

    @Test
    void aFailingPluginIsToldWithItsWords() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell: exec plugins were not run");
        Path plugin = write("plugin", "#!/bin/sh\necho 'session expired' >&2\nexit 7\n");
        assertThat(plugin.toFile().setExecutable(true)).isTrue();
        Failure failure = failure(connection(write("config",
                user("exec:\n  apiVersion: client.authentication.k8s.io/v1\n  command: ./plugin"))));
        assertThat(failure.kind()).isEqualTo(FailureKind.DENIED);
        assertThat(failure.message()).contains("ended with 7 (session expired)");
    }

    @Test
    void whatCannotBeHonouredIsRefusedInASentence() throws Exception {
        assertThat(failure(connection(write("a", user("username: x\npassword: CANARY-password")))).message())
                .contains("name and password");
        assertThat(failure(connection(write("b", user("auth-provider: {name: gcp}")))).message())
                .contains("auth-provider");
        assertThat(failure(connection(write("c", user("as-groups: [x]\ntoken: x")))).message())
                .contains("but no as");
        assertThat(failure(connection(write("d", emulator.kubeconfig().replace("current-context: sandbox",
                "current-context: gone")))).message()).contains("no context named 'gone'");
        assertThat(failure(connection(write("e", "token: [CANARY-broken"))).message()).contains("is no YAML");
        assertThat(failure(connection(folder.resolve("nosuch"))).message())
                .contains("there is no kubeconfig");
        assertThat(failure(connection(write("f", user("{}")))).message()).contains("has no credentials");
    }

    @Test
    void anUnknownAuthorityANameThatDiffersAndADeadServerAreToldApart() throws Exception {
        KubernetesEmulator other = new KubernetesEmulator(0, "nexpo");
        String config = emulator.kubeconfig().replace(emulator.address().toString(),
                other.address().toString());
        assertThat(failure(connection(write("tls", config))).code()).isEqualTo("NET-TLS");
        other.close();
        Failure refused = failure(connection(write("dead", config)));
        assertThat(refused.code()).isEqualTo("NET-REFUSED");
        assertThat(refused.kind()).isEqualTo(FailureKind.UNREACHABLE);
        Path named = write("named", emulator.kubeconfig().replace("    server:",
                "    tls-server-name: kubernetes.default.svc\n    server:"));
        try (KubernetesConnection connection = connection(named)) {
            assertThat(connection.identity().user()).isEqualTo("console");
        }
    }

    @Test
    void aRevokedTokenIsDeniedAndTheBodyIsNotQuoted() throws Exception {
        Failure failure = failure(connection(write("config", emulator.kubeconfig("x", "CANARY-token"))));
        assertThat(failure.code()).isEqualTo("K8S-AUTH");
        assertThat(failure.kind()).isEqualTo(FailureKind.DENIED);
    }

    @Test
    void credentialsLostOnTheWayAreAnError() throws Exception {
        emulator.faults().add("selfsubjectreviews", 9, new Fault.Answer(403, "application/json",
                "{\"message\":\"forbidden: User \\\"system:anonymous\\\" cannot\"}", Map.of()));
        assertThat(failure(connection(write("config", emulator.kubeconfig()))).code())
                .isEqualTo("K8S-ANONYMOUS");
    }

    private Outcome applyWith(Consumer<KubernetesEmulator> trouble) throws Exception {
        try (KubernetesConnection connection = connection(write("config", emulator.kubeconfig()))) {
            KubernetesSecrets secrets = secrets(connection);
            Change change = secrets.plan(wanted(), secrets.read(wanted())).getFirst();
            trouble.accept(emulator);
            Outcome outcome = secrets.apply(change, wanted());
            assertThat(outcome.toString()).doesNotContain(CANARY);
            return outcome;
        }
    }

    private static Failure failed(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        return ((Outcome.Failed) outcome).failure();
    }

    @Test
    void aLostAnswerIsFoundDoneWhenReadBack() throws Exception {
        Outcome outcome = applyWith(e -> e.faults().add("PATCH", 1, new Fault.LoseAnswer()));
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        assertThat(((Outcome.Done) outcome).detail()).contains("found done when read back");
    }

    @Test
    void aCutRequestIsFoundNotDone() throws Exception {
        assertThat(failed(applyWith(e -> e.faults().add("PATCH", 9, new Fault.Cut()))).message())
                .contains("Nothing was changed");
    }

    @Test
    void policyQuotaAndWebhookAreToldApart() throws Exception {
        assertThat(
                failed(applyWith(e -> e.admission().deny("policy 'P' denied request: needs a team"))).code())
                .isEqualTo("K8S-POLICY");
        emulator.admission().clear();
        assertThat(failed(applyWith(e -> e.admission().limitSecrets(0))).code()).isEqualTo("K8S-QUOTA");
        emulator.admission().clear();
        assertThat(failed(applyWith(e -> e.admission().failWebhook("failed calling webhook \"W\": refused")))
                .code())
                .isEqualTo("K8S-WEBHOOK");
        emulator.admission().clear();
        emulator.admission().warn("needs a team");
        Outcome warned = applyWith(_ -> {});
        assertThat(((Outcome.Done) warned).detail()).contains("the server warns").contains("needs a team");
    }

    @Test
    void overloadIsThrottledAndAPageIsNoAnswer() throws Exception {
        emulator.overload(true);
        Failure busy = failure(connection(write("config", emulator.kubeconfig())));
        assertThat(busy.kind()).isEqualTo(FailureKind.THROTTLED);
        emulator.overload(false);
        emulator.faults().add("selfsubject", 1,
                new Fault.Answer(200, "text/html", "<html>CANARY sign in</html>", Map.of()));
        assertThat(failure(connection(write("config", emulator.kubeconfig()))).code()).isEqualTo("NET-PAGE");
    }

    @Test
    void ourOwnBrokenBodyIsNotTakenForAnIllServerAndNotQuoted() {
        Failure failure = ApiFailures.of("applying", 500, com.google.gson.JsonParser.parseString(
                "{\"message\":\"failed to create typed patch object (a/b): .data.A: got CANARY\",\"code\":500}"));
        assertThat(failure.code()).isEqualTo("K8S-BODY");
        assertThat(failure.kind()).isEqualTo(FailureKind.INVALID);
        assertThat(failure.message()).doesNotContain("CANARY");
    }

    @Test
    void unknownFieldsOfANewerClusterDoNotBreakReading() throws Exception {
        emulator.faults().add("GET /api/v1/namespaces/nexpo/secrets", 1, new Fault.Answer(200,
                "application/json",
                "{\"kind\":\"Secret\",\"metadata\":{\"resourceVersion\":\"7\",\"uid\":\"u\",\"novelty\":{}},"
                        + "\"data\":{\"KEY\":null,\"B\":\"Yg==\"},\"more\":1}",
                Map.of()));
        try (KubernetesConnection connection = connection(write("config", emulator.kubeconfig()))) {
            assertThat(secrets(connection).read(wanted()).entries()).containsOnlyKeys("KEY", "B");
        }
    }

    @Test
    void anInterruptEndsACallThatHangs() throws Exception {
        try (KubernetesConnection connection = connection(write("config", emulator.kubeconfig()))) {
            connection.identity();
            emulator.freeze(true);
            CountDownLatch begun = new CountDownLatch(1);
            AtomicReference<Throwable> seen = new AtomicReference<>(
                    new IllegalStateException("nothing thrown"));
            Thread caller = Thread.ofVirtual().start(() -> {
                begun.countDown();
                try {
                    connection.identity();
                } catch (InterruptedException | FailureException e) {
                    seen.set(e);
                }
            });
            assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
            caller.interrupt();
            assertThat(caller.join(Duration.ofSeconds(3))).isTrue();
            assertThat(seen.get()).isInstanceOf(InterruptedException.class);
        } finally {
            emulator.freeze(false);
        }
    }

    private static Map<String, Status> statuses(List<CheckResult> results) {
        return results.stream()
                .collect(java.util.stream.Collectors.toMap(CheckResult::code, CheckResult::status));
    }

    @Test
    void asksForEachRightAndPrintsTheRoleThatIsMissing() throws Exception {
        try (KubernetesConnection connection = connection(write("config", emulator.kubeconfig()))) {
            assertThat(statuses(secrets(connection).permissions(List.of(wanted()))))
                    .containsOnlyKeys("K8S-001",
                            "K8S-002", "K8S-003", "K8S-004", "K8S-005", "K8S-006")
                    .allSatisfy((_, status) -> assertThat(status)
                            .isEqualTo(Status.PASS));
        }
        emulator.addServiceAccount("narrow", "nexpo", "one", List.of("secrets"), List.of("get", "patch"),
                List.of("auth-config"));
        try (KubernetesConnection connection = connection(
                write("narrow", emulator.kubeconfig("one", "narrow")))) {
            List<CheckResult> results = secrets(connection).permissions(List.of(wanted()));
            assertThat(statuses(results)).containsEntry("K8S-002", Status.PASS)
                    .containsEntry("K8S-003", Status.PASS)
                    .containsEntry("K8S-004", Status.FAIL).containsEntry("K8S-005", Status.WARN);
            CheckResult create = results.stream().filter(r -> r.code().equals("K8S-004")).findFirst()
                    .orElseThrow();
            assertThat(create.blocks()).isTrue();
            assertThat(create.fix().orElseThrow().command().orElseThrow())
                    .contains("verbs: [get, patch, create]")
                    .contains("kind: ServiceAccount\n  name: one\n  namespace: nexpo");
        }
    }

    @Test
    void aClusterThatCannotBeReachedSkipsTheRightsAndSaysSo() throws Exception {
        List<CheckResult> results = secrets(connection(folder.resolve("nosuch")))
                .permissions(List.of(wanted()));
        assertThat(statuses(results)).containsEntry("K8S-001", Status.FAIL).containsEntry("K8S-002",
                Status.SKIPPED);
    }

    @Test
    void anUncheckedCertificateIsWarnedOf() throws Exception {
        String config = emulator.kubeconfig().replaceFirst("certificate-authority-data: \\S+",
                "insecure-skip-tls-verify: true");
        try (KubernetesConnection connection = connection(write("config", config))) {
            assertThat(statuses(secrets(connection).permissions(List.of(wanted())))).containsEntry("K8S-007",
                    Status.WARN);
        }
    }
}
