package com.nexpo.console.bench;

import com.google.gson.JsonObject;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.profile.Profile.StateBackend;
import com.nexpo.console.system.terraform.ApplyResult;
import com.nexpo.console.system.terraform.ChildEnvironment;
import com.nexpo.console.system.terraform.RunListener;
import com.nexpo.console.system.terraform.SavedPlan;
import com.nexpo.console.system.terraform.TerraformBinary;
import com.nexpo.console.system.terraform.TerraformRunner;
import com.nexpo.console.system.terraform.TerraformRunner.PlanOptions;
import com.nexpo.console.system.terraform.TerraformWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a Terraform run through the console costs beyond the bare commands: init, plan, show, apply and output of
 * {@code terraform_data} resources, which need no provider. Pairs run in turn, so that both see the same machine.
 */
public final class TerraformOverhead {
    private static final String CONFIGURATION = """
            terraform {
              required_version = ">= 1.11"
            }
            resource "terraform_data" "item" {
              count = 200
              input = { name = "item-${count.index}", text = "some text that is as long as a setting's value" }
            }
            output "names" {
              value = [for item in terraform_data.item : item.output.name]
            }
            """;
    private static final int PAIRS = 7;

    /** Time on the clock, and processor time of this program and of the children that have ended. */
    private record Cost(Duration clock, Duration processor) {
        static Cost since(Cost start) throws IOException {
            Cost now = now();
            return new Cost(now.clock.minus(start.clock), now.processor.minus(start.processor));
        }

        static Cost now() throws IOException {
            return new Cost(Duration.ofNanos(System.nanoTime()), Console.processor());
        }
    }

    private TerraformOverhead() {}

    /** Measures; the argument is the executable, if it is not the terraform of the PATH. */
    public static void main(String[] arguments) throws IOException, InterruptedException, FailureException {
        String executable = arguments.length > 0 ? arguments[0] : "terraform";
        ChildEnvironment environment = ChildEnvironment.of(System.getenv(), Map.of(), Map.of());
        TerraformBinary binary = TerraformBinary.find(List.of(executable), environment);
        System.out.println(binary.display() + "; " + Console.load());
        List<Double> ratios = new ArrayList<>();
        List<Double> processor = new ArrayList<>();
        for (int pair = 0; pair <= PAIRS; pair++) {
            // The first warms up; afterwards each goes first in turn.
            boolean consoleFirst = pair % 2 == 0;
            Cost before = consoleFirst ? console(binary, environment) : bare(binary);
            Cost after = consoleFirst ? bare(binary) : console(binary, environment);
            Cost console = consoleFirst ? before : after;
            Cost bare = consoleFirst ? after : before;
            if (pair > 0) {
                ratios.add(Console.seconds(console.clock) / Console.seconds(bare.clock));
                processor.add(Console.seconds(console.processor) / Console.seconds(bare.processor));
                System.out.printf(
                        "console %.2f s, bare %.2f s, ratio %.3f; processor %.2f s, %.2f s, ratio %.3f%n",
                        Console.seconds(console.clock), Console.seconds(bare.clock), ratios.getLast(),
                        Console.seconds(console.processor), Console.seconds(bare.processor),
                        processor.getLast());
            }
        }
        System.out.printf("median ratio %.3f, of processor time %.3f, of %d pairs; target 1.05%n",
                Console.median(ratios), Console.median(processor), PAIRS);
        System.out.println(Console.load());
    }

    private static Cost console(TerraformBinary binary, ChildEnvironment environment)
            throws IOException, FailureException, InterruptedException {
        Path folder = Files.createTempDirectory("terraform-console");
        Fingerprints key = new Fingerprints(new byte[32]);
        Cost start = Cost.now();
        TerraformWorkspace workspace = TerraformWorkspace.open(folder.resolve("workspace"));
        workspace.write(Map.of("main.tf", CONFIGURATION), new JsonObject(), new StateBackend.Local());
        TerraformRunner runner = new TerraformRunner(binary, workspace, environment, key,
                InstantSource.system(),
                Duration.ofSeconds(30));
        runner.init(RunListener.SILENT);
        SavedPlan plan = runner.plan(PlanOptions.USUAL, RunListener.SILENT);
        ApplyResult result = runner.apply(plan, PlanOptions.USUAL, RunListener.SILENT);
        int outputs = runner.output(_ -> false).size();
        Cost took = Cost.since(start);
        if (!result.complete() || outputs != 1) {
            throw new IllegalStateException("the run through the console did not apply everything");
        }
        return took;
    }

    private static Cost bare(TerraformBinary binary) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("terraform-bare");
        Cost start = Cost.now();
        Files.writeString(folder.resolve("main.tf"), CONFIGURATION);
        bare(binary, folder, 0, "init", "-input=false", "-no-color");
        bare(binary, folder, 2, "plan", "-input=false", "-json", "-detailed-exitcode", "-out=bench.tfplan");
        bare(binary, folder, 0, "show", "-json", "bench.tfplan");
        bare(binary, folder, 0, "apply", "-input=false", "-json", "bench.tfplan");
        bare(binary, folder, 0, "output", "-json");
        return Cost.since(start);
    }

    /** Its output goes nowhere: a reader of ours would be a part of what is measured. */
    private static void bare(TerraformBinary binary, Path folder, int expected, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(binary.command());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(Map.of("TF_IN_AUTOMATION", "1", "CHECKPOINT_DISABLE", "1"));
        int exit = builder.start().waitFor();
        if (exit != expected) {
            throw new IllegalStateException(command + " ended with exit code " + exit);
        }
    }
}
