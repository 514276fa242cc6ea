package com.nexpo.console.sandbox.nomad;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parsing is deterministic, so the answers are compared to the last character, not by their shape. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobParsingTest {
    private final NomadEmulator nomad = new NomadEmulator(0, NomadSettings.sandbox("").withoutAcl(),
            VaultAccess.open());
    private final Wire wire = new Wire(nomad.address(), "");

    @BeforeAll
    void start() throws Exception {
        assertThat(wire.get("/v1/status/leader").getAsString()).isEqualTo("127.0.0.1:4647");
    }

    @AfterAll
    void stop() {
        nomad.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"parse-ok", "parse-ok-canonicalized", "parse-docker-ok", "parse-interpolation",
        "parse-undeclared-variable", "guide-parse-api-gateway", "guide-parse-auth-service",
        "guide-parse-payments-service", "guide-parse-user-service", "guide-rawexec-parse"})
    void aJobFileBecomesTheRecordedJob(String name) throws Exception {
        Recorded recorded = Recorded.load(name);
        HttpResponse<String> answer = wire.send("POST", "/v1/jobs/parse", recorded.sent());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(JsonParser.parseString(answer.body())).isEqualTo(recorded.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"parse-bad-varfile", "parse-empty", "parse-file-function",
        "parse-missing-variable",
        "parse-no-job", "parse-syntax-error", "parse-two-jobs", "parse-unknown-attribute",
        "parse-unknown-block",
        "parse-wrong-type"})
    void aWrongJobFileIsRefusedInTheRecordedWords(String name) throws Exception {
        Recorded recorded = Recorded.load(name);
        HttpResponse<String> answer = wire.send("POST", "/v1/jobs/parse", recorded.sent());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo(recorded.bodyText());
    }
}
