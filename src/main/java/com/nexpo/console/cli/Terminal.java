package com.nexpo.console.cli;

import com.nexpo.console.model.Redactor;
import com.nexpo.console.model.Secret;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Where words for people go, and where they are asked. Everything written is redacted. */
public final class Terminal {
    private final PrintStream words;
    private final PrintStream data;
    private final boolean interactive;
    private final boolean colour;
    private boolean statusShown;

    /**
     * @param words       for people
     * @param data        for programs
     * @param interactive true when a person sits there
     */
    public Terminal(PrintStream words, PrintStream data, boolean interactive,
            Map<String, String> environment) {
        this.words = words;
        this.data = data;
        this.interactive = interactive;
        this.colour = interactive && !environment.containsKey("NO_COLOR")
                && !"dumb".equals(environment.get("TERM"));
    }

    public boolean interactive() {
        return interactive;
    }

    /** A line for people. */
    public synchronized void say(String line) {
        clearStatus();
        words.println(Redactor.clean(line));
    }

    /** A line that is replaced by the next one; only where a person sits. */
    public synchronized void status(String line) {
        if (colour) {
            clearStatus();
            words.print("\u001b[2m" + Redactor.clean(line) + "\u001b[0m");
            words.flush();
            statusShown = true;
        }
    }

    /** A line for programs. */
    public synchronized void data(String line) {
        data.println(Redactor.clean(line));
    }

    /** The text in a colour, where there are colours. */
    public String paint(Paint paint, String text) {
        return colour ? "\u001b[" + paint.code + "m" + text + "\u001b[0m" : text;
    }

    /** The few colours that mean something. */
    public enum Paint {
        PASS("32"),
        WARN("33"),
        FAIL("31"),
        BOLD("1"),
        FAINT("2");

        private final String code;

        Paint(String code) {
            this.code = code;
        }
    }

    /** What a person typed after this question; empty at the end of input. */
    public Optional<String> ask(String question) {
        synchronized (this) {
            clearStatus();
            words.print(question + " ");
            words.flush();
        }
        try {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            return Optional.ofNullable(in.readLine()).map(String::strip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A secret typed without being shown; empty when there is no terminal. */
    public Optional<Secret> askSecret(String what) {
        if (!interactive) {
            return Optional.empty();
        }
        return console().map(console -> console.readPassword("%s: ", what)).filter(typed -> typed.length > 0)
                .map(typed -> Secret.of(new String(typed)));
    }

    /** JDK 25 gives none when standard input or output is not a terminal; others give one that is no terminal. */
    private static Optional<Console> console() {
        return Optional.ofNullable(System.console());
    }

    private void clearStatus() {
        if (statusShown) {
            words.print("\r\u001b[2K");
            statusShown = false;
        }
    }
}
