package com.nexpo.console.app;

import com.nexpo.console.engine.EnvironmentFolder;
import com.nexpo.console.model.Fingerprints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where the program keeps what it knows: {@code POSTHOG_CONSOLE_HOME}, or the place that the operating system has for
 * a program's data.
 */
final class DataFolder {
    private static final String NAME = "posthog-console";
    private static final int KEY_BYTES = 32;

    private final Path root;

    DataFolder(Map<String, String> environment) {
        this.root = Optional.ofNullable(environment.get("POSTHOG_CONSOLE_HOME")).filter(h -> !h.isBlank())
                .map(Path::of)
                .orElseGet(() -> usual(environment));
    }

    private static Path usual(Map<String, String> environment) {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        Path home = Path.of(System.getProperty("user.home"));
        if (system.contains("win")) {
            return Path.of(environment.getOrDefault("LOCALAPPDATA", home.resolve("AppData/Local").toString()),
                    NAME);
        }
        if (system.contains("mac")) {
            return home.resolve("Library/Application Support").resolve(NAME);
        }
        return Path.of(environment.getOrDefault("XDG_DATA_HOME", home.resolve(".local/share").toString()),
                NAME);
    }

    /** The folder of profile files. */
    Path profiles() {
        return root.resolve("profiles");
    }

    /** The folder of one environment. */
    Path environment(String profile) {
        return root.resolve("environments").resolve(profile);
    }

    /** Where the bundled blueprint is unpacked. */
    Path blueprint() {
        return root.resolve("blueprint");
    }

    /** The fingerprints of this installation; its key is made when it is first needed. */
    Fingerprints fingerprints() throws IOException {
        Path file = root.resolve("fingerprint.key");
        if (!Files.exists(file)) {
            EnvironmentFolder.createPrivate(root);
            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            if (root.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(file,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.write(file, key);
        }
        return new Fingerprints(Files.readAllBytes(file));
    }
}
