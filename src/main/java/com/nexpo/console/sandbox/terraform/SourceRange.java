package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A line of the configuration that a diagnostic points to.
 *
 * @param file    relative to the root module
 * @param line    counted from 1
 * @param offset  bytes before the line
 * @param code    the line
 * @param context the block it opens, as in {@code resource "posthog_project" "this"}; may be empty
 */
record SourceRange(String file, int line, int offset, String code, String context) {

    /** The line that opens a block; the file's first when there is no such line. */
    static SourceRange of(Path directory, String file, String context) {
        Path path = directory.resolve(file);
        String text = Files.isRegularFile(path) ? Variables.read(path) : "";
        int offset = 0;
        int number = 1;
        for (String line : text.split("\n", -1)) {
            if (!context.isEmpty() && line.startsWith(context)) {
                return new SourceRange(file, number, offset, line, context);
            }
            offset += line.getBytes(StandardCharsets.UTF_8).length + 1;
            number++;
        }
        return new SourceRange(file, 1, 0, text.lines().findFirst().orElse(""), context);
    }

    JsonObject json() {
        JsonObject range = new JsonObject();
        range.addProperty("filename", file);
        range.add("start", position(0));
        range.add("end", position(code.length()));
        return range;
    }

    private JsonObject position(int column) {
        JsonObject position = new JsonObject();
        position.addProperty("line", line);
        position.addProperty("column", column + 1);
        position.addProperty("byte", offset + column);
        return position;
    }

    JsonObject snippet() {
        JsonObject snippet = new JsonObject();
        if (context.isEmpty()) {
            snippet.add("context", JsonNull.INSTANCE);
        } else {
            snippet.addProperty("context", context);
        }
        snippet.addProperty("code", code);
        snippet.addProperty("start_line", line);
        snippet.addProperty("highlight_start_offset", 0);
        snippet.addProperty("highlight_end_offset", code.length());
        snippet.add("values", new JsonArray());
        return snippet;
    }
}
