package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One recorded exchange with a real Nomad 2.0.5. */
record Recorded(String name, JsonObject request, JsonObject response) {
    private static final Pattern FILE = Pattern.compile("\\(text of (hcl/[^)]+)\\)");

    static Recorded load(String name) {
        JsonObject both = JsonParser.parseString(text(name + ".json")).getAsJsonObject();
        return new Recorded(name, both.getAsJsonObject("request"), both.getAsJsonObject("response"));
    }

    /** The content of a recorded file. */
    static String text(String file) {
        try (InputStream in = Objects.requireNonNull(Recorded.class.getResourceAsStream("/nomad/" + file),
                file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int status() {
        return response.get("status").getAsInt();
    }

    String method() {
        return request.get("method").getAsString();
    }

    String path() {
        return request.get("path").getAsString();
    }

    JsonElement body() {
        return response.has("body") ? response.get("body") : JsonNull.INSTANCE;
    }

    boolean isText() { return response.has("bodyText"); }

    /** True when the recording keeps only parts of the body: then there is no shape to compare. */
    boolean isShortened() {
        return response.has("trimmed") || body().toString().contains("(shortened)");
    }

    String bodyText() {
        return response.get("bodyText").getAsString();
    }

    String header(String name) {
        JsonObject headers = response.getAsJsonObject("headers");
        return headers.has(name) ? headers.get(name).getAsString() : "";
    }

    /** The request's body, with the text of the job file where the recording only names it. */
    String sent() {
        JsonElement body = request.has("body") ? request.get("body") : JsonNull.INSTANCE;
        if (body.isJsonNull()) {
            return "";
        }
        if (body.isJsonPrimitive()) {
            return body.getAsString();
        }
        JsonObject object = body.getAsJsonObject();
        if (object.has("JobHCL")) {
            Matcher file = FILE.matcher(object.get("JobHCL").getAsString());
            if (file.matches()) {
                object.addProperty("JobHCL", text(file.group(1)));
            }
        }
        return object.toString();
    }
}
