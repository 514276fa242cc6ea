package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Secret;
import com.nexpo.console.profile.Profile.StateBackend;
import com.nexpo.console.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

/** State in S3, and the AWS provider, with the Terraform and the moto_server on this machine. */
class RealS3BackendTest {
    private static final TerraformRunner.PlanOptions USUAL = TerraformRunner.PlanOptions.USUAL;
    private static Installed.@Nullable Moto moto;

    @TempDir
    Path temp;
    private TerraformWorkspace workspace;
    private TerraformRunner runner;

    @BeforeAll
    static void startMoto() throws Exception {
        assumeTrue(Installed.onPath(Installed.name()).isPresent(),
                "skipped: neither terraform nor tofu is on the PATH");
        moto = Installed.Moto.start();
    }

    @AfterAll
    static void stopMoto() {
        if (moto != null) {
            moto.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        moto().send("POST", "/moto-api/reset");
        moto().send("PUT", "/state-bucket");
        workspace = TerraformWorkspace.open(temp.resolve("w"));
        runner = Installed.runner(workspace, moto().environment(), Map.of());
    }

    @Test
    void theStateIsInTheBucketAndAMoveIsAChoice() throws Exception {
        write("resource \"terraform_data\" \"x\" {}\n", s3("a.tfstate"));
        runner.init(RunListener.SILENT);
        assertThat(runner.apply(runner.plan(USUAL, RunListener.SILENT), USUAL, RunListener.SILENT).complete())
                .isTrue();
        assertThat(moto().send("HEAD", "/state-bucket/a.tfstate")).isEqualTo(200);
        assertThat(workspace.folder().resolve("terraform.tfstate")).doesNotExist();

        write("resource \"terraform_data\" \"x\" {}\n", s3("b.tfstate"));
        assertMoved();
        assertMoved();
        assertThat(moto().send("HEAD", "/state-bucket/b.tfstate")).isEqualTo(404);
        runner.init(TerraformRunner.StateMove.MOVE_STATE, RunListener.SILENT);
        assertThat(runner.stateList()).containsExactly("terraform_data.x");
        assertThat(runner.plan(USUAL, RunListener.SILENT).plan().hasChanges()).isFalse();

        write("resource \"terraform_data\" \"x\" {}\n", new StateBackend.Local());
        assertMoved();
        runner.init(TerraformRunner.StateMove.START_THERE, RunListener.SILENT);
        assertThat(runner.stateList()).isEmpty();
    }

    @Test
    void aLocalStateIsNotMovedToS3Unasked() throws Exception {
        write("resource \"terraform_data\" \"x\" {}\n", new StateBackend.Local());
        runner.init(RunListener.SILENT);
        runner.apply(runner.plan(USUAL, RunListener.SILENT), USUAL, RunListener.SILENT);

        write("resource \"terraform_data\" \"x\" {}\n", s3("c.tfstate"));

        assertMoved();
    }

    @Test
    void aLeftLockIsToldAndReleasedOnRequestAlone() throws Exception {
        write("resource \"terraform_data\" \"x\" {}\n", s3("l.tfstate"));
        runner.init(RunListener.SILENT);
        String id = "c6291e41-6c93-b4b0-cba6-0d913764b92d";
        Path lock = Files.writeString(temp.resolve("lock"),
                ("{\"ID\":\"%s\",\"Operation\":\"OperationTypeApply\","
                        + "\"Info\":\"\",\"Who\":\"dead@host\",\"Version\":\"1.11.4\",\"Created\":\"2026-01-01T00:00:00Z\","
                        + "\"Path\":\"state-bucket/l.tfstate\"}").formatted(id));
        moto().put("/state-bucket/l.tfstate.tflock", lock);

        assertThatThrownBy(() -> runner.plan(USUAL, RunListener.SILENT)).isInstanceOfSatisfying(
                FailureException.class,
                e -> {
                    assertThat(e.failure().code()).isEqualTo("TF-LOCKED");
                    assertThat(e.failure().message()).contains("dead@host", "days ago", id);
                });
        assertThatThrownBy(() -> runner.forceUnlock("another-id")).isInstanceOf(FailureException.class);
        runner.forceUnlock(id);
        assertThat(runner.plan(USUAL, RunListener.SILENT).plan().hasChanges()).isTrue();
    }

    @Test
    void aStateThatCouldNotBeStoredIsPushedAndNothingIsMadeTwice() throws Exception {
        write("resource \"terraform_data\" \"x\" {\n  provisioner \"local-exec\" {\n    command = \"while [ ! -f "
                + temp.resolve("go") + " ]; do sleep 0.1; done\"\n  }\n}\n", s3("e.tfstate"));
        runner.init(RunListener.SILENT);
        SavedPlan plan = runner.plan(USUAL, RunListener.SILENT);
        AtomicBoolean begun = new AtomicBoolean();
        ApplyResult result;
        try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ApplyResult> applying = background
                    .submit(() -> runner.apply(plan, USUAL, new RunListener() {
                        @Override
                        public void started(Change change) {
                            begun.set(true);
                        }
                    }));
            Eventually.holds("the apply has begun", Duration.ofSeconds(20), begun::get);
            moto().send("POST", "/moto-api/reset");
            Files.writeString(temp.resolve("go"), "");
            result = applying.get(60, TimeUnit.SECONDS);
        }

        assertThat(result.outcomes().values()).singleElement().isInstanceOf(Outcome.Done.class);
        assertThat(result.complete()).isFalse();
        assertThat(result.erroredState()).isPresent();
        assertThat(result.problems()).extracting(f -> f.code()).contains("TF-STATE-NOT-SAVED");
        assertThatThrownBy(() -> runner.plan(USUAL, RunListener.SILENT)).isInstanceOfSatisfying(
                FailureException.class,
                e -> assertThat(e.failure().code()).isEqualTo("TF-ERRORED-STATE"));
        moto().send("PUT", "/state-bucket");
        runner.pushErroredState();
        assertThat(runner.erroredState()).isEmpty();
        assertThat(runner.plan(USUAL, RunListener.SILENT).plan().hasChanges()).isFalse();
    }

