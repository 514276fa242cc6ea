package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonObject;

/** What is mounted at a path: a secrets engine or an auth method. Called under the emulator's lock. */
interface Backend {
    /** Answers a request whose path is relative to the mount. */
    LogicalResponse handle(LogicalRequest request);

    /** True when a write to this path changes what is there: a policy then has to grant update, not create. */
    boolean exists(String path);

    /** True for paths that are answered without a token: logins. */
    default boolean open(String path) {
        return false;
    }

    JsonObject save();

    void restore(JsonObject state);
}
