package com.nexpo.console.system.terraform;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.nexpo.console.model.Redactor;
import java.util.Optional;

/** Reads the lines of {@code init}, {@code plan} and {@code apply} with {@code -json}. */
final class TerraformStream {
    private TerraformStream() {}

    /** What this line says; empty for types that say nothing here, newer ones among them. */
    static Optional<TerraformEvent> parse(String line) {
        if (line.isBlank()) {
            return Optional.empty();
        }
        try {
            if (line.stripLeading().startsWith("{")
                    && JsonParser.parseString(line) instanceof JsonObject object) {
                return event(object);
            }
        } catch (JsonParseException e) {
            return Optional.of(new TerraformEvent.Log(DiagnosticText.redact(line)));
        }
        return Optional.of(new TerraformEvent.Log(DiagnosticText.redact(line)));
    }

    private static Optional<TerraformEvent> event(JsonObject line) {
        return Optional.ofNullable(switch (text(line, "type")) {
            case "version" -> new TerraformEvent.Version(text(line, "@message"));
            case "planned_change" -> planned(object(line, "change"));
            case "resource_drift" -> {
                JsonObject change = object(line, "change");
                yield new TerraformEvent.ResourceDrift(address(change), text(change, "action"));
            }
            case "change_summary" -> summary(object(line, "changes"));
            case "refresh_start" -> new TerraformEvent.RefreshStart(address(object(line, "hook")));
            case "refresh_complete" -> new TerraformEvent.RefreshComplete(address(object(line, "hook")));
            case "apply_start", "apply_progress", "apply_complete", "apply_errored" ->
                hook(text(line, "type"), object(line, "hook"));
            case "diagnostic" -> new TerraformEvent.Diagnosed(Diagnostic.of(object(line, "diagnostic")));
            case "state_lock_acquire" -> new TerraformEvent.LockWait(true);
            case "state_lock_release" -> new TerraformEvent.LockWait(false);
            case "log", "init_output" ->
                new TerraformEvent.Log(Redactor.clean(text(line, "@message").strip()));
            default -> null;
        });
    }

    private static TerraformEvent planned(JsonObject change) {
        return new TerraformEvent.PlannedChange(address(change), text(change, "action"),
                Optional.of(text(change, "reason")).filter(reason -> !reason.isEmpty()));
    }

    private static TerraformEvent hook(String type, JsonObject hook) {
        String address = address(hook);
        String action = text(hook, "action");
        long seconds = number(hook, "elapsed_seconds");
        return switch (type) {
            case "apply_start" -> new TerraformEvent.ApplyStart(address, action);
            case "apply_progress" -> new TerraformEvent.ApplyProgress(address, action, seconds);
            case "apply_complete" -> new TerraformEvent.ApplyComplete(address, action, seconds);
            default -> new TerraformEvent.ApplyErrored(address, action, seconds);
        };
    }

    private static TerraformEvent summary(JsonObject changes) {
        return new TerraformEvent.Summary(text(changes, "operation"), (int) number(changes, "add"),
                (int) number(changes, "change"), (int) number(changes, "remove"),
                (int) number(changes, "import"));
    }

    private static String address(JsonObject holder) {
        return text(object(holder, "resource"), "addr");
    }

    private static JsonObject object(JsonObject holder, String name) {
        return holder.get(name) instanceof JsonObject object ? object : new JsonObject();
    }

    private static String text(JsonObject holder, String name) {
        JsonElement value = holder.get(name);
        return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
    }

    private static long number(JsonObject holder, String name) {
        JsonElement value = holder.get(name);
        try {
            return value != null && value.isJsonPrimitive() ? value.getAsBigDecimal().longValue() : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
