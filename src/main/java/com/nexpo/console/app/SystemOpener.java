package com.nexpo.console.app;

import com.nexpo.console.blueprint.Blueprint;
import com.nexpo.console.deploy.Choices;
import com.nexpo.console.deploy.Deployment;
import com.nexpo.console.deploy.Repairs;
import com.nexpo.console.deploy.Systems;
import com.nexpo.console.engine.Check;
import com.nexpo.console.engine.EnvironmentFolder;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Severity;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.Secret;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.profile.CredentialSource;
import com.nexpo.console.profile.Credentials;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.sandbox.terraform.EmulatedTerraform;
import com.nexpo.console.system.Limits;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.RemoteHttp;
import com.nexpo.console.system.aws.AwsConnection;
import com.nexpo.console.system.aws.AwsPermissions;
import com.nexpo.console.system.aws.SsmParameters;
import com.nexpo.console.system.kubernetes.KubernetesConnection;
import com.nexpo.console.system.kubernetes.KubernetesSecrets;
import com.nexpo.console.system.nomad.NomadApi;
import com.nexpo.console.system.nomad.NomadChecks;
import com.nexpo.console.system.nomad.NomadJobs;
import com.nexpo.console.system.nomad.Rollouts;
import com.nexpo.console.system.posthog.Orphans;
import com.nexpo.console.system.posthog.PostHogApi;
import com.nexpo.console.system.posthog.PostHogPermissions;
import com.nexpo.console.system.terraform.ChildEnvironment;
import com.nexpo.console.system.terraform.TerraformBinary;
import com.nexpo.console.system.terraform.TerraformRunner;
import com.nexpo.console.system.terraform.TerraformWorkspace;
import com.nexpo.console.system.vault.VaultAccess;
import com.nexpo.console.system.vault.VaultConnection;
import com.nexpo.console.system.vault.VaultSecrets;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens the outside systems of a profile. Nothing is called but what finds Terraform's version; what is missing
 * becomes a prerequisite that fails, so that all of it is told at once.
 */
final class SystemOpener {
    private static final String EMULATED = "emulated";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Profile profile;
    private final Map<String, String> variables;
    private final Credentials credentials;
    private final EnvironmentFolder folder;
    private final Fingerprints fingerprints;
    private final Blueprint blueprint;
    private final Choices choices;
    private final Clock clock;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<CheckResult> missing = new ArrayList<>();
    private Optional<Failure> firstMissing = Optional.empty();

    SystemOpener(Profile profile, Map<String, String> variables, Credentials credentials,
            EnvironmentFolder folder,
            Fingerprints fingerprints, Blueprint blueprint, Choices choices, Clock clock) {
        this.profile = profile;
        this.variables = variables;
        this.credentials = credentials;
        this.folder = folder;
        this.fingerprints = fingerprints;
        this.blueprint = blueprint;
        this.choices = choices;
        this.clock = clock;
    }

    /** @param closeables closed with the deployment, after the systems */
    Deployment open(String profileArgument, List<String> terraform, boolean restart, Repairs repairs,
            List<AutoCloseable> closeables)
            throws FailureException, InterruptedException {
        opened.addAll(closeables);
        Optional<Secret> posthogKey = credential("PostHog's personal API key", "PRE-002",
                profile.posthog().apiKey(), SystemId.POSTHOG);
        Optional<Secret> vaultToken = credential("Vault's token", "PRE-003", profile.vault().token(),
                SystemId.VAULT);
        Optional<Secret> nomadToken = credential("Nomad's token", "PRE-004", profile.nomad().token(),
                SystemId.NOMAD);
        ChildEnvironment child = childEnvironment(posthogKey);
        Optional<TerraformBinary> binary = terraform(terraform, child);
        if (firstMissing.isPresent() || binary.isEmpty()) {
            return Deployment.unusable(profile, profileArgument, folder, choices, List.of(() -> missing),
                    firstMissing.orElseThrow());
        }
        return Deployment.of(profile, profileArgument, blueprint, folder, choices, restart, repairs,
                systems(binary.get(), child, posthogKey.orElseGet(() -> Secret.notSecret("")),
                        vaultToken.orElseGet(() -> Secret.notSecret("")), nomadToken),
                clock);
    }

