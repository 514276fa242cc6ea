package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a run says while it goes: a line of Terraform's machine-readable UI, version 1.2, or the same message in plain
 * words. Safe to use from several threads.
 */
final class View {

    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter
            .ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
            .withZone(ZoneOffset.UTC);

    private final PrintStream out;
    private final PrintStream err;
    private final boolean json;

    View(PrintStream out, PrintStream err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    /** The first line of every stream. */
    void version() {
        if (json) {
            JsonObject line = line("info", "Terraform " + EmulatedTerraform.VERSION);
            line.addProperty("terraform", EmulatedTerraform.VERSION);
            line.addProperty("type", "version");
            line.addProperty("ui", "1.2");
            print(line);
        }
    }

    /** A line with nothing but a message. */
    void log(String message) {
        typed(line("info", message), "log");
    }

    /** A line of {@code init}; like the real one without a fraction in its time. */
    void init(String message, String code) {
        JsonObject line = line("info", message);
        line.addProperty("@timestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        line.addProperty("message_code", code);
        typed(line, "init_output");
    }

    /** That the state is locked by another, and this run waits. */
    void waitingForLock() {
        JsonObject line = line("info", "Acquiring state lock. This may take a few moments...");
        line.addProperty("@timestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        typed(line, "state_lock_acquire");
    }

    /** A problem. */
    void diagnostic(Diagnostic diagnostic) {
        if (!json) {
            err.println((diagnostic.isError() ? "Error: " : "Warning: ") + diagnostic.summary() + "\n\n"
                    + diagnostic.detail() + "\n");
            return;
        }
        JsonObject line = line(diagnostic.isError() ? "error" : "warn",
                (diagnostic.isError() ? "Error: " : "Warning: ") + diagnostic.summary());
        line.add("diagnostic", diagnostic.json());
        typed(line, "diagnostic");
    }

    /** {@code planned_change} or {@code resource_drift}. */
    void change(String type, Change change) {
        String word = change.streamAction();
        String what = type.equals("resource_drift") ? "Drift detected (" + word + ")" : "Plan to " + word;
        JsonObject line = line("info", change.address() + ": " + what);
        JsonObject body = new JsonObject();
        body.add("resource", change.address().json());
        body.addProperty("action", word);
        change.reason().ifPresent(r -> body.addProperty("reason", r));
        change.importing().ifPresent(id -> {
            JsonObject importing = new JsonObject();
            importing.addProperty("id", id);
            body.add("importing", importing);
        });
        line.add("change", body);
        typed(line, type);
    }

    /** A line about one resource at work. */
    void hook(String type, Instance instance, String message, Optional<String> action, boolean withId,
            Optional<Long> elapsedSeconds) {
        Optional<String> key = withId ? instance.type().idKey(instance.attributes()) : Optional.empty();
        Optional<String> value = key.flatMap(k -> Json.text(instance.attributes(), k));
        String id = value.map(v -> " [" + key.orElse("id") + "=" + v + "]").orElse("");
        JsonObject line = line("info", instance.address() + ": " + message + id);
        JsonObject hook = new JsonObject();
        hook.add("resource", instance.address().json());
        action.ifPresent(a -> hook.addProperty("action", a));
        key.ifPresent(k -> hook.addProperty("id_key", k));
        value.ifPresent(v -> hook.addProperty("id_value", v));
        elapsedSeconds.ifPresent(s -> hook.addProperty("elapsed_seconds", s));
        line.add("hook", hook);
        typed(line, type);
    }

    /** How much there is to do, or was done. */
    void summary(Summary summary, String operation) {
        JsonObject line = line("info", summary.sentence(operation));
        line.add("changes", summary.json(operation));
        typed(line, "change_summary");
    }

    /** Outputs by name; values of sensitive ones are the caller's to leave out. */
    void outputs(JsonObject outputs) {
        JsonObject line = line("info", "Outputs: " + outputs.size());
        line.add("outputs", outputs);
        typed(line, "outputs");
    }

    /** A text as it is, for commands without a stream. */
    void text(String text) {
        synchronized (out) {
            out.println(text);
        }
    }

    private static JsonObject line(String level, String message) {
        JsonObject line = new JsonObject();
        line.addProperty("@level", level);
        line.addProperty("@message", message);
        line.addProperty("@module", "terraform.ui");
        line.addProperty("@timestamp", MICROSECONDS.format(Instant.now()));
        return line;
    }

    private void typed(JsonObject line, String type) {
        if (json) {
            line.addProperty("type", type);
            print(line);
        } else {
            text(line.get("@message").getAsString());
        }
    }

    private void print(JsonObject line) {
        synchronized (out) {
            out.print(Json.compact(line) + "\n");
            out.flush();
        }
    }
}
