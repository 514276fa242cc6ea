package com.nexpo.console.model;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Names a run: its start in UTC and four letters against twins, such as {@code 20261124-031502-kqzv}. */
public record RunId(String text) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** A new one for a run that starts now. */
    public static RunId startingAt(Instant now) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            letters.append((char) ('a' + ThreadLocalRandom.current().nextInt(26)));
        }
        return new RunId(TIME.format(now) + "-" + letters);
    }

    @Override
    public String toString() {
        return text;
    }
}
