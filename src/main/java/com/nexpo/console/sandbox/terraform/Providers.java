package com.nexpo.console.sandbox.terraform;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The two providers of the blueprint. */
final class Providers {

    private final Configuration configuration;
    private final PostHogResources posthog;
    private final SsmParameters aws;

    Providers(Configuration configuration, Map<String, String> environment) {
        this.configuration = configuration;
        Http http = new Http();
        posthog = new PostHogResources(http, environment, configuration.text("posthog_organization_id"));
        aws = new SsmParameters(http, environment, configuration.text("aws_region"),
                configuration.isOn("aws_skip_checks"));
    }

    Provider of(ResourceType type) {
        return type == ResourceType.PARAMETER ? aws : posthog;
    }

    /** Configures both; what they say against it, about their blocks. AWS only where its resources are. */
    List<Diagnostic> configure(boolean withAws) throws InterruptedException {
        List<Diagnostic> problems = new ArrayList<>();
        configure(posthog, "posthog", "registry.terraform.io/posthog/posthog", problems);
        if (withAws) {
            configure(aws, "aws", "registry.terraform.io/hashicorp/aws", problems);
        }
        return problems;
    }

    private void configure(Provider provider, String name, String fullName, List<Diagnostic> problems)
            throws InterruptedException {
        try {
            provider.configure();
        } catch (ProviderException e) {
            e.diagnostics().forEach(d -> problems.add(d.about("provider[\"" + fullName + "\"]")
                    .in(configuration.rangeOfProvider(name))));
        }
    }
}
