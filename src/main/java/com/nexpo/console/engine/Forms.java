package com.nexpo.console.engine;

import com.nexpo.console.model.Redactor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Forms on disk and by digest. A form is a record without secrets. */
public final class Forms {
    private Forms() {}

    /** Equal forms have equal digests, in every process. */
    public static String digest(Object form) {
        try {
            byte[] text = Json.GSON.toJson(form).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A form as JSON. */
    public static String toJson(Object form) {
        return Redactor.clean(Json.GSON.toJson(form));
    }

    /** A form from JSON that {@link #toJson} wrote. */
    public static <F> F fromJson(String json, Class<F> type) {
        return Json.GSON.fromJson(json, type);
    }
}
