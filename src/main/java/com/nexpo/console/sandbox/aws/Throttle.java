package com.nexpo.console.sandbox.aws;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How fast one account may call SSM in one region: a token bucket for reads and one for writes.
 *
 * <p>Numbers: <a href="https://docs.aws.amazon.com/general/latest/gr/ssm.html">quotas of Parameter Store</a>,
 * standard throughput.
 */
public final class Throttle {
    /** The kinds of calls that share a quota. */
    enum Kind {
        /** GetParameter, GetParameters and GetParametersByPath. */
        READ,
        /** PutParameter. */
        WRITE
    }

    /**
     * A bucket.
     *
     * @param perSecond tokens that come back a second; {@link Double#POSITIVE_INFINITY} for no limit
     * @param burst     tokens it holds
     */
    public record Rate(double perSecond, double burst) {
        public static final Rate UNLIMITED = new Rate(Double.POSITIVE_INFINITY, 1);
    }

    /** Both buckets. */
    public record Rates(Rate reads, Rate writes) {
        /** 40 reads and 3 writes a second. */
        public static final Rates STANDARD = new Rates(new Rate(40, 40), new Rate(3, 3));
        public static final Rates UNLIMITED = new Rates(Rate.UNLIMITED, Rate.UNLIMITED);
    }

    private record Bucket(double tokens, long at) {}

    private final LongSupplier nanos;
    private final Map<String, Map<Kind, Bucket>> buckets = new HashMap<>();
    private Rates rates;

    Throttle(Rates rates, LongSupplier nanos) {
        this.rates = rates;
        this.nanos = nanos;
    }

    /** From now on, these rates, with full buckets. */
    public synchronized void set(Rates now) {
        rates = now;
        buckets.clear();
    }

    /** Takes a token for this operation, if it has a quota. */
    void take(String place, String operation) throws AwsError {
        switch (operation) {
            case "GetParameter", "GetParameters", "GetParametersByPath" -> take(place, Kind.READ);
            case "PutParameter" -> take(place, Kind.WRITE);
            default -> {
            }
        }
    }

    private synchronized void take(String place, Kind kind) throws AwsError {
        Rate rate = kind == Kind.READ ? rates.reads() : rates.writes();
        if (Double.isInfinite(rate.perSecond())) {
            return;
        }
        long now = nanos.getAsLong();
        Map<Kind, Bucket> mine = buckets.computeIfAbsent(place, _ -> new EnumMap<>(Kind.class));
        Bucket bucket = mine.getOrDefault(kind, new Bucket(rate.burst(), now));
        double tokens = Math.min(rate.burst(),
                bucket.tokens() + (now - bucket.at()) / 1e9 * rate.perSecond());
        boolean enough = tokens >= 1;
        mine.put(kind, new Bucket(enough ? tokens - 1 : tokens, now));
        if (!enough) {
            throw AwsError.ssm("ThrottlingException", "Rate exceeded");
        }
    }
}
