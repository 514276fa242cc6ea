package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.http.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** How an object or a list goes out: as it is, its metadata only, or as kubectl's table; in JSON or YAML. */
enum Representation {
    JSON, YAML, METADATA, TABLE;

    /**
     * The first one that the client accepts. Protobuf is passed over: clients that ask for it take JSON too.
     *
     * @throws Refusal 406 when it accepts none
     */
    static Representation of(Exchange exchange) {
        for (String type : exchange.header("Accept").orElse("*/*").split(",", -1)) {
            List<String> parts = Arrays.stream(type.split(";", -1)).map(String::strip).toList();
            String media = parts.getFirst();
            if (media.equals("application/yaml")) {
                return YAML;
            }
            if (media.equals("application/json") || media.equals("*/*") || media.equals("application/*")) {
                if (parts.contains("as=Table")) {
                    return TABLE;
                }
                boolean metadata = parts.contains("as=PartialObjectMetadata")
                        || parts.contains("as=PartialObjectMetadataList");
                return metadata ? METADATA : JSON;
            }
        }
        throw Refusal.notAcceptable();
    }

    JsonObject one(Kind kind, JsonObject object) {
        return switch (this) {
            case JSON, YAML -> object;
            case METADATA -> metadataOf(object);
            case TABLE -> Tables.of(kind, List.of(object), Json.object("resourceVersion",
                    Json.text(object, "metadata", "resourceVersion").orElse("")));
        };
    }

    JsonObject list(Kind kind, List<JsonObject> items, JsonObject listMetadata) {
        return switch (this) {
            case JSON, YAML -> {
                JsonArray bare = new JsonArray();
                items.forEach(item -> {
                    JsonObject copy = item.deepCopy();
                    copy.remove("kind");
                    copy.remove("apiVersion");
                    bare.add(copy);
                });
                yield Json.object("kind", kind.title() + "List", "apiVersion", kind.apiVersion(), "metadata",
                        listMetadata, "items", bare);
            }
            case METADATA -> {
                JsonArray partial = new JsonArray();
                items.forEach(item -> partial.add(metadataOf(item)));
                // The real server writes null for an empty list here, and only here.
                yield Json.object("kind", "PartialObjectMetadataList", "apiVersion", "meta.k8s.io/v1",
                        "metadata",
                        listMetadata, "items", partial.isEmpty() ? JsonNull.INSTANCE : partial);
            }
            case TABLE -> Tables.of(kind, items, listMetadata);
        };
    }

    static JsonObject metadataOf(JsonObject object) {
        return Json.object("kind", "PartialObjectMetadata", "apiVersion", "meta.k8s.io/v1", "metadata",
                object.getAsJsonObject("metadata").deepCopy());
    }

    void send(Exchange exchange, int status, JsonElement answer) throws IOException {
        if (this == YAML) {
            DumperOptions block = new DumperOptions();
            block.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
            Object plain = new com.google.gson.Gson().fromJson(answer, Object.class);
            exchange.bytes(status, "application/yaml",
                    new Yaml(block).dump(plain).getBytes(StandardCharsets.UTF_8));
        } else {
            exchange.json(status, answer);
        }
    }
}
