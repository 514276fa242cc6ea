package com.nexpo.console.sandbox.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the recordings do not show: state kept between starts, races, tokens and their children. */
class VaultEmulatorTest {
    private static final String ROOT = "s.CANARYroot0123456789abcdef";
    private final TestClock clock = new TestClock();
    private final VaultEmulator vault = new VaultEmulator(0, ROOT, clock);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        vault.close();
        client.close();
    }

    private HttpResponse<String> call(VaultEmulator at, String token, String method, String path, String body)
            throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(at.address() + "/v1/" + path))
                .header("X-Vault-Token", token)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        return call(vault, ROOT, method, path, body);
    }

    private static JsonObject json(HttpResponse<String> answer) {
        return JsonParser.parseString(answer.body()).getAsJsonObject();
    }

    @Test
    void itsWholeStateSurvivesARestart() throws Exception {
        call("POST", "secret/data/a", "{\"data\":{\"K\":\"one\"}}");
        call("POST", "secret/data/a", "{\"data\":{\"K\":\"two\"}}");
        call("POST", "secret/metadata/a", "{\"custom_metadata\":{\"team\":\"core\"},\"cas_required\":true}");
        call("POST", "sys/mounts/old", "{\"type\":\"kv\",\"options\":{\"version\":\"1\"}}");
        call("POST", "old/x", "{\"A\":\"b\"}");
        call("POST", "sys/auth/jwt-nomad", "{\"type\":\"jwt\"}");
        call("POST", "auth/jwt-nomad/role/r",
                "{\"role_type\":\"jwt\",\"user_claim\":\"sub\",\"bound_audiences\":\"vault.io\"}");
        call("PUT", "sys/policies/acl/p",
                "{\"policy\":\"path \\\"secret/*\\\" { capabilities = [\\\"read\\\"] }\"}");
        String token = json(call("POST", "auth/token/create", "{\"policies\":[\"p\"]}"))
                .getAsJsonObject("auth")
                .get("client_token").getAsString();
        JsonObject kept = JsonParser.parseString(vault.save().toString()).getAsJsonObject();

        try (VaultEmulator next = new VaultEmulator(0, "s.another", clock)) {
            next.restore(kept);

            assertThat(json(call(next, token, "GET", "secret/data/a", "")).getAsJsonObject("data"))
                    .isEqualTo(json(call(vault, token, "GET", "secret/data/a", "")).getAsJsonObject("data"));
            assertThat(call(next, token, "POST", "secret/data/a", "{\"data\":{}}").statusCode())
                    .isEqualTo(403);
            assertThat(call(next, ROOT, "POST", "secret/data/a", "{\"data\":{}}").body())
                    .contains("check-and-set parameter required");
            for (String path : List.of("old/x", "auth/jwt-nomad/role/r", "secret/metadata/a")) {
                assertThat(json(call(next, ROOT, "GET", path, "")).get("data")).as(path)
                        .isEqualTo(json(call("GET", path, "")).get("data"));
            }
            assertThat(call(next, "s.another", "GET", "secret/data/a", "").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void ofManyWritersWithOneVersionOneWins() throws Exception {
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                String body = "{\"options\":{\"cas\":0},\"data\":{\"W\":\"" + i + "\"}}";
                answers.add(writers.submit(() -> call("POST", "secret/data/race", body).statusCode()));
            }
        }
        int won = 0;
        for (Future<Integer> answer : answers) {
            won += answer.get() == 200 ? 1 : 0;
        }
        assertThat(won).isEqualTo(1);
    }

    @Test
    void aTokenEndsWithItsParentAndItsTime() throws Exception {
        call("PUT", "sys/policies/acl/p",
                "{\"policy\":\"path \\\"auth/token/create\\\" { capabilities = [\\\"update\\\"] }\"}");
        String parent = token(ROOT, "{\"policies\":[\"p\"],\"ttl\":\"1h\"}");
        String child = token(parent, "{\"ttl\":\"30m\"}");
        String orphan = token(ROOT, "{\"policies\":[\"p\"],\"ttl\":\"30m\",\"no_parent\":true}");

        assertThat(self(child)).isEqualTo(200);
        call(vault, parent, "POST", "auth/token/revoke-self", "");
        assertThat(self(parent)).isEqualTo(403);
        assertThat(self(child)).isEqualTo(403);
        assertThat(self(orphan)).isEqualTo(200);
        clock.advance(Duration.ofMinutes(31));
        assertThat(self(orphan)).isEqualTo(403);
    }

    @Test
    void aChildGetsNoPolicyThatItsParentLacks() throws Exception {
        call("PUT", "sys/policies/acl/p",
                "{\"policy\":\"path \\\"auth/token/create\\\" { capabilities = [\\\"update\\\"] }\"}");
        String parent = token(ROOT, "{\"policies\":[\"p\"]}");

        HttpResponse<String> answer = call(vault, parent, "POST", "auth/token/create",
                "{\"policies\":[\"q\"]}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("child policies must be subset of parent");
    }

    @Test
    void aWriteOfSomethingNewNeedsCreateAndOfSomethingOldUpdate() throws Exception {
        call("PUT", "sys/policies/acl/c",
                "{\"policy\":\"path \\\"secret/data/*\\\" { capabilities = [\\\"create\\\"] }\"}");
        String token = token(ROOT, "{\"policies\":[\"c\"]}");

        assertThat(call(vault, token, "POST", "secret/data/n", "{\"data\":{}}").statusCode()).isEqualTo(200);
        assertThat(call(vault, token, "POST", "secret/data/n", "{\"data\":{}}").statusCode()).isEqualTo(403);
    }

    @Test
    void onlyTheLatestVersionsAreKept() throws Exception {
        for (int i = 1; i <= 12; i++) {
            call("POST", "secret/data/many", "{\"data\":{\"N\":\"" + i + "\"}}");
        }
        JsonObject data = json(call("GET", "secret/metadata/many", "")).getAsJsonObject("data");
        assertThat(data.get("current_version").getAsInt()).isEqualTo(12);
        assertThat(data.get("oldest_version").getAsInt()).isEqualTo(3);
        assertThat(data.getAsJsonObject("versions").keySet()).hasSize(10);
        assertThat(vault.exists("secret/data/many")).contains(Map.of("N", "12"));
    }

    private String token(String by, String body) throws Exception {
        return json(call(vault, by, "POST", "auth/token/create", body)).getAsJsonObject("auth")
                .get("client_token")
                .getAsString();
    }

    private int self(String token) throws Exception {
        return call(vault, token, "GET", "auth/token/lookup-self", "").statusCode();
    }
}
