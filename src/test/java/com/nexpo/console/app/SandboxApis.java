package com.nexpo.console.app;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.sandbox.Sandbox;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Somebody else who changes things in a sandbox's systems through their own APIs. */
final class SandboxApis {
    private final Sandbox sandbox;
    private final HttpClient client;

    SandboxApis(Sandbox sandbox) throws Exception {
        this.sandbox = sandbox;
        this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting(sandbox.kubernetes().authorityPem())).build();
    }

    private static SSLContext trusting(String pem) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** Writes one key of the service's Vault secret and leaves the others. */
    void setVaultKey(String path, String key, String value) throws Exception {
        JsonObject body = JsonParser.parseString("{\"data\":{\"%s\":\"%s\"}}".formatted(key, value)).getAsJsonObject();
        call(SystemId.VAULT, "PATCH", "/v1/secret/data/" + path, body,
                Map.of("X-Vault-Token", export("VAULT_TOKEN"), "Content-Type", "application/merge-patch+json"));
    }

    void setParameter(String name, String value) {
        sandbox.aws().overwrite("us-west-2", name, value);
    }

    /** Takes one key out of a Kubernetes secret. */
    void removeSecretKey(String name, String key) throws Exception {
        JsonObject body = JsonParser.parseString("{\"data\":{\"%s\":null}}".formatted(key)).getAsJsonObject();
        call(SystemId.KUBERNETES, "PATCH", "/api/v1/namespaces/" + Sandbox.NAMESPACE + "/secrets/" + name, body,
                Map.of("Authorization", "Bearer " + sandbox.kubernetes().token(), "Content-Type",
                        "application/merge-patch+json"));
    }

    /** Gives a flag another rollout, as somebody does in PostHog's own pages. */
    void setRollout(String flag, int percent) throws Exception {
        Map<String, String> auth = Map.of("Authorization", "Bearer " + export("POSTHOG_API_KEY"), "Content-Type",
                "application/json");
        JsonObject flags = Objects.requireNonNull(
                call(SystemId.POSTHOG, "GET", "/api/projects/" + project() + "/feature_flags/?limit=200", null, auth));
        for (JsonElement element : flags.getAsJsonArray("results")) {
            JsonObject found = element.getAsJsonObject();
            if (found.get("key").getAsString().equals(flag)) {
                JsonObject filters = found.getAsJsonObject("filters").deepCopy();
                filters.getAsJsonArray("groups").get(0).getAsJsonObject().addProperty("rollout_percentage", percent);
                JsonObject body = new JsonObject();
                body.add("filters", filters);
                call(SystemId.POSTHOG, "PATCH",
                        "/api/projects/" + project() + "/feature_flags/" + found.get("id").getAsString() + "/", body, auth);
                return;
            }
        }
        throw new AssertionError("there is no flag " + flag);
    }

    private String project() {
        JsonObject tables = sandbox.posthog().save().getAsJsonObject("tables");
        return tables.keySet().stream().filter(t -> t.startsWith("feature_flags/")).findFirst().orElseThrow()
                .substring("feature_flags/".length());
    }

    /** Gives a job the meta of an older configuration. */
    void setJobMeta(String job, String name, String value) throws Exception {
        Map<String, String> auth = Map.of("X-Nomad-Token", export("NOMAD_TOKEN"));
        JsonObject there = Objects.requireNonNull(call(SystemId.NOMAD, "GET", "/v1/job/" + job, null, auth));
        there.getAsJsonObject("Meta").addProperty(name, value);
        JsonObject body = new JsonObject();
        body.add("Job", there);
        call(SystemId.NOMAD, "POST", "/v1/jobs", body, auth);
    }

    private @org.jspecify.annotations.Nullable JsonObject call(SystemId system, String method, String path,
            @org.jspecify.annotations.Nullable JsonObject body, Map<String, String> headers) throws Exception {
        URI address = URI.create(Objects.requireNonNull(sandbox.emulators().get(system)).address() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(address).method(method, body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body.toString()));
        headers.forEach(request::header);
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new AssertionError(method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
        return response.body().isBlank() ? null : JsonParser.parseString(response.body()).getAsJsonObject();
    }

    private String export(String name) {
        return Objects.requireNonNull(sandbox.exports().get(name));
    }
}
