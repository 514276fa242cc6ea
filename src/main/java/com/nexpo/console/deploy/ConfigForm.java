package com.nexpo.console.deploy;

import java.util.List;

/**
 * What step 6 does.
 *
 * @param services         in the blueprint's order
 * @param stores           which of {@code ssm kubernetes vault nomad} are filled
 * @param restartConsumers true to restart the workloads that run with older values
 */
public record ConfigForm(List<String> services, List<String> stores, boolean restartConsumers) {
    public ConfigForm {
        services = List.copyOf(services);
        stores = List.copyOf(stores);
    }
}
