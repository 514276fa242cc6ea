package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonObject;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Projects of an organisation and their settings, under {@code /api/organizations/{o}/projects/},
 * {@code /api/projects/{id}/} and, for the Terraform provider, {@code /api/environments/{id}/}.
 */
final class Projects {
    private static final String[] SETTINGS = {"name", "product_description", "timezone", "app_urls",
        "recording_domains", "slack_incoming_webhook", "anonymize_ips", "completed_snippet_onboarding",
        "heatmaps_opt_in", "autocapture_exceptions_opt_in", "session_recording_opt_in", "surveys_opt_in",
        "autocapture_web_vitals_opt_in", "cookieless_server_hash_mode", "session_recording_sample_rate",
        "session_recording_minimum_duration_milliseconds", "feature_flag_confirmation_enabled"};
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final State state;
    private final ActivityLog log;
    private final SecureRandom random = new SecureRandom();

    Projects(State state, ActivityLog log) {
        this.state = state;
        this.log = log;
    }

    Stream<JsonObject> of(JsonObject organization) {
        return state.table("projects").values().stream()
                .filter(p -> p.get("organization").equals(organization.get("id")));
    }

    /** The project with this public token. */
    Optional<JsonObject> byToken(String token) {
        return state.table("projects").values().stream()
                .filter(p -> p.get("api_token").getAsString().equals(token)).findFirst();
    }

    /** {@code /api/organizations/{o}/projects/…}. */
    Reply inOrganization(Call call, JsonObject organization, List<String> rest) throws ApiError {
        if (!rest.isEmpty()) {
            JsonObject project = find(call, rest.getFirst());
            if (rest.size() > 1 || !project.get("organization").equals(organization.get("id"))) {
                throw ApiError.notFound();
            }
            return one(call, project);
        }
        call.needs("project");
        return switch (call.method()) {
            case "GET" -> call.page(of(organization).map(this::basic).toList());
            case "POST" -> Reply.created(create(call, organization));
            default -> throw ApiError.methodNotAllowed(call.method());
        };
    }

    /** {@code GET /api/projects/}: all that the key may see; a key scoped to projects may not list. */
    Reply list(Call call) throws ApiError {
        call.caller().needsNoProjectScope();
        if (!call.is("GET")) {
            throw ApiError.methodNotAllowed(call.method());
        }
        call.needs("project");
        return call.page(state.table("projects").values().stream().map(this::basic).toList());
    }

    /** {@code /api/projects/{id}/}. */
    Reply one(Call call, JsonObject project) throws ApiError {
        call.needs("project");
        return switch (call.method()) {
            case "GET" -> Reply.ok(project.deepCopy());
            case "PATCH" -> Reply.ok(update(call, project));
            case "DELETE" -> {
                long id = project.get("id").getAsLong();
                state.table("projects").remove(String.valueOf(id));
                state.drop(id);
                yield Reply.noContent();
            }
            default -> throw ApiError.methodNotAllowed(call.method());
        };
    }

    /** By id, or {@code @current}: the project made last, because creating one switches the user to it. */
    JsonObject find(Call call, String id) throws ApiError {
        JsonObject project = id.equals("@current")
                ? state.table("projects").values().stream().reduce((_, last) -> last).orElse(null)
                : state.table("projects").get(id);
        if (project == null) {
            throw ApiError.notFound("Project not found.");
        }
        call.caller().mayUseProject(project.get("id").getAsLong());
        JsonObject organization = state.table("organizations").get(project.get("organization").getAsString());
        if (organization != null) {
            Organizations.allowsKeys(organization);
        }
        return project;
    }

    private JsonObject create(Call call, JsonObject organization) throws ApiError {
        String name = Json.text(call.body(), "name").map(String::strip).orElse("");
        if (name.isEmpty()) {
            throw ApiError.invalid("required", "This field is required.", "name");
        }
        if (of(organization).count() >= Json.number(organization, "project_limit")) {
            throw ApiError
                    .denied("You have reached the maximum limit of allowed projects for your current plan. "
                            + "Upgrade your plan to be able to create and manage more projects.");
        }
        refuseSameName(organization, name, 0);
        long id = state.nextId();
        JsonObject project = Json.object("id", id, "uuid", UUID.randomUUID(), "organization",
                organization.get("id"),
                "name", name, "product_description", null, "created_at", state.now(), "api_token",
                "phc_" + random(43), "secret_api_token", null, "timezone", "UTC", "app_urls", List.of(),
                "recording_domains", null, "slack_incoming_webhook", null, "anonymize_ips", false,
                "completed_snippet_onboarding", false, "ingested_event", false, "is_demo", false,
                "heatmaps_opt_in",
                null, "autocapture_exceptions_opt_in", null, "session_recording_opt_in", false,
                "surveys_opt_in", null,
                "autocapture_web_vitals_opt_in", null, "cookieless_server_hash_mode", 0, "access_control",
                false,
                "effective_membership_level", organization.get("membership_level"), "is_pending_deletion",
                false);
        Json.copy(call.body(), project, SETTINGS);
        state.table("projects").put(String.valueOf(id), project);
        log.add(call.caller(), id, "Project", String.valueOf(id), name, "created", List.of());
        return project.deepCopy();
    }

    private JsonObject update(Call call, JsonObject project) throws ApiError {
        Optional<String> name = Json.text(call.body(), "name");
        JsonObject organization = state.table("organizations").get(project.get("organization").getAsString());
        if (name.isPresent() && organization != null) {
            refuseSameName(organization, name.get().strip(), project.get("id").getAsLong());
        }
        JsonObject before = project.deepCopy();
        Json.copy(call.body(), project, SETTINGS);
        long id = project.get("id").getAsLong();
        log.updated(call.caller(), id, "Project", String.valueOf(id), before, project);
        return project.deepCopy();
    }

    private void refuseSameName(JsonObject organization, String name, long except) throws ApiError {
        boolean taken = of(organization).anyMatch(p -> p.get("id").getAsLong() != except
                && p.get("name").getAsString().strip().equalsIgnoreCase(name));
        if (taken) {
            throw ApiError.conflict("There is already a project called \"" + name + "\".", "name");
        }
    }

    /** As lists show it. */
    JsonObject basic(JsonObject project) {
        JsonObject basic = new JsonObject();
        Json.copy(project, basic, "id", "uuid", "organization", "api_token", "name",
                "completed_snippet_onboarding",
                "ingested_event", "is_demo", "timezone", "access_control");
        basic.add("project_id", project.get("id"));
        basic.add("has_completed_onboarding_for", new JsonObject());
        return basic;
    }

    private String random(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
