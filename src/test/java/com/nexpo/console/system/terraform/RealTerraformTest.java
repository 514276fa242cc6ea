package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Secret;
import com.nexpo.console.profile.Profile.StateBackend;
import com.nexpo.console.testing.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the Terraform on this machine; terraform_data is built in and needs no provider. */
class RealTerraformTest {
    private static final TerraformRunner.PlanOptions USUAL = TerraformRunner.PlanOptions.USUAL;
    private static final String CONFIGURATION = """
            variable "size" { default = 1 }
            variable "key" {
              type      = string
              sensitive = true
              default   = ""
            }
            resource "terraform_data" "one" { input = var.size }
            resource "terraform_data" "two" {
              input            = var.key
              triggers_replace = var.size
            }
            output "env" {
              value     = { KEY = var.key, SIZE = tostring(var.size) }
              sensitive = true
            }
            """;

    @TempDir
    Path temp;
    private TerraformWorkspace workspace;

    @BeforeEach
    void open() throws Exception {
        workspace = TerraformWorkspace.open(temp.resolve("w"));
    }

    @Test
    void planApplyAndPlanAgain() throws Exception {
        TerraformRunner runner = Installed.runner(workspace, Map.of(),
                Map.of("TF_VAR_key", Secret.of("CANARY-real-key")));
        write(CONFIGURATION, 1);
        runner.init(RunListener.SILENT);

        SavedPlan earlier = runner.plan(USUAL, RunListener.SILENT);
        SavedPlan first = runner.plan(USUAL, RunListener.SILENT);
        assertThat(first.plan().changes()).extracting(Change::action).containsOnly(Action.CREATE);
        assertThat(first.plan().toString()).doesNotContain("CANARY");
        assertThat(first.plan().digest()).isEqualTo(earlier.plan().digest());
        assertThat(earlier.file().orElseThrow()).as("the plan before").doesNotExist();

        ApplyResult applied = runner.apply(first, USUAL, RunListener.SILENT);
        assertThat(applied.complete()).isTrue();
        assertThat(applied.outcomes().values()).hasSize(2).allMatch(Outcome.Done.class::isInstance);
        assertThat(runner.stateList()).containsExactly("terraform_data.one", "terraform_data.two");
        OutputValue env = new OutputValue.Members(runner.output("SIZE"::equals)).at("env");
        assertThat(env.at("SIZE")).isEqualTo(new OutputValue.Plain("1"));
        assertThat(((OutputValue.Sealed) env.at("KEY")).secret().reveal()).isEqualTo("CANARY-real-key");

        assertThat(runner.plan(USUAL, RunListener.SILENT).plan().hasChanges()).isFalse();

        write(CONFIGURATION, 2);
        SavedPlan second = runner.plan(USUAL, RunListener.SILENT);
        assertThat(second.plan().changes()).extracting(Change::action).containsExactly(Action.REPLACE,
                Action.UPDATE);
        assertThat(second.plan().changes().getFirst().fields()).filteredOn(FieldChange::forcesReplace)
                .extracting(FieldChange::name).containsExactly("triggers_replace");
        assertThat(second.plan().toString()).doesNotContain("CANARY");
        assertThat(runner.apply(second, USUAL, RunListener.SILENT).outcomes().values()).hasSize(2)
                .allMatch(Outcome.Done.class::isInstance);

        SavedPlan destroy = runner.plan(new TerraformRunner.PlanOptions(3, true, Duration.ZERO),
                RunListener.SILENT);
        assertThat(destroy.plan().changes()).extracting(Change::action).containsOnly(Action.DELETE);
        assertThat(destroy.plan().toString()).doesNotContain("CANARY");
        runner.discard(destroy);
        assertThat(workspace.own()).isDirectoryNotContaining("glob:**.tfplan");
    }

    @Test
    void aPlanMadeBeforeAnotherApplyIsStale() throws Exception {
        TerraformRunner runner = Installed.runner(workspace, Map.of(), Map.of());
        write(CONFIGURATION, 1);
        runner.init(RunListener.SILENT);
        SavedPlan plan = runner.plan(USUAL, RunListener.SILENT);
        Process other = new ProcessBuilder(Installed.name(), "apply", "-auto-approve", "-input=false")
                .directory(workspace.folder().toFile()).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(other.waitFor()).isZero();

        assertThatThrownBy(() -> runner.apply(plan, USUAL, RunListener.SILENT)).isInstanceOfSatisfying(
                FailureException.class, e -> assertThat(e.failure().code()).isEqualTo("TF-STALE"));
    }

