package com.nexpo.console.blueprint;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What must hold within a catalog and between the catalogs of a blueprint, beyond the shape of the JSON. */
final class CatalogRules {

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Pattern KEY = Pattern.compile("[a-z0-9]+([-_][a-z0-9]+)*");
    private static final Pattern TERRAFORM_NAME = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern ENVIRONMENT_NAME = Pattern.compile("[A-Z][A-Z0-9_]*");

    private final List<Problem> problems;

    CatalogRules(List<Problem> problems) {
        this.problems = problems;
    }

    void check(List<ServiceCatalog> catalogs) {
        catalogs.forEach(this::checkOne);
        unique(catalogs, "$.flags", "flag key", c -> c.flags().stream().map(Entry::key).toList());
        unique(catalogs, "$.insights", "insight name", c -> c.insights().stream().map(Entry::name).toList());
        unique(catalogs, "$.actions", "action name", c -> c.actions().stream().map(Entry::name).toList());
        unique(catalogs, "$.dashboard.name", "dashboard name", c -> List.of(c.dashboard().name()));
        checkWiring(catalogs);
    }

    private void checkOne(ServiceCatalog c) {
        if (!ID.matcher(c.service()).matches()) {
            add(c, "$.service", "it is " + c.service(),
                    "lower case letters, digits and single dashes are allowed");
        }
        String module = c.service().replace('-', '_') + "_posthog";
        if (!c.module().equals(module)) {
            add(c, "$.module", "it is " + c.module(), "the module of this service is " + module);
        }
        boolean shared = c.kind() == ServiceCatalog.Kind.SHARED;
        String folder = shared
                ? Blueprint.SHARED_FOLDER
                : Blueprint.SERVICES_FOLDER + "/" + c.service()
                        + Blueprint.MODULE_FOLDER;
        if (!c.folder().equals(folder)) {
            add(c, "$.service", "it is " + c.service() + " of kind " + (shared ? "shared" : "service")
                    + ", but the file lies in " + c.folder(), "its folder is " + folder);
        }
        repeated(c, "$.variables", c.variables().stream().map(Variable::name).toList(), TERRAFORM_NAME);
        repeated(c, "$.flags", c.flags().stream().map(Entry::key).toList(), KEY);
        repeated(c, "$.insights", c.insights().stream().map(Entry::key).toList(), KEY);
        repeated(c, "$.actions", c.actions().stream().map(Entry::key).toList(), KEY);
        repeated(c, "$.environment", c.environment().stream().map(EnvironmentEntry::name).toList(),
                ENVIRONMENT_NAME);
        checkWhen(c, "$.dashboard", c.dashboard());
        checkWhen(c, "$.flags", c.flags());
        checkWhen(c, "$.insights", c.insights());
        checkWhen(c, "$.actions", c.actions());
        for (int i = 0; i < c.insights().size(); i++) {
            if (!c.insights().get(i).when().containsAll(c.dashboard().when())) {
                add(c, "$.insights[" + i + "].when",
                        "the insight can exist without the dashboard it stands on",
                        "it holds the dashboard's " + c.dashboard().when());
            }
        }
        checkSources(c);
    }

    private void checkWhen(ServiceCatalog c, String at, List<? extends Entry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            checkWhen(c, at + "[" + i + "]", entries.get(i));
        }
    }

    private void checkWhen(ServiceCatalog c, String at, Entry entry) {
        if (!entry.when().contains("enable_posthog")) {
            add(c, at + ".when", "enable_posthog is not in it", "everything depends on enable_posthog");
        }
        for (int i = 0; i < entry.when().size(); i++) {
            String name = entry.when().get(i);
            boolean known = name.equals(ServiceCatalog.SHARED_PROJECT)
                    || c.variable(name).map(v -> v.type() == Variable.Type.BOOL).orElse(false);
            if (!known) {
                add(c, at + ".when[" + i + "]", name + " is no switch of this module",
                        "a variable of type bool, or shared_project, is needed");
            }
        }
    }

    private void checkSources(ServiceCatalog c) {
        for (int i = 0; i < c.environment().size(); i++) {
            if (c.environment().get(i).from() instanceof Source.OfVariable v) {
                Optional<Variable> variable = c.variable(v.name());
                if (variable.isEmpty() || variable.get().defaultValue().isEmpty()
                        || variable.get().type() == Variable.Type.TAGS) {
                    add(c, "$.environment[" + i + "].from",
                            v.name() + " is no variable that always has a value",
                            "a variable with a default, of type bool, number or string, is needed");
                }
            }
        }
    }

    private void checkWiring(List<ServiceCatalog> catalogs) {
        Map<String, ServiceCatalog> byModule = new HashMap<>();
        catalogs.forEach(c -> byModule.put(c.module(), c));
        Optional<ServiceCatalog> shared = catalogs.stream()
                .filter(c -> c.kind() == ServiceCatalog.Kind.SHARED)
                .findFirst();
        for (ServiceCatalog c : catalogs) {
            if (c.kind() == ServiceCatalog.Kind.SHARED && !c.needs().isEmpty()) {
                add(c, "$.needs", "the shared module needs " + c.needs(), "the shared module comes first");
            }
            for (int i = 0; i < c.needs().size(); i++) {
                if (!byModule.containsKey(c.needs().get(i))) {
                    add(c, "$.needs[" + i + "]", "there is no module " + c.needs().get(i),
                            "the modules are "
                                    + String.join(", ", byModule.keySet().stream().sorted().toList()));
                }
            }
            for (int i = 0; i < c.variables().size(); i++) {
                Variable v = c.variables().get(i);
                String at = "$.variables[" + i + "]";
                if (v.setBy() instanceof SetBy.Output o && !c.needs().contains(o.module())) {
                    add(c, at + ".set_by", o.module() + " is not in needs",
                            "what a module takes from, it needs");
                }
                boolean same = shared.flatMap(s -> s.variable(v.name())).map(s -> s.type() == v.type()
                        && s.defaultValue().equals(v.defaultValue())).orElse(false);
                if (v.inherits() && !same) {
                    add(c, at + ".inherits",
                            "the shared module has no " + v.name() + " of this type and default",
                            "a variable that inherits is the same in both");
                }
            }
        }
    }

    private void repeated(ServiceCatalog c, String at, List<String> names, Pattern form) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (!seen.add(name)) {
                add(c, at + "[" + i + "]", name + " is there twice", "each is there once");
            }
            if (!form.matcher(name).matches()) {
                add(c, at + "[" + i + "]", name + " is no valid name", "it has the form " + form.pattern());
            }
        }
    }

    /** In one project per environment all services' objects lie side by side. */
    private void unique(List<ServiceCatalog> catalogs, String at, String what,
            Function<ServiceCatalog, List<String>> names) {
        Map<String, String> owners = new HashMap<>();
        for (ServiceCatalog c : catalogs) {
            for (String name : Set.copyOf(names.apply(c))) {
                String owner = owners.putIfAbsent(name, c.service());
                if (owner != null) {
                    add(c, at, "the " + what + " " + name + " is also in " + owner,
                            "services can share a project, so each " + what + " is there once");
                }
            }
        }
    }

    private void add(ServiceCatalog c, String path, String wrong, String right) {
        problems.add(new Problem(Blueprint.catalogFile(c.folder()), path, wrong, right));
    }
}
