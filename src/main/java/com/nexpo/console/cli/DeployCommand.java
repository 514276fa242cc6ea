package com.nexpo.console.cli;

import com.nexpo.console.deploy.BoundStep;
import com.nexpo.console.deploy.Deployment;
import com.nexpo.console.deploy.Repairs;
import com.nexpo.console.engine.Reviewer;
import com.nexpo.console.engine.Run;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.RunEvent;
import com.nexpo.console.model.RunId;
import com.nexpo.console.model.RunOutcome;
import com.nexpo.console.model.StepId;
import com.nexpo.console.model.StepResult;
import com.nexpo.console.profile.Nearest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code posthog-console deploy}: the wizard's steps for terminals and pipelines. */
@Command(name = "deploy", sortOptions = false, description = {
    "Plans, reviews, applies and verifies the deployment.",
    "Steps: prepare provider shared services deploy config. Without --step: all, in order; what is as wanted is left alone."}, footer = {
        "", "Examples:", "  posthog-console deploy --profile sandbox --approve",
        "  posthog-console deploy --profile prod.json --plan-only --json",
        "  posthog-console deploy --profile prod --step config --approve config-1a2b3c4d5e"})
final class DeployCommand implements Callable<Integer> {
    private final Deployments deployments;
    private final Streams streams;

    @Option(names = "--profile", required = true, paramLabel = "NAME|FILE", description = "The environment: a profile's name, its file, or sandbox.")
    String profile = "";

    @Option(names = "--blueprint", paramLabel = "DIR", description = "A blueprint folder in place of the bundled one.")
    @Nullable
    Path blueprint;

    @Option(names = "--terraform", paramLabel = "FILE|emulated", description = "The Terraform or OpenTofu to run.")
    @Nullable
    String terraform;

    @Option(names = "--step", paramLabel = "NUMBER|NAME", description = "Only this step; may be given several times.")
    List<String> steps = new ArrayList<>();

    @Option(names = "--services", split = ",", paramLabel = "A,B", description = "The services to deploy.")
    List<String> services = new ArrayList<>();

    @Option(names = "--set", paramLabel = "toggle=value", description = "Sets a toggle, such as auth.track_google_login=false; may be given several times.")
    Map<String, String> toggles = new LinkedHashMap<>();

    @Option(names = "--plan-only", description = "Shows what would change and stops.")
    boolean planOnly;

    @Option(names = "--approve", arity = "0..1", fallbackValue = ANY, paramLabel = "PLAN-ID", description = "Approves this plan; without an id, every plan of this run that destroys nothing.")
    @Nullable
    String approve;

    @Option(names = "--resume", paramLabel = "RUN", description = "Goes on with a run that stopped.")
    @Nullable
    String resume;

    @Option(names = "--restart-consumers", description = "Restarts the workloads that run with older values.")
    boolean restart;

    @Option(names = "--unlock", paramLabel = "LOCK-ID", description = "Releases a lock on Terraform's state whose owner is dead.")
    @Nullable
    String unlock;

    @Option(names = "--push-state", description = "Stores the state that the last apply could not store.")
    boolean pushState;

    @Option(names = "--adopt", paramLabel = "ADDRESS", description = "Imports what a failed apply left in PostHog; may be given several times.")
    List<String> adopt = new ArrayList<>();

    @Option(names = "--delete-orphan", paramLabel = "ADDRESS", description = "Deletes what a failed apply left in PostHog; may be given several times.")
    List<String> deleteOrphans = new ArrayList<>();

    @Option(names = "--json", description = "JSON lines on standard output; words go to standard error.")
    boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this help.")
    boolean help;

    static final String ANY = "any";

