package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/** One secret of a KV v2 engine: its versions and its metadata. */
final class KvSecret {
    /** @param data empty when the version was written without values */
    record Version(Instant created, Optional<Instant> deleted, boolean destroyed, Optional<JsonObject> data) {
        boolean readable(Instant now) {
            return !destroyed && deleted.filter(at -> !at.isAfter(now)).isEmpty();
        }
    }

    private final TreeMap<Integer, Version> versions = new TreeMap<>();
    private final TreeMap<String, String> custom = new TreeMap<>();
    private final Instant created;
    private Instant updated;
    private int current;
    private int metadataVersion;
    private int maxVersions;
    private boolean casRequired;
    private long deleteAfter;

    KvSecret(Instant now) {
        created = now;
        updated = now;
    }

    int current() {
        return current;
    }

    boolean casRequired() {
        return casRequired;
    }

    /** The latest version, or an older one; empty when there is none with this number. */
    Optional<Version> version(int number) {
        return Optional.ofNullable(versions.get(number == 0 ? current : number));
    }

    /** Adds a version and drops those beyond the limit. */
    int write(Optional<JsonObject> data, Instant now, int engineLimit) {
        current++;
        Optional<Instant> ends = deleteAfter > 0
                ? Optional.of(now.plusSeconds(deleteAfter))
                : Optional.empty();
        versions.put(current, new Version(now, ends, false, data));
        updated = now;
        int limit = maxVersions > 0 ? maxVersions : engineLimit > 0 ? engineLimit : 10;
        while (versions.size() > limit) {
            versions.pollFirstEntry();
        }
        return current;
    }

    void delete(int number, Instant now) {
        versions.computeIfPresent(number, (_, v) -> v.readable(now)
                ? new Version(v.created(), Optional.of(now), false, v.data())
                : v);
    }

    void undelete(int number) {
        versions.computeIfPresent(number, (_, v) -> v.destroyed()
                ? v
                : new Version(v.created(), Optional.empty(), false, v.data()));
    }

    void destroy(int number) {
        versions.computeIfPresent(number,
                (_, v) -> new Version(v.created(), v.deleted(), true, Optional.empty()));
    }

    /** Takes over the fields that are named; {@code merge} is PATCH: custom entries are merged, null removes one. */
    void describe(JsonObject body, boolean merge, Instant now) {
        Fields.field(body, "custom_metadata").map(JsonElement::getAsJsonObject).ifPresent(entries -> {
            checkCustom(entries);
            if (!merge) {
                custom.clear();
            }
            entries.entrySet().forEach(e -> {
                if (e.getValue().isJsonNull()) {
                    custom.remove(e.getKey());
                } else {
                    custom.put(e.getKey(), e.getValue().getAsString());
                }
            });
        });
        maxVersions = (int) Fields.number(body, "max_versions", maxVersions);
        casRequired = Fields.flag(body, "cas_required", casRequired);
        deleteAfter = Fields.seconds(body, "delete_version_after", deleteAfter);
        metadataVersion++;
        updated = metadataVersion == 1 && current == 0 ? now : updated;
    }

    private static void checkCustom(JsonObject entries) {
        if (entries.size() > 64) {
            throw VaultError
                    .bad("1 error occurred:\n\t* custom_metadata validation failed: payload must contain"
                            + " at most 64 keys, provided " + entries.size() + "\n\n");
        }
        entries.entrySet().forEach(e -> {
            if (e.getKey().isEmpty() || e.getKey().length() > 128) {
                throw VaultError
                        .bad("1 error occurred:\n\t* custom_metadata validation failed: length of key \""
                                + e.getKey() + "\" is " + e.getKey().length()
                                + " but must be 0 < len(key) <= 128\n\n");
            }
            if (!e.getValue().isJsonNull() && e.getValue().getAsString().length() > 512) {
                throw VaultError
                        .bad("1 error occurred:\n\t* custom_metadata validation failed: length of value"
                                + " for key \"" + e.getKey() + "\" is " + e.getValue().getAsString().length()
                                + " but must be 0 < len(value) <= 512\n\n");
            }
        });
    }

    /** What a read and a write say of one version. */
    JsonObject versionMetadata(int number) {
        int wanted = number == 0 ? current : number;
        Version version = version(wanted).orElseThrow();
        JsonObject metadata = new JsonObject();
        metadata.addProperty("created_time", Fields.time(version.created()));
        metadata.add("custom_metadata", customMetadata());
        metadata.addProperty("deletion_time", version.deleted().map(Fields::time).orElse(""));
        metadata.addProperty("destroyed", version.destroyed());
        metadata.addProperty("version", wanted);
        return metadata;
    }

    /** What the metadata path says of the whole secret. */
    JsonObject metadata() {
        JsonObject data = new JsonObject();
        data.addProperty("cas_required", casRequired);
        data.addProperty("created_time", Fields.time(created));
        data.addProperty("current_metadata_version", metadataVersion);
        data.addProperty("current_version", current);
        data.add("custom_metadata", customMetadata());
        data.addProperty("delete_version_after", deleteAfter + "s");
        data.addProperty("max_versions", maxVersions);
        data.addProperty("metadata_cas_required", false);
        boolean dropped = !versions.isEmpty() && versions.firstKey() > 1;
        data.addProperty("oldest_version", dropped ? versions.firstKey() : 0);
        data.addProperty("updated_time", Fields.time(updated));
        JsonObject all = new JsonObject();
        versions.forEach((number, version) -> {
            JsonObject one = new JsonObject();
            one.addProperty("created_time", Fields.time(version.created()));
            one.addProperty("deletion_time", version.deleted().map(Fields::time).orElse(""));
            one.addProperty("destroyed", version.destroyed());
            all.add(String.valueOf(number), one);
        });
        data.add("versions", all);
        return data;
    }

    private JsonElement customMetadata() {
        if (custom.isEmpty()) {
            return JsonNull.INSTANCE;
        }
        JsonObject object = new JsonObject();
        custom.forEach(object::addProperty);
        return object;
    }
}
