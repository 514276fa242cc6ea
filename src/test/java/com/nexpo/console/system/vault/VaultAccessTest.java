package com.nexpo.console.system.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.nexpo.console.model.Change;
import com.nexpo.console.sandbox.vault.VaultEmulator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The contract on the emulator, and what the emulated Nomad is told of it. */
class VaultAccessTest extends VaultAccessContract {
    @Override
    VaultServer server() throws Exception {
        return VaultServer.emulated();
    }

    @Test
    void theEmulatedNomadReadsWithTheRoleWhatTheJobMayRead() throws Exception {
        for (Change change : access.plan(List.of(auth))) {
            access.apply(change, auth);
        }
        VaultEmulator vault = server.emulator();
        String role = access.roleName("auth");
        String own = server.mount + "/data/nexpo/posthog/auth";
        server.call("POST", own, "{\"data\":{\"A\":\"one\"}}");

        assertThat(vault.mayRead(role, "default", "auth", own)).isTrue();
        assertThat(vault.mayRead(role, "default", "auth", server.mount + "/data/nexpo/posthog/payments"))
                .isFalse();
        assertThat(vault.mayRead(role, "default", "payments", own)).isFalse();
        assertThat(vault.mayRead(role, "other", "auth", own)).isFalse();
        assertThat(vault.loginRefusal("nope", "default", "auth"))
                .contains("role \"nope\" could not be found");
        assertThat(vault.exists(own)).contains(Map.of("A", "one"));
        assertThat(vault.exists(server.mount + "/data/nothing")).isEmpty();
    }
}
