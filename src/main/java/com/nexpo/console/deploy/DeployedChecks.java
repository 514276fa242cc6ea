package com.nexpo.console.deploy;

import com.nexpo.console.blueprint.DeploymentSettings;
import com.nexpo.console.blueprint.ResolvedService;
import com.nexpo.console.blueprint.ServiceCatalog;
import com.nexpo.console.engine.Check;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Evidence;
import com.nexpo.console.model.CheckResult.Severity;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.system.posthog.EventRoundTrip;
import com.nexpo.console.system.posthog.Flag;
import com.nexpo.console.system.posthog.PostHogApi;
import com.nexpo.console.system.posthog.Project;
import com.nexpo.console.system.terraform.OutputValue;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.Set;

/** What must be there after Terraform's apply: in its state, in its outputs, and in PostHog itself. */
final class DeployedChecks {
    /** PostHog Cloud takes up to two minutes; what is later is a warning, not a failure. */
    private static final Duration EVENT_WITHIN = Duration.ofSeconds(60);

    private final TerraformRoot root;
    private final ServiceValues values;
    private final PostHogApi posthog;
    private final FlagGuard flags;
    private final EventRoundTrip events;
    private final Clock clock;

    DeployedChecks(TerraformRoot root, ServiceValues values, PostHogApi posthog, FlagGuard flags,
            Clock clock) {
        this.root = root;
        this.values = values;
        this.posthog = posthog;
        this.flags = flags;
        this.events = new EventRoundTrip(posthog, root.profile().posthog().ingestHost());
        this.clock = clock;
    }

    /** The checks for these settings: the shared module alone, or everything. */
    List<Check> of(DeploymentSettings settings, boolean sharedOnly) {
        List<ResolvedService> resolved = root.blueprint().resolve(settings).stream()
                .filter(r -> !sharedOnly || r.catalog().kind() == ServiceCatalog.Kind.SHARED).toList();
        return sharedOnly
                ? List.of(() -> state(resolved), () -> posthog(resolved, true))
                : List.of(() -> state(resolved), () -> posthog(resolved, false), this::events);
    }

    private List<CheckResult> state(List<ResolvedService> resolved) throws InterruptedException {
        String title = "Terraform's state holds everything that was chosen";
        try {
            Set<String> there = Set.copyOf(root.runner().stateList());
            List<String> wanted = resolved.stream().flatMap(r -> r.addresses().stream()).toList();
            List<String> missing = wanted.stream().filter(a -> !there.contains(a)).toList();
            return List.of(missing.isEmpty()
                    ? result("TF-101", title, SystemId.TERRAFORM, Status.PASS,
                            "All %d resources are in the state.".formatted(wanted.size()),
                            List.of(), Optional.empty())
                    : result("TF-101", title, SystemId.TERRAFORM, Status.FAIL,
                            "%d of %d resources are not in the state.".formatted(missing.size(),
                                    wanted.size()),
                            missing.stream().map(m -> new Evidence("missing", m)).toList(),
                            Optional.of("Run the step again.")));
        } catch (FailureException e) {
            return List.of(error("TF-101", title, SystemId.TERRAFORM, e));
        }
    }

    private List<CheckResult> posthog(List<ResolvedService> resolved, boolean sharedOnly)
            throws InterruptedException {
        String title = "PostHog has the projects, and their flags are as chosen";
        try {
            Map<String, OutputValue> outputs = values.outputs();
            Map<String, Long> projects = projects(outputs);
            flags.keepProjects(new TreeSet<>(projects.values()));
            List<CheckResult> results = new ArrayList<>();
            for (Long id : new TreeSet<>(projects.values())) {
                Project project = posthog.project(id);
                results.add(result("PH-101", "The project is there", SystemId.POSTHOG, Status.PASS,
                        "Project %s has id %d.".formatted(project.name(), id), List.of(), Optional.empty()));
            }
            if (!sharedOnly) {
                results.add(flags(resolved, projects));
                results.add(outputs(resolved, outputs));
            }
            return results;
        } catch (FailureException e) {
            return List.of(error("PH-101", title, SystemId.POSTHOG, e));
        }
    }

