package com.nexpo.console.system.terraform;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A lock on the state, as the one who met it was told.
 *
 * @param id        what {@code force-unlock} wants
 * @param who       user and host
 * @param operation "apply", "plan"
 * @param created   when it was taken; empty when the text could not be read
 * @param path      of the state
 */
public record StateLock(String id, String who, String operation, Optional<Instant> created, String path) {
    private static final String BLOCK = "Lock Info:";
    private static final DateTimeFormatter CREATED = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd HH:mm:ss").appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);

    /**
     * Reads the "Lock Info:" block of a diagnostic's detail. Only that block: the error text before it holds other
     * ids, such as S3's request id.
     */
    public static Optional<StateLock> parse(String detail) {
        int block = detail.indexOf(BLOCK);
        if (block < 0) {
            return Optional.empty();
        }
        String info = detail.substring(block + BLOCK.length());
        return line(info, "ID").map(id -> new StateLock(id, line(info, "Who").orElse("unknown"),
                operation(line(info, "Operation").orElse("")),
                line(info, "Created").flatMap(StateLock::instant),
                line(info, "Path").orElse("")));
    }

    /** "root@vm, 5 minutes ago (apply)". */
    public String display(Instant now) {
        return who + created.map(at -> ", " + age(Duration.between(at, now)) + " ago").orElse("")
                + (operation.isEmpty() ? "" : " (" + operation + ")");
    }

    private static Optional<String> line(String info, String name) {
        Matcher matcher = Pattern.compile("(?m)^[ \\t]*" + name + ":[ \\t]*(\\S.*?)[ \\t]*$").matcher(info);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static String operation(String text) {
        String prefix = "OperationType";
        return (text.startsWith(prefix) ? text.substring(prefix.length()) : text).toLowerCase(Locale.ROOT);
    }

    /** Go's default form of a time in UTC: {@code 2026-11-23 05:10:37.979335143 +0000 UTC}. */
    private static Optional<Instant> instant(String text) {
        try {
            String stamp = text.replaceFirst(" \\+0000 UTC.*$", "");
            return Optional.of(LocalDateTime.parse(stamp, CREATED).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String age(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + " seconds";
        }
        long minutes = seconds / 60;
        if (minutes < 120) {
            return minutes + " minutes";
        }
        long hours = minutes / 60;
        return hours < 48 ? hours + " hours" : hours / 24 + " days";
    }
}
