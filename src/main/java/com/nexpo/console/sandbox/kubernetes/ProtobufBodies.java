package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V1Authentication;
import io.kubernetes.client.proto.V1Authorization;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Request bodies in Kubernetes' protobuf, as kubectl's {@code create} and {@code auth} send them, made into the
 * JSON that they stand for.
 *
 * <p>Wire format: the bytes {@code k8s\0}, then {@code runtime.Unknown} with the object in {@code raw}
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding).
 */
final class ProtobufBodies {
    static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    /** Message fields that Go embeds: in JSON their members belong to the message around them. */
    private static final Set<String> EMBEDDED = Set.of("localObjectReference", "volumeSource", "handler");
    /** What a pointer in Go is: sent only when it was set, so a zero is meant. */
    private static final Set<String> MEANT_ZEROS = Set.of("replicas", "immutable", "optional",
            "terminationGracePeriodSeconds", "revisionHistoryLimit", "progressDeadlineSeconds",
            "defaultMode");

    private ProtobufBodies() {}

    /** @throws Refusal 400 when it is none, or of a kind that is not known here */
    static JsonObject read(byte[] body) {
        if (body.length < MAGIC.length || !java.util.Arrays.equals(body, 0, 4, MAGIC, 0, 4)) {
            throw Refusal.badRequest("provided data does not appear to be a protobuf message, expected prefix"
                    + " [107 56 115 0]");
        }
        try {
            Message unknown = DynamicMessage.parseFrom(
                    Runtime.getDescriptor().findMessageTypeByName("Unknown"),
                    ByteString.copyFrom(body, MAGIC.length, body.length - MAGIC.length));
            Message type = (Message) field(unknown, "typeMeta");
            String kind = (String) field(type, "kind");
            JsonObject json = toJson(message(kind, (ByteString) field(unknown, "raw")));
            json.addProperty("kind", kind);
            json.addProperty("apiVersion", (String) field(type, "apiVersion"));
            return json;
        } catch (InvalidProtocolBufferException e) {
            throw Refusal.badRequest("unable to decode the protobuf message");
        }
    }

    /** Parsed by descriptor: the generated classes are old and make the runtime warn of each one on standard error. */
    private static Message message(String kind, ByteString raw) throws InvalidProtocolBufferException {
        FileDescriptor file = switch (kind) {
            case "Secret", "Namespace" -> V1.getDescriptor();
            case "Deployment" -> V1Apps.getDescriptor();
            case "SelfSubjectAccessReview", "SelfSubjectRulesReview" -> V1Authorization.getDescriptor();
            case "SelfSubjectReview" -> V1Authentication.getDescriptor();
            default -> throw Refusal.badRequest("no kind \"%s\" is registered here".formatted(kind));
        };
        return DynamicMessage.parseFrom(file.findMessageTypeByName(kind), raw);
    }

    private static JsonObject toJson(Message message) {
        JsonObject json = new JsonObject();
        message.getAllFields().forEach((field, value) -> {
            String name = field.getName();
            if (field.isMapField()) {
                JsonObject map = map(message, field);
                if (!map.isEmpty()) {
                    json.add(name, map);
                }
            } else if (field.isRepeated()) {
                JsonArray list = new JsonArray();
                ((List<?>) value).forEach(item -> list.add(single(field, item)));
                if (!list.isEmpty()) {
                    json.add(name, list);
                }
            } else {
                JsonElement element = single(field, value);
                if (EMBEDDED.contains(name) && element.isJsonObject()) {
                    element.getAsJsonObject().entrySet().forEach(e -> json.add(e.getKey(), e.getValue()));
                } else if (!isZero(element) || MEANT_ZEROS.contains(name)) {
                    json.add(name, element);
                }
            }
        });
        return json;
    }

    private static JsonObject map(Message message, FieldDescriptor field) {
        JsonObject map = new JsonObject();
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
            Message entry = (Message) message.getRepeatedField(field, i);
            Map<FieldDescriptor, Object> parts = entry.getAllFields();
            FieldDescriptor key = entry.getDescriptorForType().findFieldByName("key");
            FieldDescriptor value = entry.getDescriptorForType().findFieldByName("value");
            map.add(String.valueOf(entry.getField(key)),
                    parts.containsKey(value) ? single(value, entry.getField(value)) : new JsonPrimitive(""));
        }
        return map;
    }

    private static JsonElement single(FieldDescriptor field, Object value) {
        return switch (field.getJavaType()) {
            case BYTE_STRING ->
                new JsonPrimitive(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
            case BOOLEAN -> new JsonPrimitive((Boolean) value);
            case INT, LONG, FLOAT, DOUBLE -> new JsonPrimitive((Number) value);
            case STRING, ENUM -> new JsonPrimitive(value.toString());
            case MESSAGE -> message((Message) value);
        };
    }

    /** Times, quantities and int-or-string are messages on the wire and plain values in JSON. */
    private static JsonElement message(Message value) {
        String type = value.getDescriptorForType().getName();
        return switch (type) {
            case "Time" -> new JsonPrimitive(
                    Instant.ofEpochSecond((Long) field(value, "seconds")).toString());
            case "Quantity" -> new JsonPrimitive((String) field(value, "string"));
            case "IntOrString" -> ((Number) field(value, "type")).intValue() == 0
                    ? new JsonPrimitive((Number) field(value, "intVal"))
                    : new JsonPrimitive((String) field(value, "strVal"));
            default -> toJson(value);
        };
    }

    private static Object field(Message message, String name) {
        return message.getField(message.getDescriptorForType().findFieldByName(name));
    }

    private static boolean isZero(JsonElement element) {
        if (element.isJsonObject()) {
            return element.getAsJsonObject().isEmpty();
        }
        JsonPrimitive primitive = element.getAsJsonPrimitive();
        if (primitive.isString()) {
            // The empty creationTimestamp arrives as the beginning of Unix time.
            return primitive.getAsString().isEmpty()
                    || primitive.getAsString().equals("1970-01-01T00:00:00Z");
        }
        return primitive.isBoolean() ? !primitive.getAsBoolean() : primitive.getAsDouble() == 0;
    }
}
