package com.nexpo.console.system.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.system.RemoteCall.Repeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Follows a registration to its end: evaluation, deployment, healthy instances; promotes, fails and reads logs. */
public final class Rollouts {
    private static final Pattern ROLLED_BACK = Pattern.compile("rolling back to job version (\\d+)");
    private static final Duration POLL = Duration.ofSeconds(5);

    private final NomadApi api;

    public Rollouts(NomadApi api) {
        this.api = api;
    }

    /**
     * Waits until the rollout that this evaluation began is over, or needs somebody.
     *
     * @param deadline how long to wait at most
     * @param progress gets a sentence whenever something changed
     */
    public Rollout follow(String jobId, String evaluationId, Duration deadline, Consumer<String> progress)
            throws FailureException, InterruptedException {
        return new Following(jobId, System.nanoTime() + deadline.toNanos(), progress)
                .evaluation(evaluationId);
    }

    /** One rollout that is being watched. */
    private final class Following {
        private final String jobId;
        private final long end;
        private final Consumer<String> progress;
        private String lastState = "the evaluation has not ended";

        Following(String jobId, long end, Consumer<String> progress) {
            this.jobId = jobId;
            this.end = end;
            this.progress = progress;
        }

        Rollout evaluation(String id) throws FailureException, InterruptedException {
            String path = "/v1/evaluation/" + NomadApi.encode(id);
            NomadApi.Indexed answer = api.get("reading evaluation " + id, path);
            while (Members.text(answer.object(), "Status").equals("pending")) {
                if (isOver()) {
                    return new Rollout.TimedOut(lastState);
                }
                answer = api.await("waiting for evaluation " + id, path, answer.index(), patience());
            }
            JsonObject evaluation = answer.object();
            Map<String, String> unplaced = Unplaced.reasons(evaluation);
            if (!unplaced.isEmpty()) {
                return new Rollout.Unplaceable(unplaced);
            }
            String status = Members.text(evaluation, "Status");
            if (!status.equals("complete")) {
                return new Rollout.Failed("The evaluation is " + status + ": "
                        + Members.text(evaluation, "StatusDescription"), Optional.empty(), Optional.empty());
            }
            String deployment = Members.text(evaluation, "DeploymentID");
            return deployment.isEmpty() ? withoutDeployment() : deployment(deployment);
        }

        /** Nothing that Nomad deploys: what runs is what counts. */
        private Rollout withoutDeployment() throws FailureException, InterruptedException {
            JsonElement allocations = api
                    .get("reading allocations of " + jobId, NomadJobs.path(jobId) + "/allocations")
                    .json();
            return new Rollout.Healthy(Members.objects(allocations).stream()
                    .filter(a -> Members.text(a, "ClientStatus").equals("running")).count());
        }

        private Rollout deployment(String id) throws FailureException, InterruptedException {
            String path = "/v1/deployment/" + id;
            NomadApi.Indexed answer = api.get("reading deployment " + id, path);
            while (true) {
                JsonObject deployment = answer.object();
                report(deployment);
                Optional<Rollout> ended = ended(deployment);
                if (ended.isPresent()) {
                    return ended.get();
                }
                if (isOver()) {
                    List<String> troubles = troubles(id);
                    return new Rollout.TimedOut(troubles.isEmpty()
                            ? lastState
                            : lastState + "; " + String.join("; ", troubles));
                }
                NomadApi.Indexed next = api.await("waiting for deployment " + id, path, answer.index(),
                        patience());
                if (next.index() <= answer.index()) {
                    troubles(id).forEach(progress);
                }
                answer = next;
            }
        }

        private Optional<Rollout> ended(JsonObject deployment) throws FailureException, InterruptedException {
            String id = Members.text(deployment, "ID");
            return switch (Members.text(deployment, "Status")) {
                case "successful" -> Optional.of(new Rollout.Healthy(sum(deployment, "HealthyAllocs")));
                case "failed" -> Optional.of(failed(deployment));
                case "cancelled" ->
                    Optional.of(new Rollout.Failed(Members.text(deployment, "StatusDescription"),
                            Optional.empty(), Optional.empty()));
                case "running" -> waitsForPromotion(deployment)
                        ? Optional.of(new Rollout.AwaitingPromotion(id, canaries(deployment)))
                        : Optional.empty();
                default -> Optional.empty();
            };
        }

