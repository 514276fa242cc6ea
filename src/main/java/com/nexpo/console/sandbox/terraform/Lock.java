package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The lock of the local backend: an operating system's lock, which a killed owner loses, and
 * {@code .terraform.tfstate.lock.info} beside the state, which says who has it.
 */
final class Lock implements AutoCloseable {

    private static final DateTimeFormatter CREATED = DateTimeFormatter
            .ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSSSS '+0000 UTC'")
            .withZone(ZoneOffset.UTC);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Path file;
    private final FileChannel channel;

    private Lock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param operation as in {@code OperationTypeApply}
     * @param timeout   how long to try
     * @param waiting   runs once, when the first try met another's lock and there is a timeout
     * @throws TerraformException in Terraform's words, when another has it
     */
    static Lock acquire(Path directory, String operation, Duration timeout, Runnable waiting)
            throws InterruptedException {
        Path file = directory.resolve(".terraform.tfstate.lock.info");
        long end = System.nanoTime() + timeout.toNanos();
        boolean said = false;
        while (true) {
            Optional<Lock> lock = attempt(file, operation);
            if (lock.isPresent()) {
                return lock.get();
            }
            // First said, then given up: also when the time is over before the first look at the clock.
            if (!said && timeout.isPositive()) {
                waiting.run();
                said = true;
            }
            if (System.nanoTime() >= end) {
                throw held(file);
            }
            Thread.sleep(Math.max(1, Math.min(POLL.toMillis(), (end - System.nanoTime()) / 1_000_000)));
        }
    }

    private static Optional<Lock> attempt(Path file, String operation) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            // A file that its owner deleted between the open and the lock protects nothing.
            if (lock == null || !Files.exists(file)) {
                channel.close();
                return Optional.empty();
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(info(operation)));
            return Optional.of(new Lock(file, channel));
        } catch (IOException e) {
            closeQuietly(channel);
            throw new TerraformException("Error acquiring the state lock",
                    "Error message: " + e.getMessage());
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // Nothing was written through it.
        }
    }

    private static String info(String operation) {
        JsonObject info = new JsonObject();
        info.addProperty("ID", UUID.randomUUID().toString());
        info.addProperty("Operation", operation);
        info.addProperty("Info", "");
        info.addProperty("Who", System.getProperty("user.name") + "@" + hostName());
        info.addProperty("Version", EmulatedTerraform.VERSION);
        info.addProperty("Created", Instant.now().toString());
        info.addProperty("Path", "terraform.tfstate");
        return Json.compact(info);
    }

    private static String hostName() {
        return Optional.ofNullable(System.getenv("HOSTNAME"))
                .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
                .orElse("localhost");
    }

    private static TerraformException held(Path file) {
        return new TerraformException("Error acquiring the state lock", """
                Error message: resource temporarily unavailable
                %s

                Terraform acquires a state lock to protect the state from being written
                by multiple users at the same time. Please resolve the issue above and try
                again. For most commands, you can disable locking with the "-lock=false"
                flag, but this is not recommended.""".formatted(description(file)));
    }

    private static String description(Path file) {
        try {
            JsonObject info = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            return """
                    Lock Info:
                      ID:        %s
                      Path:      %s
                      Operation: %s
                      Who:       %s
                      Version:   %s
                      Created:   %s
                      Info:      %s
                    """.formatted(word(info, "ID"), word(info, "Path"), word(info, "Operation"),
                    word(info, "Who"),
                    word(info, "Version"), CREATED.format(Instant.parse(word(info, "Created"))),
                    word(info, "Info"));
        } catch (IOException | JsonParseException | IllegalStateException | java.time.DateTimeException e) {
            return "";
        }
    }

    private static String word(JsonObject info, String name) {
        return Json.text(info, name).orElse("");
    }

    /** Gives the lock back; its file goes first, so that nobody takes the old one for theirs. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The operating system's lock, which counts, is released below all the same.
        }
        closeQuietly(channel);
    }
}
