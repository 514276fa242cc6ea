package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonObject;

/** How a token is made; seconds, 0 for the server's default or for none. */
record TokenSettings(long ttl, long maxTtl, long period, int uses, boolean renewable,
        boolean withDefaultPolicy) {
    /** A renewable token of this length. */
    static TokenSettings ofTtl(long seconds) {
        return new TokenSettings(seconds, 0, 0, 0, true, true);
    }

    /** The {@code token_*} fields that the roles of every auth method share. */
    static TokenSettings of(JsonObject role) {
        return new TokenSettings(Fields.seconds(role, "token_ttl", 0),
                Fields.seconds(role, "token_max_ttl", 0),
                Fields.seconds(role, "token_period", 0), (int) Fields.number(role, "token_num_uses", 0), true,
                !Fields.flag(role, "token_no_default_policy", false));
    }
}
