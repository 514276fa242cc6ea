package com.nexpo.console.system.nomad;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a rollout of a job stands, or ended. */
public sealed interface Rollout {
    /** Everything that was wanted runs and is healthy. */
    record Healthy(long instances) implements Rollout {}

    /** The canaries are healthy; somebody has to look and promote. No deadline runs. */
    record AwaitingPromotion(String deploymentId, List<String> canaries) implements Rollout {}

    /**
     * The deployment failed.
     *
     * @param reason       Nomad's words and what the tasks said
     * @param rolledBackTo the version whose content runs again
     * @param rollback     how the rollback itself went: it is a deployment of its own, and may wait for promotion
     */
    record Failed(String reason, Optional<Long> rolledBackTo,
            Optional<Rollout> rollback) implements Rollout {}

    /** No node takes it, by group; such a deployment stays running for ever. */
    record Unplaceable(Map<String, String> reasons) implements Rollout {}

    /** Our patience ended; the rollout goes on. */
    record TimedOut(String state) implements Rollout {}
}
