package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonObject;
import java.util.Optional;

/** What a provider does with one object. Every call may block on the network and may be interrupted. */
interface Provider {

    /** Checks what can be checked before any resource. */
    void configure() throws ProviderException, InterruptedException;

    /** The object as it is now, in the terms of the state; empty when it is gone. */
    Optional<JsonObject> read(ResourceType type, JsonObject state)
            throws ProviderException, InterruptedException;

    /**
     * Makes the object.
     *
     * @param planned the planned attributes, all of them known but those that the provider computes
     * @param config  what the configuration sets, write-only values included
     */
    JsonObject create(ResourceType type, JsonObject planned, JsonObject config)
            throws ProviderException, InterruptedException;

    /** Changes the object from {@code prior} to {@code planned}. */
    JsonObject update(ResourceType type, JsonObject prior, JsonObject planned, JsonObject config)
            throws ProviderException, InterruptedException;

    /** Removes the object. */
    void delete(ResourceType type, JsonObject state) throws ProviderException, InterruptedException;

    /** The state to read from for an import id. */
    JsonObject imported(ResourceType type, String id) throws ProviderException;
}
