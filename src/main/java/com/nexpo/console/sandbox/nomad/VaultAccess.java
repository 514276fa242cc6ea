package com.nexpo.console.sandbox.nomad;

import java.util.Optional;

/** What Nomad's clients would meet in Vault; the sandbox answers from its emulated Vault. */
public interface VaultAccess {
    /**
     * Tries the login of a task with its workload identity.
     *
     * @return Vault's own error text when it refuses, such as {@code role "nope" could not be found}
     */
    Optional<String> login(String namespace, String jobId, String role);

    /** True when a task that logged in with this role may read the path, and there is a secret. */
    boolean mayRead(String namespace, String jobId, String role, String path);

    /** Every login works and every secret is there. */
    static VaultAccess open() {
        return new VaultAccess() {
            @Override
            public Optional<String> login(String namespace, String jobId, String role) {
                return Optional.empty();
            }

            @Override
            public boolean mayRead(String namespace, String jobId, String role, String path) {
                return true;
            }
        };
    }
}
