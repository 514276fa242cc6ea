package com.nexpo.console.deploy;

import com.nexpo.console.blueprint.Blueprint;
import com.nexpo.console.blueprint.Entry;
import com.nexpo.console.blueprint.ServiceCatalog;
import com.nexpo.console.blueprint.SettingValue;
import com.nexpo.console.blueprint.Variable;
import com.nexpo.console.engine.EnvironmentFolder;
import com.nexpo.console.engine.Forms;
import com.nexpo.console.profile.Nearest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an operator chose for an environment: its services, their toggles, the rollouts that differ from the catalog.
 * Kept in the environment's folder.
 *
 * @param toggles service id to toggle to value; what is missing has the catalog's default
 */
public record Choices(List<String> services, Map<String, Map<String, SettingValue>> toggles,
        Map<String, Integer> rollouts) {
    private static final String FILE = "choices.json";

    /** All services with the catalog's defaults. */
    public static Choices defaults(Blueprint blueprint) {
        return new Choices(blueprint.services().stream().map(ServiceCatalog::service).toList(), Map.of(),
                Map.of());
    }

    /** What was kept, or the defaults. */
    public static Choices load(EnvironmentFolder folder, Blueprint blueprint) throws IOException {
        Path file = folder.root().resolve(FILE);
        return Files.exists(file)
                ? Forms.fromJson(Files.readString(file), Choices.class)
                : defaults(blueprint);
    }

    /** Keeps them. */
    public void save(EnvironmentFolder folder) throws IOException {
        EnvironmentFolder.writeAtomically(folder.root().resolve(FILE), Forms.toJson(this));
    }

    /** The same with other services; each problem a sentence. */
    public Choices withServices(List<String> wanted, Blueprint blueprint, List<String> problems) {
        List<String> known = blueprint.services().stream().map(ServiceCatalog::service).toList();
        wanted.stream().filter(w -> !known.contains(w))
                .forEach(w -> problems.add("There is no service " + w + "."
                        + Nearest.of(w, known).map(n -> " Did you mean " + n + "?")
                                .orElse(" The services are " + String.join(", ", known) + ".")));
        return new Choices(known.stream().filter(wanted::contains).toList(), toggles, rollouts);
    }

    /**
     * The same with a toggle set.
     *
     * @param name {@code service.toggle}, or the toggle alone when only one service has it; {@code rollout.FLAG} sets a
     *             flag's rollout
     */
    public Choices with(String name, String value, Blueprint blueprint, List<String> problems) {
        if (name.startsWith("rollout.")) {
            return withRollout(name.substring("rollout.".length()), value, blueprint, problems);
        }
        int dot = name.indexOf('.');
        String toggle = name.substring(dot + 1);
        List<ServiceCatalog> owners = blueprint.all().stream()
                .filter(c -> dot < 0 || c.service().equals(name.substring(0, dot)))
                .filter(c -> c.variable(toggle).filter(Variable::isSetting).isPresent()).toList();
        if (owners.size() != 1) {
            problems.add(owners.isEmpty()
                    ? unknown(name, toggle, blueprint)
                    : "Several services have the toggle %s; say which: %s.".formatted(toggle,
                            String.join(", ",
                                    owners.stream().map(c -> c.service() + "." + toggle).toList())));
            return this;
        }
        ServiceCatalog owner = owners.getFirst();
        Variable variable = owner.variable(toggle).orElseThrow();
        Optional<SettingValue> parsed = parse(variable, value);
        Optional<String> problem = parsed.flatMap(variable::problemWith);
        if (parsed.isEmpty() || problem.isPresent()) {
            problems.add(problem.orElse("%s wants %s, not %s.".formatted(name,
                    variable.type() == Variable.Type.BOOL
                            ? "true or false"
                            : "a " + variable.type().terraform(),
                    value)));
            return this;
        }
        Map<String, Map<String, SettingValue>> all = new TreeMap<>(toggles);
        Map<String, SettingValue> own = new TreeMap<>(all.getOrDefault(owner.service(), Map.of()));
        own.put(toggle, parsed.get());
        all.put(owner.service(), own);
        return new Choices(services, all, rollouts);
    }

    private Choices withRollout(String flag, String value, Blueprint blueprint, List<String> problems) {
        List<String> known = blueprint.all().stream().flatMap(c -> c.flags().stream()).map(Entry::key)
                .toList();
        if (!known.contains(flag)) {
            problems.add("There is no flag " + flag + "."
                    + Nearest.of(flag, known).map(n -> " Did you mean " + n + "?").orElse(""));
            return this;
        }
        Optional<Integer> percent = percent(value);
        if (percent.isEmpty()) {
            problems.add("The rollout of %s is a whole number of per cent from 0 to 100, not %s."
                    .formatted(flag, value));
            return this;
        }
        Map<String, Integer> all = new LinkedHashMap<>(rollouts);
        all.put(flag, percent.get());
        return new Choices(services, toggles, all);
    }

    private static Optional<Integer> percent(String value) {
        try {
            int percent = Integer.parseInt(value);
            return percent >= 0 && percent <= 100 ? Optional.of(percent) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<SettingValue> parse(Variable variable, String value) {
        return switch (variable.type()) {
            case BOOL -> value.equals("true") || value.equals("false")
                    ? Optional.of(new SettingValue.Switch(value.equals("true")))
                    : Optional.empty();
            case NUMBER -> number(value);
            case STRING -> Optional.of(new SettingValue.Text(value));
            case TAGS -> Optional.empty();
        };
    }

    private static Optional<SettingValue> number(String value) {
        try {
            return Optional.of(new SettingValue.Amount(new BigDecimal(value)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String unknown(String name, String toggle, Blueprint blueprint) {
        List<String> known = new ArrayList<>();
        blueprint.all().forEach(c -> c.variables().stream().filter(Variable::isSetting).forEach(v -> {
            known.add(v.name());
            known.add(c.service() + "." + v.name());
        }));
        return "There is no toggle " + name + "."
                + Nearest.of(name, known).or(() -> Nearest.of(toggle, known))
                        .map(n -> " Did you mean " + n + "?").orElse("");
    }
}
