package com.nexpo.console.sandbox.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.aws.AwsEmulator;
import com.nexpo.console.sandbox.aws.Throttle;
import com.nexpo.console.sandbox.posthog.PostHogEmulator;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole blueprint on the sandbox's PostHog and AWS. */
class OnTheEmulatorsTest {

    @Test
    void aWholeDeploymentLeavesNothingToDo(@TempDir Path directory) throws Exception {
        try (PostHogEmulator posthog = new PostHogEmulator(
                PostHogEmulator.Settings.of("phx_CANARY_personal"));
                AwsEmulator aws = new AwsEmulator(0, Throttle.Rates.UNLIMITED)) {
            Map<String, String> environment = Map.of("POSTHOG_HOST", posthog.address().toString(),
                    "POSTHOG_API_KEY",
                    "phx_CANARY_personal", "AWS_ENDPOINT_URL", aws.address().toString(), "AWS_ACCESS_KEY_ID",
                    AwsEmulator.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", "CANARY_secret");
            Workspace workspace = new Workspace(directory, environment);
            workspace.set("services", "[\"api-gateway\",\"auth\",\"user\",\"payments\"]");
            workspace.set("use_aws_ssm", "true");
            workspace.set("aws_skip_checks", "false");
            workspace.deployed();
            Workspace.Said again = workspace.plan();
            assertThat(again.exit()).as(again.out()).isZero();
            assertThat(again.lines("resource_drift")).isEmpty();

            workspace.set("toggles", "{\"shared\":{\"enable_feature_flags\":false}}");
            assertThat(workspace.plan().changes())
                    .anyMatch(c -> c.contains("posthog_feature_flag") && c.endsWith(": delete"));
            assertThat(workspace.apply().exit()).isZero();
            workspace.set("toggles", "{}");
            assertThat(workspace.plan().exit()).isEqualTo(2);
            Workspace.Said back = workspace.apply();
            assertThat(back.exit()).as(back.out()).isZero();
            assertThat(workspace.plan().exit()).isZero();
            JsonObject ids = workspace.run("output", "-json", "posthog_flag_ids").json();
            assertThat(ids.getAsJsonObject("auth").keySet()).contains("security-monitoring");
        }
    }
}
