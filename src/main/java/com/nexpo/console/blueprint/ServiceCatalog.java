package com.nexpo.console.blueprint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One {@code catalog.json}: everything that a module of the blueprint can create and what turns it on.
 *
 * @param folder      the module's folder, relative to the blueprint's {@code terraform} folder, with slashes
 * @param service     the service's id, as in {@code auth}
 * @param title       its name for people
 * @param module      name of the module block, as in {@code auth_posthog}
 * @param kind        shared or service
 * @param needs       modules that come before this one
 * @param dashboard   the dashboard
 * @param variables   variables of the module, in the order of the form
 * @param flags       feature flags
 * @param insights    insights
 * @param actions     actions
 * @param environment environment variables
 * @param names       names in Nomad, Kubernetes and Vault; empty for the shared module
 */
public record ServiceCatalog(String folder, String service, String title, String module, Kind kind,
        List<String> needs,
        Entry.Dashboard dashboard, List<Variable> variables, List<Entry.Flag> flags,
        List<Entry.Insight> insights,
        List<Entry.Action> actions, List<EnvironmentEntry> environment, Optional<DeploymentNames> names) {

    /** The switch that holds when the service lives in the environment's one project. */
    public static final String SHARED_PROJECT = "shared_project";

    /** What a module is for. */
    public enum Kind {
        /** Common resources, one per environment. */
        SHARED,
        /** One service. */
        SERVICE
    }

    /** The variable of a name. */
    public Optional<Variable> variable(String name) {
        return variables.stream().filter(v -> v.name().equals(name)).findFirst();
    }

    /** Headings of the form with their variables, only those that the operator sets for this service. */
    public Map<String, List<Variable>> settingsByGroup() {
        Map<String, List<Variable>> groups = new LinkedHashMap<>();
        for (Variable v : variables) {
            if (v.isSetting()) {
                groups.computeIfAbsent(v.group(), g -> new ArrayList<>()).add(v);
            }
        }
        return groups;
    }

    /** Name of the root's sensitive output that holds the service's environment. */
    public String environmentOutput() {
        return module + "_env_vars";
    }

    /**
     * What will exist under these values. Pure: the same values give the same answer.
     *
     * @param values   values by variable name; what is missing has its default. {@code api_host} and
     *                 {@code ingest_host} may be given too, for the environment
     * @param strategy how projects are shared
     */
    public ResolvedService resolve(Map<String, SettingValue> values, ProjectStrategy strategy) {
        return resolve(values, strategy, Map.of());
    }

    /**
     * What will exist under these values and rollouts.
     *
     * @param rollouts rollout in whole per cent by flag key, where it differs from the catalog
     */
    public ResolvedService resolve(Map<String, SettingValue> values, ProjectStrategy strategy,
            Map<String, Integer> rollouts) {
        Map<String, SettingValue> effective = new HashMap<>();
        variables.forEach(v -> v.defaultValue().ifPresent(d -> effective.put(v.name(), d)));
        effective.putAll(values);
        return new Resolution(this, effective, strategy, rollouts).resolved();
    }
}
