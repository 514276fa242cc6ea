package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.nexpo.console.blueprint.Entry;
import com.nexpo.console.blueprint.ResolvedService;
import com.nexpo.console.blueprint.ServiceCatalog;
import com.nexpo.console.blueprint.Source;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** One module of the blueprint: the resources and outputs of its {@code main.tf}, which is the same in all of them. */
final class ModuleResources {

    private final ServiceCatalog catalog;
    private final ResolvedService resolved;
    private final ModuleValues values;
    private final Optional<Address> project;

    /** @param shared the shared module; empty when this is the one */
    ModuleResources(ServiceCatalog catalog, ModuleValues values, Optional<ModuleResources> shared) {
        this.catalog = catalog;
        this.values = values;
        this.resolved = values.resolved();
        this.project = resolved.ownsProject()
                ? Optional.of(Address.counted(catalog.module(), "posthog_project", 0))
                : shared.filter(s -> isOn()).flatMap(s -> s.project);
    }

    ServiceCatalog catalog() {
        return catalog;
    }

    /** The file that declares its resources. */
    String file() {
        return catalog.folder() + "/main.tf";
    }

    List<Resource> resources() {
        List<Resource> resources = new ArrayList<>();
        if (resolved.ownsProject()) {
            resources.add(new Resource(Address.counted(catalog.module(), "posthog_project", 0), List.of(),
                    Set.of(), references -> projectAttributes()));
        }
        resolved.flags().forEach(
                f -> resources.add(of(keyed(ResourceType.FLAG, f.key()), Set.of("active"), projectOnly(),
                        references -> flag(f, references))));
        resolved.dashboard().ifPresent(d -> resources.add(of(dashboardAddress(), Set.of(), projectOnly(),
                references -> dashboard(d, references))));
        resolved.insights().forEach(i -> resources.add(of(keyed(ResourceType.INSIGHT, i.key()), Set.of(),
                withDashboard(), references -> insight(i, references))));
        resolved.actions()
                .forEach(a -> resources.add(of(keyed(ResourceType.ACTION, a.key()), Set.of(), projectOnly(),
                        references -> action(a, references))));
        parameters().forEach(e -> resources.add(of(keyed(ResourceType.PARAMETER, e.entry().name()), Set.of(),
                projectOnly(), references -> parameter(e, references))));
        return resources;
    }

    private boolean isOn() {
        return !resolved.environment().isEmpty() || !resolved.flags().isEmpty()
                || resolved.dashboard().isPresent();
    }

    private List<ResolvedService.EnvironmentValue> parameters() {
        return resolved.ssmParameters() ? resolved.environment() : List.of();
    }

    private Resource of(Address address, Set<String> ignored, List<Address> needs,
            Function<References, JsonObject> attributes) {
        return new Resource(address, needs, ignored, attributes);
    }

    private Address keyed(ResourceType type, String key) {
        return Address.keyed(catalog.module(), type.type(), key);
    }

    private Address dashboardAddress() {
        return Address.counted(catalog.module(), "posthog_dashboard", 0);
    }

    private List<Address> projectOnly() {
        return project.map(List::of).orElse(List.of());
    }

    private List<Address> withDashboard() {
        List<Address> needs = new ArrayList<>(projectOnly());
        resolved.dashboard().ifPresent(d -> needs.add(dashboardAddress()));
        return needs;
    }

    private JsonObject projectAttributes() {
        JsonObject attributes = new JsonObject();
        ModuleValues.Texts texts = values.texts();
        String middle = catalog.kind() == ServiceCatalog.Kind.SHARED ? "" : catalog.service();
        List<String> parts = List.of(texts.projectName(), middle, texts.environment());
        attributes.addProperty("organization_id", texts.organization());
        attributes.addProperty("name", String.join("-", parts.stream().filter(p -> !p.isEmpty()).toList()));
        attributes.addProperty("timezone", "UTC");
        return attributes;
    }

    private JsonObject flag(Entry.Flag flag, References references) {
        JsonObject group = new JsonObject();
        group.add("properties", new JsonArray());
        group.addProperty("rollout_percentage", flag.rollout());
        JsonArray groups = new JsonArray();
        groups.add(group);
        JsonObject filters = new JsonObject();
        filters.add("groups", groups);
        filters.add("multivariate", JsonNull.INSTANCE);
        filters.add("payloads", new JsonObject());
        JsonObject attributes = new JsonObject();
        attributes.add("project_id", projectId(references));
        attributes.addProperty("key", flag.key());
        attributes.addProperty("name", flag.name());
        attributes.addProperty("active", true);
        attributes.addProperty("rollout_percentage", flag.rollout());
        attributes.addProperty("filters", Json.encode(filters));
        attributes.addProperty("ensure_experience_continuity", false);
        attributes.add("tags", Json.setOf(flag.tags()));
        return attributes;
    }

