package com.nexpo.console.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.nexpo.console.sandbox.http.Faults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One deployment that meets an ill system at every station: what the others hold is done, the problem has words and
 * a fix, and the next run carries on from there.
 */
class FailingSystemsTest {
    private static final int ALWAYS = 1_000_000;
    private static final String SERVICE = "--services=auth";

    @TempDir
    Path folder;

    @Test
    void eachFailureIsToldAndTheNextRunCarriesOn() throws Exception {
        try (SandboxConsole console = SandboxConsole.start(folder)) {
            posthogFailsForInsights(console);
            vaultIsSealedAndSsmThrottles(console);
            nomadDenies(console);

            Said last = console.deploy(SERVICE, "--approve");
            assertThat(last.outcome()).as(last.toString()).isEqualTo("done");
            assertThat(last.changes()).containsExactly("create nomad job default/auth-service");
            assertThat(console.state().entries().values()).noneMatch(value -> value.contains("AND AGAIN"));

            Said again = console.deploy(SERVICE, "--approve");
            assertThat(again.total("planned")).as(again.toString()).isZero();
        }
    }

    private static void posthogFailsForInsights(SandboxConsole console) {
        Faults faults = console.sandbox().posthog().faults();
        faults.add("POST /api/\\w+/[^/]+/insights", ALWAYS, answer(500, "application/json",
                "{\"type\":\"server_error\",\"code\":\"error\",\"detail\":\"A server error occurred.\",\"attr\":null}"));

        Said failed = console.deploy(SERVICE, "--approve");
        faults.clear();

        assertThat(failed.exit()).as(failed.toString()).isEqualTo(3);
        assertThat(failed.outcome()).isEqualTo("failed");
        assertThat(failed.step("shared").get("state").getAsString()).isEqualTo("failed");
        assertThat(failed.step("shared").get("applied").getAsInt()).isPositive();
        assertThat(failed.step("shared").get("failed").getAsInt()).isPositive();
        assertThat(failed.problems()).contains("posthog_insight").contains("500").contains("\"fix\"");
        assertThat(console.state().entries().keySet()).anyMatch(key -> key.startsWith("posthog flag "))
                .noneMatch(key -> key.startsWith("posthog insight "));
    }

    /** Vault lets itself be read until the plan is made and is sealed when it is written to. */
    private static void vaultIsSealedAndSsmThrottles(SandboxConsole console) throws IOException {
        Said deployed = console.deploy(SERVICE, "--approve", "--step=prepare", "--step=provider", "--step=shared",
                "--step=services", "--step=deploy");
        assertThat(deployed.outcome()).as(deployed.toString()).isEqualTo("done");
        assertThat(console.state().entries().values()).noneMatch(value -> value.contains("AND AGAIN"));

        String parameter = "/nexpo/posthog/auth/POSTHOG_BATCH_SIZE";
        console.sandbox().aws().overwrite("us-west-2", parameter, "1");
        console.sandbox().aws().faults().add("AmazonSSM.PutParameter", ALWAYS, answer(400, "application/x-amz-json-1.1",
                "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}"));
        console.sandbox().vault().faults().add("(PUT|POST) /v1/(secret/data|sys/policies|sys/policy|auth/jwt-nomad/role)", ALWAYS,
                answer(503, "application/json", "{\"errors\":[\"Vault is sealed\"]}"));

        Said failed = console.deploy(SERVICE, "--approve", "--step=config");
        console.sandbox().vault().faults().clear();
        console.sandbox().aws().faults().clear();

        assertThat(failed.exit()).as(failed.toString()).isEqualTo(3);
        assertThat(failed.outcome()).isEqualTo("failed");
        assertThat(failed.problems()).contains("sealed").contains("CFG-WAITS").contains("\"fix\"");
        assertThat(failed.step("config").get("failed").getAsInt()).isPositive();
        assertThat(console.sandbox().aws().value("us-west-2", parameter)).contains("1");
        assertThat(console.state().entries().keySet()).noneMatch(key -> key.startsWith("nomad job "))
                .noneMatch(key -> key.startsWith("vault nexpo/posthog/auth "));
    }

    private static void nomadDenies(SandboxConsole console) {
        Faults faults = console.sandbox().nomad().faults();
        // Not the plan, which has the same beginning.
        faults.add("(PUT|POST) /v1/jobs(\\?|$)", ALWAYS, answer(403, "text/plain", "Permission denied"));

        Said failed = console.deploy(SERVICE, "--approve", "--step=config");
        faults.clear();

        assertThat(failed.exit()).as(failed.toString()).isEqualTo(3);
        assertThat(failed.outcome()).isEqualTo("failed");
        assertThat(failed.step("config").get("failed").getAsInt()).isEqualTo(1);
        assertThat(failed.problems()).contains("Nomad").contains("\"fix\"");
        assertThat(console.sandbox().aws().value("us-west-2", "/nexpo/posthog/auth/POSTHOG_BATCH_SIZE")).contains("50");
        assertThat(console.state().entries().keySet())
                .containsAll(List.of("kubernetes auth-posthog-config POSTHOG_HOST", "vault nexpo/posthog/auth POSTHOG_HOST"));
    }

    private static Faults.Fault answer(int status, String type, String body) {
        return new Faults.Fault.Answer(status, type, body, Map.of());
    }
}
