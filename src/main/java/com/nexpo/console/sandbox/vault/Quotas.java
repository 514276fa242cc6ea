package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Rate limit quotas: so many requests below a path in an interval, counted from its first request. */
final class Quotas {
    private static final class Quota {
        private final String path;
        private final double rate;
        private final long interval;
        private Instant since = Instant.MIN;
        private int used;

        private Quota(String path, double rate, long interval) {
            this.path = path;
            this.rate = rate;
            this.interval = interval;
        }

        private boolean take(Instant now) {
            if (since.equals(Instant.MIN) || Duration.between(since, now).toSeconds() >= interval) {
                since = now;
                used = 0;
            }
            used++;
            return used <= rate;
        }
    }

    private final Clock clock;
    private final Map<String, Quota> quotas = new TreeMap<>();

    Quotas(Clock clock) {
        this.clock = clock;
    }

    LogicalResponse handle(LogicalRequest request, String name) {
        if (request.operation() == Operation.DELETE) {
            quotas.remove(name);
            return LogicalResponse.none();
        }
        if (!request.operation().writes()) {
            throw VaultError.unsupportedOperation();
        }
        JsonObject body = request.body();
        double rate = Fields.field(body, "rate").map(r -> r.getAsDouble()).orElse(0.0);
        if (rate <= 0) {
            throw VaultError.bad("'rate' is invalid");
        }
        quotas.put(name,
                new Quota(Fields.text(body, "path", ""), rate, Fields.seconds(body, "interval", 1)));
        return LogicalResponse.none();
    }

    /** @throws VaultError 429 when a quota for this path is used up; sys paths are never limited */
    void take(String path) {
        if (path.startsWith("sys/")) {
            return;
        }
        for (Quota quota : quotas.values()) {
            if (path.startsWith(quota.path) && !quota.take(clock.instant())) {
                throw VaultError.of(429, "request path \"" + path + "\": rate limit quota exceeded");
            }
        }
    }
}
