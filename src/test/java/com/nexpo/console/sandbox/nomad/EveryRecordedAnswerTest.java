package com.nexpo.console.sandbox.nomad;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No recorded answer is forgotten: each is replayed by a test of this package, or left out for a reason. */
class EveryRecordedAnswerTest {
    private static final Path RECORDED = Path.of("src/test/resources/nomad");
    private static final Path TESTS = Path.of("src/test/java/com/nexpo/console/sandbox/nomad");
    private static final Pattern LITERAL = Pattern.compile("\"([a-z0-9-]+)(?:\\.n?d?json)?\"");

    private static final String NOT_CALLED = "neither the console nor its scripts ask for it";
    private static final String RENDERING = "Nomad's client renders templates; the emulator renders none";
    private static final String REAL_CLIENT = "only a client that really starts programs says it";

    private static final Map<String, List<String>> LEFT_OUT = Map.ofEntries(
            Map.entry(NOT_CALLED, List.of("acl-operator-denied", "acl-var-denied", "allocation-checks",
                    "allocation-services", "allocation-stats", "fs-cat-missing",
                    "fs-cat-nomad-vault-default-jwt", "fs-cat-posthog-env", "fs-cat-secrets",
                    "fs-cat-server-py", "fs-cat-vault-token", "fs-ls", "fs-ls-secrets",
                    "job-versions-diff-tag", "jobs-statuses", "operator-license-ce", "search-bad-context",
                    "search-fuzzy", "search-prefix", "service-get", "services-list", "var-404",
                    "var-bad-path", "var-cas-conflict", "var-cas-ok", "var-delete", "var-delete-conflict",
                    "var-get", "var-no-items", "var-put", "var-too-big", "vars-empty", "vars-list",
                    "version-tag")),
            Map.entry(RENDERING, List.of("allocation-secret-rotated", "allocations-bad-env-template",
                    "allocations-bad-template", "allocations-secret-block", "env-template-result",
                    "guide-rawexec-allocations-policy", "guide-rawexec-env", "register-secret-block")),
            Map.entry(REAL_CLIENT, List.of("allocations-bad-command", "allocations-bad-driver-config",
                    "logs-crashed-task", "logs-vault-job")),
            Map.entry("needs a docker that really pulls images",
                    List.of("docker-allocations-no-image", "docker-guide-allocations-pull")),
            Map.entry("following a log is not emulated; the console reads the last bytes",
                    List.of("logs-follow")),
            Map.entry("the emulator has no limit of connections; the adapter's test lets a fault answer so",
                    List.of("too-many-connections")),
            Map.entry("the emulated Nomad begins with its management token",
                    List.of("acl-bootstrap")),
            Map.entry("the emulated Nomad has no OIDC issuer; the answer without one is replayed",
                    List.of("acl-openid-configuration")),
            Map.entry("the rules of a policy are read, their schema is not checked",
                    List.of("acl-policy-put-bad")),
            Map.entry("a sealed Vault is played in the Vault emulator; here a login is allowed or refused",
                    List.of("allocations-vault-sealed", "allocations-vault-unsealed")),
            Map.entry("before the end it depends on the moment; the same job's later answer is replayed",
                    List.of("allocations-v-claims", "allocations-v-denied", "allocations-v-missing",
                            "allocations-v-role", "allocations-v-v1path", "deployment-v-claims",
                            "deployment-v-denied", "deployment-v-missing", "deployment-v-role",
                            "deployment-v-v1path")),
            Map.entry("the second heartbeat comes after 30 s; the first is what every stream test reads",
                    List.of("event-stream-idle")),
            Map.entry("decoded tokens, no exchange", List.of("workload-identity-claims")));

    /** Names that tests put together from a job's name. */
    private static final List<String> PUT_TOGETHER = Stream.of("v-claims", "v-denied", "v-missing", "v-role",
            "v-v1path")
            .flatMap(id -> Stream.of("allocations-" + id + "-later", "deployment-" + id + "-later"))
            .toList();
    private static final List<String> GUIDE = List.of("guide-validate-auth-service",
            "guide-validate-payments-service", "guide-validate-user-service");

    private static Set<String> recorded() throws IOException {
        try (Stream<Path> files = Files.list(RECORDED)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("hcl") && !name.equals("README.md"))
                    .map(name -> name.substring(0, name.lastIndexOf('.')))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> replayed() throws IOException {
        Set<String> names = new TreeSet<>(PUT_TOGETHER);
        names.addAll(GUIDE);
        List<Path> tests;
        try (Stream<Path> files = Files.list(TESTS)) {
            tests = files.filter(file -> file.toString().endsWith("Test.java"))
                    .filter(file -> !file.endsWith("EveryRecordedAnswerTest.java")).toList();
        }
        for (Path test : tests) {
            LITERAL.matcher(Files.readString(test)).results().forEach(found -> names.add(found.group(1)));
        }
        return names;
    }

    private static List<String> leftOut() {
        return LEFT_OUT.values().stream().flatMap(List::stream).toList();
    }

    @Test
    void everyRecordedAnswerIsReplayedOrLeftOutForAReason() throws IOException {
        Set<String> forgotten = recorded();
        forgotten.removeAll(replayed());
        forgotten.removeAll(leftOut());
        assertThat(forgotten).isEmpty();
    }

    @Test
    void whatIsLeftOutWasRecordedAndIsNotReplayedAfterAll() throws IOException {
        List<String> stale = new ArrayList<>(leftOut());
        assertThat(stale).doesNotHaveDuplicates();
        assertThat(recorded()).containsAll(stale);
        assertThat(recorded()).containsAll(PUT_TOGETHER).containsAll(GUIDE);
        stale.retainAll(replayed());
        assertThat(stale).isEmpty();
    }
}
