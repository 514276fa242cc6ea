package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import java.util.Map;

/**
 * A good answer.
 *
 * @param kind    which index headers go with it
 * @param headers beyond the usual ones
 */
record Reply(Kind kind, int status, JsonElement body, long index, Map<String, String> headers) {
    enum Kind {
        /** Answers from the state: index, leader and last contact. Can be waited on. */
        READ,
        /** Changed the state: index. */
        WRITE,
        /** Neither. */
        PLAIN,
        /** No body at all. */
        EMPTY
    }

    static Reply read(JsonElement body, long index) {
        return new Reply(Kind.READ, 200, body, index, Map.of());
    }

    static Reply write(JsonElement body, long index) {
        return new Reply(Kind.WRITE, 200, body, index, Map.of());
    }

    static Reply plain(JsonElement body) {
        return new Reply(Kind.PLAIN, 200, body, 0, Map.of());
    }

    static Reply empty(int status, long index) {
        return new Reply(Kind.EMPTY, status, JsonNull.INSTANCE, index, Map.of());
    }

    /** With these headers, and no others, beyond the usual ones. */
    Reply with(Map<String, String> more) {
        return new Reply(kind, status, body, index, more);
    }
}
