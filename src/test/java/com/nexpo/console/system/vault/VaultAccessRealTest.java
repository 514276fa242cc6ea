package com.nexpo.console.system.vault;

import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The contract on a real server. */
class VaultAccessRealTest extends VaultAccessContract {
    @Override
    VaultServer server() throws Exception {
        Optional<VaultServer> real = VaultServer.real();
        Assumptions.assumeTrue(real.isPresent(),
                "skipped: the contract on a real Vault or OpenBao needs VAULT_TEST_ADDR and VAULT_TEST_TOKEN");
        return real.orElseThrow();
    }
}