    @Test
    void parametersAreWrittenByTheAwsProvider() throws Exception {
        String mirror = Optional.ofNullable(System.getenv("TF_CLI_CONFIG_FILE")).orElse("");
        assumeTrue(!mirror.isEmpty() && Files.exists(Path.of(mirror)),
                "skipped: TF_CLI_CONFIG_FILE names no file with a mirror that has hashicorp/aws");
        Map<String, String> variables = new HashMap<>(moto().environment());
        variables.put("AWS_ENDPOINT_URL", moto().address.toString());
        runner = Installed.runner(workspace, variables, Map.of("TF_VAR_key",
                Secret.of("CANARY-ssm-value")));
        write("""
                terraform {
                  required_providers {
                    aws = { source = "hashicorp/aws" }
                  }
                }
                provider "aws" {
                  skip_credentials_validation = true
                  skip_requesting_account_id  = true
                  skip_metadata_api_check     = true
                }
                variable "key" {
                  type      = string
                  ephemeral = true
                }
                resource "aws_ssm_parameter" "key" {
                  name             = "/nexpo/key"
                  type             = "SecureString"
                  value_wo         = var.key
                  value_wo_version = 1
                }
                """, new StateBackend.Local());
        try {
            runner.init(RunListener.SILENT);
        } catch (FailureException e) {
            assumeTrue(!e.failure().code().equals("TF-INSTALL"),
                    "skipped: hashicorp/aws cannot be installed here");
            throw e;
        }
        SavedPlan plan = runner.plan(USUAL, RunListener.SILENT);
        assertThat(plan.plan().changes()).singleElement().satisfies(change -> assertThat(change.fields())
                .extracting(f -> f.name() + " " + f.after().display())
                .contains("value_wo •••", "name /nexpo/key"));

        assertThat(runner.apply(plan, USUAL, RunListener.SILENT).complete()).isTrue();
        SavedPlan again = runner.plan(USUAL, RunListener.SILENT);
        assertThat(again.plan().hasChanges()).isFalse();
        assertThat(again.plan().drift()).as("the provider's noise").isEmpty();
        try (var files = Files.walk(workspace.folder())) {
            List<Path> ours = files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("providers")).toList();
            assertThat(ours).allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain("CANARY"));
        }
    }

    private void assertMoved() {
        assertThatThrownBy(() -> runner.init(RunListener.SILENT)).isInstanceOfSatisfying(
                FailureException.class,
                e -> assertThat(e.failure().code()).isEqualTo("TF-BACKEND-MOVED"));
    }

    private static Installed.Moto moto() {
        if (moto == null) {
            throw new AssertionError("moto_server was not started");
        }
        return moto;
    }

    private static StateBackend s3(String key) {
        return new StateBackend.S3("state-bucket", key, "us-east-1", Optional.of(moto().address),
                Optional.empty());
    }

    private void write(String configuration, StateBackend backend) throws Exception {
        workspace.write(Map.of("main.tf", configuration), new JsonObject(), backend);
    }
}
