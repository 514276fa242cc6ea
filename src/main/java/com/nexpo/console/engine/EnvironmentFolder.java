package com.nexpo.console.engine;

import com.nexpo.console.model.Plan;
import com.nexpo.console.model.PlanId;
import com.nexpo.console.model.Redactor;
import com.nexpo.console.model.RunEvent;
import com.nexpo.console.model.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of one environment: its runs, its plans, its forms and Terraform's workspace. Readable by its owner
 * alone.
 */
public final class EnvironmentFolder {
    private static final String JOURNAL_SUFFIX = ".jsonl";
    private static final int PLANS_KEPT = 40;

    private final Path root;

    /** Makes the folder when it is not there. */
    public EnvironmentFolder(Path root) throws IOException {
        this.root = root;
        createPrivate(root);
        createPrivate(runs());
        createPrivate(plans());
    }

    /** Makes a folder, and those above it, that only its owner can look into. */
    public static void createPrivate(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** Writes a text file so that a reader sees the old or the new one, never half. */
    public static void writeAtomically(Path file, String text) throws IOException {
        Path temporary = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".new");
        Files.writeString(temporary, text);
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    public Path root() {
        return root;
    }

    /** Where Terraform works. */
    public Path workspace() {
        return root.resolve("workspace");
    }

    Path lockFile() {
        return root.resolve("run.lock");
    }

    /** The journal of this run. */
    public Path journal(RunId run) {
        return runs().resolve(run.text() + JOURNAL_SUFFIX);
    }

    /** All runs, oldest first: their ids sort by time. */
    public List<RunId> allRuns() throws IOException {
        try (Stream<Path> files = Files.list(runs())) {
            return files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(JOURNAL_SUFFIX)).sorted()
                    .map(n -> new RunId(n.substring(0, n.length() - JOURNAL_SUFFIX.length()))).toList();
        }
    }

    /** The events of all runs, oldest run first. */
    public List<RunEvent> history() throws IOException {
        List<RunEvent> all = new ArrayList<>();
        for (RunId run : allRuns()) {
            all.addAll(Journal.read(journal(run)));
        }
        return all;
    }

    /** Keeps a masked plan, so that an approval by its id can be held against it. */
    public void keep(Plan plan) throws IOException {
        writeAtomically(planFile(plan.id()), Redactor.clean(Json.GSON.toJson(plan)));
        try (Stream<Path> files = Files.list(plans())) {
            List<Path> newestFirst = files
                    .sorted(Comparator.comparingLong(EnvironmentFolder::modified).reversed()).toList();
            for (Path old : newestFirst.stream().skip(PLANS_KEPT).toList()) {
                Files.deleteIfExists(old);
            }
        }
    }

    /** A plan that was kept. */
    public Optional<Plan> plan(PlanId id) throws IOException {
        Path file = planFile(id);
        return Files.exists(file)
                ? Optional.of(Json.GSON.fromJson(Files.readString(file), Plan.class))
                : Optional.empty();
    }

    private Path planFile(PlanId id) {
        return plans().resolve(id.text().replaceAll("[^a-z0-9-]", "_") + ".json");
    }

    private Path runs() {
        return root.resolve("runs");
    }

    private Path plans() {
        return root.resolve("plans");
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
