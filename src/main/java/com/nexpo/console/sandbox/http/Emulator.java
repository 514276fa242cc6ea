package com.nexpo.console.sandbox.http;

import com.google.gson.JsonObject;
import com.nexpo.console.model.SystemId;
import java.net.URI;

/** One emulated outside system, serving on loopback. Constructors start it; it answers when they return. */
public interface Emulator extends AutoCloseable {
    SystemId system();

    /** Where it serves. */
    URI address();

    /** Its whole state, to be kept between starts. Safe to call while it serves. */
    JsonObject save();

    /** Takes over a state that {@link #save()} gave, replacing what there is. */
    void restore(JsonObject state);

    /** Stops serving; idempotent. */
    @Override
    void close();
}
