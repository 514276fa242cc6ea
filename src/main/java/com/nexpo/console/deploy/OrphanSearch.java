package com.nexpo.console.deploy;

import com.nexpo.console.blueprint.ServiceCatalog;
import com.nexpo.console.engine.EnvironmentFolder;
import com.nexpo.console.engine.Forms;
import com.nexpo.console.engine.RunContext;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.system.posthog.Orphans;
import com.nexpo.console.system.posthog.PostHogApi;
import com.nexpo.console.system.posthog.Project;
import com.nexpo.console.system.terraform.ApplyResult;
import com.nexpo.console.system.terraform.Orphans.Adoption;
import com.nexpo.console.system.terraform.Orphans.Candidate;
import com.nexpo.console.system.terraform.Orphans.Suspicion;
import com.nexpo.console.system.terraform.TerraformPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * After an apply that failed, was cancelled or cut: looks in PostHog for objects that exist without Terraform's state
 * knowing, and for doubles, because the provider sends a create again when its answer was lost. What it finds is kept
 * until somebody takes it over or deletes it.
 */
final class OrphanSearch {
    private final Orphans orphans;
    private final PostHogApi posthog;
    private final TerraformRoot root;
    private final Path file;

    /**
     * One object too many.
     *
     * @param address  what Terraform calls it
     * @param parent   id of its project, or of its organisation
     * @param importId for an import; empty for a double of something that Terraform has already
     * @param surplus  ids that can be deleted: the doubles, or the orphan itself
     */
    record Finding(String address, String type, String name, String parent, Optional<String> importId,
            List<String> surplus) {
        /** A sentence for the reviewer, with what can be done about it. */
        String sentence() {
            return importId.isPresent()
                    ? "PostHog has %s %s, and Terraform's state does not know it. To take it over: --adopt '%s'; to delete it: --delete-orphan '%s'."
                            .formatted(type, name, address, address)
                    : "PostHog has %s %s more than once. To delete what is too many: --delete-orphan '%s'."
                            .formatted(type, name, address);
        }
    }

    private record Findings(List<Finding> findings) {}

    OrphanSearch(Orphans orphans, PostHogApi posthog, TerraformRoot root, EnvironmentFolder folder) {
        this.orphans = orphans;
        this.posthog = posthog;
        this.root = root;
        this.file = folder.root().resolve("orphans.json");
    }

    /** What was found and not dealt with yet. */
    List<Finding> findings() {
        try {
            return Files.exists(file)
                    ? Forms.fromJson(Files.readString(file), Findings.class).findings()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void keep(List<Finding> findings) {
        try {
            EnvironmentFolder.writeAtomically(file, Forms.toJson(new Findings(findings)));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** What Terraform is to import, of what was chosen for it. */
    List<Adoption> adoptions(Set<String> chosen) {
        return findings().stream().filter(f -> chosen.contains(f.address()) && f.importId().isPresent())
                .map(f -> new Adoption(f.address(), f.importId().orElseThrow())).toList();
    }

    /** Deletes what was chosen for it, softly; PostHog can bring it back. */
    void delete(Set<String> chosen) throws FailureException, InterruptedException {
        List<Finding> left = new ArrayList<>();
        for (Finding finding : findings()) {
            if (chosen.contains(finding.address())) {
                for (String id : finding.surplus()) {
                    orphans.delete(new Orphans.Candidate(finding.type(), finding.name(), finding.parent()),
                            id);
                }
            } else {
                left.add(finding);
            }
        }
        keep(left);
    }

    /** A good apply: what was adopted is in the state now. */
    void settled() {
        if (!findings().isEmpty()) {
            keep(findings().stream().filter(f -> f.importId().isEmpty()).toList());
        }
    }

    /** Searches and tells; what cannot be searched is told too. */
    void search(TerraformPlan plan, ApplyResult result, RunContext run) throws InterruptedException {
        List<Finding> found = new ArrayList<>(findings());
        for (Candidate candidate : com.nexpo.console.system.terraform.Orphans.candidates(plan,
                result.outcomes(), result.cancelled())) {
            if (Orphans.covers(candidate.type())) {
                try {
                    look(candidate).ifPresent(f -> {
                        found.removeIf(old -> old.address().equals(f.address()));
                        found.add(f);
                        run.says(f.sentence());
                    });
                } catch (FailureException e) {
                    run.says("Whether PostHog has %s %s could not be found out: %s".formatted(
                            candidate.type(), candidate.name(),
                            e.failure().message()));
                }
            }
        }
        keep(found);
    }

    private Optional<Finding> look(Candidate candidate) throws FailureException, InterruptedException {
        Optional<String> parent = parent(candidate);
        if (parent.isEmpty()) {
            return Optional.empty();
        }
        List<String> ids = orphans
                .search(List.of(new Orphans.Candidate(candidate.type(), candidate.name(), parent.get())))
                .stream().flatMap(f -> f.ids().stream()).toList();
        boolean twice = candidate.suspicion() == Suspicion.TWICE;
        if (ids.size() < (twice ? 2 : 1)) {
            return Optional.empty();
        }
        Optional<String> importId = twice
                ? Optional.empty()
                : com.nexpo.console.system.terraform.Orphans.importId(candidate.type(), parent.get(),
                        parent.get(), ids.getFirst());
        return Optional.of(
                new Finding(candidate.address(), candidate.type(), candidate.name(), parent.get(), importId,
                        twice ? ids.subList(1, ids.size()) : ids));
    }

    /** The project is not known in the plan when the same apply made it; then its name tells. */
    private Optional<String> parent(Candidate candidate) throws FailureException, InterruptedException {
        if (candidate.type().equals("posthog_project")) {
            return candidate.organization().or(() -> Optional.of(root.profile().posthog().organizationId()));
        }
        if (candidate.project().isPresent()) {
            return candidate.project();
        }
        String wanted = projectName(candidate.module());
        return posthog.projects(root.profile().posthog().organizationId()).stream()
                .filter(p -> p.name().equals(wanted))
                .map(Project::id).map(String::valueOf).findFirst();
    }

    private String projectName(String module) {
        Profile profile = root.profile();
        Optional<ServiceCatalog> owner = root.blueprint().all().stream()
                .filter(c -> module.equals("module." + c.module())).findFirst();
        boolean own = profile.posthog().strategy() == Profile.ProjectStrategy.PER_SERVICE
                && owner.map(c -> c.kind() == ServiceCatalog.Kind.SERVICE).orElse(false);
        return own
                ? "%s-%s-%s".formatted(profile.projectName(), owner.orElseThrow().service(),
                        profile.environment())
                : "%s-%s".formatted(profile.projectName(), profile.environment());
    }
}
