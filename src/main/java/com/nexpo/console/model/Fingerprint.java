package com.nexpo.console.model;

/**
 * A short keyed digest that stands for a secret: equal values have equal fingerprints within one installation,
 * and nobody without its key can find the value by guessing.
 *
 * @param hex lower-case hexadecimal digits
 */
public record Fingerprint(String hex) {
    /** As shown to people: the first eight digits. */
    public String shortForm() {
        return hex.substring(0, Math.min(8, hex.length()));
    }

    @Override
    public String toString() {
        return shortForm();
    }
}
