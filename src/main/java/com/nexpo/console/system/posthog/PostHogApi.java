package com.nexpo.console.system.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.system.Limits;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.RemoteHttp;
import com.nexpo.console.system.RemoteHttp.Answer;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * PostHog's private API, as far as the console uses it, with a personal API key.
 *
 * <p>Paths are {@code /api/projects/{id}/…} only: {@code /api/environments/} is being retired, and
 * {@code @current} moves with every project that somebody creates. A project is named by its id, so that a key that
 * is limited to projects works wherever PostHog lets it.
 */
public final class PostHogApi {
    /** 480 calls a minute and key: 420 by the rate, 60 by the burst (posthog/rate_limit.py). */
    private static final Limits CALLS = Limits.DEFAULT.withRate(7).withBurst(60);
    /** 240 queries a minute, three at once. */
    private static final Limits QUERIES = Limits.DEFAULT.withRate(3.5).withBurst(30).withConcurrent(3);

    private final RemoteHttp http;
    private final RemoteHttp queries;

    /**
     * @param host   of the private API, such as {@code https://eu.posthog.com}
     * @param key    the personal API key, asked for at every call
     * @param client as {@link RemoteHttp#clientBuilder()} makes it
     */
    public PostHogApi(URI host, Supplier<Secret> key, HttpClient client) {
        this(host, key, client, CALLS, QUERIES);
    }

    PostHogApi(URI host, Supplier<Secret> key, HttpClient client, Limits calls, Limits queries) {
        Supplier<Map<String, Secret>> credentials = bearer(key);
        PostHogErrors errors = new PostHogErrors();
        this.http = new RemoteHttp(new RemoteCall(SystemId.POSTHOG, calls), client, host, credentials,
                errors);
        this.queries = new RemoteHttp(new RemoteCall(SystemId.POSTHOG, queries), client, host, credentials,
                errors);
    }

    /** The header for a key, made once for each key: every secret made stays known to the redactor. */
    private static Supplier<Map<String, Secret>> bearer(Supplier<Secret> key) {
        record Held(Secret key, Secret header) {}
        AtomicReference<@Nullable Held> held = new AtomicReference<>();
        return () -> {
            Secret current = key.get();
            Held last = held.get();
            if (last == null || !last.key().sameAs(current)) {
                last = new Held(current, Secret.of("Bearer " + current.reveal()));
                held.set(last);
            }
            return Map.of("Authorization", last.header());
        };
    }

    /** Where the private API is. */
    public URI host() {
        return http.base();
    }

    /** The organization with this UUID. */
    public Organization organization(String uuid) throws FailureException, InterruptedException {
        return Read.organization(
                object("reading organization " + uuid, "/api/organizations/" + segment(uuid) + "/"));
    }

    /** All that the key may see; refused for a key that is limited to projects. */
    public List<Organization> organizations() throws FailureException, InterruptedException {
        return pages("listing organizations", "/api/organizations/?limit=100").stream()
                .map(Read::organization)
                .toList();
    }

    /** E-mail of the user whose key this is; needs {@code user:read}. */
    public String user() throws FailureException, InterruptedException {
        return Read.text(object("reading the key's user", "/api/users/@me/"), "email").orElse("");
    }

