package com.nexpo.console.app;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What a command said and how it ended.
 *
 * @param exit its exit code
 * @param out  standard output
 * @param err  standard error
 */
record Said(int exit, String out, String err) {
    /** The JSON lines; fails the test when a line is none. */
    List<JsonObject> lines() {
        return out.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    }

    /** The JSON lines of this type. */
    List<JsonObject> lines(String type) {
        return lines().stream().filter(line -> line.get("type").getAsString().equals(type)).toList();
    }

    /** The last line, which is the result. */
    JsonObject result() {
        JsonObject last = lines().getLast();
        if (!last.get("type").getAsString().equals("result")) {
            throw new AssertionError("the last line is no result: " + last + "\n" + err);
        }
        return last;
    }

    String outcome() {
        return result().get("outcome").getAsString();
    }

    String run() {
        return result().get("run").getAsString();
    }

    /** A step's entry in the result. */
    JsonObject step(String name) {
        return steps().stream().filter(s -> s.get("step").getAsString().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no step " + name + " in " + result()));
    }

    List<JsonObject> steps() {
        JsonArray steps = result().getAsJsonArray("steps");
        return StreamSupport.stream(steps.spliterator(), false).map(JsonElement::getAsJsonObject).toList();
    }

    /** {@code planned}, {@code applied}, {@code failed} or {@code unsure} of all steps together. */
    int total(String count) {
        return steps().stream().mapToInt(s -> s.get(count).getAsInt()).sum();
    }

    /** "action system type id" of every change that was carried out or tried. */
    List<String> changes() {
        return lines("change").stream().map(Said::change).toList();
    }

    private static String change(JsonObject line) {
        JsonObject target = line.getAsJsonObject("target");
        return "%s %s %s %s".formatted(line.get("action").getAsString(), target.get("system").getAsString(),
                target.get("type").getAsString(), target.get("id").getAsString());
    }

    /** All problems in words, each with its fix. */
    String problems() {
        return String.join("\n", lines("problem").stream().map(JsonObject::toString).toList());
    }

    /** The id of the last plan that was shown. */
    String lastPlan() {
        return lines("plan").getLast().get("plan").getAsString();
    }

    @Override
    public String toString() {
        return "exit " + exit + "\n" + out + "\n" + err;
    }
}
