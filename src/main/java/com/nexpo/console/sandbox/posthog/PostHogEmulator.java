package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.sandbox.http.Emulator;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.http.Faults;
import com.nexpo.console.sandbox.http.LocalServer;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * PostHog on loopback: the private API, the flags service and capture on one address, as self-hosted PostHog serves
 * them. Requests are answered one at a time, so that every state that can be seen is a whole one.
 */
public final class PostHogEmulator implements Emulator {
    private final State state;
    private final Keys keys;
    private final Projects projects;
    private final Organizations organizations;
    private final Flags flags;
    private final FlagService flagService;
    private final Events events;
    private final Throttle throttle;
    private final Map<String, Call.Resource> resources;
    private final LocalServer server;

    /**
     * What the emulated PostHog begins with.
     *
     * @param port           0 for any free one
     * @param apiKey         a personal API key with all scopes
     * @param projectLimit   how many projects the plan allows
     * @param ingestionDelay between capture and the moment an event can be queried
     */
    public record Settings(int port, String organizationId, String organizationName, String slug,
            String apiKey,
            int projectLimit, Duration ingestionDelay) {
        /** A free port, the organisation "Nexpo" with room for many projects, and 300 ms of ingestion. */
        public static Settings of(String apiKey) {
            return new Settings(0, "0190a000-0000-7000-8000-000000000001", "Nexpo", "nexpo", apiKey, 2000,
                    Duration.ofMillis(300));
        }

        public Settings withPort(int other) {
            return new Settings(other, organizationId, organizationName, slug, apiKey, projectLimit,
                    ingestionDelay);
        }

        public Settings withProjectLimit(int other) {
            return new Settings(port, organizationId, organizationName, slug, apiKey, other, ingestionDelay);
        }

        public Settings withIngestionDelay(Duration other) {
            return new Settings(port, organizationId, organizationName, slug, apiKey, projectLimit, other);
        }
    }

    public PostHogEmulator(Settings settings) {
        state = new State(Clock.systemUTC());
        ActivityLog log = new ActivityLog(state);
        keys = new Keys(state);
        projects = new Projects(state, log);
        organizations = new Organizations(state, projects);
        flags = new Flags(state, log);
        flagService = new FlagService(state, projects, flags, keys);
        events = new Events(state, projects, settings.ingestionDelay());
        throttle = new Throttle(state);
        Dashboards dashboards = new Dashboards(state);
        resources = Map.of("feature_flags", flags,
                "dashboards", new Collection(state, log, dashboards),
                "insights", new Collection(state, log, new Content.Insights(state, dashboards)),
                "actions", new Collection(state, log, new Content.Actions(state)),
                "alerts", new Collection(state, log, new Content.Alerts(state)),
                "hog_functions", new Collection(state, log, new HogFunctions(state)),
                "activity_log", log::list,
                "events", events::list,
                "query", new Query(events));
        seed(settings);
        server = new LocalServer("posthog", settings.port(), this::serve);
    }

    private void seed(Settings settings) {
        state.table("users").put("101", Json.object("id", 101, "uuid", "0190a000-0000-7000-8000-0000000000aa",
                "distinct_id", "d-ada", "first_name", "Ada", "last_name", "Example", "email",
                "ada@example.com",
                "is_email_verified", true, "hedgehog_config", null, "role_at_organization", "engineering",
                "membership",
                "0190a000-0000-7000-8000-0000000a0001", "level", 15, "is_staff", false));
        state.table("organizations").put(settings.organizationId(), Json.object("id",
                settings.organizationId(),
                "name", settings.organizationName(), "slug", settings.slug(), "logo_media_id", null,
                "created_at",
                state.now(), "updated_at", state.now(), "membership_level", 15, "plugins_access_level", 3,
                "available_product_features",
                List.of(Json.object("key", "organizations_projects", "name", "Multiple projects", "limit",
                        settings.projectLimit())),
                "is_member_join_email_enabled", true, "metadata",
                new JsonObject(), "members_can_invite", true, "members_can_use_personal_api_keys", true,
                "allow_publicly_shared_resources", true, "project_limit", settings.projectLimit()));
        keys.add(settings.apiKey(), "sandbox", List.of("*"), List.of(), List.of());
    }

    @Override
    public SystemId system() {
        return SystemId.POSTHOG;
    }

    @Override
    public URI address() {
        return server.address();
    }

    /** What is broken on purpose. */
    public Faults faults() {
        return server.faults();
    }

    /**
     * Makes another personal API key valid.
     *
     * @param scopes        such as {@code feature_flag:read}; {@code *} for all
     * @param projects      ids the key is limited to; none for no limit
     * @param organizations ids the key is limited to; none for no limit
     */
    public void addKey(String token, List<String> scopes, List<Long> projects, List<String> organizations) {
        synchronized (state) {
            keys.add(token, "key", scopes, projects, organizations);
        }
    }