    /** Sent with PostHog's own SDK, as services do, and read back: that alone proves that events arrive. */
    private List<CheckResult> events() throws InterruptedException {
        String title = "An event that was sent can be read back";
        List<CheckResult> results = new ArrayList<>();
        try {
            for (Long id : new TreeSet<>(projects(values.outputs()).values())) {
                Project project = posthog.project(id);
                EventRoundTrip.Arrived arrived = events.run(project, project.token(),
                        Map.of("service", "posthog-console"),
                        EVENT_WITHIN);
                results.add(advice("EVT-101", title, Status.PASS, "An event reached project %s after %.1f s."
                        .formatted(project.name(), arrived.after().toMillis() / 1000.0), Optional.empty()));
            }
        } catch (FailureException e) {
            boolean late = e.failure().code().equals("PH-NOT-INGESTED");
            results.add(advice("EVT-101", title, late ? Status.WARN : Status.ERROR, e.failure().message(),
                    e.failure().fix()));
        }
        return results;
    }

    private CheckResult advice(String code, String title, Status status, String message,
            Optional<String> fix) {
        return new CheckResult(code, title, Optional.of(SystemId.POSTHOG), "", status, Severity.ADVISORY,
                message, List.of(),
                fix.map(CheckResult.Fix::new), clock.instant());
    }

    private CheckResult flags(List<ResolvedService> resolved, Map<String, Long> projects)
            throws FailureException, InterruptedException {
        String title = "Each flag of the catalogs is in PostHog";
        List<Evidence> off = new ArrayList<>();
        Map<Long, List<Flag>> byProject = new LinkedHashMap<>();
        int wanted = 0;
        for (ResolvedService service : resolved) {
            Long project = projects.get(service.catalog().service());
            if (project == null || service.flags().isEmpty()) {
                continue;
            }
            if (!byProject.containsKey(project)) {
                byProject.put(project, posthog.flags(project));
            }
            List<Flag> there = byProject.get(project);
            for (var flag : service.flags()) {
                wanted++;
                Optional<Flag> found = there.stream().filter(f -> f.key().equals(flag.key())).findFirst();
                if (found.isEmpty()) {
                    off.add(new Evidence(flag.key(), "is not in project " + project));
                } else if (!found.get().active()) {
                    off.add(new Evidence(flag.key(), "is switched off, which Terraform leaves to on-call"));
                }
            }
        }
        boolean missing = off.stream().anyMatch(e -> e.text().startsWith("is not"));
        Status status = missing ? Status.FAIL : off.isEmpty() ? Status.PASS : Status.WARN;
        String message = switch (status) {
            case PASS -> "All %d flags are there and on.".formatted(wanted);
            case WARN -> "%d of %d flags are switched off.".formatted(off.size(), wanted);
            default -> "%d of %d flags are not as chosen.".formatted(off.size(), wanted);
        };
        return result("PH-102", title, SystemId.POSTHOG, status, message, off,
                missing ? Optional.of("Run step deploy again.") : Optional.empty());
    }

    private CheckResult outputs(List<ResolvedService> resolved, Map<String, OutputValue> outputs) {
        String title = "Terraform gives out the values of each service";
        List<String> missing = resolved.stream()
                .filter(r -> !r.environment().isEmpty())
                .filter(r -> !(outputs
                        .get(r.catalog().environmentOutput()) instanceof OutputValue.Members(var members)
                        && !members.isEmpty()))
                .map(r -> r.catalog().environmentOutput()).toList();
        return missing.isEmpty()
                ? result("TF-102", title, SystemId.TERRAFORM, Status.PASS, "Every service has its output.",
                        List.of(), Optional.empty())
                : result("TF-102", title, SystemId.TERRAFORM, Status.FAIL,
                        "There is no output " + String.join(", ", missing) + ".",
                        List.of(), Optional.of("Run step deploy again."));
    }

    /** Service id to the id of the project that it lives in. */
    private static Map<String, Long> projects(Map<String, OutputValue> outputs) {
        Map<String, Long> projects = new LinkedHashMap<>();
        if (outputs.get(
                "posthog_project_ids") instanceof OutputValue.Members(Map<String, OutputValue> members)) {
            members.forEach((service, value) -> {
                if (value instanceof OutputValue.Plain(String id) && id.matches("\\d+")) {
                    projects.put(service, Long.parseLong(id));
                }
            });
        }
        return projects;
    }

    private CheckResult error(String code, String title, SystemId system, FailureException e) {
        return result(code, title, system, Status.ERROR, e.failure().message(), List.of(), e.failure().fix());
    }

    private CheckResult result(String code, String title, SystemId system, Status status, String message,
            List<Evidence> evidence, Optional<String> fix) {
        return new CheckResult(code, title, Optional.of(system), "", status, Severity.BLOCKING, message,
                evidence,
                fix.map(CheckResult.Fix::new), clock.instant());
    }
}
