package com.nexpo.console.profile;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What one reading brings to light: problems, and the members that were asked for. Quotes no credential. */
final class Findings {
    /** Prefixes that the systems themselves give to their credentials, so that scanners find them. */
    private static final Pattern CREDENTIAL = Pattern.compile("(?<![A-Za-z0-9])(?:ph[xs]_[A-Za-z0-9]{6,}"
            + "|hv[sbr]\\.[A-Za-z0-9_-]{8,}|(?:AKIA|ASIA)[A-Z0-9]{12,})|-----BEGIN [A-Z ]*PRIVATE KEY-----");
    private static final String MASK = "•••";

    private final List<String> problems = new ArrayList<>();
    private final Set<String> asked = new LinkedHashSet<>();

    static boolean holdsCredential(String text) {
        return CREDENTIAL.matcher(text).find();
    }

    void problem(String sentence) {
        problems.add(CREDENTIAL.matcher(sentence).replaceAll(MASK));
    }

    void asked(String path) {
        asked.add(path);
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Paths such as {@code posthog.host}, in the order in which they were asked for. */
    Set<String> asked() {
        return asked;
    }
}
