package com.nexpo.console.system.terraform;

import com.google.gson.JsonObject;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a plan does to one resource, and why, in our words. */
final class PlanWords {
    /** Name of the field that shows a change of the state alone. */
    private static final String STATE = "terraform state";

    private final JsonObject resource;
    private final List<String> actions;
    private final Optional<String> importId;
    private final Optional<String> movedFrom;

    /** @param resource an element of {@code resource_changes} */
    PlanWords(JsonObject resource) {
        this.resource = resource;
        JsonObject change = resource.getAsJsonObject("change");
        this.actions = Json.actions(change);
        this.importId = Json.object(change, "importing").map(i -> Json.text(i, "id"))
                .map(id -> id.isEmpty() ? "?" : id);
        String previous = Json.text(resource, "previous_address");
        this.movedFrom = Optional.of(previous).filter(p -> !p.isEmpty());
    }

    Optional<String> importId() {
        return importId;
    }

    /** What happens to the object itself. */
    Action action() {
        if (actions.contains("delete") && actions.contains("create")) {
            return Action.REPLACE;
        }
        if (actions.contains("forget") && actions.contains("create")) {
            return Action.CREATE;
        }
        return switch (actions.isEmpty() ? "" : actions.getFirst()) {
            case "create" -> Action.CREATE;
            case "update" -> Action.UPDATE;
            case "delete" -> Action.DELETE;
            default -> Action.NONE;
        };
    }

    /** True when only Terraform's state changes: an import, a move or a removal that leaves the object as it is. */
    boolean stateOnly() {
        return action() == Action.NONE
                && (importId.isPresent() || movedFrom.isPresent() || actions.contains("forget"));
    }

    /** What changes in the state itself. */
    List<FieldChange> stateFields() {
        List<FieldChange> fields = new ArrayList<>();
        importId.ifPresent(
                id -> fields.add(new FieldChange(STATE, Value.absent(), Value.known("imported as " + id))));
        movedFrom.ifPresent(old -> fields.add(
                new FieldChange(STATE, Value.known(old), Value.known(Json.text(resource, "address")))));
        if (actions.contains("forget")) {
            fields.add(new FieldChange(STATE, Value.known("managed"), Value.known("no longer managed")));
        }
        return fields;
    }

    /** Why, in one sentence. */
    String reason(List<FieldChange> fields) {
        String code = Json.text(resource, "action_reason");
        return switch (code) {
            case "replace_because_cannot_update" -> cannotUpdate(fields);
            case "replace_because_tainted" ->
                "An earlier apply left it half made (tainted), so it is deleted and made again.";
            case "replace_by_request" -> "A replacement was asked for.";
            case "replace_by_triggers" -> "Something it depends on by replace_triggered_by changes.";
            case "delete_because_no_resource_config", "delete_because_no_module" ->
                "It is no longer in the configuration.";
            case "delete_because_wrong_repetition", "delete_because_count_index", "delete_because_each_key" ->
                "Its count or for_each no longer holds this instance.";
            case "delete_because_no_move_target" ->
                "It was moved to an address that the configuration does not have.";
            default -> code.isEmpty() ? plainReason() : plainReason() + " (" + code.replace('_', ' ') + ")";
        };
    }

    private String plainReason() {
        if (stateOnly()) {
            if (importId.isPresent()) {
                return "It exists and is imported into the state; nothing in it changes.";
            }
            return movedFrom.isPresent()
                    ? "Its address changes; nothing in it does."
                    : "Terraform stops managing it; it stays as it is.";
        }
        return switch (action()) {
            case CREATE -> "It is in the configuration and not in the state.";
            case UPDATE -> importId.isPresent()
                    ? "It exists, is imported, and differs from the configuration."
                    : "It differs from the configuration.";
            case DELETE -> "The configuration does not want it.";
            case REPLACE -> "It cannot be changed in place.";
            case NONE -> "Nothing changes.";
        };
    }

    private static String cannotUpdate(List<FieldChange> fields) {
        String names = fields.stream().filter(FieldChange::forcesReplace).map(FieldChange::name).distinct()
                .collect(Collectors.joining(" and "));
        return names.isEmpty()
                ? "It cannot be changed in place."
                : "It is deleted and made again because " + names
                        + " changes, which cannot be done in place.";
    }
}
