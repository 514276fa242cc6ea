package com.nexpo.console.deploy;

import com.nexpo.console.engine.RunContext;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.system.posthog.Orphans;
import com.nexpo.console.system.terraform.ApplyResult;
import com.nexpo.console.system.terraform.TerraformPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * After an apply that failed, was cancelled or cut: looks in PostHog for objects that exist without Terraform's state
 * knowing, and for doubles, because the provider sends a create again when its answer was lost.
 */
final class OrphanSearch {
    private final Orphans posthog;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * One object too many.
     *
     * @param address  what Terraform calls it
     * @param importId for an import; empty where none is possible, or where it is a double that Terraform has already
     */
    record Finding(String address, String type, String name, List<String> ids, Optional<String> importId) {}

    OrphanSearch(Orphans posthog) {
        this.posthog = posthog;
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Searches and tells; what cannot be searched is told too. */
    void search(TerraformPlan plan, ApplyResult result, RunContext run) throws InterruptedException {
        findings.clear();
        List<com.nexpo.console.system.terraform.Orphans.Candidate> candidates = com.nexpo.console.system.terraform.Orphans
                .candidates(plan, result.outcomes(), result.cancelled());
        for (var candidate : candidates) {
            if (Orphans.covers(candidate.type())) {
                look(candidate, run);
            }
        }
    }

    private void look(com.nexpo.console.system.terraform.Orphans.Candidate candidate, RunContext run)
            throws InterruptedException {
        boolean isProject = candidate.type().equals("posthog_project");
        Optional<String> parent = isProject ? candidate.organization() : candidate.project();
        if (parent.isEmpty()) {
            return;
        }
        try {
            for (Orphans.Found found : posthog.search(
                    List.of(new Orphans.Candidate(candidate.type(), candidate.name(), parent.get())))) {
                boolean twice = candidate
                        .suspicion() == com.nexpo.console.system.terraform.Orphans.Suspicion.TWICE;
                if (found.ids().isEmpty() || (twice && found.ids().size() < 2)) {
                    continue;
                }
                Optional<String> importId = twice
                        ? Optional.empty()
                        : com.nexpo.console.system.terraform.Orphans.importId(candidate.type(),
                                candidate.project().orElse(""),
                                candidate.organization().orElse(""), found.ids().getFirst());
                findings.add(new Finding(candidate.address(), candidate.type(), candidate.name(), found.ids(),
                        importId));
                run.says("PostHog has %s %s, and Terraform's state does not know it"
                        .formatted(candidate.type(), candidate.name()));
            }
        } catch (FailureException e) {
            run.says("Whether PostHog has %s %s could not be found out: %s".formatted(candidate.type(),
                    candidate.name(),
                    e.failure().message()));
        }
    }
}
