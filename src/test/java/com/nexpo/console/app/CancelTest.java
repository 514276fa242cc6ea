package com.nexpo.console.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.nexpo.console.sandbox.http.Faults;
import com.nexpo.console.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM is the graceful cancel: the run ends by itself, says so, and is taken up where it stopped. */
class CancelTest {
    private static final int ALWAYS = 1_000_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void aCancelledDeploymentEndsByItselfAndIsTakenUp() throws Exception {
        Assumptions.assumeFalse(System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win"),
                "skipped: Windows has no SIGTERM");
        try (SandboxConsole console = SandboxConsole.start(folder)) {
            Faults posthog = console.sandbox().posthog().faults();
            posthog.add("POST /api/\\w+/[^/]+/insights", ALWAYS, new Faults.Fault.Slow(Duration.ofMillis(400)));
            Said deploy = cancelled(console, "deploy", console.start("--services", "auth", "--approve"));
            posthog.clear();
            assertThat(deploy.step("shared").get("state").getAsString()).isEqualTo("done");
            assertThat(deploy.step("deploy").get("state").getAsString()).isEqualTo("cancelled");

            Faults vault = console.sandbox().vault().faults();
            vault.add("(PUT|POST) /v1/", ALWAYS, new Faults.Fault.Slow(Duration.ofSeconds(1)));
            Said config = cancelled(console, "config", console.start("--resume", deploy.run(), "--approve"));
            vault.clear();
            assertThat(config.run()).isEqualTo(deploy.run());
            assertThat(config.step("deploy").get("state").getAsString()).isEqualTo("done");

            Said done = console.start("--resume", deploy.run(), "--approve").end(LIMIT);
            assertThat(done.outcome()).as(done.toString()).isEqualTo("done");
            assertThat(done.exit()).isZero();
            assertThat(done.total("unsure")).isZero();
            assertThat(console.state().entries().values()).noneMatch(value -> value.contains("AND AGAIN"));
            Said again = console.deploy("--services=auth", "--approve");
            assertThat(again.total("planned")).as(again.toString()).isZero();
        }
    }

    private static Said cancelled(SandboxConsole console, String step, ChildConsole child) throws Exception {
        Path journal = console.environmentFolder().resolve("runs");
        Eventually.holds("a change of step " + step, LIMIT, () -> {
            if (!child.process().isAlive()) {
                throw new AssertionError("it ended before it could be cancelled: " + child.end(LIMIT));
            }
            return Files.isDirectory(journal) && !console.journals().isEmpty()
                    && Files.readString(console.journals().getLast()).lines()
                            .anyMatch(l -> l.contains("\"ChangeStarted\"") && l.toLowerCase(Locale.ROOT).contains("\"step\":\"" + step));
        });
        child.process().toHandle().destroy();
        Said said = child.end(STOP);
        assertThat(said.exit()).as(said.toString()).isEqualTo(3);
        assertThat(said.outcome()).isEqualTo("cancelled");
        assertThat(said.err()).contains("Cancelled.");
        return said;
    }
}
