package com.nexpo.console.sandbox.aws;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A parameter with its versions, the newest last, and its tags. Guarded by its {@link ParameterStore}. */
final class Parameter {
    static final String SECURE = "SecureString";

    private final String name;
    private final List<Version> versions = new ArrayList<>();
    private final Map<String, String> tags = new LinkedHashMap<>();

    /** @param keyId alias or id of the KMS key; only of a SecureString */
    record Version(long number, String value, String type, String tier, Optional<String> keyId,
            String description,
            String allowedPattern, String dataType, Instant at, String user, Set<String> labels) {}

    Parameter(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    List<Version> versions() {
        return versions;
    }

    Map<String, String> tags() {
        return tags;
    }

    Version latest() {
        return versions.getLast();
    }

    boolean secure() {
        return latest().type().equals(SECURE);
    }

    /** The version that a selector names: its number or one of its labels. */
    Optional<Version> select(String selector) {
        return versions.stream()
                .filter(v -> String.valueOf(v.number()).equals(selector) || v.labels().contains(selector))
                .findFirst();
    }

    /** As GetParameter and its siblings show it. */
    JsonObject shown(Version version, String arn, boolean decrypt) {
        JsonObject shown = new JsonObject();
        shown.addProperty("Name", name);
        shown.addProperty("Type", version.type());
        shown.addProperty("Value", text(version, decrypt));
        shown.addProperty("Version", version.number());
        shown.add("LastModifiedDate", seconds(version.at()));
        shown.addProperty("ARN", arn);
        shown.addProperty("DataType", version.dataType());
        return shown;
    }

    /** As DescribeParameters shows it: everything but the value. */
    JsonObject described() {
        return described(latest());
    }

    /** As GetParameterHistory shows one version. */
    JsonObject history(Version version, boolean decrypt) {
        JsonObject shown = described(version);
        shown.addProperty("Value", text(version, decrypt));
        JsonArray labels = new JsonArray();
        version.labels().forEach(labels::add);
        shown.add("Labels", labels);
        return shown;
    }

    private JsonObject described(Version version) {
        JsonObject shown = new JsonObject();
        shown.addProperty("Name", name);
        shown.addProperty("Type", version.type());
        version.keyId().ifPresent(key -> shown.addProperty("KeyId", key));
        shown.add("LastModifiedDate", seconds(version.at()));
        shown.addProperty("LastModifiedUser", version.user());
        if (!version.description().isEmpty()) {
            shown.addProperty("Description", version.description());
        }
        if (!version.allowedPattern().isEmpty()) {
            shown.addProperty("AllowedPattern", version.allowedPattern());
        }
        shown.addProperty("Version", version.number());
        shown.addProperty("Tier", version.tier());
        shown.addProperty("DataType", version.dataType());
        return shown;
    }

    /** Without decryption, a text that tells nothing: what KMS returns is opaque too. */
    private String text(Version version, boolean decrypt) {
        if (decrypt || !version.type().equals(SECURE)) {
            return version.value();
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            digest.update(
                    (name + "\n" + version.number() + "\n" + version.at()).getBytes(StandardCharsets.UTF_8));
            return "AQICAH" + Base64.getEncoder()
                    .encodeToString(digest.digest(version.value().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-512", e);
        }
    }

    /** Seconds since 1970 with milliseconds, as JSON 1.1 writes a time. */
    private static JsonPrimitive seconds(Instant at) {
        return new JsonPrimitive(BigDecimal.valueOf(at.toEpochMilli(), 3));
    }

    JsonObject save() {
        JsonObject saved = new JsonObject();
        JsonObject labelled = new JsonObject();
        tags.forEach(labelled::addProperty);
        saved.add("tags", labelled);
        JsonArray all = new JsonArray();
        for (Version version : versions) {
            JsonObject one = history(version, true);
            one.addProperty("at", version.at().toString());
            all.add(one);
        }
        saved.add("versions", all);
        return saved;
    }

    static Parameter restore(String name, JsonObject saved) {
        Parameter parameter = new Parameter(name);
        saved.getAsJsonObject("tags").asMap().forEach((k, v) -> parameter.tags.put(k, v.getAsString()));
        for (var element : saved.getAsJsonArray("versions")) {
            JsonObject one = element.getAsJsonObject();
            Set<String> labels = new LinkedHashSet<>();
            one.getAsJsonArray("Labels").forEach(label -> labels.add(label.getAsString()));
            parameter.versions.add(new Version(one.get("Version").getAsLong(), one.get("Value").getAsString(),
                    one.get("Type").getAsString(), one.get("Tier").getAsString(),
                    Input.of(one).text("KeyId"), Input.of(one).text("Description").orElse(""),
                    Input.of(one).text("AllowedPattern").orElse(""), one.get("DataType").getAsString(),
                    Instant.parse(one.get("at").getAsString()), one.get("LastModifiedUser").getAsString(),
                    labels));
        }
        return parameter;
    }
}
