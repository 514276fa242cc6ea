package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A token. All durations in seconds; 0 means none.
 *
 * @param parent    id of the token that made it, revoked with which it is; empty for an orphan
 * @param period    renewals give this long again, for ever
 * @param usesLeft  0 for unlimited
 */
record Token(String id, String accessor, List<String> policies, String displayName, String path,
        Map<String, String> meta, Optional<String> parent, Instant issued, long ttl,
        Optional<Instant> expires,
        Optional<Instant> renewed, boolean renewable, long period, long maxTtl, int usesLeft, String entity,
        String type) {
    Token {
        policies = List.copyOf(policies);
        meta = Map.copyOf(meta);
    }

    boolean isRoot() { return policies.contains("root"); }

    boolean expired(Instant now) {
        return expires.isPresent() && !expires.get().isAfter(now);
    }

    long secondsLeft(Instant now) {
        return expires.map(end -> Math.max(0, Duration.between(now, end).toSeconds())).orElse(0L);
    }

    Token until(Instant end, Instant now) {
        return new Token(id, accessor, policies, displayName, path, meta, parent, issued, ttl,
                Optional.of(end),
                Optional.of(now), renewable, period, maxTtl, usesLeft, entity, type);
    }

    Token withUses(int left) {
        return new Token(id, accessor, policies, displayName, path, meta, parent, issued, ttl, expires,
                renewed, renewable, period, maxTtl, left, entity, type);
    }

    /** As lookup-self shows it. */
    JsonObject lookup(Instant now) {
        JsonObject data = new JsonObject();
        data.addProperty("accessor", accessor);
        data.addProperty("creation_time", issued.getEpochSecond());
        data.addProperty("creation_ttl", ttl);
        data.addProperty("display_name", displayName);
        data.addProperty("entity_id", entity);
        data.add("expire_time", Fields.orNull(expires.map(Fields::time)));
        data.addProperty("explicit_max_ttl", maxTtl);
        data.addProperty("id", id);
        data.addProperty("issue_time", Fields.time(issued));
        renewed.ifPresent(at -> {
            data.addProperty("last_renewal", Fields.time(at));
            data.addProperty("last_renewal_time", at.getEpochSecond());
        });
        data.add("meta", meta.isEmpty() ? JsonNull.INSTANCE : metadata());
        data.addProperty("num_uses", usesLeft);
        data.addProperty("orphan", parent.isEmpty());
        data.addProperty("path", path);
        if (period > 0) {
            data.addProperty("period", period);
        }
        data.add("policies", Fields.array(policies));
        data.addProperty("renewable", renewable);
        data.addProperty("ttl", secondsLeft(now));
        data.addProperty("type", type);
        return data;
    }

    /** As a login, a creation or a renewal shows it. */
    JsonObject auth(Instant now) {
        JsonObject auth = new JsonObject();
        auth.addProperty("client_token", id);
        auth.addProperty("accessor", accessor);
        auth.add("policies", Fields.array(policies));
        auth.add("token_policies", Fields.array(policies));
        auth.add("metadata", meta.isEmpty() ? JsonNull.INSTANCE : metadata());
        // A lease of 1h, asked for a moment ago, is 3600 long, not 3599.
        auth.addProperty("lease_duration",
                expires.map(end -> Math.round(Duration.between(now, end).toMillis() / 1000.0)).orElse(0L));
        auth.addProperty("renewable", renewable);
        auth.addProperty("entity_id", entity);
        auth.addProperty("token_type", type);
        auth.addProperty("orphan", parent.isEmpty());
        auth.add("mfa_requirement", JsonNull.INSTANCE);
        auth.addProperty("num_uses", usesLeft);
        return auth;
    }

    private JsonObject metadata() {
        JsonObject object = new JsonObject();
        meta.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .forEach(e -> object.addProperty(e.getKey(), e.getValue()));
        return object;
    }
}