    @Test
    void aPartialApplyTellsDoneFailedAndNotReached() throws Exception {
        TerraformRunner runner = Installed.runner(workspace, Map.of(), Map.of());
        write("""
                resource "terraform_data" "good" {}
                resource "terraform_data" "bad" {
                  depends_on = [terraform_data.good]
                  provisioner "local-exec" { command = "exit 3" }
                }
                resource "terraform_data" "after" { depends_on = [terraform_data.bad] }
                """, 1);
        runner.init(RunListener.SILENT);

        ApplyResult result = runner.apply(runner.plan(USUAL, RunListener.SILENT), USUAL, RunListener.SILENT);

        assertThat(result.complete()).isFalse();
        assertThat(result.outcomes().entrySet())
                .extracting(e -> e.getKey().text() + " " + e.getValue().wireName())
                .containsExactlyInAnyOrder("terraform:terraform_data:terraform_data.good done",
                        "terraform:terraform_data:terraform_data.bad failed");
        assertThat(result.notReached()).extracting(change -> change.target().id())
                .containsExactly("terraform_data.after");
        assertThat(runner.plan(USUAL, RunListener.SILENT).plan().changes())
                .filteredOn(c -> c.action() == Action.REPLACE)
                .singleElement().satisfies(change -> assertThat(change.reason()).contains("tainted"));
    }

    @Test
    void aStoppedApplySavesItsStateAndGivesTheLockBack() throws Exception {
        TerraformRunner runner = Installed.runner(workspace, Map.of(), Map.of());
        write("""
                resource "terraform_data" "slow" {
                  provisioner "local-exec" { command = "exec sleep 60" }
                }
                """, 1);
        runner.init(RunListener.SILENT);
        SavedPlan plan = runner.plan(USUAL, RunListener.SILENT);
        List<Change> begun = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<Thread> thread = new AtomicReference<>();
        try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ApplyResult> applying = background.submit(() -> {
                thread.set(Thread.currentThread());
                return runner.apply(plan, USUAL, new RunListener() {
                    @Override
                    public void started(Change change) {
                        begun.add(change);
                    }
                });
            });
            Eventually.holds("the apply has begun", Duration.ofSeconds(20), () -> !begun.isEmpty());

            assertThatThrownBy(() -> runner.plan(USUAL, RunListener.SILENT)).isInstanceOfSatisfying(
                    FailureException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo("TF-LOCKED");
                        assertThat(e.failure().message()).contains("seconds ago (apply)");
                    });
            thread.get().interrupt();
            ApplyResult result = applying.get(30, TimeUnit.SECONDS);

            assertThat(result.cancelled()).isTrue();
            assertThat(result.complete()).isFalse();
            assertThat(result.inFlight()).hasSize(1);
        }
        assertThat(runner.stateList()).containsExactly("terraform_data.slow");
        assertThat(runner.plan(USUAL, RunListener.SILENT).plan().changes()).singleElement()
                .satisfies(change -> assertThat(change.action()).isEqualTo(Action.REPLACE));
    }

    @Test
    void anInvalidConfigurationIsASentenceWithItsPlace() throws Exception {
        TerraformRunner runner = Installed.runner(workspace, Map.of(), Map.of());
        write("resource \"terraform_data\" \"x\" {\n  input = var.nowhere\n}\n", 1);
        runner.init(RunListener.SILENT);

        assertThatThrownBy(() -> runner.plan(USUAL, RunListener.SILENT)).isInstanceOf(FailureException.class)
                .hasMessageContaining("main.tf:2").hasMessageContaining("undeclared");
        assertThat(workspace.own()).isDirectoryNotContaining("glob:**.tfplan");
    }

    private void write(String configuration, int size) throws Exception {
        JsonObject variables = new JsonObject();
        if (configuration.contains("\"size\"")) {
            variables.addProperty("size", size);
        }
        workspace.write(Map.of("main.tf", configuration), variables, new StateBackend.Local());
    }
}
