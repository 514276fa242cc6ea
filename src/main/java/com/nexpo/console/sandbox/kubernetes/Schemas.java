package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Types and defaults of the stored kinds: what cannot be decoded, and what the server fills in. */
final class Schemas {
    private static final Set<String> SECRET = Set.of("apiVersion", "kind", "metadata", "data", "stringData",
            "type",
            "immutable");
    private static final Set<String> OTHER = Set.of("apiVersion", "kind", "metadata", "spec", "status");

    private Schemas() {}

    static Set<String> fields(Kind kind) {
        return kind == Kind.SECRET ? SECRET : OTHER;
    }

    /** @throws Refusal 400 for a value that does not fit, as POST and PUT answer it */
    static void checkCreated(Kind kind, JsonObject body) {
        if (kind != Kind.SECRET) {
            return;
        }
        Json.objectAt(body, "data").ifPresent(data -> data.entrySet().forEach(entry -> {
            if (entry.getValue().isJsonPrimitive() && !entry.getValue().getAsJsonPrimitive().isString()) {
                throw Refusal
                        .badRequest("Secret in version \"v1\" cannot be handled as a Secret: json: cannot"
                                + " unmarshal number into Go struct field Secret.data of type []uint8");
            }
            badBase64(entry.getValue()).ifPresent(at -> {
                throw Refusal
                        .badRequest("Secret in version \"v1\" cannot be handled as a Secret: illegal base64"
                                + " data at input byte " + at);
            });
        }));
    }

    /** @throws Refusal 500 for what does not fit, as an apply answers it */
    static void checkApplied(Kind kind, String namespace, String name, JsonObject body) {
        String object = "(%s/%s; /v1, Kind=%s)".formatted(namespace, name, kind.title());
        body.keySet().stream().filter(field -> !fields(kind).contains(field)).findFirst().ifPresent(field -> {
            throw Refusal
                    .unreasoned("failed to create typed patch object %s: .%s: field not declared in schema"
                            .formatted(object, field));
        });
        if (kind != Kind.SECRET) {
            return;
        }
        for (String map : List.of("data", "stringData")) {
            Json.objectAt(body, map).ifPresent(data -> data.entrySet().forEach(entry -> {
                JsonElement value = entry.getValue();
                if (!value.isJsonNull()
                        && !(value.isJsonPrimitive() && value.getAsJsonPrimitive().isString())) {
                    throw Refusal
                            .unreasoned(("failed to create typed patch object %s: .%s.%s: expected string,"
                                    + " got &value.valueUnstructured{Value:%s}").formatted(object, map,
                                            entry.getKey(),
                                            value));
                }
            }));
        }
        Json.objectAt(body, "data").ifPresent(data -> data.entrySet().forEach(
                entry -> badBase64(entry.getValue()).ifPresent(at -> {
                    throw Refusal.unreasoned(("failed to convert new object %s to proper version: unable to"
                            + " convert unstructured object to /v1, Kind=Secret: error decoding from json:"
                            + " illegal base64 data at input byte %d").formatted(object, at));
                })));
    }