    private JsonObject dashboard(Entry.Dashboard dashboard, References references) {
        JsonObject attributes = named(dashboard.name(), dashboard.description(), references);
        attributes.addProperty("pinned", true);
        return attributes;
    }

    private JsonObject insight(Entry.Insight insight, References references) {
        JsonObject attributes = named(insight.name(), insight.description(), references);
        attributes.addProperty("query_json", Json.encode(insight.query()));
        JsonArray dashboards = new JsonArray();
        dashboards.add(references.attribute(dashboardAddress(), "id"));
        attributes.add("dashboard_ids", dashboards);
        return attributes;
    }

    private JsonObject action(Entry.Action action, References references) {
        JsonObject attributes = named(action.name(), action.description(), references);
        attributes.addProperty("steps_json", Json.encode(action.steps()));
        return attributes;
    }

    private JsonObject named(String name, String description, References references) {
        JsonObject attributes = new JsonObject();
        attributes.add("project_id", projectId(references));
        attributes.addProperty("name", name);
        attributes.addProperty("description", description);
        attributes.add("tags", Json.setOf(List.of(catalog.service(), "terraform")));
        return attributes;
    }

    private JsonObject parameter(ResolvedService.EnvironmentValue value, References references) {
        JsonElement text = environmentValue(value, references);
        JsonObject attributes = new JsonObject();
        attributes.addProperty("name",
                values.texts().ssmPrefix() + "/" + catalog.service() + "/" + value.entry().name());
        attributes.addProperty("type", value.entry().secret() ? "SecureString" : "String");
        attributes.add("value_wo", text);
        attributes.add("value_wo_version",
                Unknown.is(text) ? text : new JsonPrimitive(version(present(text))));
        attributes.add("tags", Json.sorted(values.tags()));
        return attributes;
    }

    private static String present(JsonElement text) {
        if (text.isJsonNull()) {
            throw new TerraformException("Invalid function argument",
                    "Invalid value for \"str\" parameter: argument must not be null.");
        }
        return text.getAsString();
    }

    /** {@code parseint(substr(sha256(value), 0, 7), 16)}. */
    static int version(String value) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return Integer.parseInt(HexFormat.of().formatHex(hash).substring(0, 7), 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256.", e);
        }
    }

    private JsonElement projectId(References references) {
        JsonElement id = projectNumber(references);
        return Unknown.is(id) || id.isJsonNull() ? id : new JsonPrimitive(id.getAsString());
    }

    private JsonElement environmentValue(ResolvedService.EnvironmentValue value, References references) {
        if (value.entry().from() == Source.Known.PROJECT_TOKEN) {
            return fromProject("api_token", references);
        }
        if (value.entry().from() == Source.Known.PROJECT_ID) {
            return projectId(references);
        }
        return value.known().<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE);
    }

    private JsonElement fromProject(String attribute, References references) {
        return project.map(p -> references.attribute(p, attribute)).orElse(JsonNull.INSTANCE);
    }

    /** Output {@code env_vars}. */
    JsonObject environment(References references) {
        JsonObject environment = new JsonObject();
        resolved.environment().stream().sorted((a, b) -> a.entry().name().compareTo(b.entry().name()))
                .forEach(e -> environment.add(e.entry().name(), environmentValue(e, references)));
        return environment;
    }

    /** Output {@code posthog_project_id}. */
    JsonElement projectNumber(References references) {
        return fromProject("id", references);
    }

    /** Output {@code posthog_project_url}. */
    JsonElement projectUrl(References references) {
        JsonElement id = projectId(references);
        return Unknown.is(id) || id.isJsonNull()
                ? id
                : new JsonPrimitive(values.texts().apiHost() + "/project/" + id.getAsString());
    }

    /** Outputs {@code flag_ids} and {@code insight_ids}. */
    JsonObject ids(ResourceType type, References references) {
        List<? extends Entry> entries = type == ResourceType.FLAG ? resolved.flags() : resolved.insights();
        JsonObject ids = new JsonObject();
        entries.stream().map(Entry::key).sorted()
                .forEach(key -> ids.add(key, references.attribute(keyed(type, key), "id")));
        return ids;
    }

    /** Output {@code dashboard_id}. */
    JsonElement dashboardId(References references) {
        return resolved.dashboard().isPresent()
                ? references.attribute(dashboardAddress(), "id")
                : JsonNull.INSTANCE;
    }

    /** Output {@code ssm_parameter_names}. */
    JsonArray parameterNames() {
        return Json.setOf(parameters().stream()
                .map(e -> values.texts().ssmPrefix() + "/" + catalog.service() + "/" + e.entry().name())
                .toList());
    }
}
