package com.nexpo.console.app;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Programs on this machine's PATH. */
final class OnPath {
    private OnPath() {}

    static Optional<Path> find(String name) {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(Optional.ofNullable(System.getenv("PATH")).orElse(""))
                .map(folder -> Path.of(folder, name)).filter(Files::isExecutable).findFirst();
    }
}