        private Rollout failed(JsonObject deployment) throws FailureException, InterruptedException {
            String description = Members.text(deployment, "StatusDescription");
            List<String> why = new ArrayList<>(List.of(description));
            why.addAll(troubles(Members.text(deployment, "ID")));
            Matcher version = ROLLED_BACK.matcher(description);
            if (!version.find()) {
                return new Rollout.Failed(String.join("; ", why), Optional.empty(), Optional.empty());
            }
            progress.accept(description);
            Optional<Rollout> rollback = rollback(Members.number(deployment, "JobVersion"));
            return new Rollout.Failed(String.join("; ", why), Optional.of(Long.parseLong(version.group(1))),
                    rollback);
        }

        /** The rollback is a new version with a new deployment; with canaries it waits for promotion once more. */
        private Optional<Rollout> rollback(long failedVersion) throws FailureException, InterruptedException {
            String path = NomadJobs.path(jobId) + "/deployment";
            NomadApi.Indexed answer = api.get("reading the deployment of " + jobId, path);
            while (Members.number(answer.object(), "JobVersion") <= failedVersion) {
                if (isOver()) {
                    return Optional.empty();
                }
                answer = api.await("waiting for the rollback of " + jobId, path, answer.index(), patience());
            }
            return Optional.of(deployment(Members.text(answer.object(), "ID")));
        }

        private List<String> troubles(String deploymentId) throws FailureException, InterruptedException {
            return TaskStory.troubles(api.get("reading allocations of deployment " + deploymentId,
                    "/v1/deployment/allocations/" + deploymentId).json());
        }

        private void report(JsonObject deployment) {
            String state = "%s: %d of %d healthy".formatted(Members.text(deployment, "StatusDescription"),
                    sum(deployment, "HealthyAllocs"), sum(deployment, "DesiredTotal"));
            if (!state.equals(lastState)) {
                lastState = state;
                progress.accept(state);
            }
        }

        private boolean isOver() { return System.nanoTime() >= end; }

        /** Short waits, so that troubles that do not change the deployment are told soon. */
        private Duration patience() {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            return left.compareTo(POLL) < 0 ? left : POLL;
        }
    }

    private static List<JsonObject> groups(JsonObject deployment) {
        return Members.object(deployment, "TaskGroups").map(groups -> groups.entrySet().stream()
                .filter(e -> e.getValue().isJsonObject()).map(e -> e.getValue().getAsJsonObject()).toList())
                .orElse(List.of());
    }

    private static long sum(JsonObject deployment, String counter) {
        return groups(deployment).stream().mapToLong(g -> Members.number(g, counter)).sum();
    }

    private static boolean waitsForPromotion(JsonObject deployment) {
        List<JsonObject> waiting = groups(deployment).stream()
                .filter(g -> Members.number(g, "DesiredCanaries") > 0 && !Members.truth(g, "Promoted")
                        && !Members.truth(g, "AutoPromote"))
                .toList();
        return !waiting.isEmpty() && waiting.stream()
                .allMatch(g -> Members.number(g, "HealthyAllocs") >= Members.number(g, "DesiredCanaries"));
    }

    private static List<String> canaries(JsonObject deployment) {
        return groups(deployment).stream().flatMap(g -> Members.texts(g, "PlacedCanaries").stream()).toList();
    }

    /**
     * Promotes all canaries of a deployment.
     *
     * @return the evaluation to follow
     */
    public String promote(String deploymentId) throws FailureException, InterruptedException {
        JsonObject body = new JsonObject();
        body.addProperty("DeploymentID", deploymentId);
        body.addProperty("All", true);
        return Members.text(api.send("promoting deployment " + deploymentId, Repeat.ONCE, "PUT",
                "/v1/deployment/promote/" + deploymentId, body).object(), "EvalID");
    }

    /**
     * Ends a deployment as failed; with auto_revert Nomad rolls back.
     *
     * @return the version whose content runs again, if any
     */
    public Optional<Long> fail(String deploymentId) throws FailureException, InterruptedException {
        JsonObject answer = api.send("failing deployment " + deploymentId, Repeat.ONCE, "PUT",
                "/v1/deployment/fail/" + deploymentId, new JsonObject()).object();
        return answer.get("RevertedJobVersion") instanceof com.google.gson.JsonPrimitive version
                ? Optional.of(version.getAsLong())
                : Optional.empty();
    }

    /** The last bytes of what a task of an allocation wrote; {@code type} is stdout or stderr. */
    public String logTail(String allocationId, String task, String type, int bytes)
            throws FailureException, InterruptedException {
        // Zero bytes back from the end would be the whole log.
        return api.text("reading logs of " + task,
                "/v1/client/fs/logs/%s?task=%s&type=%s&plain=true&origin=end&offset=%d"
                        .formatted(allocationId, NomadApi.encode(task), type, Math.max(1, bytes)));
    }
}
