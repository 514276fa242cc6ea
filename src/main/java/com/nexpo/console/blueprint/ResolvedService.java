package com.nexpo.console.blueprint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one module will create under given values.
 *
 * @param catalog       the catalog it follows from
 * @param ownsProject   whether the module creates a PostHog project of its own
 * @param dashboard     its dashboard, if any
 * @param flags         its flags, with the rollout that holds
 * @param insights      its insights
 * @param actions       its actions
 * @param environment   the service's environment
 * @param ssmParameters whether each environment variable becomes an SSM parameter
 */
public record ResolvedService(ServiceCatalog catalog, boolean ownsProject,
        Optional<Entry.Dashboard> dashboard,
        List<Entry.Flag> flags, List<Entry.Insight> insights, List<Entry.Action> actions,
        List<EnvironmentValue> environment, boolean ssmParameters) {

    /**
     * An environment variable and its value.
     *
     * @param entry the catalog's entry
     * @param known the value; empty when only PostHog knows it (the project's id and token) or it was not given
     */
    public record EnvironmentValue(EnvironmentEntry entry, Optional<String> known) {}

    /**
     * Terraform's addresses of all of it, in the order project, flags, dashboard, insights, actions, parameters; as in
     * {@code module.auth_posthog.posthog_feature_flag.this["security-monitoring"]}.
     */
    public List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        if (ownsProject) {
            addresses.add(address("posthog_project", "0"));
        }
        flags.forEach(f -> addresses.add(address("posthog_feature_flag", quoted(f.key()))));
        dashboard.ifPresent(d -> addresses.add(address("posthog_dashboard", "0")));
        insights.forEach(i -> addresses.add(address("posthog_insight", quoted(i.key()))));
        actions.forEach(a -> addresses.add(address("posthog_action", quoted(a.key()))));
        if (ssmParameters) {
            environment.forEach(e -> addresses.add(address("aws_ssm_parameter", quoted(e.entry().name()))));
        }
        return addresses;
    }

    private String address(String type, String index) {
        return "module." + catalog.module() + "." + type + ".this[" + index + "]";
    }

    private static String quoted(String key) {
        return '"' + key + '"';
    }
}
