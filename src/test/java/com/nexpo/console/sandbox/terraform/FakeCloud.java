package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.http.Faults;
import com.nexpo.console.sandbox.http.LocalServer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** As much of PostHog's API and of SSM as the emulated Terraform calls, on one port. */
final class FakeCloud implements AutoCloseable {

    static final String ORGANIZATION = "0190a000-0000-7000-8000-000000000001";

    private final Map<String, JsonObject> objects = new TreeMap<>();
    private final Map<String, JsonObject> parameters = new TreeMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger(1000);
    private final LocalServer server = new LocalServer("fake-cloud", 0, this::handle);

    private final CountDownLatch answers = new CountDownLatch(1);
    private volatile String held = "nothing";

    /** From now on what is made in this collection is made, and its answer waits for the release. */
    void holdAnswers(String collection) {
        held = collection;
    }

    void release() {
        held = "nothing";
        answers.countDown();
    }

    /** Environment of a terraform that talks to it. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("POSTHOG_HOST", server.address().toString());
        environment.put("POSTHOG_API_KEY", "phx_CANARY_personal");
        environment.put("AWS_ENDPOINT_URL", server.address().toString());
        environment.put("AWS_ACCESS_KEY_ID", "AKIACANARY");
        environment.put("AWS_SECRET_ACCESS_KEY", "CANARY_secret");
        return environment;
    }

    Faults faults() {
        return server.faults();
    }

    void slow(String request, int times, Duration delay) {
        faults().add(request, times, new Faults.Fault.Slow(delay));
    }

    void answer(String request, int times, int status, String body) {
        faults().add(request, times, new Faults.Fault.Answer(status, "application/json", body, Map.of()));
    }

    /** Calls since the last time this was asked, as {@code METHOD path} or the SSM operation and the parameter's name. */
    List<String> calls() {
        List<String> copy = List.copyOf(calls);
        calls.clear();
        return copy;
    }

    /** Every call that changed something since the calls were last asked for. */
    List<String> writes() {
        return calls().stream()
                .filter(c -> !c.startsWith("GET") && !c.startsWith("Get") && !c.startsWith("Describe")
                        && !c.startsWith("List"))
                .toList();
    }

    synchronized JsonObject flag(String key) {
        return objects.values().stream().filter(o -> o.has("key") && o.get("key").getAsString().equals(key))
                .filter(o -> !deleted(o)).findFirst().orElseThrow();
    }

    synchronized long flagsWithKey(String key) {
        return objects.values().stream().filter(o -> o.has("key") && o.get("key").getAsString().equals(key))
                .filter(o -> !deleted(o)).count();
    }

    synchronized long count(String collection) {
        return objects.keySet().stream().filter(path -> path.contains(collection)).count();
    }

    /** Id of the object in a collection that {@code state} does not name. */
    synchronized String orphan(String collection, String state) {
        return objects.entrySet().stream().filter(e -> e.getKey().contains(collection))
                .map(e -> e.getValue().get("id").getAsString())
                .filter(id -> !state.contains("\"id\":" + id + ","))
                .findFirst().orElseThrow();
    }

    synchronized void forget(JsonObject object) {
        objects.values().remove(object);
    }

    synchronized Optional<JsonObject> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    synchronized List<String> parameterNames() {
        return List.copyOf(parameters.keySet());
    }

    @Override
    public void close() {
        server.close();
    }

    private synchronized void handle(Exchange exchange) throws IOException, InterruptedException {
        if (exchange.rawPath().equals("/")) {
            aws(exchange);
            return;
        }
        calls.add(exchange.method() + " " + exchange.rawPath());
        if (!exchange.bearer().equals(Optional.of("phx_CANARY_personal"))) {
            exchange.json(401,
                    error("authentication_failed", "Personal API key found in request Authorization header is"
                            + " invalid."));
            return;
        }
        JsonObject stored = objects.get(exchange.rawPath());
        if (exchange.method().equals("POST")) {
            create(exchange);
        } else if (stored == null || (deleted(stored) && !stored.has("key"))) {
            exchange.json(404, error("not_found", "Not found."));
        } else if (exchange.method().equals("DELETE")) {
            objects.remove(exchange.rawPath());
            exchange.empty(204);
        } else {
            if (exchange.method().equals("PATCH")) {
                exchange.bodyObject().orElseThrow().entrySet()
                        .forEach(e -> stored.add(e.getKey(), e.getValue()));
                dressed(stored);
            }
            exchange.json(200, stored);
        }
    }

