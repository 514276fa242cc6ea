package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Answers put away under a token that opens once ({@code X-Vault-Wrap-TTL}). */
final class Wrapping {
    private record Wrapped(LogicalResponse answer, Instant created, long ttl, String path) {}

    private static final String GONE = "wrapping token is not valid or does not exist";

    private final Clock clock;
    private final Map<String, Wrapped> kept = new HashMap<>();

    Wrapping(Clock clock) {
        this.clock = clock;
    }

    LogicalResponse wrap(LogicalResponse answer, String path, long ttl) {
        Instant now = clock.instant();
        String token = Ids.token();
        kept.put(token, new Wrapped(answer, now, ttl, path));
        JsonObject info = new JsonObject();
        info.addProperty("token", token);
        info.addProperty("accessor", Ids.accessor());
        info.addProperty("ttl", ttl);
        info.addProperty("creation_time", Fields.time(now));
        info.addProperty("creation_path", path);
        LogicalResponse outer = LogicalResponse.data(new JsonObject());
        JsonObject body = outer.body().orElseThrow();
        body.addProperty("request_id", "");
        body.add("data", JsonNull.INSTANCE);
        body.add("wrap_info", info);
        return outer;
    }

    LogicalResponse unwrap(String token) {
        Wrapped found = living(token);
        kept.remove(token);
        return found.answer();
    }

    LogicalResponse lookup(String token) {
        Wrapped found = living(token);
        JsonObject data = new JsonObject();
        data.addProperty("creation_path", found.path());
        data.addProperty("creation_time", Fields.time(found.created()));
        data.addProperty("creation_ttl", found.ttl());
        return LogicalResponse.data(data);
    }

    private Wrapped living(String token) {
        Wrapped found = kept.get(token);
        if (found == null || found.created().plusSeconds(found.ttl()).isBefore(clock.instant())) {
            throw VaultError.bad(GONE);
        }
        return found;
    }
}
