package com.nexpo.console.blueprint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The committed blueprint, and copies of it to break. */
final class BlueprintFolder {

    static final Path COMMITTED = Path.of("resources", "blueprint");

    private BlueprintFolder() {}

    static Blueprint read() {
        return Blueprint.read(COMMITTED);
    }

    static Path copyTo(Path target) throws IOException {
        try (Stream<Path> files = Files.walk(COMMITTED)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(f -> !f.toString().contains(".terraform"))
                    .toList()) {
                Path to = target.resolve(COMMITTED.relativize(file).toString());
                Files.createDirectories(Objects.requireNonNull(to.getParent()));
                Files.copy(file, to);
            }
        }
        return target;
    }

    static List<Path> terraformFiles() {
        try (Stream<Path> files = Files.walk(COMMITTED.resolve("terraform"))) {
            return files.filter(f -> f.toString().endsWith(".tf"))
                    .filter(f -> !f.toString().contains(".terraform/"))
                    .sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of the test's class path. */
    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(BlueprintFolder.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
