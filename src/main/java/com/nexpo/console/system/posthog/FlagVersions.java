package com.nexpo.console.system.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the flags of some projects stood at one moment.
 *
 * <p>The Terraform provider does not send a flag's version: any update writes {@code active} and all conditions as they
 * were when the plan was made, and so undoes without a word what somebody switched since. Comparing before the apply
 * is the only way to notice.
 *
 * @param projects project id to flag key to how it stood
 */
public record FlagVersions(Map<Long, Map<String, Stand>> projects) {
    /** A flag at one moment; the digest is of its conditions, variants and payloads. */
    public record Stand(long id, long version, boolean active, String filtersDigest) {
        static Stand of(Flag flag) {
            return new Stand(flag.id(), flag.version(), flag.active(), digest(flag.filters()));
        }
    }

    /**
     * One flag that is not as it was.
     *
     * @param what "switched off", "conditions changed", "created", "deleted or archived", "changed"
     * @param who  e-mail, as far as PostHog tells
     */
    public record Changed(long project, String key, String what, Optional<String> who, Optional<Instant> at) {
        /** "auth-login in project 7: switched off by ada@example.com at 2026-11-24T10:00:00Z". */
        public String display() {
            return key + " in project " + project + ": " + what + who.map(w -> " by " + w).orElse("")
                    + at.map(t -> " at " + t).orElse("");
        }
    }

    public FlagVersions {
        Map<Long, Map<String, Stand>> copy = new TreeMap<>();
        projects.forEach((id, flags) -> copy.put(id, Collections.unmodifiableMap(new TreeMap<>(flags))));
        projects = Collections.unmodifiableMap(copy);
    }

    /** Reads them now. A project that does not exist has no flags. */
    public static FlagVersions read(PostHogApi api, Collection<Long> projects)
            throws FailureException, InterruptedException {
        Map<Long, Map<String, Stand>> read = new TreeMap<>();
        for (long project : projects) {
            Map<String, Stand> flags = new TreeMap<>();
            for (Flag flag : flags(api, project)) {
                flags.put(flag.key(), Stand.of(flag));
            }
            read.put(project, flags);
        }
        return new FlagVersions(read);
    }

    private static List<Flag> flags(PostHogApi api, long project)
            throws FailureException, InterruptedException {
        try {
            return api.flags(project);
        } catch (FailureException e) {
            if (e.failure().kind() == FailureKind.NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    /** What was changed since, in the same projects; with who and when where the history may be read. */
    public List<Changed> changedSince(PostHogApi api) throws FailureException, InterruptedException {
        FlagVersions now = read(api, projects.keySet());
        List<Changed> changed = new ArrayList<>();
        for (Map.Entry<Long, Map<String, Stand>> project : projects.entrySet()) {
            Map<String, Stand> before = project.getValue();
            Map<String, Stand> after = now.projects().getOrDefault(project.getKey(), Map.of());
            TreeMap<String, Stand> all = new TreeMap<>(before);
            all.putAll(after);
            for (Map.Entry<String, Stand> flag : all.entrySet()) {
                Optional<String> what = difference(before.get(flag.getKey()), after.get(flag.getKey()));
                if (what.isPresent()) {
                    changed.add(told(api, project.getKey(), flag.getKey(), flag.getValue().id(), what.get()));
                }
            }
        }
        return changed;
    }

    private static Optional<String> difference(@org.jspecify.annotations.Nullable Stand before,
            @org.jspecify.annotations.Nullable Stand after) {
        if (before == null) {
            return Optional.of("created");
        }
        if (after == null) {
            return Optional.of("deleted or archived");
        }
        List<String> what = new ArrayList<>();
        if (before.id() != after.id()) {
            what.add("deleted and created again");
        }
        if (before.active() != after.active()) {
            what.add(after.active() ? "switched on" : "switched off");
        }
        if (!before.filtersDigest().equals(after.filtersDigest())) {
            what.add("conditions changed");
        }
        if (what.isEmpty() && before.version() != after.version()) {
            what.add("changed");
        }
        return what.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", what));
    }

    private static Changed told(PostHogApi api, long project, String key, long id, String what)
            throws InterruptedException {
        try {
            Optional<Activity> last = api.activity(project, id, 1).stream().findFirst();
            return new Changed(project, key, what, last.flatMap(Activity::who), last.map(Activity::at));
        } catch (FailureException e) {
            // Without activity_log:read, or of a project that is gone: that it changed matters more than who.
            return new Changed(project, key, what, Optional.empty(), Optional.empty());
        }
    }

    /** Equal for equal JSON, whatever the order of members. */
    private static String digest(JsonElement json) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(sorted(json).toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static JsonElement sorted(JsonElement json) {
        if (json.isJsonObject()) {
            JsonObject sorted = new JsonObject();
            new TreeMap<>(json.getAsJsonObject().asMap())
                    .forEach((name, value) -> sorted.add(name, sorted(value)));
            return sorted;
        }
        if (json.isJsonArray()) {
            com.google.gson.JsonArray array = new com.google.gson.JsonArray();
            json.getAsJsonArray().forEach(element -> array.add(sorted(element)));
            return array;
        }
        return json;
    }
}
