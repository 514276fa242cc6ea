package com.nexpo.console.deploy;

import com.nexpo.console.deploy.ConfigStep.Part;
import com.nexpo.console.deploy.ConfigStep.Phase;
import com.nexpo.console.deploy.ConfigStep.StorePart;
import com.nexpo.console.deploy.ConfigStep.Work;
import com.nexpo.console.engine.Check;
import com.nexpo.console.engine.RunContext;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.model.Target;
import com.nexpo.console.model.Value;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.kubernetes.Deployments;
import com.nexpo.console.system.kubernetes.Deployments.Freshness;
import com.nexpo.console.system.kubernetes.Deployments.SecretConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Kubernetes in step 6: the secrets, and the deployments that run with them. A pod keeps the environment it started
 * with, so whoever uses a changed secret is told, and restarted when that is asked for.
 */
final class KubernetesPart implements Part {
    private static final Duration ROLLOUT = Duration.ofMinutes(10);

    private final StorePart secrets;
    private final Deployments deployments;
    private final String namespace;
    private final Function<String, String> secretName;
    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

    KubernetesPart(StorePart secrets, Deployments deployments, String namespace,
            Function<String, String> secretName) {
        this.secrets = secrets;
        this.deployments = deployments;
        this.namespace = namespace;
        this.secretName = secretName;
    }

    @Override
    public List<Work> plan(ConfigForm form, Map<String, Map<String, ServiceConfig.Entry>> values,
            RunContext run)
            throws FailureException, InterruptedException {
        notes.clear();
        List<Work> works = new ArrayList<>(secrets.plan(form, values, run));
        for (String service : values.keySet()) {
            Action action = works.stream().filter(w -> w.service().equals(service))
                    .map(w -> w.change().action())
                    .filter(a -> a != Action.NONE).findFirst().orElse(Action.NONE);
            if (action == Action.CREATE) {
                // Nobody can run with a secret that is not there yet.
                continue;
            }
            boolean changes = action != Action.NONE;
            for (SecretConsumer consumer : deployments.consumers(secretName.apply(service))) {
                boolean old = changes || consumer.freshness() == Freshness.STALE;
                if (old && form.restartConsumers() && !consumer.paused()) {
                    works.add(restart(service, consumer, run::says));
                } else if (old) {
                    notes.add("Deployment %s/%s runs with %s's older values until it is restarted%s."
                            .formatted(namespace,
                                    consumer.deployment(), service,
                                    consumer.paused() ? "; it is paused" : " (--restart-consumers does)"));
                }
            }
        }
        return works;
    }

    private Work restart(String service, SecretConsumer consumer, Consumer<String> progress) {
        Change change = new Change(
                new Target(SystemId.KUBERNETES, "deployment", namespace + "/" + consumer.deployment()),
                Action.UPDATE,
                List.of(new FieldChange("restart",
                        Value.known(consumer.freshness().name().toLowerCase(java.util.Locale.ROOT)),
                        Value.known("with the new values"))),
                Basis.unbound(), "It reads its environment only when it starts.");
        return new Work(change, service, Phase.WORKLOADS, () -> {
            Outcome restarted = deployments.restart(consumer.deployment());
            return restarted instanceof Outcome.Done
                    ? deployments.follow(consumer.deployment(), ROLLOUT, progress)
                    : restarted;
        });
    }

    @Override
    public List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public List<Check> after(ConfigForm form) {
        return secrets.after(form);
    }
}
