package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonObject;
import java.util.List;

/** {@code /api/organizations/}: list, one, members; its projects are {@link Projects}'. */
final class Organizations {
    private final State state;
    private final Projects projects;

    Organizations(State state, Projects projects) {
        this.state = state;
        this.projects = projects;
    }

    Reply handle(Call call, List<String> rest) throws ApiError {
        if (rest.isEmpty()) {
            call.caller().needsNoProjectScope();
            call.needs("organization");
            return call.page(state.table("organizations").values().stream().map(this::shown).toList());
        }
        if (rest.size() == 1) {
            call.needs("organization");
            call.caller().needsNoProjectScope();
            return Reply.ok(shown(find(call, rest.getFirst())));
        }
        JsonObject organization = find(call, rest.getFirst());
        call.caller().needsNoProjectScope();
        List<String> below = rest.subList(2, rest.size());
        return switch (rest.get(1)) {
            case "projects" -> projects.inOrganization(call, organization, below);
            case "members" -> members(call, below);
            default -> throw ApiError.notFound();
        };
    }

    /** By UUID, or {@code @current}; a slug is no id to PostHog. */
    private JsonObject find(Call call, String id) throws ApiError {
        JsonObject organization = id.equals("@current")
                ? state.table("organizations").values().iterator().next()
                : state.table("organizations").get(id);
        if (organization == null) {
            throw ApiError.notFound("Organization not found.");
        }
        call.caller().mayUseOrganization(organization.get("id").getAsString());
        allowsKeys(organization);
        return organization;
    }

    /** Members below admin may be forbidden to use personal API keys (posthog/permissions.py). */
    static void allowsKeys(JsonObject organization) throws ApiError {
        boolean admin = Json.number(organization, "membership_level") >= 8;
        if (!admin && !Json.flag(organization, "members_can_use_personal_api_keys")) {
            throw ApiError.denied("Organization '" + organization.get("name").getAsString()
                    + "' does not allow using personal API keys. Contact an admin to enable personal API keys for this"
                    + " organization.");
        }
    }

    private JsonObject shown(JsonObject organization) {
        JsonObject shown = organization.deepCopy();
        shown.remove("project_limit");
        List<JsonObject> basic = projects.of(organization).map(projects::basic).toList();
        shown.add("teams", Json.array(basic));
        shown.add("projects", Json.array(basic));
        return shown;
    }

    private Reply members(Call call, List<String> rest) throws ApiError {
        if (!rest.isEmpty() || !call.is("GET")) {
            throw ApiError.notFound();
        }
        call.needs("organization_member");
        return call.page(state.table("users").values().stream().map(user -> {
            JsonObject basic = new Caller(new JsonObject(), user).basic();
            return Json.object("id", user.get("membership"), "user", basic, "level", user.get("level"),
                    "joined_at",
                    state.now(), "updated_at", state.now(), "is_2fa_enabled", true, "has_social_auth", false,
                    "last_login", state.now());
        }).toList());
    }
}
