package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonElement;

/** What one resource can read of another. */
@FunctionalInterface
interface References {

    /** An attribute; {@link Unknown#VALUE} while it is not known, JSON's null when there is no such resource. */
    JsonElement attribute(Address address, String name);
}
