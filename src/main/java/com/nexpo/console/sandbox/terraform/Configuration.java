package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.nexpo.console.blueprint.Blueprint;
import com.nexpo.console.blueprint.BrokenBlueprintException;
import com.nexpo.console.blueprint.ServiceCatalog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the blueprint's folder and its variables want to exist: the modules' HCL, evaluated from their catalogs. */
final class Configuration {

    private static final Pattern IMPORT = Pattern.compile(
            "import\\s*\\{\\s*(?:to\\s*=\\s*(\\S[^\\n]*)\\s+id\\s*=\\s*\"([^\"]*)\"|id\\s*=\\s*\"([^\"]*)\"\\s+to\\s*=\\s*(\\S[^\\n]*))\\s*}");
    private static final Pattern BACKEND = Pattern.compile("(?m)^\\s*backend\\s+\"(\\w+)\"");

    private final JsonObject variables;
    private final List<ModuleResources> modules;
    private final Map<Address, String> imports;

    private final Path directory;

    private Configuration(Path directory, JsonObject variables, List<ModuleResources> modules,
            Map<Address, String> imports) {
        this.directory = directory;
        this.variables = variables;
        this.modules = modules;
        this.imports = imports;
    }

    /**
     * Evaluates a root module's folder.
     *
     * @throws TerraformException when a catalog or a value is wrong
     */
    static Configuration load(Path directory, JsonObject variables) {
        List<ServiceCatalog> catalogs = catalogs(directory);
        List<ModuleResources> modules = new ArrayList<>();
        List<Diagnostic> problems = new ArrayList<>();
        for (ServiceCatalog catalog : catalogs) {
            ModuleValues values = ModuleValues.of(catalog, variables, problems);
            modules.add(new ModuleResources(catalog, values, modules.isEmpty()
                    ? Optional.empty()
                    : Optional.of(modules.getFirst())));
        }
        if (!problems.isEmpty()) {
            throw new TerraformException(problems);
        }
        return new Configuration(directory, variables, modules, imports(directory));
    }

    private static List<ServiceCatalog> catalogs(Path directory) {
        try {
            return Blueprint.catalogs(directory);
        } catch (BrokenBlueprintException e) {
            throw new TerraformException(e.problems().stream()
                    .map(p -> Diagnostic.error("Invalid catalog", p.toString())).toList());
        }
    }

    /** Name of the backend that the configuration asks for; empty for the local one. */
    static Optional<String> backend(Path directory) {
        return Variables.files(directory, ".tf").stream().map(f -> BACKEND.matcher(Variables.read(f)))
                .filter(Matcher::find).map(m -> m.group(1)).filter(b -> !b.equals("local")).findFirst();
    }

    private static Map<Address, String> imports(Path directory) {
        Map<Address, String> imports = new LinkedHashMap<>();
        for (Path file : Variables.files(directory, ".tf")) {
            Matcher block = IMPORT.matcher(Variables.read(file));
            while (block.find()) {
                String to = block.group(1) != null ? block.group(1) : block.group(4);
                String id = block.group(1) != null ? block.group(2) : block.group(3);
                imports.put(Address.parse(to).orElseThrow(() -> new TerraformException("Invalid import block",
                        "The address " + to + " is not one of a resource instance.")), id);
            }
        }
        return imports;
    }

    JsonObject variables() {
        return variables;
    }

    /** A text variable. */
    String text(String name) {
        return Json.text(variables, name).orElse("");
    }

    /** A switch among the variables. */
    boolean isOn(String name) {
        return text(name).equals("true");
    }

    /** Ids to import by address. */
    Map<Address, String> imports() {
        return imports;
    }

    /** Names of the modules. */
    List<String> moduleNames() {
        return modules.stream().map(m -> m.catalog().module()).toList();
    }

    /** Every wanted instance; each comes after those it needs. */
    List<Resource> resources() {
        return modules.stream().flatMap(m -> m.resources().stream()).toList();
    }

    /** The line that declares a resource. */
    SourceRange rangeOf(Address address) {
        String file = modules.stream().filter(m -> m.catalog().module().equals(address.module())).findFirst()
                .map(ModuleResources::file).orElse("main.tf");
        return SourceRange.of(directory, file,
                "resource \"" + address.type() + "\" \"" + address.name() + "\"");
    }

    /** The line that configures a provider. */
    SourceRange rangeOfProvider(String name) {
        return SourceRange.of(directory, "providers.tf", "provider \"" + name + "\"");
    }

    /** Whether the block that declares an instance, which may be none of the wanted ones, guards it from destruction. */
    boolean isGuarded(Address address) {
        return address.type().equals(ResourceType.PROJECT.type()) && moduleNames().contains(address.module());
    }

    /** The root's outputs: {@code value} and {@code sensitive} by name, unknown values marked. */
    JsonObject outputs(References references) {
        JsonObject outputs = new JsonObject();
        for (ModuleResources module : modules) {
            outputs.add(module.catalog().environmentOutput(), output(module.environment(references), true));
        }
        perService(outputs, "posthog_project_ids", m -> m.projectNumber(references));
        perService(outputs, "posthog_project_urls", m -> m.projectUrl(references));
        perService(outputs, "posthog_flag_ids", m -> m.ids(ResourceType.FLAG, references));
        perService(outputs, "posthog_insight_ids", m -> m.ids(ResourceType.INSIGHT, references));
        perService(outputs, "posthog_dashboard_ids", m -> m.dashboardId(references));
        perService(outputs, "ssm_parameter_names", ModuleResources::parameterNames);
        return outputs;
    }

    private void perService(JsonObject outputs, String name,
            java.util.function.Function<ModuleResources, JsonElement> value) {
        JsonObject byService = new JsonObject();
        modules.forEach(m -> byService.add(m.catalog().service(), value.apply(m)));
        outputs.add(name, output(byService, false));
    }

    private static JsonObject output(JsonElement value, boolean sensitive) {
        JsonObject output = new JsonObject();
        output.addProperty("sensitive", sensitive);
        output.add("value", value);
        return output;
    }

    /** Reads attributes of instances; those of an instance that is not there are null. */
    static References references(java.util.function.Function<Address, Optional<JsonObject>> attributes) {
        return (address, name) -> attributes.apply(address).map(a -> Json.get(a, name))
                .orElse(JsonNull.INSTANCE);
    }
}
