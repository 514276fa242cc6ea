package com.nexpo.console.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A value that must not be seen: a token, a key, a password.
 *
 * <p>Prints as {@code •••}, cannot be serialised, and is known to the {@link Redactor} from its creation until
 * it is closed, so that whatever text quotes it is cleaned on the way out. Only the adapters of outside
 * systems may {@link #reveal()} it.
 */
public final class Secret implements AutoCloseable {
    private static final String MASK = "•••";

    private final byte[] text;
    private final boolean known;
    private boolean closed;

    private Secret(String text, boolean known) {
        this.text = text.getBytes(StandardCharsets.UTF_8);
        this.known = known;
    }

    /** A secret with this text; the text is known to the redactor from now on. */
    public static Secret of(String text) {
        Secret secret = new Secret(text, true);
        Redactor.remember(text);
        return secret;
    }

    /**
     * A value that travels with secrets and is none, such as a host among tokens. The redactor does not learn it: it
     * would cut the host out of every message.
     */
    public static Secret notSecret(String text) {
        return new Secret(text, false);
    }

    /** {@link #of} or {@link #notSecret}. */
    public static Secret of(String text, boolean secret) {
        return secret ? of(text) : notSecret(text);
    }

    /**
     * The text in clear, to hand to an outside system.
     *
     * @throws IllegalStateException when the secret was closed
     */
    public synchronized String reveal() {
        if (closed) {
            throw new IllegalStateException("this secret was closed");
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Length of the text in UTF-8 bytes, which is what the stores limit. */
    public int byteLength() {
        return text.length;
    }

    /** True when the text begins so; for telling kinds of credentials apart. */
    public synchronized boolean startsWith(String prefix) {
        return new String(text, StandardCharsets.UTF_8).startsWith(prefix);
    }

    /** True when both hold the same text; takes the same time wherever they differ. */
    public synchronized boolean sameAs(Secret other) {
        return MessageDigest.isEqual(text, other.text);
    }

    /** The keyed digest under which this value may be shown and recorded. */
    public synchronized Fingerprint fingerprint(Fingerprints key) {
        return key.of(text);
    }

    /** Wipes the text and lets the redactor forget it. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (known) {
                Redactor.forget(new String(text, StandardCharsets.UTF_8));
            }
            Arrays.fill(text, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return MASK;
    }
}
