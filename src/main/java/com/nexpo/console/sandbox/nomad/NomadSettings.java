package com.nexpo.console.sandbox.nomad;

import java.util.List;
import java.util.Set;

/**
 * How the emulated cluster is set up.
 *
 * @param acl        false lets everybody do everything, as on an agent without ACL
 * @param management secret of the management token
 * @param speed      how many times faster than a job file says its health times and deadlines pass
 * @param vault      whether the servers are connected to a Vault
 * @param drivers    that the node has
 */
public record NomadSettings(boolean acl, String management, double speed, boolean vault, boolean consul,
        Set<String> drivers, String region, List<String> namespaces) {
    /** With ACL, Vault and docker; twenty times as fast as the job files say. */
    public static NomadSettings sandbox(String management) {
        return new NomadSettings(true, management, 20, true, false,
                Set.of("docker", "raw_exec", "exec", "mock_driver"),
                "global", List.of("default"));
    }

    public NomadSettings withSpeed(double times) {
        return new NomadSettings(acl, management, times, vault, consul, drivers, region, namespaces);
    }

    public NomadSettings withoutAcl() {
        return new NomadSettings(false, management, speed, vault, consul, drivers, region, namespaces);
    }

    public NomadSettings withoutVault() {
        return new NomadSettings(acl, management, speed, false, consul, drivers, region, namespaces);
    }

    public NomadSettings withNamespaces(String... names) {
        return new NomadSettings(acl, management, speed, vault, consul, drivers, region, List.of(names));
    }

    public NomadSettings withDrivers(String... names) {
        return new NomadSettings(acl, management, speed, vault, consul, Set.of(names), region, namespaces);
    }
}
