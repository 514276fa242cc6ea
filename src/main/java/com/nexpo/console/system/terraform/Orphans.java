package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Action;
import com.nexpo.console.model.ChangeId;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Objects that an apply may have left in PostHog without the state knowing them. The provider repeats a POST whose
 * answer was lost: what has a unique name then fails and is an orphan, what has none exists twice and nobody says
 * so. A cut or a stop leaves orphans too.
 */
public final class Orphans {
    private static final Set<String> NAMES_ARE_UNIQUE = Set.of("posthog_project", "posthog_feature_flag",
            "posthog_role", "posthog_proxy_record");
    private static final Set<String> OF_ORGANIZATION = Set.of("posthog_project", "posthog_role",
            "posthog_proxy_record", "posthog_organization_member");
    private static final Set<String> OF_PROJECT = Set.of("posthog_feature_flag", "posthog_insight",
            "posthog_dashboard", "posthog_dashboard_layout", "posthog_action", "posthog_alert",
            "posthog_hog_function", "posthog_survey", "posthog_external_data_source");
    private static final Set<String> FOUND_BY_NAME = Set.of("posthog_project", "posthog_feature_flag",
            "posthog_insight", "posthog_dashboard", "posthog_action", "posthog_alert", "posthog_hog_function",
            "posthog_survey", "posthog_role");
    /** Codes of failures after which PostHog certainly has what was to be created. */
    private static final Set<String> EXISTS = Set.of("TF-EXISTS", "TF-NAME-TAKEN");

    private Orphans() {}

    /** What to look for. */
    public enum Suspicion {
        /** It may exist, and the state does not hold it. */
        WITHOUT_STATE,
        /** The state holds one, and there may be a second. */
        TWICE
    }

    /**
     * One object to look for in PostHog.
     *
     * @param name         a flag's key, anything else's name
     * @param project      id of its project; empty while only the apply could tell: it is the one of the same module
     * @param module       address of its module
     */
    public record Candidate(Suspicion suspicion, String address, String type, String name,
            Optional<String> project,
            Optional<String> organization, String module) {}

    /** An object that was found, and the address that is to have it. */
    public record Adoption(String address, String importId) {}

    /**
     * What may exist without the state knowing, after an apply that failed, was cancelled or cut.
     *
     * @param outcomes of the changes that were begun
     * @param cut      true when the apply ended unseen, so that what has no outcome may have been begun
     */
    public static List<Candidate> candidates(TerraformPlan plan, Map<ChangeId, Outcome> outcomes,
            boolean cut) {
        List<Candidate> candidates = new ArrayList<>();
        for (PlannedResource resource : plan.resources()) {
            Action action = resource.change().action();
            Optional<String> name = name(resource);
            boolean creates = (action == Action.CREATE || action == Action.REPLACE) && !resource.stateOnly();
            if (creates && name.isPresent() && FOUND_BY_NAME.contains(resource.type())) {
                suspicion(resource, outcomes.get(resource.change().id()), cut)
                        .ifPresent(suspicion -> candidates.add(candidate(suspicion, resource, name.get())));
            }
        }
        return candidates;
    }

    private static Optional<Suspicion> suspicion(PlannedResource resource, @Nullable Outcome outcome,
            boolean cut) {
        return switch (outcome) {
            case null -> cut ? Optional.of(Suspicion.WITHOUT_STATE) : Optional.empty();
            case Outcome.Done _ -> NAMES_ARE_UNIQUE.contains(resource.type())
                    ? Optional.empty()
                    : Optional.of(Suspicion.TWICE);
            case Outcome.Unsure _ -> Optional.of(Suspicion.WITHOUT_STATE);
            case Outcome.Failed(Failure failure) -> afterFailure(failure);
            case Outcome.Refused(Failure failure) -> afterFailure(failure);
        };
    }

    private static Optional<Suspicion> afterFailure(Failure failure) {
        boolean certainlyNot = failure.kind() == FailureKind.DENIED || failure.kind() == FailureKind.INVALID
                || failure.kind() == FailureKind.THROTTLED || failure.kind() == FailureKind.CONFLICT;
        // An inconsistent result is in the state, as tainted.
        boolean inState = failure.code().equals("TF-INCONSISTENT");
        return EXISTS.contains(failure.code()) || (!certainlyNot && !inState)
                ? Optional.of(Suspicion.WITHOUT_STATE)
                : Optional.empty();
    }

    private static Optional<String> name(PlannedResource resource) {
        String attribute = resource.type().equals("posthog_feature_flag") ? "key" : "name";
        return Optional.ofNullable(resource.identity().get(attribute));
    }

    private static Candidate candidate(Suspicion suspicion, PlannedResource resource, String name) {
        return new Candidate(suspicion, resource.address(), resource.type(), name,
                Optional.ofNullable(resource.identity().get("project_id")),
                Optional.ofNullable(resource.identity().get("organization_id")), resource.module());
    }

    /**
     * The id under which an object is imported; empty for types that have no simple one.
     *
     * @param project      of what lives in a project; for settings and access the whole id
     * @param organization UUID, of what lives in the organisation
     */
    public static Optional<String> importId(String type, String project, String organization, String id) {
        if (OF_ORGANIZATION.contains(type)) {
            return Optional.of(organization + "/" + id);
        }
        if (OF_PROJECT.contains(type)) {
            return Optional.of(project + "/" + id);
        }
        return type.equals("posthog_project_settings") || type.equals("posthog_project_default_access")
                ? Optional.of(project)
                : Optional.empty();
    }

    /** The text of an {@code imports.tf} that takes these objects into the state with the next apply. */
    public static String importsFile(List<Adoption> adoptions) {
        StringBuilder hcl = new StringBuilder();
        for (Adoption adoption : adoptions) {
            hcl.append("import {\n  to = ").append(adoption.address()).append("\n  id = ")
                    .append(Hcl.text(adoption.importId())).append("\n}\n\n");
        }
        return hcl.toString().stripTrailing() + "\n";
    }
}
