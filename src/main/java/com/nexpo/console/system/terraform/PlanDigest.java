package com.nexpo.console.system.terraform;

import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Value;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 over what a reviewer sees of a plan; a length before each part, so that parts cannot run together. */
final class PlanDigest {
    private final MessageDigest sha = sha256();

    private PlanDigest() {}

    static String of(List<PlannedResource> resources, List<FieldChange> outputs) {
        PlanDigest digest = new PlanDigest();
        for (PlannedResource resource : resources) {
            digest.add(resource.type());
            digest.add(resource.address());
            digest.add(resource.change().action().wireName());
            resource.change().fields().forEach(digest::add);
        }
        digest.add("outputs");
        outputs.forEach(digest::add);
        return HexFormat.of().formatHex(digest.sha.digest());
    }

    /** Lower-case hexadecimal SHA-256. */
    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private void add(FieldChange field) {
        add(field.name());
        add(field.before());
        add(field.after());
        add(String.valueOf(field.forcesReplace()));
    }

    private void add(Value value) {
        add(switch (value) {
            case Value.Known(String text) -> "known " + text;
            case Value.Hidden(var fingerprint) -> "hidden " + fingerprint.hex();
            case Value.Masked() -> "masked";
            case Value.Unknown() -> "unknown";
            case Value.Absent() -> "absent";
        });
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        sha.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
