package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.http.LocalServer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;

/** Signs workload identities as Nomad does and serves the key that they are checked with. */
final class TestIdentity implements AutoCloseable {
    private final KeyPair keys;
    private final LocalServer server;

    TestIdentity() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        server = new LocalServer("jwks", 0, exchange -> exchange.json(200, jwks()));
    }

    String url() {
        return server.address() + "/.well-known/jwks.json";
    }

    /** A token of one workload. */
    String sign(String audience, String namespace, String job) throws GeneralSecurityException {
        JsonObject header = new JsonObject();
        header.addProperty("alg", "RS256");
        header.addProperty("kid", "one");
        JsonObject claims = new JsonObject();
        claims.addProperty("aud", audience);
        claims.addProperty("nomad_namespace", namespace);
        claims.addProperty("nomad_job_id", job);
        claims.addProperty("nomad_task", "t");
        claims.addProperty("sub", "global:" + namespace + ":" + job + ":g:t:vault_default");
        String signed = encode(header.toString().getBytes(StandardCharsets.UTF_8)) + "."
                + encode(claims.toString().getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + encode(signature.sign());
    }

    private JsonObject jwks() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        JsonObject jwk = new JsonObject();
        jwk.addProperty("kty", "RSA");
        jwk.addProperty("kid", "one");
        jwk.addProperty("n", encode(key.getModulus().toByteArray()));
        jwk.addProperty("e", encode(key.getPublicExponent().toByteArray()));
        JsonArray all = new JsonArray();
        all.add(jwk);
        JsonObject set = new JsonObject();
        set.add("keys", all);
        return set;
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        server.close();
    }
}
