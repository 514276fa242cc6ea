package com.nexpo.console.deploy;

import com.google.gson.JsonObject;
import com.nexpo.console.blueprint.Blueprint;
import com.nexpo.console.blueprint.DeploymentNames;
import com.nexpo.console.blueprint.DeploymentSettings;
import com.nexpo.console.engine.Check;
import com.nexpo.console.engine.EnvironmentFolder;
import com.nexpo.console.engine.Journal;
import com.nexpo.console.engine.RunLock;
import com.nexpo.console.engine.StepState;
import com.nexpo.console.engine.StepStates;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.Plan;
import com.nexpo.console.model.PlanId;
import com.nexpo.console.model.RunEvent;
import com.nexpo.console.model.RunId;
import com.nexpo.console.model.StepId;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.system.ConfigStore;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.posthog.PostHogPermissions;
import com.nexpo.console.system.vault.VaultAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One environment's deployment: its steps with their forms, its folder, its opened systems. */
public final class Deployment implements AutoCloseable {
    private final Profile profile;
    private final String profileArgument;
    private final EnvironmentFolder folder;
    private final Choices choices;
    private final Map<StepId, BoundStep<?>> steps = new EnumMap<>(StepId.class);
    private final List<AutoCloseable> closeables;
    private final Optional<Failure> unusable;

    private Deployment(Profile profile, String profileArgument, EnvironmentFolder folder, Choices choices,
            List<AutoCloseable> closeables, Optional<Failure> unusable) {
        this.profile = profile;
        this.profileArgument = profileArgument;
        this.folder = folder;
        this.choices = choices;
        this.closeables = List.copyOf(closeables);
        this.unusable = unusable;
    }

    /**
     * With everything opened.
     *
     * @param profileArgument how the profile was named, for commands to repeat
     * @param restart         true to restart those who run with older values
     */
    public static Deployment of(Profile profile, String profileArgument, Blueprint blueprint,
            EnvironmentFolder folder,
            Choices choices, boolean restart, Repairs repairs, Systems systems, Clock clock) {
        Deployment deployment = new Deployment(profile, profileArgument, folder, choices,
                systems.closeables(), Optional.empty());
        TerraformRoot root = new TerraformRoot(profile, blueprint, systems.workspace(), systems.terraform());
        FlagGuard flags = new FlagGuard(systems.posthog(), folder);
        ServiceValues values = new ServiceValues(root);
        DeployedChecks checks = new DeployedChecks(root, values, systems.posthog(), flags, clock);
        deployment.addTerraformSteps(root, flags,
                new OrphanSearch(systems.orphans(), systems.posthog(), root, folder), repairs, checks);
        deployment.add(new BoundStep<>(new PrepareStep(prerequisites(profile, blueprint, choices, systems)),
                new PrepareStep.Form(profile.name(), choices.services(), profile.stores())));
        deployment.add(new BoundStep<>(
                new ConfigStep(values,
                        parts(profile, blueprint, systems, new StoreChecks(values, clock), clock)),
                new ConfigForm(choices.services(), profile.stores(), restart)));
        return deployment;
    }

    /** Where something that every step needs is missing: only its checks can be run. */
    public static Deployment unusable(Profile profile, String profileArgument, EnvironmentFolder folder,
            Choices choices,
            List<Check> prerequisites, Failure why) {
        Deployment deployment = new Deployment(profile, profileArgument, folder, choices, List.of(),
                Optional.of(why));
        deployment.add(new BoundStep<>(new PrepareStep(prerequisites),
                new PrepareStep.Form(profile.name(), choices.services(), profile.stores())));
        return deployment;
    }

    private void addTerraformSteps(TerraformRoot root, FlagGuard flags, OrphanSearch orphans, Repairs repairs,
            DeployedChecks checks) {
        DeploymentSettings settings = root.settings(choices);
        add(new BoundStep<>(new WorkspaceStep<>(StepId.PROVIDER,
                "Writes Terraform's workspace: PostHog's host and organisation, AWS region, tags, state backend.",
                root,
                (ProviderForm _) -> root.providerVariables(choices),
                _ -> settings.problems(root.blueprint())),
                ProviderForm.of(settings, profile)));
        add(new BoundStep<>(
                new TerraformStep<>(StepId.SHARED, "Makes the PostHog project and what all services share.",
                        root, flags, orphans, repairs,
                        (SharedForm _) -> Optional.of(root.sharedVariables(choices)),
                        (_, _) -> checks.of(settings.withServices(List.of()), true)),
                new SharedForm(choices.toggles().getOrDefault("shared", Map.of()))));
        add(new BoundStep<>(new WorkspaceStep<>(StepId.SERVICES,
                "Chooses the services and what each of them sends and creates.", root,
                (Choices chosen) -> root.variables(chosen), _ -> settings.problems(root.blueprint())),
                choices));
        add(new BoundStep<>(new TerraformStep<>(StepId.DEPLOY,
                "Plans everything, applies it, and verifies state, outputs, projects and flags.", root, flags,
                orphans, repairs, (Choices _) -> Optional.<JsonObject>empty(),
                (_, _) -> checks.of(settings, false)), choices));
    }

