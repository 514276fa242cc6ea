package com.nexpo.console.sandbox.terraform;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The state file of the local backend. Written whole beside its place and then moved there, so that a kill tears none. */
final class StateFile {

    private final Path path;
    private State written;

    /** @param state what the file holds now, as far as this process knows */
    StateFile(Path path, State state) {
        this.path = path;
        this.written = state.copy();
    }

    static Path in(Path directory) {
        return directory.resolve("terraform.tfstate");
    }

    /** The state in the file; empty when there is none yet. */
    static Optional<State> read(Path path) {
        try {
            return Files.exists(path) && Files.size(path) > 0
                    ? Optional.of(State.parse(Files.readString(path)))
                    : Optional.empty();
        } catch (IOException | RuntimeException e) {
            throw new TerraformException("Error loading state: The state file could not be read",
                    path + ": " + e.getMessage());
        }
    }

    /** Writes the state with the next serial, unless nothing in it changed. */
    synchronized void write(State state) throws IOException {
        if (state.sameContent(written)) {
            return;
        }
        state.nextSerial();
        overwrite(path, state.text());
        written = state.copy();
    }

    /** Writes {@code errored.tfstate} beside it, for {@code state push}. */
    void writeErrored(State state) throws IOException {
        overwrite(path.resolveSibling("errored.tfstate"), state.text());
    }

    static void overwrite(Path path, String text) throws IOException {
        Path next = path.resolveSibling(path.getFileName() + ".next");
        if (Files.isDirectory(path)) {
            throw new IOException("open " + path.getFileName() + ": is a directory");
        }
        if (Files.exists(path)) {
            Files.copy(path, path.resolveSibling(path.getFileName() + ".backup"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(StandardCharsets.UTF_8.encode(text));
            channel.force(false);
        }
        Files.move(next, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
