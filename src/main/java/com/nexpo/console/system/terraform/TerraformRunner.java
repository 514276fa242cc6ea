package com.nexpo.console.system.terraform;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Fingerprints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Runs Terraform for one environment: {@code init}, {@code plan} to a file, {@code show} of that file, {@code apply}
 * of that file, {@code output}; nothing more, because every start of a provider costs seconds. One run at a time.
 *
 * <p>An interrupt of the calling thread ends the child gracefully, see {@link GracefulStop}. Then {@link #apply}
 * returns what happened, with {@link ApplyResult#cancelled()} set and the interrupt used up, for its outcomes have to
 * be recorded; everything else throws {@link InterruptedException}.
 */
public final class TerraformRunner {
    private static final String INIT_NOTE = "init";
    private static final String OBJECTS_NOTE = "objects.json";

    /** What to do when {@code init} finds the state in another place than the configuration says. */
    public enum StateMove {
        /** Refuse, and say so. */
        NONE,
        /** Copy the state to the new place. */
        MOVE_STATE,
        /** Leave the state where it is and look at the new place only. */
        START_THERE
    }

    /**
     * How to plan.
     *
     * @param parallelism operations at a time, Terraform's own default being 10
     * @param destroy     plan to delete everything
     * @param lockTimeout how long to wait for the lock of the state
     */
    public record PlanOptions(int parallelism, boolean destroy, Duration lockTimeout) {
        public static final PlanOptions USUAL = new PlanOptions(10, false, Duration.ZERO);
    }

    private final TerraformBinary binary;
    private final TerraformWorkspace workspace;
    private final ChildEnvironment environment;
    private final Fingerprints key;
    private final InstantSource clock;
    private final TerraformProcess process;

    /**
     * @param environment of every child; an ephemeral variable has to be in it for the plan and for the apply
     * @param patience    how long a graceful stop may take before {@link RunListener#stopping} is told
     */
    public TerraformRunner(TerraformBinary binary, TerraformWorkspace workspace, ChildEnvironment environment,
            Fingerprints key, InstantSource clock, Duration patience) {
        this.binary = binary;
        this.workspace = workspace;
        this.environment = environment;
        this.key = key;
        this.clock = clock;
        this.process = new TerraformProcess(binary.command(), workspace.folder(), workspace.own(),
                environment, patience);
    }

    /** Prepares the workspace, when something that this depends on has changed since the last time. */
    public void init(RunListener listener) throws FailureException, InterruptedException {
        if (!workspace.recall(INIT_NOTE).equals(Optional.of(initInputs()))) {
            init(StateMove.NONE, listener);
        }
    }

    /** Prepares the workspace in any case, and moves the state as told. */
    public void init(StateMove move, RunListener listener) throws FailureException, InterruptedException {
        workspace.forget(INIT_NOTE);
        List<String> arguments = new ArrayList<>(List.of("init", "-input=false", "-no-color"));
        if (workspace.hasBackendConfig()) {
            arguments.add("-backend-config=" + TerraformWorkspace.BACKEND_CONFIG);
        }
        switch (move) {
            case NONE -> arguments.add("-json");
            // Terraform refuses -json here.
            case MOVE_STATE -> arguments.addAll(List.of("-migrate-state", "-force-copy"));
            case START_THERE -> {
                arguments.addAll(List.of("-reconfigure", "-json"));
                workspace.forgetBackend();
            }
        }
        Conversation said = talk(arguments, listener);
        if (said.exit.code() != 0) {
            throw said.failure(clock);
        }
        workspace.note(INIT_NOTE, initInputs());
    }

    private String initInputs() throws FailureException {
        return workspace.initInputs(binary, environment.plain());
    }

    /**
     * Plans into a file and reads it, masked. Only the exit code says whether the plan holds; the file of a plan that
     * failed is deleted, and so is that of an earlier plan: what is applied is the plan that was reviewed last.
     */
    public SavedPlan plan(PlanOptions options, RunListener listener)
            throws FailureException, InterruptedException {
        refuseWithErroredState();
        workspace.clearLeftovers();
        Path file = newPlanFile();
        try {
            Conversation said = planInto(file, options, listener);
            if (said.needsInit()) {
                init(StateMove.NONE, listener);
                said = planInto(file, options, listener);
            }
            if (said.exit.code() != 0 && said.exit.code() != 2) {
                throw said.failure(clock);
            }
            boolean changes = said.exit.code() == 2;
            TerraformPlan plan = changes || said.drifted ? show(file, changes) : nothing();
            if (!changes) {
                Files.deleteIfExists(file);
                return new SavedPlan(plan, Optional.empty(), "", said.warnings);
            }
            return new SavedPlan(plan, Optional.of(file), PlanDigest.of(Files.readAllBytes(file)),
                    said.warnings);
        } catch (FailureException | InterruptedException e) {
            discard(file);
            throw e;
        } catch (IOException e) {
            discard(file);
            throw TerraformWorkspace.cannotWrite(workspace.folder(), e);
        }
    }

    private Conversation planInto(Path file, PlanOptions options, RunListener listener)
            throws FailureException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("plan", "-input=false", "-json", "-detailed-exitcode",
                        "-out=" + file, "-parallelism=" + options.parallelism(),
                        "-lock-timeout=" + options.lockTimeout().toSeconds() + "s"));
        if (options.destroy()) {
            arguments.add("-destroy");
        }
        return talk(arguments, listener);
    }

    /** Made before Terraform writes it, which keeps the mode: for others it is unreadable from the first byte. */
    private Path newPlanFile() throws FailureException {
        try {
            return Files.createTempFile(workspace.own(), "plan", ".tfplan");
        } catch (IOException e) {
            throw TerraformWorkspace.cannotWrite(workspace.folder(), e);
        }
    }

    private TerraformPlan show(Path file, boolean changes) throws FailureException, InterruptedException {
        TerraformProcess.Answer<TerraformPlan> answer = process.read(
                List.of("show", "-json", file.toString()),
                json -> PlanParser.parse(json, key, changes));
        TerraformPlan plan = answered(answer, "TF-SHOW", "The saved plan cannot be read.");
        workspace.note(OBJECTS_NOTE, new Gson().toJson(plan.objects()));
        return plan;
    }

    private TerraformPlan nothing() {
        return new TerraformPlan(List.of(), List.of(), List.of(), knownObjects(),
                PlanDigest.of(List.of(), List.of()),
                false);
    }

    /**
     * How often the next plan will call PostHog, by what the last one read; nothing while there was none. To be said
     * before it starts.
     */
    public PostHogCalls callsOfNextPlan() {
        return PostHogCalls.ofRefresh(knownObjects());
    }

    private Map<String, Integer> knownObjects() {
        try {
            Map<String, Integer> known = workspace.recall(OBJECTS_NOTE)
                    .map(json -> new Gson().fromJson(json, new TypeToken<Map<String, Integer>>() {
                    })).orElse(Map.of());
            return Map.copyOf(known);
        } catch (JsonParseException e) {
            return Map.of();
        }
    }

    /**
     * Applies a saved plan, and nothing but it.
     *
     * @throws FailureException when nothing was begun: the plan is stale or gone, the state is locked or still has
     *                          to be pushed. Once something was begun, the result tells what became of it
     */
    public ApplyResult apply(SavedPlan saved, PlanOptions options, RunListener listener)
            throws FailureException {
        refuseWithErroredState();
        ApplyTracker tracker = new ApplyTracker(saved.plan(), listener, clock);
        if (saved.file().isEmpty()) {
            return tracker.finish(0, false, Optional.empty());
        }
        Path file = unchanged(saved);
        TerraformProcess.Exit exit = process.lines(
                List.of("apply", "-input=false", "-json", "-parallelism=" + options.parallelism(),
                        "-lock-timeout=" + options.lockTimeout().toSeconds() + "s", file.toString()),
                line -> TerraformStream.parse(line).ifPresent(tracker::accept),
                since -> listener.stopping(since, tracker.inFlight()));
        Optional<Path> erroredState = workspace.erroredState();
        Optional<Failure> refusal = exit.code() == 0 || tracker.anythingBegun() || exit.cancelled()
                || erroredState.isPresent() ? Optional.empty() : tracker.firstError();
        boolean locked = refusal.filter(failure -> failure.code().equals("TF-LOCKED")).isPresent();
        if (!locked) {
            discard(file);
        }
        if (refusal.isPresent()) {
            throw new FailureException(refusal.get());
        }
        return tracker.finish(exit.code(), exit.cancelled(), erroredState);
    }

    private static Path unchanged(SavedPlan saved) throws FailureException {
        Path file = saved.file().orElseThrow();
        try {
            if (Files.exists(file) && PlanDigest.of(Files.readAllBytes(file)).equals(saved.checksum())) {
                return file;
            }
        } catch (IOException e) {
            // The same as a file that is gone: what was reviewed is not there to be applied.
            return refuseGone();
        }
        return refuseGone();
    }

    private static Path refuseGone() throws FailureException {
        throw new FailureException(new Failure(FailureKind.CONFLICT, "TF-STALE",
                "The reviewed plan is no longer there, or was changed.", "Plan again and review it."));
    }

    /** Deletes the file of a plan that is not wanted. */
    public void discard(SavedPlan saved) {
        saved.file().ifPresent(TerraformRunner::discard);
    }

    private static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // Its folder is private; the next plan has another name.
            return;
        }
    }

    /** All outputs; see {@link OutputValue#parse} for {@code isPublic}. */
    public Map<String, OutputValue> output(Predicate<String> isPublic)
            throws FailureException, InterruptedException {
        return answered(process.read(List.of("output", "-json", "-no-color"),
                json -> OutputValue.parse(json, isPublic)), "TF-OUTPUT", "The outputs cannot be read.");
    }

    /** Addresses of everything in the state. */
    public List<String> stateList() throws FailureException, InterruptedException {
        List<String> addresses = new ArrayList<>();
        TerraformProcess.Exit exit = process.lines(List.of("state", "list"), addresses::add, _ -> {});
        interruptedIf(exit);
        if (exit.code() != 0 && !exit.stderr().contains("No state file was found")) {
            throw failure("TF-STATE", "The state cannot be listed.", exit);
        }
        return addresses;
    }

    /** Releases a lock whose owner is known to be dead. Terraform refuses any other id than the lock's. */
    public void forceUnlock(String id) throws FailureException, InterruptedException {
        command(List.of("force-unlock", "-force", id), "TF-UNLOCK", "The lock " + id + " was not released.");
    }

    /** The state of an apply that could not be stored; while it is there, nothing is planned or applied. */
    public Optional<Path> erroredState() {
        return workspace.erroredState();
    }

    /** Stores the state that an apply could not store, and deletes its file. Terraform refuses an older or foreign one. */
    public void pushErroredState() throws FailureException, InterruptedException {
        Optional<Path> state = workspace.erroredState();
        if (state.isPresent()) {
            command(List.of("state", "push", state.get().toString()), "TF-STATE-NOT-SAVED",
                    "The state of the last apply still cannot be stored.");
            discard(state.get());
        }
    }

    private void refuseWithErroredState() throws FailureException {
        if (workspace.erroredState().isPresent()) {
            throw new FailureException(new Failure(FailureKind.CONFLICT, "TF-ERRORED-STATE",
                    "The state of the last apply was never stored: it is in " + workspace.erroredState().get()
                            + ".",
                    "Push it with \"state push\" before anything else; planning or applying now would make everything twice."));
        }
    }

    private void command(List<String> arguments, String code, String sentence)
            throws FailureException, InterruptedException {
        TerraformProcess.Exit exit = process.lines(arguments, _ -> {}, _ -> {});
        interruptedIf(exit);
        if (exit.code() != 0) {
            throw failure(code, sentence, exit);
        }
    }

    private Conversation talk(List<String> arguments, RunListener listener)
            throws FailureException, InterruptedException {
        Conversation said = new Conversation(arguments.getFirst(), listener);
        said.exit = process.lines(arguments, said::line, since -> listener.stopping(since, List.of()));
        interruptedIf(said.exit);
        return said;
    }

    private static <T> T answered(TerraformProcess.Answer<T> answer, String code, String sentence)
            throws FailureException, InterruptedException {
        interruptedIf(answer.exit());
        T value = answer.value();
        if (answer.exit().code() != 0 || value == null) {
            throw failure(code, sentence, answer.exit());
        }
        return value;
    }

    private static FailureException failure(String code, String sentence, TerraformProcess.Exit exit) {
        return new FailureException(new Failure(FailureKind.INTERNAL, code, sentence
                + Conversation.plainError(exit.stderr()).map(words -> " " + words).orElse("")));
    }

    private static void interruptedIf(TerraformProcess.Exit exit) throws InterruptedException {
        if (exit.cancelled()) {
            throw new InterruptedException("Terraform was stopped");
        }
    }
}
