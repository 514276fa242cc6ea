package com.nexpo.console.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.nexpo.console.engine.Journal;
import com.nexpo.console.engine.StepStates;
import com.nexpo.console.model.RunEvent;
import com.nexpo.console.model.StepId;
import com.nexpo.console.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A deployment that is killed at some event of its journal and taken up again ends in the same state, key by key, as
 * one that nobody disturbed.
 *
 * <p>Each kill costs a deployment and a half, so that a usual build kills at every thirtieth event;
 * {@code -Dkill.every=10} kills at every tenth, in about three times the time.
 */
class KilledDeploymentTest {
    private static final int STRIDE = Integer.getInteger("kill.every", 30);
    /** More would only wait for each other: each has a JVM of its own, and another one for Terraform. */
    private static final int AT_A_TIME = 2;
    /** A Terraform that outlives its console may hold the state's lock for longer than the next run waits. */
    private static final int ATTEMPTS = 5;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    @Test
    void endsAsIfNobodyHadKilledIt() throws Exception {
        DeployedState undisturbed;
        int events;
        try (SandboxConsole console = SandboxConsole.start(folder.resolve("undisturbed"))) {
            Said said = console.start("--services", "auth", "--approve").end(LIMIT);
            assertThat(said.outcome()).as(said.toString()).isEqualTo("done");
            undisturbed = console.state();
            events = lines(console.journals().getFirst());
        }
        assertThat(undisturbed.entries()).hasSizeGreaterThan(100);

        List<String> wrong = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(AT_A_TIME)) {
            List<Future<List<String>>> all = new ArrayList<>();
            for (int after = 10; after < events; after += STRIDE) {
                all.add(pool.submit(killed(after, undisturbed)));
            }
            for (Future<List<String>> one : all) {
                wrong.addAll(one.get());
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a killed deployment did not come to its end", e.getCause());
        }
        assertThat(wrong).isEmpty();
    }

    private Callable<List<String>> killed(int after, DeployedState undisturbed) {
        return () -> {
            try (SandboxConsole console = SandboxConsole.start(folder.resolve("killed-" + after))) {
                ChildConsole child = console.start("--services", "auth", "--approve");
                Eventually.holds("event " + after, LIMIT, () -> !child.process().isAlive()
                        || (!console.journals().isEmpty() && lines(console.journals().getFirst()) >= after));
                child.kill();
                String run = console.journals().getFirst().getFileName().toString().replace(".jsonl", "");

                Said last = takeUp(console, run, after / STRIDE % 2 == 0);
                List<String> wrong = new ArrayList<>();
                if (!last.outcome().equals("done")) {
                    wrong.add("killed after %d: %s".formatted(after, last));
                }
                console.state().differences(undisturbed).forEach(d -> wrong.add("killed after %d: %s".formatted(after, d)));
                unresolved(console).forEach(u -> wrong.add("killed after %d: still unsure of %s".formatted(after, u)));
                return wrong;
            }
        };
    }

    /** By {@code --resume}, or with the same command once more: both have to do. */
    private static Said takeUp(SandboxConsole console, String run, boolean sameCommand) throws Exception {
        Optional<Said> last = Optional.empty();
        for (int i = 0; i < ATTEMPTS; i++) {
            ChildConsole child = sameCommand ? console.start("--services", "auth", "--approve")
                    : console.start("--resume", run, "--approve");
            last = Optional.of(child.end(LIMIT));
            String problems = last.get().problems();
            // Only the lock of the Terraform that outlived its console may keep the next run from the end.
            if (last.get().outcome().equals("done") || !problems.contains("TF-LOCKED")) {
                break;
            }
        }
        return last.orElseThrow();
    }

    private static List<RunEvent.ChangeStarted> unresolved(SandboxConsole console) throws IOException {
        List<RunEvent> history = new ArrayList<>();
        for (Path journal : console.journals()) {
            history.addAll(Journal.read(journal));
        }
        StepStates states = new StepStates(history);
        return List.of(StepId.values()).stream().flatMap(step -> states.unresolved(step).stream()).toList();
    }

    private static int lines(Path journal) throws IOException {
        return Files.readString(journal).split("\n", -1).length - 1;
    }
}
