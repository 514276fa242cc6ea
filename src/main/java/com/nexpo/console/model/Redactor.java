package com.nexpo.console.model;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Removes secrets from text on its way to a log, a journal, a report, a terminal or an error.
 *
 * <p>It knows every living {@link Secret} in the forms in which one can turn up (plain, JSON-escaped, base64,
 * percent-encoded), and the shapes of credentials that nobody registered (PostHog personal and project secret
 * keys, Vault tokens, bearer headers). One for the process, because a log handler has nobody to ask.
 * Values shorter than {@value #SHORTEST} characters are not looked for: they would tear every text apart.
 */
public final class Redactor {
    /** Length in characters from which a registered value is looked for. */
    public static final int SHORTEST = 6;

    private static final String MASK = "•••";
    private static final List<Pattern> SHAPES = List.of(
            // PostHog personal (phx_), project secret (phs_) and OAuth (pha_) keys; phc_ is public by design.
            Pattern.compile("\\bph[xsa]_[A-Za-z0-9_\\-]{6,}"),
            // Vault service, batch and recovery tokens; OpenBao writes s. and b.
            Pattern.compile("\\bhv[sbr]\\.[A-Za-z0-9_\\-]{8,}"),
            Pattern.compile("\\b[sb]\\.[A-Za-z0-9]{20,}"),
            Pattern.compile("(?i)(?<=bearer )[A-Za-z0-9._~+/=\\-]{6,}"),
            Pattern.compile("(?i)(?<=x-vault-token: ?)\\S{4,}"),
            Pattern.compile("(?i)(?<=x-nomad-token: ?)\\S{4,}"),
            Pattern.compile("\\bwhsec_[A-Za-z0-9+/=_\\-]{6,}"));

    /** Registered value to the number of living secrets that hold it. */
    private static final Map<String, Integer> HELD = new HashMap<>();
    private static volatile List<String> forms = List.of();

    private Redactor() {}

    static synchronized void remember(String value) {
        if (value.length() >= SHORTEST && HELD.merge(value, 1, Integer::sum) == 1) {
            rebuild();
        }
    }

    static synchronized void forget(String value) {
        Integer left = HELD.computeIfPresent(value, (_, n) -> n > 1 ? n - 1 : null);
        if (left == null) {
            rebuild();
        }
    }

    /** The text with every secret replaced by a mask. */
    public static String clean(String text) {
        String cleaned = text;
        for (String form : forms) {
            cleaned = cleaned.replace(form, MASK);
        }
        for (Pattern shape : SHAPES) {
            cleaned = shape.matcher(cleaned).replaceAll(MASK);
        }
        return cleaned;
    }

    private static void rebuild() {
        forms = HELD.keySet().stream().flatMap(value -> spellings(value).stream()).distinct()
                // The longest first: a value that contains another is masked whole.
                .sorted(Comparator.comparingInt(String::length).reversed()).toList();
    }

    private static List<String> spellings(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        String json = jsonEscaped(value);
        return List.of(value, json, jsonEscaped(json), Base64.getEncoder().encodeToString(bytes),
                Base64.getEncoder().withoutPadding().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                URLEncoder.encode(value, StandardCharsets.UTF_8),
                URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    private static String jsonEscaped(String value) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.toString();
    }
}
