package com.nexpo.console.sandbox.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.nexpo.console.sandbox.aws.Throttle.Rates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real aws command, and the real Terraform with the real AWS provider, on the emulator. */
class AwsToolsTest {
    private static final String REGION = "eu-central-1";
    private static final String MODULE = """
            terraform {
              required_providers {
                aws = {
                  source  = "hashicorp/aws"
                  version = "~> 5.100"
                }
              }
            }
            variable "value" {
              type      = string
              ephemeral = true
            }
            variable "revision" {
              type = number
            }
            provider "aws" {
              region                      = "eu-central-1"
              skip_metadata_api_check     = true
            }
            resource "aws_ssm_parameter" "key" {
              name             = "/nexpo/posthog/auth/POSTHOG_API_KEY"
              type             = "SecureString"
              value_wo         = var.value
              value_wo_version = var.revision
              tags             = { service = "auth" }
            }
            resource "aws_ssm_parameter" "host" {
              name           = "/nexpo/posthog/auth/POSTHOG_HOST"
              type           = "String"
              insecure_value = "https://eu.i.posthog.com"
            }
            """;

    private final AwsEmulator aws = new AwsEmulator(0, Rates.UNLIMITED);
    @TempDir
    private Path folder = Path.of("");

    private record Ran(int exit, String output) {}

    @AfterEach
    void stop() {
        aws.close();
    }

    private Ran run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("AWS_ENDPOINT_URL", aws.address().toString(), "AWS_ACCESS_KEY_ID",
                AwsEmulator.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", "any", "AWS_REGION", REGION,
                "AWS_DEFAULT_REGION", REGION, "AWS_EC2_METADATA_DISABLED", "true", "TF_IN_AUTOMATION", "1",
                "TF_INPUT", "0", "TF_VAR_value", "CANARY-first", "TF_VAR_revision", "1"));
        Process process = builder.start();
        if (!process.waitFor(4, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " did not end");
        }
        return new Ran(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    private static boolean onPath(String tool) {
        return Optional.ofNullable(System.getenv("PATH")).stream()
                .flatMap(path -> List.of(path.split(":")).stream())
                .anyMatch(dir -> Files.isExecutable(Path.of(dir, tool)));
    }

    private Ran aws(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("aws"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    @Test
    void theAwsCommandWorks() throws Exception {
        Assumptions.assumeTrue(onPath("aws"), "skipped: there is no aws command on the PATH");

        assertThat(aws("sts", "get-caller-identity").output()).contains(AwsEmulator.ACCOUNT, "user/sandbox");
        assertThat(aws("ssm", "put-parameter", "--name", "/n/a", "--type", "SecureString", "--value", "v1")
                .exit())
                .isZero();
        assertThat(aws("ssm", "put-parameter", "--name", "/n/a", "--type", "SecureString", "--value", "v2")
                .output())
                .contains("(ParameterAlreadyExists)", "set the overwrite option in the request to true");
        assertThat(aws("ssm", "get-parameters-by-path", "--path", "/n", "--with-decryption").output())
                .contains("\"Value\": \"v1\"");
        assertThat(aws("ssm", "get-parameters-by-path", "--path", "/n").output()).doesNotContain("\"v1\"")
                .contains("AQICAH");
        assertThat(aws("iam", "simulate-principal-policy", "--policy-source-arn",
                "arn:aws:iam::123456789012:user/sandbox", "--action-names", "ssm:PutParameter").output())
                .contains("\"EvalDecision\": \"allowed\"");
        aws.policy().deny("ssm:DescribeParameters");
        assertThat(aws("ssm", "describe-parameters").output()).contains(
                "(AccessDeniedException)",
                "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: ssm:DescribeParameters on"
                        + " resource: arn:aws:ssm:eu-central-1:123456789012:* because no identity-based policy allows"
                        + " the ssm:DescribeParameters action");
    }

    @Test
    void terraformOwnsParametersAndDoesNotSeeAWriteOnlyValueDrift() throws Exception {
        Assumptions.assumeTrue(onPath("terraform"), "skipped: there is no terraform on the PATH");
        Files.writeString(folder.resolve("main.tf"), MODULE);
        Ran init = run("terraform", "init", "-no-color");
        Assumptions.assumeTrue(init.exit() == 0,
                "skipped: terraform init found no hashicorp/aws provider; name a mirror with TF_CLI_CONFIG_FILE");

        Ran apply = run("terraform", "apply", "-auto-approve", "-no-color");
        assertThat(apply.output()).contains("2 added, 0 changed, 0 destroyed").doesNotContain("CANARY");
        assertThat(aws.value(REGION, "/nexpo/posthog/auth/POSTHOG_API_KEY")).contains("CANARY-first");

        aws.overwrite(REGION, "/nexpo/posthog/auth/POSTHOG_API_KEY", "drifted");
        assertThat(run("terraform", "plan", "-detailed-exitcode", "-no-color").exit()).as("no change seen")
                .isZero();

        Ran update = run("terraform", "apply", "-auto-approve", "-no-color", "-var=revision=2");
        assertThat(update.output()).contains("0 added, 1 changed, 0 destroyed");
        assertThat(aws.value(REGION, "/nexpo/posthog/auth/POSTHOG_API_KEY")).contains("CANARY-first");

        assertThat(run("terraform", "destroy", "-auto-approve", "-no-color").output())
                .contains("2 destroyed");
        assertThat(aws.save().toString()).doesNotContain("POSTHOG_API_KEY");
    }
}
