package com.nexpo.console.system.posthog;

import com.google.gson.JsonObject;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for things that an apply made although it failed: a create whose answer was lost leaves an object without
 * state, and a repeated create of what has no unique name leaves two.
 */
public final class Orphans {
    /** Terraform type to the path segment of its list. */
    private static final Map<String, String> KINDS = Map.of("posthog_feature_flag", "feature_flags",
            "posthog_insight", "insights", "posthog_dashboard", "dashboards", "posthog_action", "actions",
            "posthog_hog_function", "hog_functions", "posthog_alert", "alerts");
    private static final String PROJECT = "posthog_project";

    private final PostHogApi api;

    public Orphans(PostHogApi api) {
        this.api = api;
    }

    /**
     * What may exist without state.
     *
     * @param type   of the Terraform resource, such as {@code posthog_insight}
     * @param name   the key of a flag, else the name
     * @param parent UUID of the organization for a project, else id of the project
     */
    public record Candidate(String type, String name, String parent) {}

    /**
     * Objects that go by a candidate's name, oldest first; never empty.
     *
     * @param ids as Terraform writes them
     */
    public record Found(Candidate candidate, List<String> ids) {
        public Found {
            ids = List.copyOf(ids);
        }

        /** True when there is more than one of what should be one. */
        public boolean isDouble() {
            return ids.size() > 1;
        }

        /** What {@code terraform import} and an import block take for the oldest. */
        public String importId() {
            return importId(ids.getFirst());
        }

        /** The same for one of them. */
        public String importId(String id) {
            return candidate.parent() + "/" + id;
        }
    }

    /** True when objects of this Terraform type can be looked for. */
    public static boolean covers(String type) {
        return type.equals(PROJECT) || KINDS.containsKey(type);
    }

    /** Those of the candidates that exist, by exact name; each list is read once. */
    public List<Found> search(Collection<Candidate> candidates)
            throws FailureException, InterruptedException {
        Map<String, List<Named>> lists = new HashMap<>();
        List<Found> found = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (!covers(candidate.type())) {
                continue;
            }
            String list = candidate.type() + " " + candidate.parent();
            List<Named> all = lists.get(list);
            if (all == null) {
                all = read(candidate);
                lists.put(list, all);
            }
            List<String> ids = all.stream().filter(n -> n.name().equals(candidate.name())).map(Named::id)
                    .sorted(Orphans::oldestFirst).toList();
            if (!ids.isEmpty()) {
                found.add(new Found(candidate, ids));
            }
        }
        return found;
    }

    /** Deletes one of them: softly where PostHog knows that. A project is never deleted here. */
    public void delete(Candidate candidate, String id) throws FailureException, InterruptedException {
        String kind = KINDS.get(candidate.type());
        if (kind == null) {
            throw new FailureException(new Failure(FailureKind.INVALID, "PH-NO-DELETE",
                    "A %s is not deleted from here; %s has data that cannot be brought back.".formatted(
                            candidate.type(), candidate.name()),
                    "Delete it in PostHog, or import it into the state."));
        }
        long project = Long.parseLong(candidate.parent());
        if (kind.equals("alerts")) {
            api.delete(project, kind, id);
        } else {
            api.softDelete(project, kind, id);
        }
    }

    private record Named(String id, String name) {}

    private List<Named> read(Candidate candidate) throws FailureException, InterruptedException {
        if (candidate.type().equals(PROJECT)) {
            return api.projects(candidate.parent()).stream()
                    .map(p -> new Named(String.valueOf(p.id()), p.name()))
                    .toList();
        }
        String kind = Optional.ofNullable(KINDS.get(candidate.type())).orElseThrow();
        long project = Long.parseLong(candidate.parent());
        String member = kind.equals("feature_flags") ? "key" : "name";
        try {
            List<Named> all = new ArrayList<>();
            for (JsonObject object : api.all(project, kind)) {
                all.add(new Named(Read.text(object, "id").orElse(""), Read.text(object, member).orElse("")));
            }
            return all;
        } catch (FailureException e) {
            if (e.failure().kind() == FailureKind.NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    /** Numbers grow with time; UUIDs here are compared as text, which keeps those of version 7 in order. */
    private static int oldestFirst(String a, String b) {
        boolean numbers = a.chars().allMatch(Character::isDigit) && b.chars().allMatch(Character::isDigit);
        return numbers && a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
    }
}
