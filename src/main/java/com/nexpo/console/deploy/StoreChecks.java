package com.nexpo.console.deploy;

import com.nexpo.console.model.Action;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Evidence;
import com.nexpo.console.model.CheckResult.Severity;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.system.ConfigStore;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.aws.SsmParameters;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Verifies that stores hold what Terraform gave out, by reading them back. */
final class StoreChecks {
    private final ServiceValues values;
    private final Clock clock;

    StoreChecks(ServiceValues values, Clock clock) {
        this.values = values;
        this.clock = clock;
    }

    /** One result for each service. */
    List<CheckResult> matches(ConfigStore store, List<String> services,
            BiFunction<String, Map<String, ServiceConfig.Entry>, ServiceConfig> config)
            throws InterruptedException {
        List<CheckResult> results = new ArrayList<>();
        try {
            for (Map.Entry<String, Map<String, ServiceConfig.Entry>> entry : values.of(services).entrySet()) {
                results.add(matches(store, config.apply(entry.getKey(), entry.getValue())));
            }
        } catch (FailureException e) {
            results.add(
                    result(store, String.join(", ", services), Status.ERROR, e.failure().message(), List.of(),
                            e.failure().fix()));
        }
        return results;
    }

    private CheckResult matches(ConfigStore store, ServiceConfig wanted) throws InterruptedException {
        try {
            List<Change> off = store.plan(wanted, store.read(wanted)).stream()
                    .filter(c -> c.action() != Action.NONE || SsmParameters.isMissing(c)).toList();
            if (off.isEmpty()) {
                return result(store, wanted.service(), Status.PASS,
                        "All %d values of %s are as Terraform gave them.".formatted(wanted.entries().size(),
                                wanted.service()),
                        List.of(), Optional.empty());
            }
            List<Evidence> evidence = off.stream().flatMap(c -> c.fields().stream())
                    .map(f -> new Evidence(f.name(),
                            "is " + f.before().display() + ", wanted " + f.after().display()))
                    .toList();
            return result(store, wanted.service(), Status.FAIL,
                    "%d of the values of %s are not as Terraform gave them."
                            .formatted(evidence.size(), wanted.service()),
                    evidence, Optional.of("Run step config again."));
        } catch (FailureException e) {
            return result(store, wanted.service(), Status.ERROR, e.failure().message(), List.of(),
                    e.failure().fix());
        }
    }

    private CheckResult result(ConfigStore store, String target, Status status, String message,
            List<Evidence> evidence,
            Optional<String> fix) {
        return new CheckResult(code(store), title(store), Optional.of(system(store)), target, status,
                Severity.BLOCKING,
                message, evidence, fix.map(CheckResult.Fix::new), clock.instant());
    }

    private static SystemId system(ConfigStore store) {
        return switch (store.id()) {
            case "ssm" -> SystemId.AWS;
            case "kubernetes" -> SystemId.KUBERNETES;
            default -> SystemId.VAULT;
        };
    }

    private static String code(ConfigStore store) {
        return switch (store.id()) {
            case "ssm" -> "SSM-201";
            case "kubernetes" -> "K8S-201";
            default -> "VLT-201";
        };
    }

    private static String title(ConfigStore store) {
        return system(store).title() + " holds what Terraform gave";
    }
}
