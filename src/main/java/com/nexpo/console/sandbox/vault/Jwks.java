package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The public keys that tokens are signed with, and the check of a signature. RS256 and EdDSA, as Nomad signs. */
final class Jwks implements AutoCloseable {
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /**
     * A token, taken apart.
     *
     * @param signed    the text that the signature is over
     * @param signature in base64url
     */
    record Jwt(JsonObject header, JsonObject claims, String signed, String signature) {}

    static Jwt parse(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw VaultError
                    .bad("error validating token: error verifying token signature: oidc: malformed jwt:"
                            + " go-jose/go-jose: compact JWS format must have three parts");
        }
        try {
            return new Jwt(object(parts[0]), object(parts[1]), parts[0] + "." + parts[1],
                    parts[2]);
        } catch (IllegalArgumentException | IllegalStateException | JsonParseException e) {
            throw VaultError
                    .bad("error validating token: error verifying token signature: oidc: malformed jwt: "
                            + "go-jose/go-jose: invalid part");
        }
    }

    /** @throws IOException when nobody answers there, or with something else than keys */
    List<PublicKey> fetch(String url) throws IOException, InterruptedException {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(3)).build(),
                    BodyHandlers.ofString());
            JsonArray keys = JsonParser.parseString(answer.body()).getAsJsonObject().getAsJsonArray("keys");
            List<PublicKey> read = new ArrayList<>();
            for (JsonElement key : keys) {
                read.add(key(key.getAsJsonObject()));
            }
            return read;
        } catch (IllegalArgumentException | IllegalStateException | JsonParseException | NullPointerException
                | GeneralSecurityException e) {
            throw new IOException("no JWKS at " + url, e);
        }
    }

    /** A key in PEM, as {@code jwt_validation_pubkeys} has it. */
    static PublicKey pem(String text) {
        byte[] der = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
        return pem(der, "RSA").or(() -> pem(der, "Ed25519")).orElseThrow(() -> VaultError
                .bad("error parsing public key: data does not contain any valid public keys"));
    }

    private static Optional<PublicKey> pem(byte[] der, String algorithm) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    static boolean signedBy(Jwt jwt, PublicKey key) {
        try {
            Signature check = Signature
                    .getInstance(key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "Ed25519");
            check.initVerify(key);
            check.update(jwt.signed().getBytes(StandardCharsets.US_ASCII));
            return check.verify(Base64.getUrlDecoder().decode(jwt.signature()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static PublicKey key(JsonObject jwk) throws GeneralSecurityException {
        if (jwk.get("kty").getAsString().equals("RSA")) {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
        }
        // RFC 8032: 32 bytes, little endian, the highest bit is the sign of x.
        byte[] little = Base64.getUrlDecoder().decode(jwk.get("x").getAsString());
        byte[] big = new byte[little.length];
        for (int i = 0; i < little.length; i++) {
            big[i] = little[little.length - 1 - i];
        }
        boolean odd = (big[0] & 0x80) != 0;
        big[0] &= 0x7f;
        return KeyFactory.getInstance("Ed25519").generatePublic(
                new EdECPublicKeySpec(NamedParameterSpec.ED25519,
                        new EdECPoint(odd, new BigInteger(1, big))));
    }

    private static BigInteger number(JsonObject jwk, String name) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(jwk.get(name).getAsString()));
    }

    private static JsonObject object(String part) {
        return JsonParser.parseString(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8))
                .getAsJsonObject();
    }

    @Override
    public void close() {
        client.close();
    }
}
