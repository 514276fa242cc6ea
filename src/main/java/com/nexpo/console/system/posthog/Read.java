package com.nexpo.console.system.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** PostHog's JSON as records. A member that is missing is read as empty: PostHog versions differ in what they send. */
final class Read {
    private Read() {}

    static Organization organization(JsonObject o) {
        boolean keysAllowed = o.has("members_can_use_personal_api_keys")
                ? bool(o, "members_can_use_personal_api_keys")
                : true;
        return new Organization(text(o, "id").orElse(""), text(o, "name").orElse(""),
                text(o, "slug").orElse(""),
                projectLimit(o), keysAllowed);
    }

    /** The plan's feature {@code organizations_projects}; without it a plan has one project (posthog/api/project.py). */
    private static OptionalInt projectLimit(JsonObject organization) {
        if (!organization.has("available_product_features")
                || !organization.get("available_product_features").isJsonArray()) {
            return OptionalInt.empty();
        }
        for (JsonObject feature : objects(organization, "available_product_features")) {
            if (text(feature, "key").equals(Optional.of("organizations_projects"))) {
                return feature.has("limit") && feature.get("limit").isJsonPrimitive()
                        ? OptionalInt.of(feature.get("limit").getAsInt())
                        : OptionalInt.of(Integer.MAX_VALUE);
            }
        }
        return OptionalInt.of(1);
    }

    static Project project(JsonObject o) {
        return new Project(number(o, "id"), text(o, "name").orElse(""), text(o, "organization").orElse(""),
                text(o, "api_token").orElse(""), bool(o, "ingested_event"));
    }

    static Flag flag(JsonObject o) {
        JsonObject filters = o.has("filters") && o.get("filters").isJsonObject()
                ? o.getAsJsonObject("filters")
                : new JsonObject();
        return new Flag(number(o, "id"), text(o, "key").orElse(""), text(o, "name").orElse(""),
                bool(o, "active"),
                bool(o, "deleted"), number(o, "version"), filters, email(o, "last_modified_by"),
                text(o, "updated_at"));
    }

    static KeyInfo key(JsonObject o) {
        return new KeyInfo(text(o, "label").orElse(""), texts(o, "scopes"), texts(o, "scoped_teams"),
                texts(o, "scoped_organizations"));
    }

    static Activity activity(JsonObject o) {
        JsonObject detail = o.has("detail") && o.get("detail").isJsonObject()
                ? o.getAsJsonObject("detail")
                : new JsonObject();
        List<String> fields = objects(detail, "changes").stream().flatMap(c -> text(c, "field").stream())
                .toList();
        return new Activity(email(o, "user"), text(o, "activity").orElse(""), fields,
                text(o, "created_at").flatMap(Read::instant).orElse(Instant.EPOCH));
    }

    static List<List<JsonElement>> rows(JsonObject o) {
        List<List<JsonElement>> rows = new ArrayList<>();
        if (o.has("results") && o.get("results").isJsonArray()) {
            for (JsonElement row : o.getAsJsonArray("results")) {
                rows.add(row.isJsonArray() ? row.getAsJsonArray().asList() : List.of(row));
            }
        }
        return rows;
    }

    static Optional<String> text(JsonObject o, String name) {
        JsonElement element = o.get(name);
        return element == null || !element.isJsonPrimitive()
                ? Optional.empty()
                : Optional.of(element.getAsString());
    }

    static List<JsonObject> objects(JsonObject o, String name) {
        return elements(o, name).stream().filter(JsonElement::isJsonObject).map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static List<String> texts(JsonObject o, String name) {
        return elements(o, name).stream().filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsString)
                .toList();
    }

    private static List<JsonElement> elements(JsonObject o, String name) {
        JsonElement element = o.get(name);
        return element == null || !element.isJsonArray() ? List.of() : element.getAsJsonArray().asList();
    }

    private static Optional<String> email(JsonObject o, String member) {
        JsonElement user = o.get(member);
        return user == null || !user.isJsonObject()
                ? Optional.empty()
                : text(user.getAsJsonObject(), "email");
    }

    private static long number(JsonObject o, String name) {
        JsonElement element = o.get(name);
        boolean number = element != null && element.isJsonPrimitive()
                && element.getAsJsonPrimitive().isNumber();
        return number ? element.getAsLong() : 0;
    }

    private static boolean bool(JsonObject o, String name) {
        JsonElement element = o.get(name);
        return element != null && element.isJsonPrimitive() && element.getAsJsonPrimitive().isBoolean()
                && element.getAsBoolean();
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
