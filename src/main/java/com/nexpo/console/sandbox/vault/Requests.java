package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.internal.Streams;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.nexpo.console.sandbox.http.Exchange;
import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a {@link LogicalRequest} of an HTTP request. */
final class Requests {
    private static final Pattern COLUMN = Pattern.compile("line (\\d+) column (\\d+)");

    private Requests() {}

    static LogicalRequest read(Exchange exchange) {
        boolean list = exchange.method().equals("LIST")
                || (exchange.method().equals("GET")
                        && exchange.query("list").filter("true"::equals).isPresent());
        Operation operation = list ? Operation.LIST : switch (exchange.method()) {
            case "GET", "HEAD" -> Operation.READ;
            case "POST", "PUT" -> Operation.UPDATE;
            case "PATCH" -> Operation.PATCH;
            case "DELETE" -> Operation.DELETE;
            default -> throw VaultError.unsupportedOperation();
        };
        String path = String.join("/", exchange.segments()).substring("v1".length());
        path = path.startsWith("/") ? path.substring(1) : path;
        boolean folder = list || exchange.rawPath().endsWith("/");
        JsonObject body = operation == Operation.READ || list ? new JsonObject() : body(exchange.bodyText());
        return new LogicalRequest(operation, folder && !path.isEmpty() ? path + "/" : path, body,
                exchange.query(), exchange.header("Content-Type"), Optional.empty());
    }

    private static JsonObject body(String text) {
        if (text.isBlank()) {
            return new JsonObject();
        }
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        try {
            JsonElement parsed = Streams.parse(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT || !parsed.isJsonObject()) {
                throw VaultError.bad("failed to parse JSON input: the body is not one JSON object");
            }
            return parsed.getAsJsonObject();
        } catch (JsonParseException | IOException e) {
            throw VaultError.bad("failed to decode JSON input: invalid character '" + culprit(text, e) + "'");
        }
    }

    /** The character at which reading stopped: Gson counts columns from 1 and names the one after it. */
    private static String culprit(String text, Exception e) {
        Matcher at = COLUMN.matcher(String.valueOf(e.getMessage()));
        String line = at.find()
                ? text.lines().skip(Long.parseLong(at.group(1)) - 1).findFirst().orElse("")
                : "";
        int column = line.isEmpty() ? 0 : Math.max(0, Integer.parseInt(at.group(2)) - 2);
        return line.isEmpty() ? "" : String.valueOf(line.charAt(Math.min(column, line.length() - 1)));
    }
}