    DeployCommand(Deployments deployments, Streams streams) {
        this.deployments = deployments;
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Terminal terminal = streams.terminal(json);
        JsonLines lines = new JsonLines(terminal::data);
        try {
            return run(terminal, lines);
        } catch (FailureException e) {
            Failure failure = e.failure();
            if (json) {
                lines.problem(failure.code(), failure.message(), failure.fix());
            }
            failure.display().lines().forEach(terminal::say);
            return failure.kind() == FailureKind.INVALID ? ExitCode.USAGE : ExitCode.FAILED;
        } catch (IOException e) {
            throw new UncheckedIOException("The environment's folder cannot be written: " + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            return ExitCode.FAILED;
        }
    }

    private int run(Terminal terminal, JsonLines lines)
            throws FailureException, InterruptedException, IOException {
        try (GracefulStop stop = GracefulStop.ofThisThread();
                Deployment deployment = deployments.open(request(), terminal)) {
            if (deployment.profile().readOnly() && approve != null) {
                throw invalid("CFG-READ-ONLY",
                        "Profile %s is read-only: nothing can be applied with it.".formatted(profile),
                        "Use --plan-only, or take readOnly out of the profile.");
            }
            List<StepId> wanted = wantedSteps(deployment);
            Consumer<RunEvent> board = new Board(terminal, deployment.profile().title());
            Consumer<RunEvent> listener = json ? board.andThen(lines) : board;
            Reviewer reviewer = planOnly
                    ? _ -> Optional.empty()
                    : new TerminalReviewer(terminal, deployment, approve);
            try (Run run = open(deployment, listener)) {
                if (!planOnly) {
                    deployment.keepChoices();
                }
                RunOutcome outcome = runSteps(deployment, wanted, run, reviewer);
                run.end(outcome);
                stop.exitWith(codeOf(outcome));
                return codeOf(outcome);
            }
        }
    }

    private Run open(Deployment deployment, Consumer<RunEvent> listener) throws FailureException {
        return resume == null
                ? Run.start(deployment.folder(), deployment.profile().name(), options(), listener,
                        Clock.systemUTC())
                : Run.resume(deployment.folder(), new RunId(resume), listener, Clock.systemUTC());
    }

    private static RunOutcome runSteps(Deployment deployment, List<StepId> wanted, Run run, Reviewer reviewer)
            throws FailureException {
        try {
            for (StepId id : wanted) {
                BoundStep<?> step = deployment.step(id);
                StepResult result = step.in(run, reviewer);
                switch (result.state()) {
                    case DONE -> {
                        // On to the next one.
                    }
                    case PLANNED -> {
                        return RunOutcome.PLANNED;
                    }
                    case FAILED -> {
                        return RunOutcome.FAILED;
                    }
                    case UNSURE -> {
                        return RunOutcome.UNSURE;
                    }
                    case CANCELLED -> {
                        return RunOutcome.CANCELLED;
                    }
                }
            }
            return RunOutcome.DONE;
        } catch (InterruptedException e) {
            return RunOutcome.CANCELLED;
        }
    }

    private int codeOf(RunOutcome outcome) {
        return outcome == RunOutcome.DONE || (planOnly && outcome == RunOutcome.PLANNED)
                ? ExitCode.FINE
                : ExitCode.FAILED;
    }

    private List<StepId> wantedSteps(Deployment deployment) throws FailureException {
        List<String> asked = steps;
        if (asked.isEmpty() && resume != null) {
            asked = deployment.optionsOf(new RunId(resume)).map(o -> o.getOrDefault("steps", ""))
                    .filter(s -> !s.isBlank()).map(s -> Arrays.asList(s.split(",", -1))).orElse(List.of());
        }
        if (asked.isEmpty()) {
            return deployment.stepIds();
        }
        List<StepId> wanted = new ArrayList<>();
        for (String name : asked) {
            StepId id = StepId.parse(name).filter(deployment.stepIds()::contains)
                    .orElseThrow(() -> unknownStep(name, deployment));
            wanted.add(id);
        }
        return wanted;
    }

    private static FailureException unknownStep(String name, Deployment deployment) {
        List<String> names = deployment.stepIds().stream().map(StepId::wireName).toList();
        return invalid("CFG-STEP", "There is no step %s.".formatted(name), Nearest.of(name, names)
                .map(n -> "Did you mean " + n + "?")
                .orElse("The steps are " + String.join(", ", names) + "."));
    }

    private Map<String, String> options() {
        return Map.of("steps", String.join(",", steps), "services", String.join(",", services));
    }

    private Deployments.Request request() {
        return new Deployments.Request(profile, Optional.ofNullable(blueprint),
                Optional.ofNullable(terraform), services,
                toggles, restart,
                new Repairs(Optional.ofNullable(unlock), pushState, Set.copyOf(adopt),
                        Set.copyOf(deleteOrphans)));
    }

    private static FailureException invalid(String code, String message, String fix) {
        return new FailureException(new Failure(FailureKind.INVALID, code, message, fix));
    }
}
