package com.nexpo.console.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RedactorTest {
    @Test
    void hidesARegisteredValueInEverySpelling() {
        try (Secret secret = Secret.of("CANARY \"quoted\"\nline/+ü")) {
            String value = secret.reveal();
            String json = new com.google.gson.Gson().toJson(value);
            String text = value + json
                    + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))
                    + URLEncoder.encode(value, StandardCharsets.UTF_8);
            assertThat(Redactor.clean("a " + text + " b")).startsWith("a ").endsWith(" b")
                    .doesNotContain("CANARY")
                    .doesNotContain(
                            Base64.getEncoder().encodeToString("CANARY".getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void forgetsWhenTheLastHolderIsClosed() {
        Secret one = Secret.of("CANARY-held-twice");
        Secret two = Secret.of("CANARY-held-twice");
        one.close();
        assertThat(Redactor.clean("CANARY-held-twice")).isEqualTo("•••");
        two.close();
        assertThat(Redactor.clean("CANARY-held-twice")).isEqualTo("CANARY-held-twice");
    }

    @Test
    void hidesCredentialsNobodyRegistered() {
        assertThat(Redactor.clean("key phx_abcDEF123456 and hvs.CAESIJabcdefgh Bearer abcdef.ghij"))
                .doesNotContain("abcDEF")
                .doesNotContain("CAESI").doesNotContain("ghij");
    }

    @Test
    void leavesPublicTokensAndWordsAlone() {
        String text = "project token phc_public123 in s3://bucket, subs.example and basis.x";
        assertThat(Redactor.clean(text)).isEqualTo(text);
    }

    @Test
    void whateverTheValueItNeverSurvives() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            StringBuilder value = new StringBuilder();
            for (int n = 6 + random.nextInt(30); n > 0; n--) {
                value.appendCodePoint(
                        random.nextBoolean() ? 32 + random.nextInt(95) : 0xA1 + random.nextInt(0x2000));
            }
            try (Secret secret = Secret.of(value.toString())) {
                assertThat(Redactor.clean("before " + secret.reveal() + " after")).doesNotContain(value);
            }
        }
    }

    @Test
    void aSecretDoesNotPrintItself() {
        try (Secret secret = Secret.of("CANARY-print")) {
            assertThat(secret + " "
                    + new FailureException(new Failure(FailureKind.INVALID, "X", "bad CANARY-print"),
                            new IllegalStateException("CANARY-print")))
                    .doesNotContain("CANARY");
        }
    }
}
