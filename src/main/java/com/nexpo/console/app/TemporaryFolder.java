package com.nexpo.console.app;

import com.nexpo.console.engine.EnvironmentFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A private folder that is deleted with all that is in it. */
record TemporaryFolder(Path path) implements AutoCloseable {
    static TemporaryFolder create(String prefix) throws IOException {
        Path folder = Files.createTempDirectory(prefix);
        EnvironmentFolder.createPrivate(folder);
        return new TemporaryFolder(folder);
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The temporary folder " + path + " cannot be deleted: " + e.getMessage(), e);
        }
    }
}
