package com.nexpo.console.model;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes {@link Fingerprint}s: HMAC-SHA-256 under a key of this installation, cut to 128 bits. */
public final class Fingerprints {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /** @param key at least 16 random bytes */
    public Fingerprints(byte[] key) {
        if (key.length < 16) {
            throw new IllegalArgumentException(
                    "a fingerprint key has at least 16 bytes, this one has " + key.length);
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** The fingerprint of these bytes. */
    public Fingerprint of(byte[] value) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return new Fingerprint(HexFormat.of().formatHex(mac.doFinal(value), 0, 16));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /** The fingerprint of this text in UTF-8. */
    public Fingerprint of(String value) {
        return of(value.getBytes(StandardCharsets.UTF_8));
    }
}
