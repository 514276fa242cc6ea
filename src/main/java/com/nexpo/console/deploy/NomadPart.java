package com.nexpo.console.deploy;

import com.nexpo.console.blueprint.Blueprint;
import com.nexpo.console.blueprint.DeploymentNames;
import com.nexpo.console.deploy.ConfigStep.Part;
import com.nexpo.console.deploy.ConfigStep.Phase;
import com.nexpo.console.deploy.ConfigStep.Work;
import com.nexpo.console.engine.Check;
import com.nexpo.console.engine.RunContext;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Severity;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.Snapshot;
import com.nexpo.console.system.nomad.JobLint;
import com.nexpo.console.system.nomad.NomadJobs;
import com.nexpo.console.system.nomad.NomadJobs.JobPlan;
import com.nexpo.console.system.nomad.Rollout;
import com.nexpo.console.system.nomad.Rollouts;
import com.nexpo.console.system.vault.VaultSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Nomad in step 6: each service's job, rolled out when its configuration changes.
 *
 * <p>A job carries the version of its Vault secret in its meta. Nomad by itself looks at a changed secret after
 * minutes and restarts all instances at once; a changed job is rolled out with its canary and its health checks.
 */
final class NomadPart implements Part {
    /** Longer than the progress deadline of the blueprint's jobs, so that Nomad decides first. */
    private static final Duration PATIENCE = Duration.ofMinutes(12);

    private final NomadJobs jobs;
    private final Rollouts rollouts;
    private final VaultSecrets vault;
    private final Blueprint blueprint;
    private final Profile profile;
    private final Clock clock;
    private final String rolePrefix;
    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> versions = new HashMap<>();

    NomadPart(NomadJobs jobs, Rollouts rollouts, VaultSecrets vault, Blueprint blueprint, Profile profile,
            Clock clock) {
        this.jobs = jobs;
        this.rollouts = rollouts;
        this.vault = vault;
        this.blueprint = blueprint;
        this.profile = profile;
        this.clock = clock;
        this.rolePrefix = profile.projectName() + "-posthog-";
    }

    private DeploymentNames names(String service) {
        return ServiceValues.catalog(blueprint, service).names()
                .orElseThrow(() -> new IllegalStateException("the catalog of " + service + " names no job"));
    }

    @Override
    public List<Work> plan(ConfigForm form, Map<String, Map<String, ServiceConfig.Entry>> values,
            RunContext run)
            throws FailureException, InterruptedException {
        notes.clear();
        List<Work> works = new ArrayList<>();
        for (Map.Entry<String, Map<String, ServiceConfig.Entry>> service : values.entrySet()) {
            String version = secretVersion(form, service.getKey(), service.getValue());
            versions.put(service.getKey(), version);
            JobPlan plan = jobs.plan(wanted(service.getKey(), version));
            note(service.getKey(), plan);
            works.add(
                    new Work(plan.change(), service.getKey(), Phase.WORKLOADS, () -> apply(plan, run::says)));
        }
        return works;
    }

    private NomadJobs.Wanted wanted(String service, String version) throws FailureException {
        DeploymentNames names = names(service);
        Map<String, String> variables = new HashMap<>(
                profile.nomad().jobVariables().getOrDefault(service, Map.of()));
        variables.put("vault_path", profile.vault().mount() + "/data/" + names.vaultPath());
        variables.put("vault_role", rolePrefix + service);
        variables.put("posthog_config_version", version);
        Path file = blueprint.folder().resolve("nomad-jobs").resolve(names.nomadFile());
        try {
            return new NomadJobs.Wanted(names.nomadJob(), Files.readString(file), variables, version,
                    profile.nomad().registerJobs());
        } catch (IOException e) {
            throw new FailureException(new Failure(FailureKind.INVALID, "CFG-BLUEPRINT",
                    "The job file %s cannot be read.".formatted(file),
                    "Look at the blueprint's folder nomad-jobs."));
        }
    }

    /** The version that the service's Vault secret will have once this plan is applied. */
    private String secretVersion(ConfigForm form, String service, Map<String, ServiceConfig.Entry> entries)
            throws FailureException, InterruptedException {
        ServiceConfig config = new ServiceConfig(service, names(service).vaultPath(), entries);
        Snapshot now = vault.read(config);
        long version = now.basis() instanceof Basis.At(String _, String at) ? Long.parseLong(at) : 0;
        boolean willBeWritten = form.stores().contains("vault")
                && vault.plan(config, now).stream().anyMatch(c -> c.action() != Action.NONE);
        return String.valueOf(willBeWritten ? version + 1 : version);
    }