    private Systems systems(TerraformBinary binary, ChildEnvironment child, Secret posthogKey,
            Secret vaultToken,
            Optional<Secret> nomadToken) throws FailureException {
        HttpClient client = RemoteHttp.clientBuilder().build();
        opened.add(client);
        TerraformWorkspace workspace = TerraformWorkspace.open(folder.workspace());
        TerraformRunner runner = new TerraformRunner(binary, workspace, child, fingerprints, clock, PATIENCE);
        PostHogApi posthog = new PostHogApi(profile.posthog().host(), () -> posthogKey, client);
        AwsConnection aws = keep(AwsConnection.to(profile.aws(), variables));
        SsmParameters ssm = new SsmParameters(aws, fingerprints,
                new AwsPermissions(aws, profile.terraform().backend()));
        KubernetesConnection kubernetes = keep(new KubernetesConnection(
                new RemoteCall(SystemId.KUBERNETES, Limits.DEFAULT), profile.kubernetes()));
        VaultConnection vault = keep(VaultConnection.to(profile.vault(), vaultToken));
        NomadApi nomad = new NomadApi(new RemoteCall(SystemId.NOMAD, Limits.DEFAULT), client,
                profile.nomad().address(),
                profile.nomad().region(), profile.nomad().namespace(), () -> nomadToken);
        return new Systems(workspace, runner, posthog, new Orphans(posthog),
                new PostHogPermissions(posthog, profile.posthog().ingestHost(), client), ssm,
                new KubernetesSecrets(kubernetes, profile.kubernetes().namespace(), fingerprints),
                new com.nexpo.console.system.kubernetes.Deployments(kubernetes,
                        profile.kubernetes().namespace()),
                new VaultSecrets(vault, profile.vault().mount(), fingerprints),
                new VaultAccess(vault, profile.vault().mount(), profile.vault().authMount(),
                        profile.projectName() + "-posthog"),
                new NomadJobs(nomad), new Rollouts(nomad), new NomadChecks(nomad, clock),
                List.of(() -> List.of(found(binary))),
                opened);
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    /** What Terraform's providers read: from the profile where it says so, else what this process has. */
    private ChildEnvironment childEnvironment(Optional<Secret> posthogKey) throws FailureException {
        Map<String, String> given = new HashMap<>();
        given.put("POSTHOG_HOST", profile.posthog().host().toString());
        given.put("POSTHOG_ORGANIZATION_ID", profile.posthog().organizationId());
        given.put("AWS_REGION", profile.aws().region());
        profile.aws().profile().ifPresent(name -> given.put("AWS_PROFILE", name));
        profile.aws().endpoint().ifPresent(endpoint -> given.put("AWS_ENDPOINT_URL", endpoint.toString()));
        Map<String, Secret> secrets = new HashMap<>();
        posthogKey.ifPresent(key -> secrets.put("POSTHOG_API_KEY", key));
        for (String name : List.of("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")) {
            Optional.ofNullable(variables.get(name)).filter(v -> !v.isBlank())
                    .ifPresent(v -> secrets.put(name, Secret.of(v)));
        }
        return ChildEnvironment.of(variables, given, secrets);
    }

    private Optional<TerraformBinary> terraform(List<String> command, ChildEnvironment child)
            throws InterruptedException {
        if (command.equals(List.of(EMULATED))) {
            // Part of this program: to ask it for its version would start a second Java before the first step.
            return Optional.of(new TerraformBinary(EmulatedTerraform.command(),
                    TerraformBinary.Product.TERRAFORM, EmulatedTerraform.VERSION));
        }
        try {
            return Optional.of(TerraformBinary.find(command, child));
        } catch (FailureException e) {
            miss("PRE-001", "Terraform or OpenTofu is there and new enough", Optional.of(SystemId.TERRAFORM),
                    e.failure());
            return Optional.empty();
        }
    }

    private CheckResult found(TerraformBinary binary) {
        boolean emulated = binary.command().equals(EmulatedTerraform.command());
        return new CheckResult("PRE-001",
                binary.display() + (emulated ? ", emulated, is there" : " is there"),
                Optional.of(SystemId.TERRAFORM), "", Status.PASS, Severity.BLOCKING,
                binary.display() + " is at " + binary.command().getFirst() + ".", List.of(), Optional.empty(),
                clock.instant());
    }

    private Optional<Secret> credential(String what, String code, CredentialSource source, SystemId system)
            throws InterruptedException {
        try {
            return credentials.fetch(what, source);
        } catch (FailureException e) {
            miss(code, "The credential for " + system.title() + " is there", Optional.of(system),
                    e.failure());
            return Optional.empty();
        }
    }

    private void miss(String code, String title, Optional<SystemId> system, Failure failure) {
        missing.add(new CheckResult(code, title, system, "", Status.FAIL, Severity.BLOCKING,
                failure.message(), List.of(),
                failure.fix().map(CheckResult.Fix::new), clock.instant()));
        if (firstMissing.isEmpty()) {
            firstMissing = Optional.of(
                    new Failure(FailureKind.DENIED, failure.code(), failure.message(), failure.fix(), false));
        }
    }
}
