package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputValueTest {
    @Test
    void whatIsSensitiveIsASecretFromTheStart() throws IOException {
        Map<String, OutputValue> outputs = OutputValue.parse(
                new StringReader(Recorded.text("posthog/output.json")),
                name -> name.equals("POSTHOG_HOST"));

        OutputValue env = new OutputValue.Members(outputs).at("auth_posthog_env_vars");
        assertThat(env.at("POSTHOG_HOST")).isEqualTo(new OutputValue.Plain("https://us.i.posthog.com"));
        assertThat(((OutputValue.Sealed) env.at("POSTHOG_PROJECT_API_KEY")).secret().reveal())
                .isEqualTo("phc_SAMPLE_project_token_1001");
        assertThat(env.at("nowhere").at("x")).isEqualTo(new OutputValue.None());
        assertThat(outputs.get("auth_posthog_project_id")).isEqualTo(new OutputValue.Plain("1001"));
        assertThat(outputs.toString()).doesNotContain("phc_SAMPLE");
    }

    @Test
    void listsNullsAndAMissingMarkAreRead() throws IOException {
        Map<String, OutputValue> outputs = OutputValue.parse(new StringReader(
                "{\"a\":{\"sensitive\":false,\"value\":[1,null,true]},\"b\":{\"value\":\"CANARY-unmarked\"}}"),
                _ -> false);

        assertThat(outputs.get("a")).hasToString("Items[items=[Plain[text=1], None[], Plain[text=true]]]");
        assertThat(outputs.toString()).doesNotContain("CANARY");
    }

    @Test
    void anythingElseIsRefusedWithoutQuotingIt() {
        assertThatThrownBy(() -> OutputValue.parse(new StringReader("CANARY text"), _ -> false))
                .isInstanceOf(IOException.class).hasMessageNotContaining("CANARY");
    }
}