    private void note(String service, JobPlan plan) {
        if (!plan.warnings().isBlank()) {
            notes.add("Nomad on job " + names(service).nomadJob() + ": " + plan.warnings().strip());
        }
        plan.unplaceable().forEach((group, why) -> notes.add(
                "No node can take group %s of job %s: %s".formatted(group, names(service).nomadJob(), why)));
        if (plan.change().action() != Action.NONE) {
            JobLint.lint(plan.job(), clock.instant()).forEach(finding -> notes.add(
                    "%s %s: %s".formatted(finding.code(), names(service).nomadJob(), finding.message())));
        }
    }

    @Override
    public List<String> notes() {
        return List.copyOf(notes);
    }

    private Outcome apply(JobPlan plan, Consumer<String> progress) throws InterruptedException {
        NomadJobs.Applied applied = jobs.apply(plan);
        if (!(applied.outcome() instanceof Outcome.Done) || applied.evaluationId().isEmpty()) {
            return applied.outcome();
        }
        String target = plan.change().target().id();
        String jobId = target.substring(target.indexOf('/') + 1);
        try {
            return follow(jobId, applied.evaluationId().get(), progress);
        } catch (FailureException e) {
            // The job is registered; only what became of it is not known.
            return new Outcome.Unsure(e.failure());
        }
    }

    private Outcome follow(String jobId, String evaluation, Consumer<String> progress)
            throws FailureException, InterruptedException {
        Rollout rollout = rollouts.follow(jobId, evaluation, PATIENCE, progress);
        if (rollout instanceof Rollout.AwaitingPromotion(String deployment, List<String> canaries)) {
            progress.accept("promoting job %s: %d canaries are healthy".formatted(jobId, canaries.size()));
            rollout = rollouts.follow(jobId, rollouts.promote(deployment), PATIENCE, progress);
        }
        return switch (rollout) {
            case Rollout.Healthy(long instances) -> Outcome.done("%d instances healthy".formatted(instances));
            case Rollout.AwaitingPromotion _ -> Outcome.done("waits for promotion");
            case Rollout.Failed(String reason, Optional<Long> back, Optional<Rollout> _) ->
                failed("NMD-ROLLOUT",
                        "Job %s did not become healthy: %s%s".formatted(jobId, reason,
                                back.map(v -> " Nomad went back to version " + v + ".").orElse("")),
                        "Look at the allocation's events and logs, then run the step again.");
            case Rollout.Unplaceable(Map<String, String> reasons) -> failed("NMD-UNPLACEABLE",
                    "No node can take job %s: %s.".formatted(jobId, reasons.entrySet().stream()
                            .map(e -> e.getKey() + ": " + e.getValue()).collect(Collectors.joining("; "))),
                    "Give the cluster what the job asks for, or ask for less.");
            case Rollout.TimedOut(String state) -> failed("NMD-SLOW",
                    "Job %s is not healthy after %d minutes: %s.".formatted(jobId, PATIENCE.toMinutes(),
                            state),
                    "The rollout goes on; look at it, and run the step again.");
        };
    }

    private static Outcome failed(String code, String message, String fix) {
        return new Outcome.Failed(new Failure(FailureKind.INTERNAL, code, message, fix));
    }

    @Override
    public List<Check> after(ConfigForm form) {
        return List.of(() -> form.services().stream().map(s -> {
            try {
                return onVersion(s);
            } catch (FailureException e) {
                return result(s, Status.ERROR, e.failure().message());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return result(s, Status.ERROR, "The look at it was interrupted.");
            }
        }).toList());
    }

    private CheckResult onVersion(String service) throws FailureException, InterruptedException {
        String jobId = names(service).nomadJob();
        if (jobs.read(jobId).isEmpty()) {
            return result(service, Status.SKIPPED, "Job %s does not run here.".formatted(jobId));
        }
        String wanted = versions.getOrDefault(service, "");
        String there = jobs.versions(jobId).stream().findFirst().map(NomadJobs.Version::configVersion)
                .orElse("");
        return there.equals(wanted)
                ? result(service, Status.PASS, "Job %s runs with version %s.".formatted(jobId, wanted))
                : result(service, Status.FAIL,
                        "Job %s runs with version %s of its configuration, not %s.".formatted(jobId,
                                there.isEmpty() ? "none" : there, wanted));
    }

    private CheckResult result(String service, Status status, String message) {
        return new CheckResult("NMD-201", "Nomad runs the jobs with the newest configuration",
                Optional.of(SystemId.NOMAD),
                service, status, Severity.BLOCKING, message, List.of(), Optional.empty(), clock.instant());
    }

}
