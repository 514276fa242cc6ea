package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code aws_ssm_parameter} of the AWS provider 5.100.0 over SSM's JSON 1.1 protocol: its calls, and the words of its
 * diagnostics. Throttled calls are tried again.
 */
final class SsmParameters implements Provider {

    private static final Http.Retry RETRY = new Http.Retry(25, 9, Duration.ofMillis(100),
            Duration.ofSeconds(5),
            answer -> answer.status() >= 500 || answer.status() == 429
                    || code(answer).equals("ThrottlingException"));

    private final Http http;
    private final Map<String, String> environment;
    private final String region;
    private final boolean skipChecks;

    /**
     * @param environment of the process: {@code AWS_ENDPOINT_URL[_SSM|_STS]}, {@code AWS_ACCESS_KEY_ID} and the like
     * @param skipChecks  whether the provider looks up nobody at its start
     */
    SsmParameters(Http http, Map<String, String> environment, String region, boolean skipChecks) {
        this.http = http;
        this.environment = environment;
        this.region = region;
        this.skipChecks = skipChecks;
    }

    @Override
    public void configure() throws ProviderException, InterruptedException {
        if (!environment.containsKey("AWS_ACCESS_KEY_ID")
                || !environment.containsKey("AWS_SECRET_ACCESS_KEY")) {
            throw new ProviderException("No valid credential sources found",
                    "The emulated Terraform takes AWS credentials from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
        }
        if (!skipChecks) {
            identify();
        }
    }

    private void identify() throws ProviderException, InterruptedException {
        URI address = endpoint("sts", "STS");
        String body = "Action=GetCallerIdentity&Version=2011-06-15";
        String summary = "Retrieving AWS account details: validating provider credentials: retrieving caller identity"
                + " from STS: operation error STS: GetCallerIdentity, https response error StatusCode: ";
        try {
            Http.Answer answer = http.send("POST", address, signature().signed("sts", address,
                    Map.of("Content-Type", "application/x-www-form-urlencoded"), body, Instant.now()), body,
                    RETRY);
            if (answer.status() != 200) {
                throw new ProviderException(summary + answer.status() + ", RequestID: , api error",
                        answer.body());
            }
        } catch (Http.NoAnswer e) {
            throw new ProviderException(summary + "0, RequestID: , request send failed, " + e.getMessage(),
                    "");
        }
    }

    private AwsSignature signature() {
        return new AwsSignature(environment.getOrDefault("AWS_ACCESS_KEY_ID", ""),
                environment.getOrDefault("AWS_SECRET_ACCESS_KEY", ""),
                Optional.ofNullable(environment.get("AWS_SESSION_TOKEN")).filter(t -> !t.isEmpty()), region);
    }

    private URI endpoint(String service, String suffix) {
        String url = Optional.ofNullable(environment.get("AWS_ENDPOINT_URL_" + suffix))
                .or(() -> Optional.ofNullable(environment.get("AWS_ENDPOINT_URL")))
                .orElse("https://" + service + "." + region + ".amazonaws.com");
        return URI.create(url.endsWith("/") ? url : url + "/");
    }

    @Override
    public Optional<JsonObject> read(ResourceType type, JsonObject state)
            throws ProviderException, InterruptedException {
        String name = state.get("id").getAsString();
        String what = "reading SSM Parameter (" + name + "): ";
        JsonObject ask = new JsonObject();
        ask.addProperty("Name", name);
        ask.addProperty("WithDecryption", true);
        Http.Answer answer = send("GetParameter", ask, what);
        if (code(answer).equals("ParameterNotFound")) {
            return Optional.empty();
        }
        JsonObject parameter = object(ok("GetParameter", answer, what)).getAsJsonObject("Parameter");
        JsonArray described = object(call("DescribeParameters", describe(name), what))
                .getAsJsonArray("Parameters");
        JsonObject resource = new JsonObject();
        resource.addProperty("ResourceId", name);
        resource.addProperty("ResourceType", "Parameter");
        JsonObject tags = tags(object(call("ListTagsForResource", resource, what)).getAsJsonArray("TagList"));
        JsonObject details = described.isEmpty() ? new JsonObject() : described.get(0).getAsJsonObject();
        return Optional.of(attributes(name, parameter, details, tags, state));
    }

    private static JsonObject describe(String name) {
        JsonArray values = new JsonArray();
        values.add(name);
        JsonObject filter = new JsonObject();
        filter.addProperty("Key", "Name");
        filter.addProperty("Option", "Equals");
        filter.add("Values", values);
        JsonArray filters = new JsonArray();
        filters.add(filter);
        JsonObject ask = new JsonObject();
        ask.add("ParameterFilters", filters);
        return ask;
    }

    private static JsonObject attributes(String name, JsonObject parameter, JsonObject details,
            JsonObject tags,
            JsonObject known) {
        JsonObject attributes = new JsonObject();
        attributes.addProperty("allowed_pattern", Json.text(details, "AllowedPattern").orElse(""));
        attributes.add("arn", Json.get(parameter, "ARN"));
        attributes.addProperty("data_type", Json.text(parameter, "DataType").orElse("text"));
        attributes.addProperty("description", Json.text(details, "Description").orElse(""));
        attributes.addProperty("has_value_wo", true);
        attributes.addProperty("id", name);
        attributes.add("insecure_value", JsonNull.INSTANCE);
        attributes.addProperty("key_id", Json.text(details, "KeyId").orElse(""));
        attributes.addProperty("name", name);
        attributes.add("overwrite", JsonNull.INSTANCE);
        attributes.add("tags", tags);
        attributes.add("tags_all", tags);
        attributes.addProperty("tier", Json.text(details, "Tier").orElse("Standard"));
        attributes.add("type", Json.get(parameter, "Type"));
        attributes.addProperty("value", "");
        attributes.add("value_wo", JsonNull.INSTANCE);
        attributes.add("value_wo_version", Json.get(known, "value_wo_version"));
        attributes.add("version", Json.get(parameter, "Version"));
        return attributes;
    }

    @Override
    public JsonObject create(ResourceType type, JsonObject planned, JsonObject config)
            throws ProviderException, InterruptedException {
        String name = planned.get("name").getAsString();
        String what = "creating SSM Parameter (" + name + "): ";
        JsonObject put = put(planned, config, false);
        JsonArray tags = tagList(Json.get(planned, "tags"));
        if (!tags.isEmpty()) {
            put.add("Tags", tags);
        }
        call("PutParameter", put, what);
        return readBack(type, name, planned, what);
    }

    @Override
    public JsonObject update(ResourceType type, JsonObject prior, JsonObject planned, JsonObject config)
            throws ProviderException, InterruptedException {
        String name = planned.get("name").getAsString();
        String what = "updating SSM Parameter (" + name + "): ";
        if (!sameBut(prior, planned)) {
            JsonObject put = put(planned, config, true);
            put.addProperty("Tier", Json.text(prior, "tier").orElse("Standard"));
            call("PutParameter", put, what);
        }
        if (!Json.get(prior, "tags").equals(Json.get(planned, "tags"))) {
            tag(name, Json.get(prior, "tags"), Json.get(planned, "tags"), what);
        }
        return readBack(type, name, planned, what);
    }

    private static boolean sameBut(JsonObject prior, JsonObject planned) {
        return Json.get(prior, "value_wo_version").equals(Json.get(planned, "value_wo_version"))
                && Json.get(prior, "type").equals(Json.get(planned, "type"));
    }

    private JsonObject readBack(ResourceType type, String name, JsonObject planned, String what)
            throws ProviderException, InterruptedException {
        JsonObject known = new JsonObject();
        known.addProperty("id", name);
        known.add("value_wo_version", Json.get(planned, "value_wo_version"));
        return read(type, known)
                .orElseThrow(() -> new ProviderException(what + "couldn't find resource", ""));
    }

    private static JsonObject put(JsonObject planned, JsonObject config, boolean overwrite) {
        JsonObject put = new JsonObject();
        put.addProperty("AllowedPattern", "");
        put.add("Name", planned.get("name"));
        put.addProperty("Overwrite", overwrite);
        put.add("Type", planned.get("type"));
        put.add("Value", config.get("value_wo"));
        return put;
    }

    private void tag(String name, JsonElement prior, JsonElement planned, String what)
            throws ProviderException, InterruptedException {
        JsonArray gone = new JsonArray();
        if (prior.isJsonObject()) {
            prior.getAsJsonObject().keySet().stream()
                    .filter(k -> !planned.isJsonObject() || !planned.getAsJsonObject().has(k))
                    .forEach(gone::add);
        }
        JsonObject ask = new JsonObject();
        ask.addProperty("ResourceId", name);
        ask.addProperty("ResourceType", "Parameter");
        if (!gone.isEmpty()) {
            JsonObject remove = ask.deepCopy();
            remove.add("TagKeys", gone);
            call("RemoveTagsFromResource", remove, what);
        }
        JsonArray wanted = tagList(planned);
        if (!wanted.isEmpty()) {
            ask.add("Tags", wanted);
            call("AddTagsToResource", ask, what);
        }
    }

    private static JsonArray tagList(JsonElement tags) {
        JsonArray list = new JsonArray();
        if (tags.isJsonObject()) {
            new TreeMap<>(tags.getAsJsonObject().asMap()).forEach((k, v) -> {
                JsonObject tag = new JsonObject();
                tag.addProperty("Key", k);
                tag.add("Value", v);
                list.add(tag);
            });
        }
        return list;
    }

    private static JsonObject tags(JsonArray list) {
        TreeMap<String, JsonElement> sorted = new TreeMap<>();
        list.forEach(t -> sorted.put(t.getAsJsonObject().get("Key").getAsString(),
                t.getAsJsonObject().get("Value")));
        JsonObject tags = new JsonObject();
        sorted.forEach(tags::add);
        return tags;
    }

    @Override
    public void delete(ResourceType type, JsonObject state) throws ProviderException, InterruptedException {
        String name = state.get("id").getAsString();
        String what = "deleting SSM Parameter (" + name + "): ";
        JsonObject ask = new JsonObject();
        ask.addProperty("Name", name);
        Http.Answer answer = send("DeleteParameter", ask, what);
        if (!code(answer).equals("ParameterNotFound")) {
            ok("DeleteParameter", answer, what);
        }
    }

    @Override
    public JsonObject imported(ResourceType type, String id) {
        JsonObject state = new JsonObject();
        state.add("id", new JsonPrimitive(id));
        return state;
    }

    private Http.Answer call(String operation, JsonObject body, String what)
            throws ProviderException, InterruptedException {
        return ok(operation, send(operation, body, what), what);
    }

    private Http.Answer send(String operation, JsonObject body, String what)
            throws ProviderException, InterruptedException {
        URI address = endpoint("ssm", "SSM");
        String text = Json.compact(body);
        Map<String, String> headers = Map.of("Content-Type", "application/x-amz-json-1.1", "X-Amz-Target",
                "AmazonSSM." + operation);
        try {
            return http.send("POST", address,
                    signature().signed("ssm", address, headers, text, Instant.now()), text,
                    RETRY);
        } catch (Http.NoAnswer e) {
            throw new ProviderException(what + "operation error SSM: " + operation
                    + ", exceeded maximum number of attempts, " + RETRY.unreachable()
                    + ", https response error StatusCode: 0, RequestID: , request send failed, "
                    + e.getMessage(), "");
        } catch (InterruptedException e) {
            throw new ProviderException(what + "operation error SSM: " + operation
                    + ", https response error StatusCode: 0, RequestID: , canceled, context canceled", "");
        }
    }

    private static Http.Answer ok(String operation, Http.Answer answer, String what)
            throws ProviderException {
        if (answer.status() == 200) {
            return answer;
        }
        String attempts = code(answer).equals("ThrottlingException")
                ? "exceeded maximum number of attempts, " + RETRY.tries() + ", "
                : "";
        String message = parsed(answer)
                .flatMap(o -> Json.text(o, "message").or(() -> Json.text(o, "Message")))
                .orElse("");
        throw new ProviderException(what + "operation error SSM: " + operation + ", " + attempts
                + "https response error StatusCode: " + answer.status() + ", RequestID: , api error "
                + code(answer)
                + ": " + message, "");
    }

    private static JsonObject object(Http.Answer answer) throws ProviderException {
        return parsed(answer)
                .orElseThrow(() -> new ProviderException("SSM answered something that is not JSON", ""));
    }

    /** The error's code; real ones may carry a namespace before {@code #}. */
    private static String code(Http.Answer answer) {
        return answer.status() == 200
                ? ""
                : parsed(answer).flatMap(o -> Json.text(o, "__type"))
                        .map(t -> t.substring(t.indexOf('#') + 1))
                        .orElse("");
    }

    private static Optional<JsonObject> parsed(Http.Answer answer) {
        try {
            JsonElement parsed = JsonParser.parseString(answer.body());
            return parsed.isJsonObject() ? Optional.of(parsed.getAsJsonObject()) : Optional.empty();
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }
}
