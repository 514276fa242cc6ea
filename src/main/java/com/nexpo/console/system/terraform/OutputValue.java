package com.nexpo.console.system.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.nexpo.console.model.Secret;
import java.io.IOException;
import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The value of an output, in which what is secret is a {@link Secret} from the moment it is read. */
public sealed interface OutputValue {
    /** A text, number or boolean that is no secret, as text. */
    record Plain(String text) implements OutputValue {}

    /** A text or number of a sensitive output. */
    record Sealed(Secret secret) implements OutputValue {}

    /** A list, set or tuple. */
    record Items(List<OutputValue> items) implements OutputValue {}

    /** A map or object. */
    record Members(Map<String, OutputValue> members) implements OutputValue {}

    /** null. */
    record None() implements OutputValue {}

    /** The member of this name; {@link None} when there is none. */
    default OutputValue at(String name) {
        return this instanceof Members(Map<String, OutputValue> members)
                ? members.getOrDefault(name, new None())
                : new None();
    }

    /**
     * Reads {@code output -json}.
     *
     * @param isPublic names within sensitive outputs whose values are no secret. Terraform marks an output as a whole;
     *                 a host or a batch size that is treated as a secret would be cut out of every message
     * @throws IOException when this is no answer of {@code output -json}
     */
    static Map<String, OutputValue> parse(Reader json, Predicate<String> isPublic) throws IOException {
        try {
            Map<String, OutputValue> outputs = new LinkedHashMap<>();
            JsonReader in = new JsonReader(json);
            in.beginObject();
            while (in.hasNext()) {
                String name = in.nextName();
                JsonObject output = JsonParser.parseReader(in).getAsJsonObject();
                JsonElement mark = output.get("sensitive");
                JsonElement value = output.get("value");
                boolean isOpen = mark != null && !Json.isTrue(mark);
                outputs.put(name, of(name, value == null ? JsonNull.INSTANCE : value, isOpen, isPublic));
            }
            in.endObject();
            return outputs;
        } catch (JsonParseException | IllegalStateException e) {
            // Their messages may quote what they read.
            throw new IOException("the answer of \"output -json\" holds no outputs");
        }
    }

    private static OutputValue of(String name, JsonElement value, boolean isOpen,
            Predicate<String> isPublic) {
        return switch (value) {
            case JsonNull _ -> new None();
            case JsonArray array -> new Items(
                    array.asList().stream().map(item -> of(name, item, isOpen, isPublic)).toList());
            case JsonObject object -> {
                Map<String, OutputValue> members = new LinkedHashMap<>();
                object.asMap()
                        .forEach((member, part) -> members.put(member, of(member, part, isOpen, isPublic)));
                yield new Members(members);
            }
            default -> isOpen || isPublic.test(name) || value.getAsJsonPrimitive().isBoolean()
                    ? new Plain(value.getAsString())
                    : new Sealed(Secret.of(value.getAsString()));
        };
    }
}
