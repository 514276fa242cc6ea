package com.nexpo.console.sandbox.posthog;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real Terraform with the real PostHog provider against the emulator: all kinds of resources that the blueprint
 * uses, in the forms that survive an update. {@code POSTHOG_PROVIDER_MIRROR} names a folder for
 * {@code filesystem_mirror}; {@code docs/testing.md} says how to get one.
 */
class TerraformProviderTest {
    private static final String KEY = "phx_CANARYterraform000000000";
    private static final String ORG = "0190a000-0000-7000-8000-000000000001";

    private static final String HCL = """
            terraform {
              required_providers {
                posthog = { source = "PostHog/posthog" }
              }
            }
            provider "posthog" {}
            variable "rollout" {
              type    = number
              default = 10
            }
            resource "posthog_project" "this" {
              name = "nexpo-auth"
            }
            resource "posthog_project_settings" "this" {
              project_id                    = posthog_project.this.id
              autocapture_exceptions_opt_in = true
              surveys_opt_in                = false
              app_urls                      = ["http://127.0.0.1:19001"]
            }
            resource "posthog_feature_flag" "this" {
              count              = 3
              project_id         = posthog_project.this.id
              key                = "flag-${count.index}"
              name               = "Flag"
              active             = true
              rollout_percentage = var.rollout
              filters = jsonencode({
                groups       = [{ properties = [], rollout_percentage = var.rollout }]
                multivariate = null
                payloads     = {}
              })
              tags = ["terraform"]
              lifecycle {
                ignore_changes = [active]
              }
            }
            resource "posthog_dashboard" "this" {
              project_id  = posthog_project.this.id
              name        = "Auth"
              description = "Managed by Terraform"
              pinned      = true
              tags        = ["terraform"]
            }
            resource "posthog_insight" "this" {
              project_id    = posthog_project.this.id
              name          = "Logins per day"
              description   = "auth_login_attempt at ${var.rollout}"
              query_json    = jsonencode({ kind = "InsightVizNode", source = { kind = "TrendsQuery", series = [{ kind = "EventsNode", event = "login", math = "total" }] } })
              dashboard_ids = [posthog_dashboard.this.id]
              tags          = ["terraform"]
            }
            resource "posthog_dashboard_layout" "this" {
              project_id   = posthog_project.this.id
              dashboard_id = posthog_dashboard.this.id
              tiles = [
                { insight_id = posthog_insight.this.id, layouts_json = jsonencode({ sm = { x = 0, y = 0, w = 6, h = 5 } }) },
                { text_body = "Rollout ${var.rollout}", layouts_json = jsonencode({ sm = { x = 6, y = 0, w = 6, h = 2 } }) },
              ]
            }
            resource "posthog_action" "this" {
              project_id  = posthog_project.this.id
              name        = "Login succeeded"
              description = "Rollout ${var.rollout}"
              steps_json  = jsonencode([{ event = "login", properties = [{ key = "success", value = ["true"], operator = "exact", type = "event" }] }])
              tags        = ["terraform"]
            }
            resource "posthog_alert" "this" {
              project_id           = posthog_project.this.id
              name                 = "Logins dropped"
              insight              = posthog_insight.this.id
              subscribed_users     = [101]
              threshold_type       = "absolute"
              threshold_lower      = var.rollout
              condition_type       = "absolute_value"
              series_index         = 0
              calculation_interval = "daily"
              enabled              = true
            }
            resource "posthog_hog_function" "this" {
              project_id            = posthog_project.this.id
              name                  = "Hook ${var.rollout}"
              type                  = "destination"
              template_id           = "template-webhook"
              enabled               = true
              inputs_json           = jsonencode({ url = { value = "http://127.0.0.1:19000/" }, method = { value = "POST" } })
              sensitive_inputs_json = jsonencode({ signing_secret = { value = "whsec_CANARY" } })
              filters_json          = jsonencode({ events = [{ id = "login", name = "login", type = "events" }] })
            }
            """;

    @TempDir
    Path folder = Path.of("");

    @Test
    void appliesChangesAndDestroysWithEmptyPlansBetween() throws Exception {
        String mirror = System.getenv().getOrDefault("POSTHOG_PROVIDER_MIRROR", "");
        Assumptions.assumeTrue(Files.isDirectory(Path.of(mirror.isEmpty() ? "/nowhere" : mirror)),
                "the PostHog provider is not here: set POSTHOG_PROVIDER_MIRROR to a provider mirror");
        Assumptions.assumeTrue(onPath(), "terraform is not on the PATH");
        Files.writeString(folder.resolve("main.tf"), HCL);
        Files.writeString(folder.resolve("terraformrc"), """
                disable_checkpoint = true
                provider_installation {
                  filesystem_mirror {
                    path = "%s"
                  }
                }
                """.formatted(mirror));
        try (PostHogEmulator emulator = new PostHogEmulator(PostHogEmulator.Settings.of(KEY))) {
            run(emulator, 0, "init");
            run(emulator, 2, "plan", "-detailed-exitcode");
            run(emulator, 0, "apply", "-auto-approve");
            run(emulator, 0, "plan", "-detailed-exitcode");
            run(emulator, 2, "plan", "-detailed-exitcode", "-var=rollout=50");
            run(emulator, 0, "apply", "-auto-approve", "-var=rollout=50");
            run(emulator, 0, "plan", "-detailed-exitcode", "-var=rollout=50");
            Http http = new Http(emulator.address(), KEY);
            JsonObject project = http.get("/api/projects/@current/").object();
            String base = "/api/projects/" + project.get("id").getAsLong();
            assertThat(http.get(base + "/feature_flags/").object().get("count").getAsInt()).isEqualTo(3);
            assertThat(http.get(base + "/dashboards/").body().toString()).contains("Rollout 50",
                    "Logins per day");
            run(emulator, 0, "destroy", "-auto-approve", "-var=rollout=50");
            assertThat(http.get("/api/projects/").object().get("count").getAsInt()).isZero();
        }
    }

    private static boolean onPath() throws InterruptedException {
        try {
            return new ProcessBuilder("terraform", "version").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private void run(PostHogEmulator emulator, int expected, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("terraform", arguments[0], "-no-color", "-input=false"));
        command.addAll(List.of(arguments).subList(1, arguments.length));
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("TF_CLI_CONFIG_FILE", folder.resolve("terraformrc").toString(),
                "POSTHOG_HOST", emulator.address().toString(), "POSTHOG_API_KEY", KEY,
                "POSTHOG_ORGANIZATION_ID", ORG,
                "CHECKPOINT_DISABLE", "1"));
        Process process = builder.start();
        boolean ended = process.waitFor(3, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as(text).isTrue();
        assertThat(process.exitValue()).as(command + "\n" + text).isEqualTo(expected);
        assertThat(text).doesNotContain("CANARY");
    }
}
