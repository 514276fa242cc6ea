package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;

/** A good answer; a null body is sent as no body at all. */
record Reply(int status, JsonElement body) {
    static Reply ok(JsonElement body) {
        return new Reply(200, body);
    }

    static Reply created(JsonElement body) {
        return new Reply(201, body);
    }

    static Reply noContent() {
        return new Reply(204, JsonNull.INSTANCE);
    }
}
