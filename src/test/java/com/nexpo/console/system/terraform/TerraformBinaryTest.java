package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.Secret;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerraformBinaryTest {
    private static final List<String> COMMAND = List.of("/opt/bin/terraform");

    @Test
    void bothProductsAreKnownByTheirAnswer() throws Exception {
        assertThat(TerraformBinary.parse(COMMAND, "Terraform v1.11.4\non linux_amd64\n", 0).display())
                .isEqualTo("Terraform 1.11.4");
        assertThat(TerraformBinary.parse(COMMAND, "OpenTofu v1.12.0-rc1\non linux_amd64\n", 0).display())
                .isEqualTo("OpenTofu 1.12.0-rc1");
        assertThat(TerraformBinary.parse(COMMAND, "Terraform v2.0.0\n", 0).version()).isEqualTo("2.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Terraform v1.10.5", "OpenTofu v1.10.0", "Terraform v0.14.0"})
    void whatHasNoWriteOnlyAttributesIsTooOld(String answer) {
        assertThatThrownBy(() -> TerraformBinary.parse(COMMAND, answer, 0)).isInstanceOfSatisfying(
                FailureException.class,
                e -> assertThat(e.failure().display()).contains("1.11 or newer", "write-only"));
    }

    @Test
    void anotherProgramIsNotTakenForTerraform() {
        assertThatThrownBy(() -> TerraformBinary.parse(COMMAND, "sed (GNU sed) 4.9", 0))
                .isInstanceOf(FailureException.class);
        assertThatThrownBy(() -> TerraformBinary.parse(COMMAND, "Terraform v1.11.4", 1))
                .isInstanceOf(FailureException.class);
    }

    @Test
    void aMissingExecutableIsASentence() throws Exception {
        ChildEnvironment environment = ChildEnvironment.of(Map.of("PATH", "/nowhere"), Map.of(), Map.of());
        assertThatThrownBy(() -> TerraformBinary.find(List.of("terraform"), environment))
                .isInstanceOf(FailureException.class).hasMessage("terraform is not on the PATH.");
        assertThatThrownBy(() -> TerraformBinary.find(List.of("./no/terraform"), environment))
                .isInstanceOf(FailureException.class).hasMessage("./no/terraform is no executable file.");
    }

    @Test
    void aChildInheritsWhatAToolNeedsAndNothingThatWouldAimItElsewhere() throws Exception {
        ChildEnvironment environment = ChildEnvironment.of(
                Map.of("PATH", "/bin", "AWS_PROFILE", "p", "https_proxy", "http://proxy",
                        "TF_CLI_CONFIG_FILE", "/rc",
                        "TF_VAR_x", "1", "TF_CLI_ARGS", "-lock=false", "TF_LOG", "TRACE", "POSTHOG_HOST",
                        "http://other"),
                Map.of("POSTHOG_HOST", "http://given"),
                Map.of("POSTHOG_API_KEY", Secret.of("phx_CANARY_key")));

        assertThat(environment.plain())
                .containsOnlyKeys("PATH", "AWS_PROFILE", "https_proxy", "TF_CLI_CONFIG_FILE",
                        "POSTHOG_HOST", "TF_IN_AUTOMATION", "TF_INPUT", "CHECKPOINT_DISABLE")
                .containsEntry("POSTHOG_HOST", "http://given");
        assertThat(environment.toString()).doesNotContain("CANARY");
        assertThat(environment.reveal()).containsEntry("POSTHOG_API_KEY", "phx_CANARY_key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"phx_CANARY\n", "phx_CANARY\0"})
    void aKeyThatCannotBeSentIsRefusedUnquoted(String key) {
        assertThatThrownBy(
                () -> ChildEnvironment.of(Map.of(), Map.of(), Map.of("POSTHOG_API_KEY", Secret.of(key))))
                .isInstanceOf(FailureException.class).hasMessageContaining("POSTHOG_API_KEY")
                .hasMessageNotContaining("CANARY");
    }
}
