package com.nexpo.console.engine;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.RunId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/**
 * Only one run at a time for an environment.
 *
 * <p>The operating system's lock on the file is what counts: it goes when its process dies, however it dies, so a
 * dead owner never holds it. The file's text only says who the owner is, for the message.
 */
public final class RunLock implements AutoCloseable {
    private final FileChannel channel;
    private final FileLock lock;

    private RunLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Who holds the lock.
     *
     * @param since when the run began
     */
    public record Owner(RunId run, long pid, String user, Instant since) {}

    /**
     * Takes the lock for this owner.
     *
     * @throws FailureException naming the owner, when another run is under way
     */
    public static RunLock acquire(EnvironmentFolder folder, Owner owner) throws FailureException {
        Path file = folder.lockFile();
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw held(file);
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(Json.GSON.toJson(owner).getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
            return new RunLock(channel, lock);
        } catch (IOException e) {
            throw new UncheckedIOException("The lock " + file + " cannot be taken: " + e.getMessage(), e);
        }
    }

    /** The owner of a run that is under way now, in this or another process. */
    public static Optional<Owner> owner(EnvironmentFolder folder) {
        Path file = folder.lockFile();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                return describe(file);
            }
            lock.release();
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("The lock " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel channel)
            throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static FailureException held(Path file) {
        String who = describe(file)
                .map(o -> "%s runs it since %s (run %s, process %d)".formatted(o.user(), o.since(), o.run(),
                        o.pid()))
                .orElse("another process runs it");
        return new FailureException(new Failure(FailureKind.CONFLICT, "RUN-LOCKED",
                "One run at a time for an environment: " + who + ".", "Wait for it, or stop it there."));
    }

    private static Optional<Owner> describe(Path file) {
        try {
            return Optional.ofNullable(Json.GSON.fromJson(Files.readString(file), Owner.class));
        } catch (IOException | com.google.gson.JsonParseException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The lock cannot be released: " + e.getMessage(), e);
        }
    }
}
