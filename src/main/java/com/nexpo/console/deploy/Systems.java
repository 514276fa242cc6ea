package com.nexpo.console.deploy;

import com.nexpo.console.engine.Check;
import com.nexpo.console.system.aws.SsmParameters;
import com.nexpo.console.system.kubernetes.Deployments;
import com.nexpo.console.system.kubernetes.KubernetesSecrets;
import com.nexpo.console.system.nomad.NomadChecks;
import com.nexpo.console.system.nomad.NomadJobs;
import com.nexpo.console.system.nomad.Rollouts;
import com.nexpo.console.system.posthog.Orphans;
import com.nexpo.console.system.posthog.PostHogApi;
import com.nexpo.console.system.posthog.PostHogPermissions;
import com.nexpo.console.system.terraform.TerraformRunner;
import com.nexpo.console.system.terraform.TerraformWorkspace;
import com.nexpo.console.system.vault.VaultAccess;
import com.nexpo.console.system.vault.VaultSecrets;
import java.util.List;

/**
 * The opened outside systems of one environment.
 *
 * @param tools      what step 1 says of this computer
 * @param closeables closed with the deployment, the last one first
 */
public record Systems(TerraformWorkspace workspace, TerraformRunner terraform, PostHogApi posthog,
        Orphans orphans,
        PostHogPermissions posthogPermissions, SsmParameters ssm, KubernetesSecrets kubernetes,
        Deployments deployments, VaultSecrets vault, VaultAccess vaultAccess, NomadJobs jobs,
        Rollouts rollouts, NomadChecks nomad,
        List<Check> tools,
        List<AutoCloseable> closeables) {}
