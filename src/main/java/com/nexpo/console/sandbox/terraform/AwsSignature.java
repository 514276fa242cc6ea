package com.nexpo.console.sandbox.terraform;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 of a POST to {@code /}
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html).
 */
record AwsSignature(String accessKey, String secretKey, Optional<String> sessionToken, String region) {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
            .withZone(ZoneOffset.UTC);

    /** The headers to send, the given ones included. */
    Map<String, String> signed(String service, URI address, Map<String, String> headers, String body,
            Instant at) {
        String stamp = STAMP.format(at);
        Map<String, String> sent = new TreeMap<>(headers);
        sent.put("x-amz-date", stamp);
        sessionToken.ifPresent(t -> sent.put("x-amz-security-token", t));
        Map<String, String> lower = new TreeMap<>(Map.of("host", address.getAuthority()));
        sent.forEach((name, value) -> lower.put(name.toLowerCase(java.util.Locale.ROOT), value.strip()));
        StringBuilder canonical = new StringBuilder("POST\n/\n\n");
        lower.forEach((name, value) -> canonical.append(name).append(':').append(value).append('\n'));
        String names = String.join(";", lower.keySet());
        canonical.append('\n').append(names).append('\n').append(sha256(body));
        String day = stamp.substring(0, 8);
        String scope = day + "/" + region + "/" + service + "/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + stamp + "\n" + scope + "\n" + sha256(canonical.toString());
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String part : new String[]{day, region, service, "aws4_request"}) {
            key = hmac(key, part);
        }
        sent.put("Authorization",
                "AWS4-HMAC-SHA256 Credential=" + accessKey + "/" + scope + ", SignedHeaders=" + names
                        + ", Signature=" + HexFormat.of().formatHex(hmac(key, toSign)));
        return sent;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256.", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has HmacSHA256.", e);
        }
    }
}