    private static Map<String, ConfigStep.Part> parts(Profile profile, Blueprint blueprint, Systems systems,
            StoreChecks checks,
            Clock clock) {
        Map<String, ConfigStep.Part> parts = new LinkedHashMap<>();
        parts.put("ssm",
                part(systems.ssm(), checks, service -> profile.aws().parameterPrefix() + "/" + service));
        java.util.function.Function<String, String> secret = service -> names(blueprint, service)
                .kubernetesSecret();
        parts.put("kubernetes",
                new KubernetesPart(part(systems.kubernetes(), checks, secret), systems.deployments(),
                        profile.kubernetes().namespace(), secret));
        parts.put("vault",
                new VaultPart(part(systems.vault(), checks, service -> names(blueprint, service).vaultPath()),
                        systems.vaultAccess(), service -> workload(profile, blueprint, service)));
        parts.put("nomad", new NomadPart(systems.jobs(), systems.rollouts(), systems.vault(), blueprint,
                profile, clock));
        return parts;
    }

    /** Each system is asked with its own means for what this run will need. */
    private static List<Check> prerequisites(Profile profile, Blueprint blueprint, Choices choices,
            Systems systems) {
        List<Check> checks = new ArrayList<>(systems.tools());
        List<String> projects = profile.posthog().strategy() == Profile.ProjectStrategy.PER_SERVICE
                ? choices.services().stream()
                        .map(s -> profile.projectName() + "-" + s + "-" + profile.environment()).toList()
                : List.of(profile.projectName() + "-" + profile.environment());
        checks.add(() -> systems.posthogPermissions()
                .check(new PostHogPermissions.Wanted(profile.posthog().organizationId(),
                        PostHogPermissions.NEEDED, projects)));
        List<ServiceConfig> ssm = configs(choices,
                service -> profile.aws().parameterPrefix() + "/" + service);
        checks.add(() -> systems.ssm().permissions(ssm));
        if (profile.stores().contains("kubernetes")) {
            checks.add(() -> systems.kubernetes()
                    .permissions(configs(choices, service -> names(blueprint, service).kubernetesSecret())));
        }
        if (profile.stores().contains("vault")) {
            checks.add(() -> systems.vault()
                    .permissions(configs(choices, service -> names(blueprint, service).vaultPath())));
            checks.add(() -> systems.vaultAccess()
                    .permissions(
                            choices.services().stream().map(s -> workload(profile, blueprint, s)).toList()));
        }
        if (profile.stores().contains("nomad")) {
            checks.add(() -> systems.nomad().permissions());
        }
        return checks;
    }

    private static List<ServiceConfig> configs(Choices choices,
            java.util.function.Function<String, String> place) {
        return choices.services().stream().map(s -> new ServiceConfig(s, place.apply(s), Map.of())).toList();
    }

    private static VaultAccess.Workload workload(Profile profile, Blueprint blueprint, String service) {
        DeploymentNames names = names(blueprint, service);
        return new VaultAccess.Workload(service, names.vaultPath(), profile.nomad().namespace(),
                names.nomadJob());
    }

    private static ConfigStep.StorePart part(ConfigStore store, StoreChecks checks,
            java.util.function.Function<String, String> place) {
        return new ConfigStep.StorePart(store, place, checks);
    }

    private static DeploymentNames names(Blueprint blueprint, String service) {
        return ServiceValues.catalog(blueprint, service).names()
                .orElseThrow(() -> new IllegalStateException(
                        "the catalog of " + service + " names no deployment"));
    }

    private void add(BoundStep<?> step) {
        steps.put(step.id(), step);
    }

    public Profile profile() {
        return profile;
    }

    /** How the profile was named. */
    public String profileArgument() {
        return profileArgument;
    }

    public EnvironmentFolder folder() {
        return folder;
    }

    public Choices choices() {
        return choices;
    }

    /** Keeps the choices for the next time; not before everything that was asked for is known to make sense. */
    public void keepChoices() throws IOException {
        choices.save(folder);
    }

    /** The steps that there are, in order. */
    public List<StepId> stepIds() {
        return unusable.isPresent()
                ? List.of(StepId.PREPARE, StepId.PROVIDER, StepId.SHARED, StepId.SERVICES, StepId.DEPLOY,
                        StepId.CONFIG)
                : List.copyOf(steps.keySet());
    }

    /** A step. @throws FailureException when something that it needs is missing */
    public BoundStep<?> step(StepId id) throws FailureException {
        BoundStep<?> step = steps.get(id);
        if (step == null) {
            throw new FailureException(
                    unusable.orElseThrow(() -> new IllegalArgumentException("there is no step " + id)));
        }
        return step;
    }

    /** The state of each step, derived from the journals and the forms. */
    public Map<StepId, StepState> states() throws IOException {
        StepStates derived = new StepStates(folder.history());
        Optional<RunLock.Owner> running = RunLock.owner(folder);
        Map<StepId, StepState> states = new EnumMap<>(StepId.class);
        List<StepId> before = new ArrayList<>();
        steps.forEach((id, step) -> {
            states.put(id, derived.of(id, step.digest(), List.copyOf(before), running));
            before.add(id);
        });
        return states;
    }

    /** What a run was asked for; empty when there is no such run. */
    public Optional<Map<String, String>> optionsOf(RunId run) {
        try {
            return Files.exists(folder.journal(run))
                    ? Journal.read(folder.journal(run)).stream()
                            .filter(RunEvent.RunStarted.class::isInstance)
                            .map(RunEvent.RunStarted.class::cast)
                            .map(RunEvent.RunStarted::options).findFirst()
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A plan that was shown before. */
    public Optional<Plan> keptPlan(PlanId id) {
        try {
            return folder.plan(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (AutoCloseable closeable : closeables.reversed()) {
            try {
                closeable.close();
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                System.getLogger(Deployment.class.getName()).log(System.Logger.Level.WARNING,
                        "closing " + closeable, e);
            }
        }
    }
}
