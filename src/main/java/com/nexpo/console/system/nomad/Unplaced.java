package com.nexpo.console.system.nomad;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Why no node takes a group, in words: from the {@code FailedTGAllocs} of a plan or an evaluation. */
final class Unplaced {
    private Unplaced() {}

    /** Group name to reasons; empty when everything could be placed. */
    static Map<String, String> reasons(JsonObject planOrEvaluation) {
        Map<String, String> reasons = new LinkedHashMap<>();
        Members.object(planOrEvaluation, "FailedTGAllocs")
                .ifPresent(failed -> failed.entrySet().forEach(entry -> {
                    if (entry.getValue() instanceof JsonObject metrics) {
                        reasons.put(entry.getKey(), words(metrics));
                    }
                }));
        return reasons;
    }

    private static String words(JsonObject metrics) {
        List<String> words = new ArrayList<>();
        Members.object(metrics, "ConstraintFiltered").ifPresent(
                filtered -> filtered.keySet().forEach(constraint -> words.add(constraint(constraint))));
        Members.object(metrics, "DimensionExhausted").ifPresent(
                full -> full.keySet().forEach(dimension -> words.add(dimension(dimension))));
        if (words.isEmpty()) {
            words.add(Members.number(metrics, "NodesEvaluated") == 0
                    ? "there is no node in its datacenters and node pool"
                    : "no node takes it");
        }
        return String.join("; ", words);
    }

    private static String constraint(String constraint) {
        if (constraint.equals("missing drivers")) {
            return "no node has the task's driver";
        }
        if (constraint.contains("attr.consul.version")) {
            return "no node runs Consul, which a service without provider = \"nomad\" needs";
        }
        if (constraint.contains("attr.vault.version")) {
            return "no node is connected to Vault";
        }
        return "no node fulfils " + constraint;
    }

    private static String dimension(String dimension) {
        return dimension.startsWith("network: reserved port collision")
                ? "the fixed port is taken (" + dimension.substring(dimension.lastIndexOf(' ') + 1) + ")"
                : "no node has enough " + dimension + " left";
    }
}
