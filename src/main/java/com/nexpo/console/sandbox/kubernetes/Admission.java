package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.http.Exchange;
import java.util.Optional;

/** Switches for what a cluster's own policies refuse: admission policies, webhooks, quota. */
public final class Admission {
    private volatile Optional<String> denial = Optional.empty();
    private volatile Optional<String> warning = Optional.empty();
    private volatile Optional<String> webhookFailure = Optional.empty();
    private volatile int secretQuota = Integer.MAX_VALUE;

    Admission() {}

    /**
     * Every write of a secret is denied (422) with this text, such as {@code ValidatingAdmissionPolicy 'P' with
     * binding 'B' denied request: a secret needs the label team}.
     */
    public void deny(String text) {
        denial = Optional.of(text);
    }

    /** Every write of a secret is answered with this warning. */
    public void warn(String text) {
        warning = Optional.of(text);
    }

    /** Every write of a secret fails (500) with this text, such as {@code failed calling webhook "W": …}. */
    public void failWebhook(String text) {
        webhookFailure = Optional.of(text);
    }

    /** No more secrets than this in a namespace (403). */
    public void limitSecrets(int count) {
        secretQuota = count;
    }

    /** Nothing is refused any more. */
    public void clear() {
        denial = Optional.empty();
        warning = Optional.empty();
        webhookFailure = Optional.empty();
        secretQuota = Integer.MAX_VALUE;
    }

    /** @param existing number of secrets in the namespace; counted only when one is to be added */
    void check(Exchange exchange, ObjectStore.ObjectKey key, Optional<JsonObject> live, int existing) {
        if (key.kind() != Kind.SECRET) {
            return;
        }
        warning.ifPresent(text -> exchange.with("Warning", "299 - \"" + text + "\""));
        webhookFailure.ifPresent(text -> {
            throw Refusal.webhook(text);
        });
        denial.ifPresent(text -> {
            throw Refusal.policy(key.kind(), key.name(), text);
        });
        if (live.isEmpty() && existing >= secretQuota) {
            throw Refusal.forbidden(key.kind(), key.name(),
                    "exceeded quota: secrets, requested: count/secrets=1, used: count/secrets=%d, limited: count/secrets=%d"
                            .formatted(existing, secretQuota));
        }
    }
}
