package com.nexpo.console.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.sandbox.Sandbox;
import com.nexpo.console.sandbox.aws.Throttle.Rates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How long step 6 takes to write 40 drifted parameters to SSM at standard throughput, beside Kubernetes, Vault and
 * Nomad, against the time that SSM's limit alone imposes.
 */
public final class StoreRollout {
    private static final int PARAMETERS = 40;
    /** A service's, as the emulator keeps it; those that all services share are not step 6's. */
    private static final Pattern PARAMETER = Pattern
            .compile("\"(/nexpo/posthog/(?:api-gateway|auth|user|payments)/\\w+)\"");

    private StoreRollout() {}

    /** Measures; takes no argument. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("store-rollout");
        try (Sandbox sandbox = Sandbox.start(0, folder.resolve("sandbox"), false)) {
            Map<String, String> environment = new HashMap<>(sandbox.exports());
            environment.put("POSTHOG_CONSOLE_HOME", folder.resolve("home").toString());
            String profile = environment.getOrDefault("CONSOLE_PROFILE", "");
            deploy(folder, environment, profile, "--step", "prepare", "--step", "provider", "--step",
                    "shared",
                    "--step", "services", "--step", "deploy");
            drift(sandbox, environment.getOrDefault("AWS_REGION", ""));
            sandbox.aws().throttle().set(Rates.STANDARD);
            System.out.println(Console.load());
            report(deploy(folder, environment, profile, "--step", "config"));
            System.out.println(Console.load());
        }
    }

    private static void drift(Sandbox sandbox, String region) {
        List<String> names = PARAMETER.matcher(sandbox.aws().save().toString()).results()
                .map(found -> found.group(1)).distinct().sorted().toList();
        if (names.size() < PARAMETERS) {
            throw new IllegalStateException("the deployment made only " + names.size() + " parameters");
        }
        names.subList(0, PARAMETERS).forEach(name -> sandbox.aws().overwrite(region, name, "drifted"));
    }

    /** Runs the program and gives its JSON lines. */
    private static List<Console.Line> deploy(Path folder, Map<String, String> environment, String profile,
            String... steps) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("deploy", "--profile", profile, "--approve", "--json"));
        arguments.addAll(List.of(steps));
        List<Console.Line> lines = new ArrayList<>();
        Console.Ran ran = Console.run(
                Console.java("com.nexpo.console.app.Launcher", arguments.toArray(String[]::new)),
                folder, environment, lines::add);
        if (ran.exit() != 0) {
            throw new IllegalStateException("the deployment ended with exit code " + ran.exit() + "\n"
                    + String.join("\n", lines.stream().map(Console.Line::text).toList()));
        }
        return lines.stream().filter(line -> line.text().startsWith("{")).toList();
    }

    private static void report(List<Console.Line> lines) {
        Duration planned = Duration.ZERO;
        Duration written = Duration.ZERO;
        Duration ended = Duration.ZERO;
        Map<String, Integer> changes = new HashMap<>();
        for (Console.Line line : lines) {
            JsonObject event = JsonParser.parseString(line.text()).getAsJsonObject();
            switch (event.get("type").getAsString()) {
                case "plan" -> planned = line.after();
                case "change" -> {
                    String system = event.getAsJsonObject("target").get("system").getAsString();
                    changes.merge(system, 1, Integer::sum);
                    if (system.equals("aws")) {
                        written = line.after();
                    }
                    ended = line.after();
                }
                default -> {
                    // Words for people and the result.
                }
            }
        }
        double floor = (changes.getOrDefault("aws", 0) - Rates.STANDARD.writes().burst())
                / Rates.STANDARD.writes().perSecond();
        double aws = Console.seconds(written.minus(planned));
        double all = Console.seconds(ended.minus(planned));
        System.out.printf("changes %s; SSM's limit imposes %.1f s%n", changes, floor);
        System.out.printf("SSM written after %.1f s (%.2f times), everything after %.1f s (%.2f times)%n",
                aws,
                aws / floor, all, all / floor);
    }
}