    private void create(Exchange exchange) throws IOException, InterruptedException {
        JsonObject object = exchange.bodyObject().orElseThrow();
        if (object.has("key") && flagsWithKey(object.get("key").getAsString()) > 0) {
            exchange.json(400, error("unique", "There is already a feature flag with this key."));
            return;
        }
        int id = ids.incrementAndGet();
        object.addProperty("id", id);
        if (exchange.rawPath().endsWith("/projects/")) {
            object.addProperty("api_token", "phc_CANARY_" + id);
        }
        object.addProperty("deleted", false);
        dressed(object);
        objects.put(exchange.rawPath() + id + "/", object);
        if (exchange.rawPath().endsWith(held)) {
            answers.await();
        }
        exchange.json(201, object);
    }

    /** Adds what the API adds. */
    private static void dressed(JsonObject object) {
        if (object.has("filters")) {
            JsonObject filters = object.getAsJsonObject("filters");
            for (JsonElement group : filters.getAsJsonArray("groups")) {
                group.getAsJsonObject().add("variant", JsonNull.INSTANCE);
            }
            object.add("rollout_percentage", JsonNull.INSTANCE);
        }
        if (object.has("steps")) {
            object.getAsJsonArray("steps")
                    .forEach(s -> s.getAsJsonObject().add("selector", JsonNull.INSTANCE));
            object.addProperty("post_to_slack", false);
            object.addProperty("slack_message_format", "");
            object.addProperty("created_at", "2026-11-23T10:00:00.000000Z");
        }
        if (object.has("query")) {
            object.add("derived_name", JsonNull.INSTANCE);
        }
    }

    private static boolean deleted(JsonObject object) {
        return object.has("deleted") && object.get("deleted").getAsBoolean();
    }

    private static JsonObject error(String code, String detail) {
        JsonObject error = new JsonObject();
        error.addProperty("type", "invalid_request");
        error.addProperty("code", code);
        error.addProperty("detail", detail);
        return error;
    }

    private void aws(Exchange exchange) throws IOException {
        String operation = exchange.header("X-Amz-Target").map(t -> t.substring("AmazonSSM.".length()))
                .orElse("STS");
        if (operation.equals("STS")) {
            exchange.text(200, "<GetCallerIdentityResponse/>");
            return;
        }
        JsonObject ask = JsonParser.parseString(exchange.bodyText()).getAsJsonObject();
        String name = ask.has("Name")
                ? ask.get("Name").getAsString()
                : ask.has("ResourceId")
                        ? ask.get("ResourceId").getAsString()
                        : ask.getAsJsonArray("ParameterFilters").get(0).getAsJsonObject()
                                .getAsJsonArray("Values").get(0)
                                .getAsString();
        calls.add(operation + " " + name);
        if (!operation.equals("PutParameter") && !parameters.containsKey(name)) {
            JsonObject missing = new JsonObject();
            missing.addProperty("__type", "ParameterNotFound");
            exchange.json(400, missing);
            return;
        }
        exchange.json(200, ssm(operation, name, ask));
    }

    private JsonObject ssm(String operation, String name, JsonObject ask) {
        JsonObject answer = new JsonObject();
        JsonObject stored = parameters.getOrDefault(name, new JsonObject());
        switch (operation) {
            case "PutParameter" -> {
                stored.addProperty("Name", name);
                stored.add("Type", ask.get("Type"));
                stored.add("Value", ask.get("Value"));
                stored.addProperty("Version",
                        stored.has("Version") ? stored.get("Version").getAsInt() + 1 : 1);
                if (ask.has("Tags")) {
                    stored.add("Tags", ask.get("Tags"));
                }
                parameters.put(name, stored);
                answer.add("Version", stored.get("Version"));
            }
            case "GetParameter" -> {
                JsonObject shown = stored.deepCopy();
                shown.remove("Tags");
                shown.addProperty("ARN", "arn:aws:ssm:us-west-2:123456789012:parameter" + name);
                shown.addProperty("DataType", "text");
                answer.add("Parameter", shown);
            }
            case "DescribeParameters" -> {
                JsonObject described = new JsonObject();
                described.addProperty("Name", name);
                described.addProperty("Tier", "Standard");
                if (stored.get("Type").getAsString().equals("SecureString")) {
                    described.addProperty("KeyId", "alias/aws/ssm");
                }
                JsonArray list = new JsonArray();
                list.add(described);
                answer.add("Parameters", list);
            }
            case "ListTagsForResource" ->
                answer.add("TagList", stored.has("Tags") ? stored.get("Tags") : new JsonArray());
            case "AddTagsToResource" -> stored.add("Tags", ask.get("Tags"));
            case "DeleteParameter" -> parameters.remove(name);
            default -> throw new IllegalArgumentException(operation);
        }
        return answer;
    }
}
