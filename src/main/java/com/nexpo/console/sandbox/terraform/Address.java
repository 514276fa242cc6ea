package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a resource instance stands, as in {@code module.auth_posthog.posthog_feature_flag.this["security-monitoring"]}.
 *
 * @param module name of the module block; empty for the root
 * @param type   resource type
 * @param name   resource name
 * @param key    {@code count} number or {@code for_each} text
 */
record Address(String module, String type, String name,
        Optional<JsonPrimitive> key) implements Comparable<Address> {

    private static final Pattern TEXT = Pattern
            .compile("(?:module\\.([\\w-]+)\\.)?(\\w+)\\.([\\w-]+)(?:\\[(?:(\\d+)|\"(.*)\")])?");

    static Address counted(String module, String type, int index) {
        return new Address(module, type, "this", Optional.of(new JsonPrimitive(index)));
    }

    static Address keyed(String module, String type, String key) {
        return new Address(module, type, "this", Optional.of(new JsonPrimitive(key)));
    }

    /** Reads the text form; empty when it is none. */
    static Optional<Address> parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Optional<JsonPrimitive> key = matcher.group(4) != null
                ? Optional.of(new JsonPrimitive(Integer.parseInt(matcher.group(4))))
                : Optional.ofNullable(matcher.group(5)).map(JsonPrimitive::new);
        String module = matcher.group(1) == null ? "" : matcher.group(1);
        return Optional.of(new Address(module, matcher.group(2), matcher.group(3), key));
    }

    /** {@code module.auth_posthog}, or nothing for the root. */
    String moduleAddress() {
        return module.isEmpty() ? "" : "module." + module;
    }

    /** The address without the instance's key, as the state's dependencies name it. */
    String block() {
        return (module.isEmpty() ? "" : moduleAddress() + ".") + type + "." + name;
    }

    /** The address inside its module. */
    String resource() {
        return type + "." + name
                + key.map(k -> k.isNumber() ? "[" + k.getAsInt() + "]" : "[\"" + k.getAsString() + "\"]")
                        .orElse("");
    }

    /** The {@code resource} member of the lines of Terraform's machine-readable UI. */
    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("addr", toString());
        json.addProperty("module", moduleAddress());
        json.addProperty("resource", resource());
        json.addProperty("implied_provider", ResourceType.of(type).provider());
        json.addProperty("resource_type", type);
        json.addProperty("resource_name", name);
        json.add("resource_key", key.<JsonElement>map(k -> k).orElse(JsonNull.INSTANCE));
        return json;
    }

    @Override
    public int compareTo(Address other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return (module.isEmpty() ? "" : moduleAddress() + ".") + resource();
    }
}
