package com.nexpo.console.sandbox.vault;

import java.util.Locale;

/** What a request does, in the words of Vault's policies. */
enum Operation {
    CREATE, READ, UPDATE, PATCH, DELETE, LIST;

    /** The capability that a policy has to grant for it. */
    String capability() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True for both ways to write. */
    boolean writes() {
        return this == CREATE || this == UPDATE;
    }
}
