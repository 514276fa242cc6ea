package com.nexpo.console.app;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.cli.Deployments;
import com.nexpo.console.cli.Terminal;
import com.nexpo.console.deploy.Deployment;
import com.nexpo.console.deploy.Repairs;
import com.nexpo.console.engine.Reviewer;
import com.nexpo.console.engine.Run;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.Plan;
import com.nexpo.console.model.RunEvent;
import com.nexpo.console.model.RunOutcome;
import com.nexpo.console.model.StepId;
import com.nexpo.console.model.StepResult;
import com.nexpo.console.sandbox.Sandbox;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The program, wired as its launcher wires it, deploying to a sandbox of its own with a Terraform of the machine. */
final class SandboxDeployment implements AutoCloseable {
    private final Sandbox sandbox;
    private final Wiring wiring;
    private final HttpClient http = HttpClient.newHttpClient();

    /** What a run did: result and plan of each step that it reached, and why steps failed. */
    record Ran(Map<StepId, StepResult> results, Map<StepId, Plan> plans, List<Failure> failures) {
        StepResult result(StepId step) {
            return Optional.ofNullable(results.get(step))
                    .orElseThrow(() -> new AssertionError(step + " was not reached; " + failures));
        }

        /** What a step had to do: action and target of each change. */
        List<String> changes(StepId step) {
            return Optional.ofNullable(plans.get(step))
                    .orElseThrow(() -> new AssertionError(step + " made no plan; " + failures)).pending()
                    .stream().map(c -> c.action().wireName() + " " + c.target().id()).toList();
        }
    }

    SandboxDeployment(Path folder, Path terraformConfiguration) throws IOException {
        sandbox = Sandbox.start(0, folder.resolve("sandbox"), false);
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(sandbox.exports());
        environment.put("POSTHOG_CONSOLE_HOME", folder.resolve("home").toString());
        environment.put("TF_CLI_CONFIG_FILE", terraformConfiguration.toString());
        wiring = new Wiring(environment);
    }

    Sandbox sandbox() {
        return sandbox;
    }

    Ran run(Map<String, String> toggles) throws Exception {
        return run(toggles, List.of(), List.of(StepId.values()), _ -> {});
    }

    /**
     * Takes the steps through and approves every plan.
     *
     * @param toggles  as {@code --set} takes them
     * @param services as {@code --services} takes them
     * @param review   sees each plan before it is approved
     */
    Ran run(Map<String, String> toggles, List<String> services, List<StepId> steps, Consumer<Plan> review)
            throws Exception {
        Map<StepId, StepResult> results = new EnumMap<>(StepId.class);
        Map<StepId, Plan> plans = new EnumMap<>(StepId.class);
        List<Failure> failures = new ArrayList<>();
        Consumer<RunEvent> listener = event -> {
            if (event instanceof RunEvent.PlanMade made) {
                plans.put(made.step(), made.plan());
            } else if (event instanceof RunEvent.StepEnded ended) {
                failures.addAll(ended.failures());
            }
        };
        Reviewer reviewer = plan -> {
            review.accept(plan);
            return Optional.of(new Reviewer.Approval(plan.id(), "test"));
        };
        try (Deployment deployment = open(toggles, services);
                Run run = Run.start(deployment.folder(), deployment.profile().name(), Map.of(), listener,
                        Clock.systemUTC())) {
            for (StepId id : deployment.stepIds().stream().filter(steps::contains).toList()) {
                StepResult result = deployment.step(id).in(run, reviewer);
                results.put(id, result);
                if (result.state() != StepResult.State.DONE) {
                    run.end(RunOutcome.FAILED);
                    return new Ran(results, plans, failures);
                }
            }
            run.end(RunOutcome.DONE);
        }
        return new Ran(results, plans, failures);
    }

    private Deployment open(Map<String, String> toggles, List<String> services) throws Exception {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return wiring.deployments().open(new Deployments.Request(
                sandbox.exports().getOrDefault("CONSOLE_PROFILE", ""), Optional.empty(),
                Optional.of("terraform"), services, toggles, false, Repairs.NONE),
                new Terminal(nowhere, nowhere, false, Map.of()));
    }

    /** The only flag with this key, as PostHog has it now. */
    JsonObject flag(String key) {
        return posthog("GET", "/api/projects/" + project() + "/feature_flags/?search=" + key, "")
                .getAsJsonArray("results").get(0).getAsJsonObject();
    }

    /** Changes a flag as somebody would who knows nothing of Terraform. */
    void changeByHand(String key, String body) {
        posthog("PATCH", "/api/projects/%d/feature_flags/%d/".formatted(project(),
                flag(key).get("id").getAsLong()), body);
    }

    private long project() {
        String organization = sandbox.exports().getOrDefault("POSTHOG_ORGANIZATION_ID", "");
        return posthog("GET", "/api/organizations/" + organization + "/projects/", "")
                .getAsJsonArray("results").get(0).getAsJsonObject().get("id").getAsLong();
    }

    private JsonObject posthog(String method, String path, String body) {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(sandbox.posthog().address() + path))
                            .header("Authorization",
                                    "Bearer " + sandbox.exports().getOrDefault("POSTHOG_API_KEY", ""))
                            .method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new AssertionError(method + " " + path + " answered " + answer.statusCode() + ": "
                        + answer.body());
            }
            return JsonParser.parseString(answer.body()).getAsJsonObject();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(method + " " + path, e);
        }
    }

    @Override
    public void close() {
        http.close();
        sandbox.close();
    }
}
