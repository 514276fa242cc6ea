package com.nexpo.console.engine;

import com.google.gson.JsonParseException;
import com.nexpo.console.model.Redactor;
import com.nexpo.console.model.RunEvent;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The record of one run: a file of JSON lines, appended to and forced to disk before {@link #add} returns.
 *
 * <p>A line that a dying process wrote only in part is the file's last one and is dropped by {@link #read}; what it
 * would have said is then unknown, which is what a missing end means anyway.
 */
public final class Journal implements AutoCloseable {
    /** A stream and no channel: an interrupt closes a channel, and a cancel is an interrupt. */
    private final FileOutputStream out;

    private Journal(FileOutputStream out) {
        this.out = out;
    }

    /** Opens the file to append to it, making it when it is not there. */
    public static Journal open(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        boolean torn = Files.exists(file) && !endsWithNewline(file);
        Journal journal = new Journal(new FileOutputStream(file.toFile(), true));
        if (torn) {
            journal.write("\n");
        }
        return journal;
    }

    /** Writes the event and forces it to disk. */
    public synchronized void add(RunEvent event) {
        write(Redactor.clean(Json.GSON.toJson(event, RunEvent.class)) + "\n");
    }

    /** All events of a file, oldest first; lines that cannot be read are left out. */
    public static List<RunEvent> read(Path file) throws IOException {
        List<RunEvent> events = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            parse(line).ifPresent(events::add);
        }
        return events;
    }

    /** Empty for a line torn by a crash or written by a newer version: neither may keep the rest from being read. */
    private static Optional<RunEvent> parse(String line) {
        try {
            return line.isBlank()
                    ? Optional.empty()
                    : Optional.ofNullable(Json.GSON.fromJson(line, RunEvent.class));
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            return Optional.empty();
        }
    }

    private void write(String line) {
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        } catch (IOException e) {
            throw new UncheckedIOException("The run's journal cannot be written: " + e.getMessage(), e);
        }
    }

    private static boolean endsWithNewline(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        return all.length == 0 || all[all.length - 1] == '\n';
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
