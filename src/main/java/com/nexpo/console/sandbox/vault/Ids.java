package com.nexpo.console.sandbox.vault;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;

/** Names that the server makes up. */
final class Ids {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    static String uuid() {
        return UUID.randomUUID().toString();
    }

    /** A service token as OpenBao writes it. */
    static String token() {
        return "s." + letters(24);
    }

    static String accessor() {
        return letters(24);
    }

    /** {@code kv_f251af76}. */
    static String mountAccessor(String type) {
        return type + "_" + hex(4);
    }

    static String hex(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static String letters(int length) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < length; i++) {
            out.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return out.toString();
    }
}
