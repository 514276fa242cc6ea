package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.nexpo.console.sandbox.http.Exchange;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Request bodies: media types, decoding, and what the server says of fields that it does not know. */
final class Bodies {
    /** Limit of the API server for one request body, in bytes. */
    private static final int LONGEST = 3 * 1024 * 1024;
    private static final Set<String> METADATA = Set.of("name", "generateName", "namespace", "selfLink", "uid",
            "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
            "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers",
            "managedFields");

    private Bodies() {}

    static void refuseTooLarge(Exchange exchange) {
        if (exchange.body().length > LONGEST) {
            throw Refusal.tooLarge();
        }
    }

    /** An object of this kind that is to be created or to replace another; warnings go into the answer. */
    static JsonObject object(Exchange exchange, Kind kind) {
        JsonObject body = decode(exchange, kind.title());
        String given = Json.text(body, "kind").orElse(kind.title());
        if (!given.equals(kind.title())) {
            throw Refusal.badRequest(
                    "%s in version \"v1\" cannot be handled as a %s: converting (v1.%s) to (core.%s):"
                            .formatted(given, kind.title(), given, kind.title()) + " unknown conversion");
        }
        List<String> unknown = unknownFields(kind, body);
        unknown.addAll(duplicates(exchange));
        complain(exchange, kind, unknown);
        body.keySet().retainAll(Schemas.fields(kind));
        Json.objectAt(body, "metadata").ifPresent(metadata -> metadata.keySet().retainAll(METADATA));
        Schemas.checkCreated(kind, body);
        return body;
    }

    /** Any JSON object in one of the media types that the server reads. */
    static JsonObject decode(Exchange exchange, String title) {
        refuseTooLarge(exchange);
        String type = exchange.header("Content-Type").orElse("application/json").split(";", -1)[0].strip();
        return switch (type) {
            case "application/json" -> json(exchange.bodyText(), title);
            case "application/yaml" -> yaml(exchange.bodyText()).orElseThrow(
                    () -> Refusal.badRequest("the object provided is unrecognized (must be of type %s)"
                            .formatted(title)));
            case ProtobufBodies.MEDIA_TYPE -> ProtobufBodies.read(exchange.body());
            default -> throw Refusal.unsupportedBody();
        };
    }

    private static JsonObject json(String text, String title) {
        try {
            JsonElement parsed = JsonParser.parseString(text);
            if (parsed.isJsonObject()) {
                return parsed.getAsJsonObject();
            }
        } catch (JsonParseException _) {
            // told below, like any other body that is no object
        }
        throw Refusal.badRequest(("the object provided is unrecognized (must be of type %s): couldn't get"
                + " version/kind; json parse error: unexpected end of JSON input (%s ...)")
                .formatted(title, text.substring(0, Math.min(30, text.length()))));
    }

    /** A body of a server-side apply. */
    static JsonObject applied(Exchange exchange) {
        refuseTooLarge(exchange);
        try {
            JsonElement parsed = JsonParser.parseString(exchange.bodyText());
            if (parsed.isJsonObject()) {
                return parsed.getAsJsonObject();
            }
        } catch (JsonParseException _) {
            // then it is YAML
        }
        return yaml(exchange.bodyText())
                .orElseThrow(() -> Refusal.badRequest("error decoding YAML: error converting YAML to JSON:"
                        + " yaml: line 1: did not find expected node content"));
    }

    private static Optional<JsonObject> yaml(String text) {
        try {
            Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
            JsonElement element = new Gson().toJsonTree(loaded);
            return element.isJsonObject() ? Optional.of(element.getAsJsonObject()) : Optional.empty();
        } catch (YAMLException e) {
            return Optional.empty();
        }
    }

    static void complain(Exchange exchange, Kind kind, List<String> problems) {
        if (problems.isEmpty() || exchange.query("fieldValidation").filter("Ignore"::equals).isPresent()) {
            return;
        }
        if (exchange.query("fieldValidation").filter("Strict"::equals).isPresent()) {
            throw Refusal
                    .badRequest("%s in version \"v1\" cannot be handled as a %s: strict decoding error: %s"
                            .formatted(kind.title(), kind.title(), String.join(", ", problems)));
        }
        problems.forEach(
                problem -> exchange.with("Warning", "299 - \"" + problem.replace("\"", "\\\"") + "\""));
    }

    private static List<String> unknownFields(Kind kind, JsonObject body) {
        List<String> unknown = new ArrayList<>();
        Json.objectAt(body, "metadata").ifPresent(metadata -> metadata.keySet().stream()
                .filter(name -> !METADATA.contains(name))
                .forEach(name -> unknown.add("unknown field \"metadata." + name + "\"")));
        body.keySet().stream().filter(name -> !Schemas.fields(kind).contains(name))
                .forEach(name -> unknown.add("unknown field \"" + name + "\""));
        return unknown;
    }

    /** Names that occur twice in one JSON object; the last one counts. */
    private static List<String> duplicates(Exchange exchange) {
        List<String> found = new ArrayList<>();
        if (exchange.header("Content-Type").filter(t -> t.startsWith("application/json")).isEmpty()) {
            return found;
        }
        try (JsonReader reader = new JsonReader(new StringReader(exchange.bodyText()))) {
            duplicates(reader, "", found);
        } catch (IOException | IllegalStateException _) {
            return List.of();
        }
        return found;
    }

    private static void duplicates(JsonReader reader, String path, List<String> found) throws IOException {
        switch (reader.peek()) {
            case BEGIN_OBJECT -> {
                Set<String> names = new HashSet<>();
                reader.beginObject();
                while (reader.peek() != JsonToken.END_OBJECT) {
                    String name = reader.nextName();
                    String inner = path.isEmpty() ? name : path + "." + name;
                    if (!names.add(name)) {
                        found.add("duplicate field \"" + inner + "\"");
                    }
                    duplicates(reader, inner, found);
                }
                reader.endObject();
            }
            case BEGIN_ARRAY -> {
                reader.beginArray();
                while (reader.peek() != JsonToken.END_ARRAY) {
                    duplicates(reader, path, found);
                }
                reader.endArray();
            }
            default -> reader.skipValue();
        }
    }
}
