package com.nexpo.console.profile;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One environment: its addresses, its ways, and where its credentials come from. Holds no secret.
 *
 * @param name         unique, {@code [a-z0-9-]+}; also names the environment's folder
 * @param environment  the guide's {@code environment} variable, such as {@code prod}
 * @param projectName  the guide's {@code project_name}, such as {@code nexpo}
 * @param stores       ids of the configuration stores to fill: {@code ssm kubernetes vault nomad}
 */
public record Profile(String name, String title, String environment, String projectName, String colour,
        boolean readOnly, Confirmation confirmation, PostHog posthog, Aws aws, Kubernetes kubernetes,
        Vault vault,
        Nomad nomad, Terraform terraform, List<String> stores) {

    /** What has to be typed before something is destroyed. */
    public enum Confirmation {
        NONE, TYPE_NAME
    }

    /** How services are spread over PostHog projects. */
    public enum ProjectStrategy {
        /** One project for the environment; services are told apart by the {@code service} property. */
        PER_ENVIRONMENT,
        /** One project for each service, as the guide draws it. */
        PER_SERVICE
    }

    /**
     * PostHog, by API host and organisation.
     *
     * @param host           of the private API, such as {@code https://eu.posthog.com}
     * @param ingestHost     of capture and flags, such as {@code https://eu.i.posthog.com}
     * @param organizationId a UUID
     * @param apiKey         of the personal API key ({@code phx_…})
     */
    public record PostHog(URI host, URI ingestHost, String organizationId, ProjectStrategy strategy,
            CredentialSource apiKey) {}

    /**
     * AWS, where SSM holds parameters and S3 perhaps the state.
     *
     * @param account   twelve digits; the run stops when the credentials are of another account
     * @param profile   name in the AWS configuration files; empty for the default chain
     * @param endpoint  replaces the service addresses: for emulators and private endpoints
     */
    public record Aws(String region, Optional<String> account, Optional<String> profile,
            Optional<URI> endpoint,
            String parameterPrefix) {}

    /**
     * The cluster, by kubeconfig.
     *
     * @param kubeconfig file; empty for {@code KUBECONFIG} and then {@code ~/.kube/config}
     * @param context    empty for the file's current one
     */
    public record Kubernetes(Optional<Path> kubeconfig, Optional<String> context, String namespace) {}

    /**
     * Vault or OpenBao.
     *
     * @param namespace of Vault Enterprise or OpenBao
     * @param mount     of the KV v2 engine, such as {@code secret}
     * @param prefix    below the mount, such as {@code nexpo/posthog}
     * @param authMount of the JWT method that Nomad's workloads log in with, such as {@code jwt-nomad}
     * @param caCert    PEM file of the CA to trust in place of the system's
     */
    public record Vault(URI address, Optional<String> namespace, String mount, String prefix,
            String authMount,
            Optional<Path> caCert, CredentialSource token) {}

    /**
     * The Nomad region.
     *
     * @param registerJobs true to register the blueprint's job where none runs
     * @param jobVariables service id to the variables that its blueprint job is parsed with, such as {@code image}
     */
    public record Nomad(URI address, String region, String namespace, boolean registerJobs,
            Optional<Path> caCert,
            Map<String, Map<String, String>> jobVariables, CredentialSource token) {}

    /**
     * The Terraform or OpenTofu that runs, and what it runs.
     *
     * @param binary    the executable: a path or a name on the PATH; {@code emulated} for the built-in stand-in
     * @param blueprint folder; empty for the bundled one
     */
    public record Terraform(String binary, Optional<Path> blueprint, StateBackend backend) {}

    /** Where Terraform keeps its state. */
    public sealed interface StateBackend {
        /** In the environment's workspace folder. */
        record Local() implements StateBackend {}

        /** In S3, with a lock file beside it. */
        record S3(String bucket, String key, String region, Optional<URI> endpoint, Optional<String> kmsKeyId)
                implements
                    StateBackend {}
    }

    /** True when this profile's environment is production. */
    public boolean isProduction() {
        return environment.equals("prod") || environment.equals("production");
    }
}
