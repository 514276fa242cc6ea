package com.nexpo.console.blueprint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an operator decides about a deployment: the content of {@code terraform.tfvars.json}. No secret is in it.
 *
 * @param organizationId     PostHog organization, as a UUID
 * @param environment        name of the environment, as in prod
 * @param projectName        first part of the projects' names
 * @param awsRegion          region of the SSM parameters
 * @param commonTags         tags of the AWS resources
 * @param strategy           how projects are shared
 * @param apiHost            PostHog's own address, without a slash at its end
 * @param ingestHost         address for events and flags, without a slash at its end
 * @param useAwsSsm          whether there are SSM parameters
 * @param ssmParameterPrefix path below which they lie
 * @param awsSkipChecks      whether the AWS provider looks up neither credentials nor account, for emulators
 * @param services           ids of the services to deploy
 * @param toggles            settings by service id and variable name; what is missing has its default
 * @param flagRollouts       rollout in whole per cent by flag key, where it differs from the catalog
 */
public record DeploymentSettings(String organizationId, String environment, String projectName,
        String awsRegion,
        Map<String, String> commonTags, ProjectStrategy strategy, String apiHost, String ingestHost,
        boolean useAwsSsm,
        String ssmParameterPrefix, boolean awsSkipChecks, List<String> services,
        Map<String, Map<String, SettingValue>> toggles, Map<String, Integer> flagRollouts) {

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern HOST = Pattern.compile("https?://[^/\\s]+");
    private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9_.-]+)+");

    /** Copies what it is given. */
    public DeploymentSettings {
        commonTags = Map.copyOf(commonTags);
        services = List.copyOf(services);
        Map<String, Map<String, SettingValue>> copy = new TreeMap<>();
        toggles.forEach((service, values) -> copy.put(service, Map.copyOf(values)));
        toggles = Collections.unmodifiableMap(copy);
        flagRollouts = Map.copyOf(flagRollouts);
    }

    /** All services of a blueprint with the guide's defaults, in PostHog's US cloud. */
    public static DeploymentSettings defaults(Blueprint blueprint, String organizationId,
            String environment) {
        return new DeploymentSettings(organizationId, environment, "nexpo", "us-west-2",
                Map.of("Project", "nexpo", "ManagedBy", "terraform", "Component", "analytics"),
                ProjectStrategy.PER_ENVIRONMENT, "https://us.posthog.com", "https://us.i.posthog.com", true,
                "/nexpo/posthog", false, blueprint.services().stream().map(ServiceCatalog::service).toList(),
                Map.of(),
                Map.of());
    }

    /** The same with other services. */
    public DeploymentSettings withServices(List<String> other) {
        return new DeploymentSettings(organizationId, environment, projectName, awsRegion, commonTags,
                strategy,
                apiHost, ingestHost, useAwsSsm, ssmParameterPrefix, awsSkipChecks, other, toggles,
                flagRollouts);
    }

    /** The same with other toggles. */
    public DeploymentSettings withToggles(Map<String, Map<String, SettingValue>> other) {
        return new DeploymentSettings(organizationId, environment, projectName, awsRegion, commonTags,
                strategy,
                apiHost, ingestHost, useAwsSsm, ssmParameterPrefix, awsSkipChecks, services, other,
                flagRollouts);
    }

    /** The same with the other strategy. */
    public DeploymentSettings withStrategy(ProjectStrategy other) {
        return new DeploymentSettings(organizationId, environment, projectName, awsRegion, commonTags, other,
                apiHost,
                ingestHost, useAwsSsm, ssmParameterPrefix, awsSkipChecks, services, toggles, flagRollouts);
    }

    /** The same with other rollouts. */
    public DeploymentSettings withFlagRollouts(Map<String, Integer> other) {
        return new DeploymentSettings(organizationId, environment, projectName, awsRegion, commonTags,
                strategy,
                apiHost, ingestHost, useAwsSsm, ssmParameterPrefix, awsSkipChecks, services, toggles, other);
    }

    /** What is wrong with the settings for this blueprint, each a sentence; empty when Terraform will take them. */
    public List<String> problems(Blueprint blueprint) {
        List<String> problems = new ArrayList<>();
        require(problems, UUID.matcher(organizationId).matches(),
                "The PostHog organization is " + shown(organizationId)
                        + ", but it is given as its UUID in lower case.");
        require(problems, !environment.isBlank(),
                "The environment has no name; prod, staging or dev would do.");
        require(problems, !projectName.isBlank(), "The project name is empty; nexpo would do.");
        require(problems, HOST.matcher(apiHost).matches(), "PostHog's address is " + shown(apiHost)
                + ", but it has the form https://us.posthog.com, without a slash at its end.");
        require(problems, HOST.matcher(ingestHost).matches(), "The ingest address is " + shown(ingestHost)
                + ", but it has the form https://us.i.posthog.com, without a slash at its end.");
        require(problems, PREFIX.matcher(ssmParameterPrefix).matches(),
                "The SSM prefix is " + shown(ssmParameterPrefix)
                        + ", but it begins with a slash and does not end with one, as in /nexpo/posthog.");
        List<String> ids = blueprint.services().stream().map(ServiceCatalog::service).toList();
        new LinkedHashSet<>(services).stream().filter(s -> !ids.contains(s)).forEach(s -> problems.add(
                "There is no service " + s + "; the services are " + String.join(", ", ids) + "."));
        toggles.forEach((service, values) -> problems.addAll(toggleProblems(blueprint, service, values)));
        problems.addAll(rolloutProblems(blueprint));
        return problems;
    }

    private static List<String> toggleProblems(Blueprint blueprint, String service,
            Map<String, SettingValue> values) {
        ServiceCatalog catalog = blueprint.service(service).orElse(null);
        if (catalog == null) {
            return List.of("There are toggles for " + service + ", but the services are " + String.join(", ",
                    blueprint.all().stream().map(ServiceCatalog::service).toList()) + ".");
        }
        List<String> problems = new ArrayList<>();
        new TreeMap<>(values).forEach((name, value) -> {
            Variable variable = catalog.variable(name).filter(Variable::isSetting).orElse(null);
            if (variable == null) {
                problems.add(catalog.title() + " has no toggle " + name + "; "
                        + Blueprint.catalogFile(catalog.folder())
                        + " lists those it has.");
            } else {
                variable.problemWith(value).ifPresent(p -> problems.add(catalog.title() + ": " + p));
            }
        });
        return problems;
    }

    private List<String> rolloutProblems(Blueprint blueprint) {
        List<String> keys = blueprint.all().stream().flatMap(c -> c.flags().stream()).map(Entry::key)
                .toList();
        List<String> problems = new ArrayList<>();
        new TreeMap<>(flagRollouts).forEach((key, percent) -> {
            require(problems, keys.contains(key), "There is a rollout for the flag " + key
                    + ", but no catalog has this flag.");
            require(problems, percent >= 0 && percent <= 100, "The rollout of " + key + " is " + percent
                    + ", but it is a whole number from 0 to 100.");
        });
        return problems;
    }

    private static void require(List<String> problems, boolean holds, String otherwise) {
        if (!holds) {
            problems.add(otherwise);
        }
    }

    private static String shown(String text) {
        return text.isEmpty() ? "empty" : text;
    }
}
