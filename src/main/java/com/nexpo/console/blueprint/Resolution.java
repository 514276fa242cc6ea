package com.nexpo.console.blueprint;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Evaluates a catalog's conditions the way the module's {@code main.tf} does. */
record Resolution(ServiceCatalog catalog, Map<String, SettingValue> values, ProjectStrategy strategy,
        Map<String, Integer> rollouts) {

    ResolvedService resolved() {
        boolean on = isOn("enable_posthog");
        boolean own = catalog.kind() == ServiceCatalog.Kind.SHARED || strategy == ProjectStrategy.PER_SERVICE;
        List<Entry.Flag> flags = existing(catalog.flags()).stream().map(f -> new Entry.Flag(f.key(), f.name(),
                rollouts.getOrDefault(f.key(), f.rollout()), f.when(), f.tags())).toList();
        List<ResolvedService.EnvironmentValue> environment = catalog.environment().stream().filter(e -> on)
                .map(e -> new ResolvedService.EnvironmentValue(e, known(e.from()))).toList();
        boolean parameters = !(values.get("use_aws_ssm") instanceof SettingValue.Switch s) || s.on();
        return new ResolvedService(catalog, on && own,
                existing(List.of(catalog.dashboard())).stream().findFirst(),
                flags, existing(catalog.insights()), existing(catalog.actions()), environment, parameters);
    }

    private <E extends Entry> List<E> existing(List<E> entries) {
        return entries.stream().filter(e -> e.when().stream().allMatch(this::isOn)).toList();
    }

    private boolean isOn(String name) {
        if (name.equals(ServiceCatalog.SHARED_PROJECT)) {
            // The shared module owns its project in both strategies.
            return catalog.kind() == ServiceCatalog.Kind.SERVICE
                    && strategy == ProjectStrategy.PER_ENVIRONMENT;
        }
        return values.get(name) instanceof SettingValue.Switch s && s.on();
    }

    private Optional<String> known(Source from) {
        return switch (from) {
            case Source.Literal literal -> Optional.of(literal.text());
            case Source.OfVariable variable -> text(variable.name());
            case Source.Known.PROJECT_TOKEN, Source.Known.PROJECT_ID -> Optional.empty();
            case Source.Known.SERVICE -> Optional.of(catalog.service());
            case Source.Known.API_HOST -> text("api_host");
            case Source.Known.INGEST_HOST -> text("ingest_host");
            case Source.Known.ENVIRONMENT -> text("environment");
        };
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(SettingValue::asText);
    }
}