    /** Where the text stops being base64, as Go's decoder counts; line breaks are tolerated. */
    private static Optional<Integer> badBase64(JsonElement value) {
        if (value.isJsonNull()) {
            return Optional.empty();
        }
        String text = value.getAsString().replace("\n", "").replace("\r", "");
        for (int i = 0; i < text.length(); i++) {
            if ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
                    .indexOf(text.charAt(i)) < 0) {
                return Optional.of(i);
            }
        }
        return text.length() % 4 == 0 ? Optional.empty() : Optional.of(text.length() / 4 * 4);
    }

    /** The object as it is stored: stringData in data, empty parts left out, values in one spelling. */
    static JsonObject normal(Kind kind, JsonObject object) {
        JsonObject normal = object.deepCopy();
        normal.addProperty("kind", kind.title());
        normal.addProperty("apiVersion", kind.apiVersion());
        JsonObject metadata = Json.make(normal, "metadata");
        for (String empty : List.of("labels", "annotations", "finalizers", "ownerReferences",
                "creationTimestamp",
                "namespace", "resourceVersion")) {
            dropEmpty(metadata, empty);
        }
        metadata.keySet().stream().filter(name -> !name.equals("managedFields")).toList().forEach(name -> {
            if (metadata.get(name).isJsonNull()) {
                metadata.remove(name);
            }
        });
        if (kind == Kind.SECRET) {
            secret(normal);
        } else if (kind == Kind.DEPLOYMENT) {
            deployment(normal);
        }
        return normal;
    }

    private static void secret(JsonObject secret) {
        Json.objectAt(secret, "stringData").ifPresent(texts -> texts.entrySet()
                .forEach(e -> Json.make(secret, "data").addProperty(e.getKey(),
                        Base64.getEncoder().encodeToString(
                                goText(e.getValue()).getBytes(StandardCharsets.UTF_8)))));
        secret.remove("stringData");
        Json.objectAt(secret, "data").ifPresent(data -> List.copyOf(data.keySet())
                .forEach(name -> data.addProperty(name, data.get(name).isJsonNull()
                        ? ""
                        : data.get(name).getAsString().replace("\n", "").replace("\r", ""))));
        dropEmpty(secret, "data");
        if (Json.text(secret, "type").orElse("").isEmpty()) {
            secret.addProperty("type", "Opaque");
        }
    }

    /** Go turns half of a surrogate pair into the replacement character, Java into a question mark. */
    private static String goText(JsonElement value) {
        StringBuilder out = new StringBuilder();
        (value.isJsonNull() ? "" : value.getAsString()).codePoints()
                .map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c).forEach(out::appendCodePoint);
        return out.toString();
    }

    private static void deployment(JsonObject deployment) {
        JsonObject spec = Json.make(deployment, "spec");
        defaults(spec, Map.of("replicas", new JsonPrimitive(1), "revisionHistoryLimit", new JsonPrimitive(10),
                "progressDeadlineSeconds", new JsonPrimitive(600)));
        JsonObject strategy = Json.make(spec, "strategy");
        defaults(strategy, Map.of("type", new JsonPrimitive("RollingUpdate")));
        if (strategy.get("type").getAsString().equals("RollingUpdate")) {
            defaults(Json.make(strategy, "rollingUpdate"), Map.of("maxUnavailable", new JsonPrimitive("25%"),
                    "maxSurge", new JsonPrimitive("25%")));
        }
        JsonObject template = Json.make(spec, "template");
        dropNull(Json.make(template, "metadata"), "creationTimestamp");
        JsonObject pod = Json.make(template, "spec");
        defaults(pod, Map.of("restartPolicy", new JsonPrimitive("Always"), "terminationGracePeriodSeconds",
                new JsonPrimitive(30), "dnsPolicy", new JsonPrimitive("ClusterFirst"), "securityContext",
                new JsonObject(), "schedulerName", new JsonPrimitive("default-scheduler")));
        Json.at(pod, "containers").filter(JsonElement::isJsonArray).map(JsonElement::getAsJsonArray)
                .orElseGet(JsonArray::new).forEach(c -> container(c.getAsJsonObject()));
        if (!deployment.has("status") || deployment.get("status").isJsonNull()) {
            deployment.add("status", new JsonObject());
        }
        if (Json.text(spec, "paused").filter("false"::equals).isPresent()) {
            spec.remove("paused");
        }
    }

    private static void container(JsonObject container) {
        String image = Json.text(container, "image").orElse("");
        boolean pinned = image.substring(image.lastIndexOf('/') + 1).contains(":")
                && !image.endsWith(":latest");
        defaults(container, Map.of("resources", new JsonObject(), "terminationMessagePath",
                new JsonPrimitive("/dev/termination-log"), "terminationMessagePolicy",
                new JsonPrimitive("File"),
                "imagePullPolicy", new JsonPrimitive(pinned ? "IfNotPresent" : "Always")));
    }

    private static void defaults(JsonObject object, Map<String, JsonElement> values) {
        values.forEach((name, value) -> {
            if (!object.has(name) || object.get(name).isJsonNull()) {
                object.add(name, value);
            }
        });
    }

    private static void dropEmpty(JsonObject object, String... names) {
        Arrays.stream(names).forEach(name -> {
            JsonElement value = object.has(name) ? object.get(name) : JsonNull.INSTANCE;
            boolean empty = value.isJsonNull() || (value.isJsonObject() && value.getAsJsonObject().isEmpty())
                    || (value.isJsonArray() && value.getAsJsonArray().isEmpty())
                    || (value.isJsonPrimitive() && value.getAsString().isEmpty());
            if (empty) {
                object.remove(name);
            }
        });
    }

    private static void dropNull(JsonObject object, String name) {
        if (object.has(name) && object.get(name).isJsonNull()) {
            object.remove(name);
        }
    }
}
