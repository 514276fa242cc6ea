package com.nexpo.console.system.nomad;

import com.google.gson.JsonObject;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Nomad's own difference of a plan, as the fields of a change. What may hold a secret is masked. */
final class JobDifference {
    private static final Pattern SECRET = Pattern.compile("(?i).*(key|secret|token|passw|credential).*");

    private final List<FieldChange> changes = new ArrayList<>();

    private JobDifference() {}

    static List<FieldChange> fields(JsonObject diff) {
        JobDifference difference = new JobDifference();
        difference.collect("", diff);
        for (JsonObject group : Members.objects(diff, "TaskGroups")) {
            String path = "group " + Members.text(group, "Name") + " / ";
            difference.collect(path, group);
            Members.objects(group, "Tasks").forEach(
                    task -> difference.collect(path + "task " + Members.text(task, "Name") + " / ", task));
        }
        return difference.changes;
    }

    private void collect(String path, JsonObject part) {
        Members.objects(part, "Fields").stream().filter(field -> !Members.text(field, "Type").equals("None"))
                .forEach(field -> add(path, field));
        for (JsonObject inner : Members.objects(part, "Objects")) {
            collect(path + Members.text(inner, "Name") + " / ", inner);
        }
    }

    private void add(String path, JsonObject field) {
        String name = path + Members.text(field, "Name");
        boolean replaces = Members.texts(field, "Annotations").contains("forces create/destroy update");
        changes.add(new FieldChange(name, value(name, Members.text(field, "Old")),
                value(name, Members.text(field, "New")),
                replaces));
    }

    private static Value value(String name, String text) {
        if (text.isEmpty()) {
            return Value.absent();
        }
        boolean secret = name.endsWith("EmbeddedTmpl")
                || (name.endsWith("]") && SECRET.matcher(name).matches());
        return secret ? Value.masked() : Value.known(text);
    }
}
