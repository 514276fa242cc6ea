package com.nexpo.console.sandbox.aws;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The access keys that exist, and whose they are. Secret keys are not checked, so none is kept. */
public final class Accounts {
    private final Map<String, Key> keys = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();

    /**
     * Who makes a call.
     *
     * @param account twelve digits
     * @param arn     of an IAM user, or {@code arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION}
     */
    public record Principal(String account, String arn, String userId) {}

    private record Key(Principal principal, Optional<String> sessionToken, boolean expired) {}

    /** Credentials of a role session. */
    record Session(String accessKey, String secretKey, String token) {}

    /** Makes an access key of an IAM user known. */
    public void add(String accessKey, String account, String userName) {
        String id = "AIDA" + accessKey.substring(Math.min(4, accessKey.length()));
        keys.put(accessKey, new Key(
                new Principal(account, "arn:aws:iam::" + account + ":user/" + userName, id), Optional.empty(),
                false));
    }

    /** From now on, what this key signs is refused as expired, as a role session's key is after its hour. */
    public void expire(String accessKey) {
        keys.computeIfPresent(accessKey, (_, key) -> new Key(key.principal(), key.sessionToken(), true));
    }

    /** From now on, this key is unknown. */
    public void remove(String accessKey) {
        keys.remove(accessKey);
    }

    /** A session of a role in the same account, with credentials of its own. */
    Session assume(Principal caller, String role, String session) {
        String suffix = HexFormat.of().formatHex(bytes(8)).toUpperCase(Locale.ROOT);
        String token = HexFormat.of().formatHex(bytes(48));
        Principal principal = new Principal(caller.account(),
                "arn:aws:sts::" + caller.account() + ":assumed-role/" + role + "/" + session,
                "AROA" + suffix + ":" + session);
        keys.put("ASIA" + suffix, new Key(principal, Optional.of(token), false));
        return new Session("ASIA" + suffix, HexFormat.of().formatHex(bytes(20)), token);
    }

    /** Whose request this is; refused in the words of JSON services, or of Query services. */
    Principal principal(Optional<Signature> signature, boolean json) throws AwsError {
        if (signature.isEmpty()) {
            throw json
                    ? AwsError.ssm("MissingAuthenticationTokenException", "Missing Authentication Token")
                    : AwsError.query(403, "MissingAuthenticationToken",
                            "Request is missing Authentication Token");
        }
        Key key = keys.get(signature.get().accessKey());
        if (key == null || !key.sessionToken().equals(signature.get().sessionToken())) {
            String text = "The security token included in the request is invalid.";
            throw json
                    ? AwsError.ssm("UnrecognizedClientException", text)
                    : AwsError.query(403, "InvalidClientTokenId", text);
        }
        if (key.expired()) {
            String text = "The security token included in the request is expired";
            throw json
                    ? AwsError.ssm("ExpiredTokenException", text)
                    : AwsError.query(403, "ExpiredToken", text);
        }
        return key.principal();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
