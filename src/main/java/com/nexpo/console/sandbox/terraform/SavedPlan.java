package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a plan found and means to do; the content of a {@code -out} file. Like the real one it holds the state's values in
 * clear, and no write-only value.
 *
 * @param basis     lineage and serial of the state it was made on; empty when there was none
 * @param prior     the state after the refresh
 * @param mode      what was planned
 * @param variables values of the root's variables
 * @param changes   one for each instance, those without a change included
 * @param drift     what the refresh found
 * @param outputs   the outputs then: {@code value} and {@code sensitive} by name, unknown values marked
 * @param errored   whether planning failed: such a plan is written too, and cannot be applied
 * @param at        when it was made
 */
record SavedPlan(Optional<String> basis, State prior, Mode mode, JsonObject variables, List<Change> changes,
        List<Change> drift, JsonObject outputs, boolean errored, Instant at) {

    private static final String FORMAT = "emulated_terraform_plan";

    /** What is planned. */
    enum Mode {
        NORMAL, DESTROY, REFRESH_ONLY
    }

    static Optional<String> basisOf(Optional<State> state) {
        return state.map(s -> s.lineage() + " " + s.serial());
    }

    /** Whether an apply would do something. */
    boolean isApplicable() {
        return !errored && (changes.stream().anyMatch(Change::isPlanned) || !outputsUnchanged()
                || (mode == Mode.REFRESH_ONLY && !drift.isEmpty()));
    }

    private boolean outputsUnchanged() {
        JsonObject before = prior.outputs();
        return before.keySet().equals(outputs.keySet()) && outputs.entrySet().stream().allMatch(e -> Json
                .get(before.getAsJsonObject(e.getKey()), "value")
                .equals(e.getValue().getAsJsonObject().get("value")));
    }

    void write(Path file) throws IOException {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        basis.ifPresent(b -> json.addProperty("basis", b));
        json.add("prior_state", JsonParser.parseString(prior.text()));
        json.addProperty("mode", mode.name());
        json.add("variables", variables);
        json.add("changes", array(changes));
        json.add("drift", array(drift));
        json.add("outputs", outputs);
        json.addProperty("errored", errored);
        json.addProperty("at", at.truncatedTo(ChronoUnit.SECONDS).toString());
        Files.writeString(file, Json.compact(json));
    }

    /** Reads a plan file; empty when the file is none. */
    static Optional<SavedPlan> read(Path file) throws IOException {
        try {
            JsonElement parsed = JsonParser.parseString(Files.readString(file));
            if (!parsed.isJsonObject()
                    || !Json.text(parsed.getAsJsonObject(), "format").equals(Optional.of(FORMAT))) {
                return Optional.empty();
            }
            JsonObject json = parsed.getAsJsonObject();
            return Optional.of(new SavedPlan(Json.text(json, "basis"),
                    State.parse(Json.compact(json.get("prior_state"))),
                    Mode.valueOf(json.get("mode").getAsString()),
                    json.getAsJsonObject("variables"), changes(json, "changes"), changes(json, "drift"),
                    json.getAsJsonObject("outputs"), json.get("errored").getAsBoolean(),
                    Instant.parse(json.get("at").getAsString())));
        } catch (JsonParseException | java.nio.charset.MalformedInputException e) {
            return Optional.empty();
        }
    }

    private static JsonArray array(List<Change> changes) {
        JsonArray array = new JsonArray();
        changes.forEach(c -> array.add(c.json()));
        return array;
    }

    private static List<Change> changes(JsonObject json, String name) {
        List<Change> changes = new ArrayList<>();
        json.getAsJsonArray(name).forEach(c -> changes.add(Change.parse(c.getAsJsonObject())));
        return changes;
    }
}
