package com.nexpo.console.sandbox.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.sandbox.aws.Throttle.Rates;
import com.nexpo.console.testing.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls of the real aws command and of the real Terraform provider, replayed in their order: same status, same
 * error type, same content type, same shape.
 */
class RecordedCallsTest {
    /**
     * What is left out of the comparison, and why. The recordings were answered by moto 5.2.1, and AWS is known
     * to answer these otherwise; the emulator follows AWS.
     */
    private static final Map<String, String> LEFT_OUT = Map.of(
            "SimulatePrincipalPolicy", "moto fails on it with a 500; the emulator answers as IAM documents",
            "message?", "AWS's ParameterNotFound has no text, and other refusals have one spelling of it",
            "Message?", "moto repeats the text under a second name");

    private static final String AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=" + AwsEmulator.ACCESS_KEY
            + "/20261124/eu-central-1/ssm/aws4_request, SignedHeaders=host;x-amz-date, Signature="
            + "0".repeat(64);

    private final Shape shape = new Shape(Set.copyOf(LEFT_OUT.keySet()));

    @ParameterizedTest
    @ValueSource(strings = {"cli-calls.jsonl", "terraform-calls.jsonl"})
    void everyRecordedCallIsAnsweredAlike(String file) throws Exception {
        List<String> differences = new ArrayList<>();
        int replayed = 0;
        try (AwsEmulator aws = new AwsEmulator(0, Rates.UNLIMITED);
                HttpClient client = HttpClient.newHttpClient()) {
            for (JsonObject call : calls(file)) {
                String what = what(call);
                if (what.contains("SimulatePrincipalPolicy")) {
                    continue;
                }
                replayed++;
                compare(what, call, send(client, aws, call), differences);
            }
        }
        assertThat(differences).isEmpty();
        assertThat(replayed).isGreaterThan(15);
    }

    private void compare(String what, JsonObject call, HttpResponse<String> answer,
            List<String> differences) {
        if (answer.statusCode() != call.get("status").getAsInt()) {
            differences.add(
                    "%s: recorded %s, emulator %d %s".formatted(what, call.get("status"), answer.statusCode(),
                            answer.body()));
        }
        JsonObject headers = call.getAsJsonObject("response_headers");
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (!type.equals(headers.get("Content-Type").getAsString())) {
            differences.add(what + ": Content-Type " + type);
        }
        if (answer.headers().firstValue("x-amzn-requestid").isEmpty()) {
            differences.add(what + ": no x-amzn-requestid");
        }
        String recorded = call.get("response_body").getAsString();
        if (recorded.startsWith("<")) {
            if (!elements(recorded).equals(elements(answer.body()))) {
                differences.add(
                        what + ": recorded " + elements(recorded) + ", emulator " + elements(answer.body()));
            }
            return;
        }
        JsonObject was = JsonParser.parseString(recorded).getAsJsonObject();
        JsonObject is = JsonParser.parseString(answer.body()).getAsJsonObject();
        if (!Objects.equals(was.get("__type"), is.get("__type"))) {
            differences.add(what + ": recorded " + was.get("__type") + ", emulator " + is.get("__type"));
        }
        shape.differences(was, is).forEach(difference -> differences.add(what + ": " + difference));
    }

    private static HttpResponse<String> send(HttpClient client, AwsEmulator aws, JsonObject call)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(aws.address())
                .header("Authorization", AUTHORIZATION)
                .POST(BodyPublishers.ofString(call.get("request_body").getAsString()));
        call.getAsJsonObject("request_headers").asMap()
                .forEach((name, value) -> request.header(name, value.getAsString()));
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** The names of the elements, in their order. */
    private static List<String> elements(String xml) {
        List<String> names = new ArrayList<>();
        Matcher element = Pattern.compile("<(/?\\w+)").matcher(xml);
        while (element.find()) {
            names.add(element.group(1));
        }
        return names;
    }

    private static String what(JsonObject call) {
        String body = call.get("request_body").getAsString();
        return Optional.ofNullable(call.getAsJsonObject("request_headers").get("X-Amz-Target"))
                .map(target -> target.getAsString() + " " + body).orElse(body);
    }

    private static List<JsonObject> calls(String file) throws IOException {
        try (InputStream in = Objects
                .requireNonNull(RecordedCallsTest.class.getResourceAsStream("/aws/" + file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> JsonParser.parseString(line).getAsJsonObject())
                    .filter(line -> !line.has("command")).toList();
        }
    }
}
