package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonObject;
import java.util.Collection;

/** How many objects are made, changed, imported and destroyed; a replacement is one made and one destroyed. */
record Summary(int add, int change, int imported, int remove) {

    static Summary of(Collection<Change> changes) {
        int add = 0;
        int change = 0;
        int imported = 0;
        int remove = 0;
        for (Change each : changes) {
            add += each.action().creates() ? 1 : 0;
            remove += each.action().deletes() ? 1 : 0;
            change += each.action() == Change.Action.UPDATE ? 1 : 0;
            imported += each.importing().isPresent() ? 1 : 0;
        }
        return new Summary(add, change, imported, remove);
    }

    String sentence(String operation) {
        if (operation.equals("plan")) {
            return "Plan: " + (imported > 0 ? imported + " to import, " : "") + add + " to add, " + change
                    + " to change, " + remove + " to destroy.";
        }
        if (operation.equals("destroy")) {
            return "Destroy complete! Resources: " + remove + " destroyed.";
        }
        return "Apply complete! Resources: " + (imported > 0 ? imported + " imported, " : "") + add
                + " added, "
                + change + " changed, " + remove + " destroyed.";
    }

    JsonObject json(String operation) {
        JsonObject json = new JsonObject();
        json.addProperty("add", add);
        json.addProperty("change", change);
        json.addProperty("import", imported);
        json.addProperty("remove", remove);
        json.addProperty("operation", operation);
        return json;
    }
}
