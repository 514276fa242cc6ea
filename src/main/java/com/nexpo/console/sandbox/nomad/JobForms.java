package com.nexpo.console.sandbox.nomad;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The three forms of a job's JSON: as parsed (what was not written is null), canonical (with Nomad's defaults)
 * and stored (what the server keeps, with what it adds itself). The members and defaults are data, in
 * {@code job-forms.json}, taken from recorded answers.
 */
final class JobForms {
    private final JsonObject children;
    private final JsonObject parsed;
    private final JsonObject canonical;
    private final JsonObject stored;
    private final List<String> withoutEmpty;

    JobForms() {
        JsonObject all = read();
        children = all.getAsJsonObject("children");
        parsed = all.getAsJsonObject("parsed");
        canonical = all.getAsJsonObject("canonical");
        stored = all.getAsJsonObject("stored");
        withoutEmpty = Json.texts(all, "storedWithoutEmpty");
    }

    private static JsonObject read() {
        try (InputStream in = Objects.requireNonNull(JobForms.class.getResourceAsStream("job-forms.json"));
                Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(text).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An object as it is parsed from an empty block. */
    JsonObject parsed(String form) {
        return parsed.has(form) ? parsed.getAsJsonObject(form).deepCopy() : new JsonObject();
    }

    /** The job with defaults for everything that was not said; the given one is left as it is. */
    JsonObject canonical(JsonObject job) {
        JsonObject copy = job.deepCopy();
        if (!Json.has(copy, "Name")) {
            copy.addProperty("Name", Json.text(copy, "ID"));
        }
        boolean service = !Json.has(copy, "Type") || Json.text(copy, "Type").equals("service");
        if (service && !Json.has(copy, "Update")) {
            copy.add("Update", canonical.getAsJsonObject("Update").deepCopy());
        }
        for (JsonObject group : Json.objects(copy, "TaskGroups")) {
            prepare(copy, group, service);
        }
        fill("Job", copy);
        Json.objects(copy, "TaskGroups").forEach(JobForms::inheritRestart);
        return copy;
    }

    private void prepare(JsonObject job, JsonObject group, boolean service) {
        if (service) {
            JsonObject update = Json.object(job, "Update").map(JsonObject::deepCopy)
                    .orElseGet(JsonObject::new);
            Json.object(group, "Update").ifPresent(own -> own.entrySet().stream()
                    .filter(e -> !e.getValue().isJsonNull())
                    .forEach(e -> update.add(e.getKey(), e.getValue())));
            group.add("Update", update);
            if (!Json.has(group, "Migrate")) {
                group.add("Migrate", new JsonObject());
            }
        }
        if (!Json.has(group, "Name")) {
            group.addProperty("Name", "");
        }
        for (JsonObject task : Json.objects(group, "Tasks")) {
            String name = "%s-%s-%s".formatted(Json.text(job, "Name"), Json.text(group, "Name"),
                    Json.text(task, "Name"));
            Json.objects(task, "Services").stream().filter(s -> Json.text(s, "Name").isEmpty())
                    .forEach(s -> s.addProperty("Name", name));
        }
    }

    private void fill(String form, JsonObject object) {
        JsonObject defaults = Json.object(canonical, form).orElseGet(JsonObject::new);
        for (Map.Entry<String, JsonElement> entry : defaults.entrySet()) {
            JsonElement now = object.get(entry.getKey());
            boolean emptyText = now instanceof JsonPrimitive text && text.isString()
                    && text.getAsString().isEmpty()
                    && entry.getValue() instanceof JsonPrimitive wanted && wanted.isString();
            if (!Json.has(object, entry.getKey()) || emptyText) {
                object.add(entry.getKey(), entry.getValue().deepCopy());
            }
        }
        eachChild(form, object, this::fill);
    }

    private static void inheritRestart(JsonObject group) {
        for (JsonObject task : Json.objects(group, "Tasks")) {
            JsonObject merged = Json.object(group, "RestartPolicy").map(JsonObject::deepCopy)
                    .orElseGet(JsonObject::new);
            Json.object(task, "RestartPolicy").ifPresent(own -> own.entrySet().stream()
                    .filter(e -> !e.getValue().isJsonNull())
                    .forEach(e -> merged.add(e.getKey(), e.getValue())));
            task.add("RestartPolicy", merged);
        }
    }

    /** The job as the server keeps it: only what it knows, with the constraints and identities it adds. */
    JsonObject stored(JsonObject job) {
        JsonObject kept = keep("Job", canonical(job));
        Json.object(kept, "Update").ifPresent(update -> {
            long parallel = Json.number(update, "MaxParallel");
            long stagger = Json.number(update, "Stagger");
            kept.add("Update",
                    Json.of("AutoPromote", false, "AutoRevert", false, "Canary", 0, "HealthCheck", "",
                            "HealthyDeadline", 0, "MaxParallel", parallel, "MinHealthyTime", 0,
                            "ProgressDeadline", 0,
                            "Stagger", stagger));
        });
        Json.objects(kept, "TaskGroups").forEach(group -> Implied.addTo(kept, group));
        return kept;
    }

    private JsonObject keep(String form, JsonObject given) {
        if (!stored.has(form)) {
            return given.deepCopy();
        }
        JsonObject kept = new JsonObject();
        stored.getAsJsonObject(form).entrySet().forEach(member -> {
            boolean said = Json.has(given, member.getKey()) && !isEmptyText(given.get(member.getKey()));
            kept.add(member.getKey(), (said ? given.get(member.getKey()) : member.getValue()).deepCopy());
        });
        JsonObject ofForm = Json.object(children, form).orElseGet(JsonObject::new);
        for (String name : ofForm.keySet()) {
            String inner = ofForm.get(name).getAsString();
            switch (kept.get(name)) {
                case JsonObject object -> kept.add(name, keep(inner, object));
                case JsonArray list when list.isEmpty() -> kept.add(name, com.google.gson.JsonNull.INSTANCE);
                case JsonArray list -> {
                    JsonArray items = new JsonArray();
                    list.forEach(item -> items.add(keep(inner, item.getAsJsonObject())));
                    kept.add(name, items);
                }
                case null, default -> {
                    // Nothing there to keep.
                }
            }
        }
        if (withoutEmpty.contains(form)) {
            List.copyOf(kept.keySet()).stream().filter(name -> isZero(kept.get(name))).forEach(kept::remove);
            if (form.equals("Port") && !kept.has("HostNetwork")) {
                kept.addProperty("HostNetwork", "default");
            }
        }
        return kept;
    }

    private static boolean isEmptyText(JsonElement value) {
        return value instanceof JsonPrimitive text && text.isString() && text.getAsString().isEmpty();
    }

    private static boolean isZero(JsonElement value) {
        return switch (value) {
            case JsonPrimitive p when p.isNumber() -> p.getAsLong() == 0;
            case JsonPrimitive p when p.isBoolean() -> !p.getAsBoolean();
            case JsonPrimitive p -> p.getAsString().isEmpty();
            default -> value.isJsonNull();
        };
    }

    private interface Visitor {
        void visit(String form, JsonObject object);
    }

    private void eachChild(String form, JsonObject object, Visitor visitor) {
        Json.object(children, form).ifPresent(ofForm -> ofForm.entrySet().forEach(member -> {
            String inner = member.getValue().getAsString();
            Json.object(object, member.getKey()).ifPresent(child -> visitor.visit(inner, child));
            Json.objects(object, member.getKey()).forEach(child -> visitor.visit(inner, child));
        }));
    }
}
