package com.nexpo.console.system.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.nexpo.console.model.Secret;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.ServiceConfig.Entry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What SSM does not take is refused in words before anything is called. */
class ParameterNamesTest {
    private static List<String> refusals(String place, String key, String value) {
        return ParameterNames.refusals(
                new ServiceConfig("auth", place, Map.of(key, new Entry(Secret.of(value), true))),
                ParameterNames.STANDARD_BYTES);
    }

    @Test
    void whatSsmTakesIsNotRefused() {
        assertThat(refusals("/nexpo/posthog/auth", "POSTHOG_HOST", "a".repeat(4096))).isEmpty();
        assertThat(refusals("/nexpo/posthog/auth/", "a.b-c_D", "{one} }}")).isEmpty();
    }

    @Test
    void aReferenceIsRefusedWithoutQuotingIt() {
        assertThat(refusals("/n", "KEY", "{{CANARY-reference}}")).singleElement().asString()
                .startsWith("/n/KEY contains '{{'").doesNotContain("CANARY");
    }

    @Test
    void bytesCountNotCharacters() {
        assertThat(refusals("/n", "KEY", "ß".repeat(2049))).singleElement().asString()
                .contains("/n/KEY has 4098 bytes", "at most 4096");
    }

    @Test
    void anEmptyValueIsRefused() {
        assertThat(refusals("/n", "KEY", "")).singleElement().asString().contains("/n/KEY is empty");
    }

    @Test
    void namesAreChecked() {
        assertThat(refusals("n/x", "KEY", "v")).singleElement().asString().contains("begins with a slash");
        assertThat(refusals("/n//x", "KEY", "v")).hasSize(1);
        assertThat(refusals("/AWS/x", "KEY", "v")).singleElement().asString().contains("AWS's own");
        assertThat(refusals("/n", "MY KEY", "v")).singleElement().asString().contains("letters, digits");
        assertThat(refusals("/a".repeat(15), "KEY", "v")).singleElement().asString().contains("16 levels");
        assertThat(refusals("/" + "a".repeat(1008), "KEY", "v")).singleElement().asString()
                .contains("too long");
    }
}
