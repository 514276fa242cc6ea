package com.nexpo.console.blueprint;

/**
 * Where a service's configuration goes, by the names that those systems use.
 *
 * @param nomadJob             id of the Nomad job
 * @param nomadFile            file of the job in the blueprint's {@code nomad-jobs}
 * @param nomadGroup           its group
 * @param nomadTask            its task
 * @param kubernetesSecret     name of the Secret
 * @param kubernetesDeployment name of the Deployment that consumes it
 * @param vaultPath            path below the KV mount, without {@code data/}
 */
public record DeploymentNames(String nomadJob, String nomadFile, String nomadGroup, String nomadTask,
        String kubernetesSecret, String kubernetesDeployment, String vaultPath) {}
