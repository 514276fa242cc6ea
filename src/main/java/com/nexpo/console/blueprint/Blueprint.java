package com.nexpo.console.blueprint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A blueprint folder, read: the shared module and the services, each of which is a folder below
 * {@code terraform/microservices} with a {@code catalog.json} in its {@code modules/posthog}.
 *
 * @param folder   the blueprint's folder, the one that holds {@code terraform}
 * @param shared   the shared module
 * @param services the services; each comes after those it needs, otherwise by name
 */
public record Blueprint(Path folder, ServiceCatalog shared, List<ServiceCatalog> services) {

    static final String SHARED_FOLDER = "shared/posthog";
    static final String SERVICES_FOLDER = "microservices";
    static final String MODULE_FOLDER = "/modules/posthog";

    /**
     * Reads a blueprint.
     *
     * @throws BrokenBlueprintException with every problem, when it cannot be used
     */
    public static Blueprint read(Path folder) {
        List<ServiceCatalog> ordered = catalogs(folder.resolve("terraform"));
        return new Blueprint(folder, ordered.getFirst(), List.copyOf(ordered.subList(1, ordered.size())));
    }

    /**
     * Reads the modules of a Terraform folder, whatever its name, such as a workspace that was copied from a blueprint.
     *
     * @param terraform the folder of the root module
     * @return the shared module, then the services in the order of their needs
     * @throws BrokenBlueprintException with every problem, when they cannot be used
     */
    public static List<ServiceCatalog> catalogs(Path terraform) {
        List<Problem> problems = new ArrayList<>();
        List<ServiceCatalog> catalogs = new ArrayList<>();
        List<String> folders = new ArrayList<>(List.of(SHARED_FOLDER));
        folders.addAll(serviceFolders(terraform, problems));
        for (String module : folders) {
            readOne(terraform, module, problems).ifPresent(catalogs::add);
        }
        if (problems.isEmpty()) {
            new CatalogRules(problems).check(catalogs);
        }
        List<ServiceCatalog> ordered = problems.isEmpty() ? ordered(catalogs, problems) : catalogs;
        if (!problems.isEmpty()) {
            throw new BrokenBlueprintException(problems);
        }
        return ordered;
    }

    /** Shared module and services, in the order of their needs. */
    public List<ServiceCatalog> all() {
        return Stream.concat(Stream.of(shared), services.stream()).toList();
    }

    /** The catalog of a service's id, the shared module's included. */
    public Optional<ServiceCatalog> service(String id) {
        return all().stream().filter(c -> c.service().equals(id)).findFirst();
    }

    /**
     * What a deployment with these settings will make, in the order of the needs; a service that is not deployed is there
     * too, with nothing in it. Pure.
     */
    public List<ResolvedService> resolve(DeploymentSettings settings) {
        return all().stream()
                .map(c -> c.resolve(values(c, settings), settings.strategy(), settings.flagRollouts()))
                .toList();
    }

    private static Map<String, SettingValue> values(ServiceCatalog c, DeploymentSettings settings) {
        Map<String, SettingValue> values = new HashMap<>();
        settings.toggles().getOrDefault("shared", Map.of()).forEach((name, value) -> {
            if (c.variable(name).filter(Variable::inherits).isPresent()) {
                values.put(name, value);
            }
        });
        values.putAll(settings.toggles().getOrDefault(c.service(), Map.of()));
        if (c.kind() == ServiceCatalog.Kind.SERVICE) {
            values.put("enable_posthog", new SettingValue.Switch(settings.services().contains(c.service())));
        }
        values.put("use_aws_ssm", new SettingValue.Switch(settings.useAwsSsm()));
        values.put("environment", new SettingValue.Text(settings.environment()));
        values.put("project_name", new SettingValue.Text(settings.projectName()));
        values.put("api_host", new SettingValue.Text(settings.apiHost()));
        values.put("ingest_host", new SettingValue.Text(settings.ingestHost()));
        return values;
    }

    /** The folder that holds Terraform's root module. */
    public Path terraform() {
        return folder.resolve("terraform");
    }

    static String catalogFile(String moduleFolder) {
        return "terraform/" + moduleFolder + "/catalog.json";
    }

    private static List<String> serviceFolders(Path terraform, List<Problem> problems) {
        Path services = terraform.resolve(SERVICES_FOLDER);
        if (!Files.isDirectory(services)) {
            problems.add(
                    new Problem("terraform/" + SERVICES_FOLDER, "$",
                            "there is no such folder in " + terraform,
                            "a folder for each service is needed"));
            return List.of();
        }
        try (Stream<Path> children = Files.list(services)) {
            return children.filter(Files::isDirectory).map(p -> SERVICES_FOLDER + "/" + p.getFileName()
                    + MODULE_FOLDER).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + services + " cannot be listed.", e);
        }
    }

    private static Optional<ServiceCatalog> readOne(Path terraform, String module, List<Problem> problems) {
        String file = catalogFile(module);
        Path path = terraform.resolve(module).resolve("catalog.json");
        if (!Files.isRegularFile(path)) {
            problems.add(new Problem(file, "$", "there is no such file", "a module has a catalog"));
            return Optional.empty();
        }
        try {
            return new CatalogReader(file, module, problems).read(Files.readString(path));
        } catch (MalformedInputException e) {
            problems.add(new Problem(file, "$", "it is not UTF-8", "JSON is UTF-8"));
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + path + " cannot be read.", e);
        }
    }

    /** Each after those it needs, otherwise in the order given. */
    private static List<ServiceCatalog> ordered(List<ServiceCatalog> catalogs, List<Problem> problems) {
        Map<String, ServiceCatalog> waiting = new LinkedHashMap<>();
        catalogs.forEach(c -> waiting.put(c.module(), c));
        List<ServiceCatalog> done = new ArrayList<>();
        Set<String> doneModules = new HashSet<>();
        while (!waiting.isEmpty()) {
            Optional<ServiceCatalog> next = waiting.values().stream()
                    .filter(c -> doneModules.containsAll(c.needs()))
                    .findFirst();
            if (next.isEmpty()) {
                waiting.values().forEach(c -> problems.add(new Problem(catalogFile(c.folder()), "$.needs",
                        "the modules " + waiting.keySet() + " need each other in a circle",
                        "the needs form an order")));
                return catalogs;
            }
            waiting.remove(next.get().module());
            doneModules.add(next.get().module());
            done.add(next.get());
        }
        return done;
    }
}
