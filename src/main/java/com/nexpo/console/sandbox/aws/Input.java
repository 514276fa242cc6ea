package com.nexpo.console.sandbox.aws;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request's JSON members; a member that is null is absent. */
record Input(JsonObject json) {
    static Input of(JsonObject json) {
        return new Input(json);
    }

    Optional<String> text(String member) {
        return present(member).map(JsonElement::getAsString);
    }

    /** A member that the service's model requires. */
    String required(String member) throws AwsError {
        Optional<String> text = text(member);
        if (text.isEmpty()) {
            throw AwsError.constraint(Character.toLowerCase(member.charAt(0)) + member.substring(1),
                    "not be null");
        }
        return text.get();
    }

    boolean flag(String member) {
        return present(member).map(JsonElement::getAsBoolean).orElse(false);
    }

    Optional<Integer> number(String member) {
        return present(member).map(JsonElement::getAsInt);
    }

    List<String> texts(String member) {
        List<String> texts = new ArrayList<>();
        array(member).forEach(element -> texts.add(element.getAsString()));
        return texts;
    }

    List<Input> objects(String member) {
        List<Input> objects = new ArrayList<>();
        array(member).forEach(element -> objects.add(new Input(element.getAsJsonObject())));
        return objects;
    }

    Map<String, String> tags(String member) {
        Map<String, String> tags = new LinkedHashMap<>();
        objects(member).forEach(tag -> tags.put(tag.text("Key").orElse(""), tag.text("Value").orElse("")));
        return tags;
    }

    private JsonArray array(String member) {
        return present(member).map(JsonElement::getAsJsonArray).orElseGet(JsonArray::new);
    }

    private Optional<JsonElement> present(String member) {
        return Optional.ofNullable(json.get(member)).filter(element -> !element.isJsonNull());
    }
}
