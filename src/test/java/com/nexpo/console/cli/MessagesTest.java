package com.nexpo.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The message bundle: each key and each text once, every key used, every used key there. */
class MessagesTest {
    private static final Path BUNDLE = Path.of("resources/com/nexpo/console/cli/messages.properties");
    private static final Path SOURCES = Path.of("src/main/java/com/nexpo/console/cli");
    private static final Pattern ENTRY = Pattern.compile("^([a-z.-]+) = (.+)$");
    /** Keys have a dot inside, which no other text constant of these sources is all made of. */
    private static final Pattern KEY = Pattern.compile("\"([a-z]+\\.[a-z-]+)\"");

    private final List<String> keys = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();

    MessagesTest() throws IOException {
        // Read as text: Properties would quietly keep the last of two equal keys.
        for (String line : Files.readAllLines(BUNDLE)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            Matcher entry = ENTRY.matcher(line);
            assertThat(entry.matches()).as("line %s is a key and a text", line).isTrue();
            keys.add(entry.group(1));
            texts.add(entry.group(2));
        }
    }

    @Test
    void everyKeyAndEveryTextStandsOnce() {
        assertThat(keys).isNotEmpty().doesNotHaveDuplicates();
        assertThat(texts).doesNotHaveDuplicates();
    }

    @Test
    void everyKeyIsUsedAndEveryUsedKeyIsThere() throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                Matcher key = KEY.matcher(Files.readString(file));
                while (key.find()) {
                    used.add(key.group(1));
                }
            }
        }
        used.remove("user.name");
        assertThat(used).containsExactlyInAnyOrderElementsOf(keys);
    }
}
