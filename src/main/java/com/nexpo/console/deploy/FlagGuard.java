package com.nexpo.console.deploy;

import com.nexpo.console.engine.EnvironmentFolder;
import com.nexpo.console.engine.Forms;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.system.posthog.FlagVersions;
import com.nexpo.console.system.posthog.PostHogApi;
import com.nexpo.console.system.terraform.PlannedResource;
import com.nexpo.console.system.terraform.TerraformPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that an apply does not undo what somebody did to a flag after the plan was made. PostHog's provider sends
 * every flag whole and asks for no version.
 */
final class FlagGuard {
    private final PostHogApi posthog;
    private final Path file;
    private @Nullable FlagVersions reviewed;

    private record Projects(List<Long> ids) {}

    FlagGuard(PostHogApi posthog, EnvironmentFolder folder) {
        this.posthog = posthog;
        this.file = folder.root().resolve("projects.json");
    }

    /** Keeps which projects belong to the environment, for the next plan. */
    void keepProjects(Collection<Long> ids) {
        try {
            EnvironmentFolder.writeAtomically(file, Forms.toJson(new Projects(List.copyOf(ids))));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** Reads the flags' versions; right before a plan, so that nothing can slip between. */
    void remember() throws FailureException, InterruptedException {
        reviewed = null;
        List<Long> ids = projects();
        if (!ids.isEmpty()) {
            reviewed = read(ids);
        }
    }

    private @Nullable FlagVersions read(List<Long> ids) throws FailureException, InterruptedException {
        try {
            return FlagVersions.read(posthog, ids);
        } catch (FailureException e) {
            if (e.failure().kind() == FailureKind.NOT_FOUND) {
                // The project is gone; the plan will say so.
                return null;
            }
            throw e;
        }
    }

    private List<Long> projects() {
        try {
            return Files.exists(file)
                    ? Forms.fromJson(Files.readString(file), Projects.class).ids()
                    : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Refuses the plan when a flag that it updates was changed since; names who did it. */
    void refuseIfChanged(TerraformPlan plan) throws FailureException, InterruptedException {
        FlagVersions then = reviewed;
        Set<String> updated = plan.resources().stream()
                .filter(r -> r.type().equals("posthog_feature_flag") && r.change().action() == Action.UPDATE)
                .map(FlagGuard::keyOf).collect(Collectors.toSet());
        if (then == null || updated.isEmpty()) {
            return;
        }
        List<FlagVersions.Changed> changed = then.changedSince(posthog).stream()
                .filter(c -> updated.contains(c.key())).toList();
        if (!changed.isEmpty()) {
            FlagVersions.Changed first = changed.getFirst();
            throw new FailureException(new Failure(FailureKind.CONFLICT, "PH-FLAG-CHANGED",
                    "Flag %s %s%s since the plan was made; applying it would undo that.".formatted(
                            first.key(), first.what(),
                            first.who().map(w -> " by " + w).orElse("")),
                    "Plan again and review what it does to the flag now."));
        }
    }

    private static String keyOf(PlannedResource resource) {
        return resource.identity().getOrDefault("key", resource.address());
    }
}
