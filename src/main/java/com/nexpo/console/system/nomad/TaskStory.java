package com.nexpo.console.system.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the events of tasks mean, in words, for the instances that are not healthy. */
final class TaskStory {
    private static final Pattern MISSING = Pattern.compile("Missing: vault\\.read\\(([^)]*)\\)");
    /** The events that explain a failure, the most telling first. */
    private static final List<String> TELLING = List.of("Template", "Task hook failed", "Failed Validation",
            "Setup Failure", "Driver Failure", "Killing", "Terminated", "Not Restarting", "Alloc Unhealthy");

    private TaskStory() {}

    /** One sentence for each different thing that went wrong; none when all is well. */
    static List<String> troubles(JsonElement allocations) {
        Set<String> troubles = new LinkedHashSet<>();
        for (JsonObject allocation : Members.objects(allocations)) {
            boolean healthy = Members.object(allocation, "DeploymentStatus")
                    .map(s -> Members.truth(s, "Healthy"))
                    .orElse(false);
            if (!healthy) {
                Members.object(allocation, "TaskStates").ifPresent(states -> states.entrySet().forEach(
                        task -> trouble(task).forEach(troubles::add)));
            }
        }
        return List.copyOf(troubles);
    }

    private static List<String> trouble(Map.Entry<String, JsonElement> task) {
        List<String> words = new ArrayList<>();
        List<JsonObject> events = task.getValue() instanceof JsonObject state
                ? Members.objects(state, "Events")
                : List.of();
        for (String type : TELLING) {
            events.stream().filter(e -> Members.text(e, "Type").equals(type)).reduce((_, last) -> last)
                    .filter(TaskStory::isTrouble)
                    .ifPresent(e -> words.add("task " + task.getKey() + ": " + words(e)));
            if (!words.isEmpty()) {
                return words;
            }
        }
        return words;
    }

    /** An ordinary stop also kills and terminates. */
    private static boolean isTrouble(JsonObject event) {
        String message = Members.text(event, "DisplayMessage");
        return switch (Members.text(event, "Type")) {
            case "Killing" -> !message.startsWith("Sent interrupt");
            case "Terminated" -> !message.startsWith("Exit Code: 0") && !message.contains("Signal: 2");
            case "Template" -> message.startsWith("Missing");
            default -> true;
        };
    }

    private static String words(JsonObject event) {
        String message = Members.text(event, "DisplayMessage").strip().replaceAll("\\s+", " ");
        Matcher missing = MISSING.matcher(message);
        if (missing.find()) {
            // A 403 from Vault looks the same: only the client's log tells them apart.
            return "waits for the Vault secret %s: either it is not there, or the policy of the task's role does not allow it"
                    .formatted(missing.group(1));
        }
        return Members.text(event, "Type") + ": " + message;
    }
}