    /** What PostHog says of the key; empty where this PostHog does not tell. */
    public Optional<KeyInfo> key() throws FailureException, InterruptedException {
        try {
            return Optional
                    .of(Read.key(object("looking at the key's scopes", "/api/personal_api_keys/@current/")));
        } catch (FailureException e) {
            boolean notTold = e.failure().kind() == FailureKind.NOT_FOUND
                    || (e.failure().kind() == FailureKind.DENIED && !e.failure().code().equals("PH-AUTH"));
            if (notTold) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public Project project(long id) throws FailureException, InterruptedException {
        return Read.project(object("reading project " + id, project(id, "")));
    }

    /** All projects of an organization; refused for a key that is limited to projects. */
    public List<Project> projects(String organization) throws FailureException, InterruptedException {
        return pages("listing projects",
                "/api/organizations/" + segment(organization) + "/projects/?limit=100")
                .stream().map(Read::project).toList();
    }

    /**
     * The projects that the key can see: the organization's, or, when the key is limited to projects and may not
     * list, those of {@code known} and of its own limits that it can read.
     */
    public List<Project> visibleProjects(String organization, List<Long> known)
            throws FailureException, InterruptedException {
        try {
            return projects(organization);
        } catch (FailureException e) {
            if (!e.failure().code().equals("PH-PROJECT-KEY")) {
                throw e;
            }
        }
        Set<Long> ids = new HashSet<>(known);
        key().ifPresent(info -> info.projects().forEach(id -> ids.add(Long.parseLong(id))));
        List<Project> projects = new ArrayList<>();
        for (long id : ids.stream().sorted().toList()) {
            try {
                projects.add(project(id));
            } catch (FailureException e) {
                if (!e.failure().code().equals("PH-REACH") && e.failure().kind() != FailureKind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        return projects;
    }

    /** All flags of a project that are not deleted or archived. */
    public List<Flag> flags(long project) throws FailureException, InterruptedException {
        return pages("listing flags of project " + project, project(project, "feature_flags/?limit=100"))
                .stream()
                .map(Read::flag).toList();
    }

    /** The flag with exactly this key, archived or not. */
    public Optional<Flag> flag(long project, String key) throws FailureException, InterruptedException {
        for (String archived : List.of("", "&archived=true")) {
            Optional<Flag> found = pages("looking for flag " + key, project(project,
                    "feature_flags/?limit=100&search=" + query(key) + archived)).stream().map(Read::flag)
                    .filter(f -> f.key().equals(key)).findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The flag as it is now; a deleted one too. */
    public Flag flag(long project, long id) throws FailureException, InterruptedException {
        return Read.flag(object("reading flag " + id, project(project, "feature_flags/" + id + "/")));
    }

    /** Switches a flag and touches nothing else of it; safe to repeat. */
    public Flag turn(long project, Flag flag, boolean on) throws FailureException, InterruptedException {
        String what = "switching flag " + flag.key() + (on ? " on" : " off");
        return Read.flag(send(what, Repeat.SAFE, "POST", project(project,
                "feature_flags/" + flag.id() + (on ? "/enable/" : "/disable/")), null));
    }

    /** The newest entries of a flag's history, newest first; needs {@code activity_log:read}. */
    public List<Activity> activity(long project, long flag, int atMost)
            throws FailureException, InterruptedException {
        JsonObject page = object("reading the history of flag " + flag,
                project(project, "feature_flags/" + flag + "/activity/?limit=" + atMost));
        return Read.objects(page, "results").stream().map(Read::activity).toList();
    }

    /** All things of one kind in a project: {@code insights}, {@code dashboards}, {@code actions} and so on. */
    List<JsonObject> all(long project, String kind) throws FailureException, InterruptedException {
        return pages("listing " + kind.replace('_', ' ') + " of project " + project,
                project(project, kind + "/?limit=100"));
    }

    /** Deletes softly, as PostHog wants it for most kinds; safe to repeat. */
    void softDelete(long project, String kind, String id) throws FailureException, InterruptedException {
        JsonObject deleted = new JsonObject();
        deleted.addProperty("deleted", true);
        send("deleting " + kind.replace('_', ' ') + " " + id, Repeat.SAFE, "PATCH",
                project(project, kind + "/" + segment(id) + "/"), deleted);
    }

    /** Deletes for good. */
    void delete(long project, String kind, String id) throws FailureException, InterruptedException {
        http.send("deleting " + kind.replace('_', ' ') + " " + id, Repeat.SAFE, "DELETE",
                project(project, kind + "/" + segment(id) + "/"), null);
    }

    /** Rows of a HogQL query, never from a cache. */
    public List<List<JsonElement>> hogQl(long project, String text)
            throws FailureException, InterruptedException {
        JsonObject query = new JsonObject();
        query.addProperty("kind", "HogQLQuery");
        query.addProperty("query", text);
        JsonObject body = new JsonObject();
        body.add("query", query);
        body.addProperty("refresh", "force_blocking");
        String what = "querying project " + project;
        // A query changes nothing: it may be repeated although it is a POST.
        Answer answer = queries.send(what, Repeat.SAFE, "POST", project(project, "query/"), body);
        return Read.rows(asObject(what, queries.json(what, answer)));
    }

    /** GETs only to see whether the key may; the answer is dropped. */
    void probe(String what, String path) throws FailureException, InterruptedException {
        http.get(what, path);
    }

    private JsonObject object(String what, String path) throws FailureException, InterruptedException {
        return asObject(what, http.json(what, http.get(what, path)));
    }

    private JsonObject send(String what, Repeat repeat, String method, String path,
            @Nullable JsonElement body)
            throws FailureException, InterruptedException {
        return asObject(what, http.json(what, http.send(what, repeat, method, path, body)));
    }

    private static JsonObject asObject(String what, JsonElement answer) throws FailureException {
        if (!answer.isJsonObject()) {
            throw new FailureException(new Failure(FailureKind.INTERNAL, "PH-ANSWER",
                    "PostHog answered %s with something else than an object.".formatted(what)));
        }
        return answer.getAsJsonObject();
    }

    /** Follows {@code next} to the end; only its path and query are used, on the host of the profile. */
    private List<JsonObject> pages(String what, String first) throws FailureException, InterruptedException {
        List<JsonObject> all = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Optional<String> path = Optional.of(first);
        while (path.isPresent() && seen.add(path.get())) {
            JsonObject page = object(what, path.get());
            if (!page.has("results") || !page.get("results").isJsonArray()) {
                throw new FailureException(new Failure(FailureKind.INTERNAL, "PH-ANSWER",
                        "PostHog answered %s without a list of results.".formatted(what)));
            }
            all.addAll(Read.objects(page, "results"));
            path = Read.text(page, "next").map(URI::create)
                    .map(next -> next.getRawPath()
                            + (next.getRawQuery() == null ? "" : "?" + next.getRawQuery()));
        }
        return all;
    }

    private static String project(long id, String below) {
        return "/api/projects/" + id + "/" + below;
    }

    private static String segment(String text) {
        return query(text).replace("+", "%20");
    }

    private static String query(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
