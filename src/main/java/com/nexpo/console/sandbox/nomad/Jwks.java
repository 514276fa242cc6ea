package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The key that workload identities are signed with, as {@code /.well-known/jwks.json} publishes it. */
final class Jwks implements Supplier<JsonObject> {
    static final String KEY_ID = "adc67aba-bd6c-494a-326d-88433371b4e3";

    private @Nullable KeyPair keys;

    /** Made when first asked for: it takes a moment. */
    @Override
    public synchronized JsonObject get() {
        KeyPair made = keys;
        if (made == null) {
            made = generate();
            keys = made;
        }
        RSAPublicKey key = (RSAPublicKey) made.getPublic();
        JsonArray list = new JsonArray();
        list.add(Json.of("use", "sig", "kty", "RSA", "kid", KEY_ID, "alg", "RS256", "n",
                base64(key.getModulus()), "e",
                base64(key.getPublicExponent())));
        return Json.of("keys", list);
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    private static String base64(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] unsigned = bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(unsigned);
    }
}
