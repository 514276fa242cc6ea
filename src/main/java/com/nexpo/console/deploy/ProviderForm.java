package com.nexpo.console.deploy;

import com.nexpo.console.blueprint.DeploymentSettings;
import com.nexpo.console.profile.Profile;

/** What step 2 writes: the settings of the whole environment, all from its profile. */
record ProviderForm(String organizationId, String environment, String projectName, String awsRegion,
        String strategy,
        String apiHost, String ingestHost, String parameterPrefix, String backend) {
    static ProviderForm of(DeploymentSettings settings, Profile profile) {
        return new ProviderForm(settings.organizationId(), settings.environment(), settings.projectName(),
                settings.awsRegion(), settings.strategy().id(), settings.apiHost(), settings.ingestHost(),
                settings.ssmParameterPrefix(), profile.terraform().backend().toString());
    }
}
