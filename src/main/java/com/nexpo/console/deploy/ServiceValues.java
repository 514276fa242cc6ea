package com.nexpo.console.deploy;

import com.nexpo.console.blueprint.Blueprint;
import com.nexpo.console.blueprint.EnvironmentEntry;
import com.nexpo.console.blueprint.ServiceCatalog;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import com.nexpo.console.system.ServiceConfig.Entry;
import com.nexpo.console.system.terraform.OutputValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The environment variables of the services, from one {@code terraform output}. */
final class ServiceValues {
    private final TerraformRoot root;

    ServiceValues(TerraformRoot root) {
        this.root = root;
    }

    /** Everything that Terraform gives out; values that the catalogs call secret are secrets from the first moment. */
    Map<String, OutputValue> outputs() throws FailureException, InterruptedException {
        Set<String> secret = root.blueprint().all().stream().flatMap(c -> c.environment().stream())
                .filter(EnvironmentEntry::secret).map(EnvironmentEntry::name).collect(Collectors.toSet());
        Set<String> named = root.blueprint().all().stream().flatMap(c -> c.environment().stream())
                .map(EnvironmentEntry::name).collect(Collectors.toSet());
        return root.runner().output(name -> named.contains(name) && !secret.contains(name));
    }

    /**
     * Variable name to value for each of these services, in the catalogs' order.
     *
     * @throws FailureException when a service has no output, or a personal API key is among the values
     */
    Map<String, Map<String, Entry>> of(List<String> services) throws FailureException, InterruptedException {
        Map<String, OutputValue> outputs = outputs();
        Map<String, Map<String, Entry>> all = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (String service : services) {
            ServiceCatalog catalog = catalog(root.blueprint(), service);
            if (outputs.get(catalog
                    .environmentOutput()) instanceof OutputValue.Members(Map<String, OutputValue> values)
                    && !values.isEmpty()) {
                all.put(service, entries(catalog, values));
            } else {
                missing.add(service);
            }
        }
        if (!missing.isEmpty()) {
            throw new FailureException(new Failure(FailureKind.NOT_FOUND, "CFG-OUTPUT",
                    "Terraform has no values for %s yet.".formatted(String.join(", ", missing)),
                    "Run step deploy first."));
        }
        return all;
    }

    private static Map<String, Entry> entries(ServiceCatalog catalog, Map<String, OutputValue> values)
            throws FailureException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (EnvironmentEntry wanted : catalog.environment()) {
            OutputValue value = values.get(wanted.name());
            switch (value) {
                case OutputValue.Plain(String text) -> {
                    if (text.startsWith("phx_")) {
                        throw personalKey(catalog.service(), wanted.name());
                    }
                    entries.put(wanted.name(), new Entry(Secret.of(text, wanted.secret()), wanted.secret()));
                }
                case OutputValue.Sealed(Secret secret) -> {
                    if (secret.startsWith("phx_")) {
                        throw personalKey(catalog.service(), wanted.name());
                    }
                    entries.put(wanted.name(), new Entry(secret, wanted.secret()));
                }
                case null, default -> {
                    // Switched off by a toggle: the service does not get it.
                }
            }
        }
        return entries;
    }

    /** A personal key opens the whole organisation; a service needs none. */
    private static FailureException personalKey(String service, String name) {
        return new FailureException(new Failure(FailureKind.INVALID, "CFG-PERSONAL-KEY",
                "%s of %s is a personal API key of PostHog; no service may get one.".formatted(name, service),
                "Look at the blueprint's outputs: a service gets the project's token, which begins with phc_."));
    }

    static ServiceCatalog catalog(Blueprint blueprint, String service) {
        return blueprint.service(service)
                .orElseThrow(() -> new IllegalArgumentException("there is no service " + service));
    }
}
