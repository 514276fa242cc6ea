package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/** Task states and events as clients report them; the texts are recorded ones. */
final class TaskEvents {
    /** A task's state keeps this many. */
    static final int KEPT = 10;

    private TaskEvents() {}

    static JsonObject newState() {
        return Json.of("Events", new JsonArray(), "Failed", false, "FinishedAt", null, "LastRestart", null,
                "Paused",
                "", "Restarts", 0, "StartedAt", null, "State", "pending");
    }

    private static JsonObject event(Timeline time, String type, String display, String... details) {
        JsonObject detail = new JsonObject();
        for (int i = 0; i < details.length; i += 2) {
            detail.addProperty(details[i], details[i + 1]);
        }
        return Json.of("Details", detail, "DiskLimit", 0, "DisplayMessage", display, "DownloadError", "",
                "DriverError", "", "DriverMessage", "", "ExitCode", 0, "FailedSibling", "", "FailsTask",
                detail.has("fails_task"), "GenericSource", "", "KillError", "", "KillReason", "",
                "KillTimeout", 0,
                "Message", Json.text(detail, "message"), "RestartReason", "", "SetupError", "", "Signal", 0,
                "StartDelay", 0, "TaskSignal", "", "TaskSignalReason", "", "Time", time.nanos(), "Type", type,
                "ValidationError", "", "VaultError", "");
    }

    static JsonObject received(Timeline time) {
        return event(time, "Received", "Task received by client");
    }

    static JsonObject message(Timeline time, String type, String text) {
        return event(time, type, text, "message", text);
    }

    static JsonObject started(Timeline time) {
        return event(time, "Started", "Task started by client");
    }

    static JsonObject missingSecret(Timeline time, String path) {
        return event(time, "Template", "Missing: vault.read(" + path + ")");
    }

    static JsonObject unhealthy(Timeline time, String why) {
        return message(time, "Alloc Unhealthy", why);
    }

    static JsonObject setupFailure(Timeline time, String text) {
        return event(time, "Setup Failure", text, "kill_reason", "Failed Restoring Task", "fails_task",
                "true");
    }

    static JsonObject driverFailure(Timeline time, String text) {
        return event(time, "Driver Failure", text, "driver_error", text);
    }

    static JsonObject notRestarting(Timeline time, String why) {
        return event(time, "Not Restarting", why, "restart_reason", why, "fails_task", "true");
    }

    static JsonObject terminated(Timeline time, int code) {
        JsonObject event = event(time, "Terminated", "Exit Code: " + code, "oom_killed", "false", "exit_code",
                Integer.toString(code), "signal", "0");
        event.addProperty("ExitCode", code);
        return event;
    }

    static JsonObject restarting(Timeline time, long delay) {
        JsonObject event = event(time, "Restarting", "Task restarting in " + Values.goDuration(delay),
                "restart_reason", "Restart within policy", "start_delay", Long.toString(delay));
        event.addProperty("StartDelay", delay);
        event.addProperty("RestartReason", "Restart within policy");
        return event;
    }

    static JsonObject restartRequested(Timeline time) {
        return event(time, "Restart Signaled", "User requested task to restart", "restart_reason",
                "User requested task to restart");
    }

    static List<JsonObject> loginRefused(Timeline time, String text) {
        String login = "failed to derive Vault token for identity vault_default: failed to login with JWT: "
                + "Error making API request.\n\nURL: PUT http://127.0.0.1:8200/v1/auth/jwt-nomad/login\n"
                + "Code: 400. Errors:\n\n* " + text;
        return List.of(
                event(time, "Killing", "Vault: failed to derive vault token: " + login, "fails_task", "true"),
                message(time, "Task hook failed", "vault: " + login),
                notRestarting(time, "Error was unrecoverable"));
    }

    static List<JsonObject> killed(Timeline time) {
        JsonObject terminated = event(time, "Terminated", "Exit Code: 130, Signal: 2", "oom_killed", "false",
                "exit_code", "130", "signal", "2");
        terminated.addProperty("ExitCode", 130);
        terminated.addProperty("Signal", 2);
        return List.of(
                event(time, "Killing", "Sent interrupt. Waiting 5s before force killing", "kill_timeout",
                        "5s"),
                terminated, event(time, "Killed", "Task successfully killed"));
    }
}
