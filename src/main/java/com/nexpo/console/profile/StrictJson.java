package com.nexpo.console.profile;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** JSON as RFC 8259 has it: no comments, nothing after the end, and no member twice, which Gson would let pass. */
final class StrictJson {
    /** Gson says where in this form: "… at line 3 column 5 path $.posthog.host". */
    private static final Pattern PLACE = Pattern.compile("at line (\\d+) column (\\d+) path \\$\\.?(\\S*)");

    private StrictJson() {}

    /** The document; empty, with one finding that names the line, when it is not JSON. */
    static Optional<JsonElement> parse(String json, Findings findings) {
        try (JsonReader reader = new OnceEach(json, findings)) {
            reader.setStrictness(Strictness.STRICT);
            JsonElement root = JsonParser.parseReader(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                findings.problem("Something follows the closing brace of the profile.");
                return Optional.empty();
            }
            return Optional.of(root);
        } catch (JsonParseException | IOException e) {
            findings.problem("It is not JSON: " + place(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    /** Gson's reasons speak to programmers; the place is what helps. */
    private static String place(String message) {
        Matcher place = PLACE.matcher(message);
        if (!place.find()) {
            return "it ends too early.";
        }
        String member = place.group(3).isEmpty() ? "" : " (in " + place.group(3) + ")";
        return "look at line %s, column %s%s and just before.".formatted(place.group(1), place.group(2),
                member);
    }

    /** Tells of a member that is there twice: the tree would keep the last one without a word. */
    private static final class OnceEach extends JsonReader {
        private final Findings findings;
        private final Deque<Set<String>> names = new ArrayDeque<>();

        OnceEach(String json, Findings findings) {
            super(new StringReader(json));
            this.findings = findings;
        }

        @Override
        public void beginObject() throws IOException {
            super.beginObject();
            names.push(new HashSet<>());
        }

        @Override
        public String nextName() throws IOException {
            String name = super.nextName();
            if (!names.element().add(name)) {
                findings.problem(getPath().substring("$.".length()) + " is there twice.");
            }
            return name;
        }

        @Override
        public void endObject() throws IOException {
            super.endObject();
            names.pop();
        }
    }
}
