package com.nexpo.console.deploy;

import com.nexpo.console.engine.Check;
import com.nexpo.console.system.ConfigStore;
import com.nexpo.console.system.posthog.Orphans;
import com.nexpo.console.system.posthog.PostHogApi;
import com.nexpo.console.system.terraform.TerraformRunner;
import com.nexpo.console.system.terraform.TerraformWorkspace;
import com.nexpo.console.system.vault.VaultAccess;
import java.util.List;

/**
 * The opened outside systems of one environment.
 *
 * @param prerequisites what step 1 looks at, in the order of the page
 * @param closeables    closed with the deployment
 */
public record Systems(TerraformWorkspace workspace, TerraformRunner terraform, PostHogApi posthog, Orphans orphans,
        ConfigStore ssm, ConfigStore vault, VaultAccess vaultAccess, List<Check> prerequisites,
        List<AutoCloseable> closeables) {}