    /** Makes a key invalid. */
    public void revokeKey(String token) {
        synchronized (state) {
            keys.revoke(token);
        }
    }

    /** Makes the user a mere member of the organisation, and says whether such may use personal API keys. */
    public void memberKeysAllowed(boolean allowed) {
        synchronized (state) {
            for (JsonObject organization : state.table("organizations").values()) {
                organization.addProperty("membership_level", 1);
                organization.addProperty("members_can_use_personal_api_keys", allowed);
            }
        }
    }

    /** Limits requests a minute and key; PostHog Cloud has 480 and 240. */
    public void limitRate(int crudPerMinute, int queriesPerMinute) {
        synchronized (state) {
            throttle.limit(crudPerMinute, queriesPerMinute);
        }
    }

    /** The plan's flag evaluations are used up, or not. */
    public void flagQuotaReached(boolean reached) {
        synchronized (state) {
            flagService.quotaReached(reached);
        }
    }

    /** The plan's events are used up, or not: they are answered with 200 and dropped. */
    public void eventQuotaReached(boolean reached) {
        synchronized (state) {
            events.quotaReached(reached);
        }
    }

    /** Every change of a flag of this project asks for an approval instead of being made, or not. */
    public void requireApproval(long project, boolean required) {
        synchronized (state) {
            flags.requireApproval(project, required);
        }
    }

    @Override
    public JsonObject save() {
        synchronized (state) {
            return state.save();
        }
    }

    @Override
    public void restore(JsonObject saved) {
        synchronized (state) {
            state.restore(saved);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private void serve(Exchange exchange) throws IOException {
        Reply reply;
        try {
            synchronized (state) {
                reply = route(exchange, exchange.segments());
            }
        } catch (ApiError e) {
            e.headers().forEach(exchange::with);
            reply = new Reply(e.status(), e.body());
        }
        JsonElement body = reply.body();
        if (body.isJsonNull()) {
            exchange.empty(reply.status());
        } else if (reply.status() >= 400 && body.isJsonPrimitive()) {
            exchange.text(reply.status(), body.getAsString());
        } else {
            exchange.json(reply.status(), body);
        }
    }

    private Reply route(Exchange exchange, List<String> path) throws ApiError {
        return switch (String.join("/", path)) {
            case "flags" -> flagService.evaluate(exchange);
            case "flags/definitions", "api/feature_flag/local_evaluation" ->
                flagService.definitions(exchange);
            case "batch", "capture", "e", "i/v0/e", "track", "engage" -> events.capture(exchange);
            default -> {
                if (path.isEmpty() || !path.getFirst().equals("api") || path.size() < 2) {
                    throw ApiError.notFound("Endpoint not found.");
                }
                yield api(exchange, path.subList(1, path.size()));
            }
        };
    }

    private Reply api(Exchange exchange, List<String> path) throws ApiError {
        if (path.size() == 5 && path.get(2).equals("feature_flags") && path.get(4).equals("remote_config")) {
            return flagService.remoteConfig(exchange, path.get(3));
        }
        Caller caller = keys.authenticate(exchange);
        boolean query = path.size() > 2
                && (path.get(2).equals("query") || path.getLast().equals("test_evaluation"));
        throttle.take(exchange.bearer().orElse(""), query);
        Call call = new Call(exchange, caller, body(exchange));
        List<String> rest = path.subList(1, path.size());
        return switch (path.getFirst()) {
            case "organizations" -> organizations.handle(call, rest);
            case "users" -> keys.me(call, rest);
            case "personal_api_keys" -> keys.current(call, rest);
            case "projects", "environments" -> rest.isEmpty() ? projects.list(call) : project(call, rest);
            default -> throw ApiError.notFound("Endpoint not found.");
        };
    }

    private static JsonObject body(Exchange exchange) throws ApiError {
        if (exchange.bodyText().isBlank()) {
            return new JsonObject();
        }
        return exchange.bodyObject().orElseThrow(
                () -> ApiError.of(400, "validation_error", "parse_error", "JSON parse error", null));
    }

    private Reply project(Call call, List<String> path) throws ApiError {
        JsonObject project = projects.find(call, path.getFirst());
        if (path.size() == 1) {
            return projects.one(call, project);
        }
        Call.Resource resource = resources.get(path.get(1));
        if (resource == null) {
            throw ApiError.notFound("Endpoint not found.");
        }
        return resource.handle(call, project.get("id").getAsLong(), path.subList(2, path.size()));
    }
}
