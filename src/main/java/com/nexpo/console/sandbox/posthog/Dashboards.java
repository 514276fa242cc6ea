package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Dashboards and their tiles. Tiles are the one record of which insight is on which dashboard. */
final class Dashboards implements Collection.Kind {
    private final State state;

    Dashboards(State state) {
        this.state = state;
    }

    @Override
    public String table() {
        return "dashboards";
    }

    @Override
    public String scope() {
        return "dashboard";
    }

    @Override
    public String logScope() {
        return "Dashboard";
    }

    @Override
    public JsonObject create(Call call, long project, JsonObject body, JsonElement id) throws ApiError {
        return Json.object("id", id, "name", "", "description", "", "pinned", false, "created_at",
                state.now(),
                "created_by", call.caller().basic(), "is_shared", false, "deleted", false, "creation_mode",
                "default",
                "tags", List.of(), "tiles", List.of(), "filters", new JsonObject(), "variables", null,
                "restriction_level", 21, "effective_privilege_level", 37, "user_access_level", "manager");
    }

    @Override
    public void update(Call call, long project, JsonObject dashboard, JsonObject body) throws ApiError {
        Json.copy(body, dashboard, "name", "description", "pinned", "deleted", "tags", "filters",
                "variables");
        List<JsonObject> tiles = new ArrayList<>(Json.objects(dashboard, "tiles"));
        for (JsonObject sent : Json.objects(body, "tiles")) {
            tile(project, tiles, sent);
        }
        dashboard.add("tiles", Json.array(tiles));
    }

    /** A tile with an id is changed, or taken away when it says {@code deleted}; one without is added. */
    private void tile(long project, List<JsonObject> tiles, JsonObject sent) {
        Optional<JsonObject> known = Json.get(sent, "id")
                .flatMap(id -> tiles.stream().filter(t -> t.get("id").getAsLong() == id.getAsLong())
                        .findFirst());
        if (known.isPresent() && Json.flag(sent, "deleted")) {
            tiles.remove(known.get());
            return;
        }
        JsonObject tile = known.orElseGet(() -> {
            JsonObject made = newTile(tiles.size());
            tiles.add(made);
            return made;
        });
        Json.copy(sent, tile, "layouts", "color", "show_description");
        JsonObject text = Json.child(sent, "text");
        if (!text.isEmpty()) {
            JsonElement id = Optional.ofNullable(Json.child(tile, "text").get("id"))
                    .orElseGet(() -> Json.of(state.nextId()));
            tile.add("text",
                    Json.object("id", id, "body", text.get("body"), "team", project, "last_modified_at",
                            state.now()));
        }
    }

    private JsonObject newTile(int order) {
        return Json.object("id", state.nextId(), "layouts", new JsonObject(), "color", null,
                "show_description", null,
                "order", order, "insight_id", null, "text", null);
    }

    @Override
    public JsonObject shown(long project, JsonObject dashboard) {
        JsonObject shown = dashboard.deepCopy();
        List<JsonObject> tiles = new ArrayList<>();
        for (JsonObject tile : Json.objects(shown, "tiles")) {
            JsonElement insight = Json.of(tile.remove("insight_id"));
            if (insight.isJsonNull()) {
                tile.add("insight", insight);
                tiles.add(tile);
                continue;
            }
            JsonObject found = state.table("insights", project).get(insight.getAsString());
            if (found != null && !Json.flag(found, "deleted")) {
                JsonObject basic = new JsonObject();
                Json.copy(found, basic, "id", "short_id", "name");
                tile.add("insight", basic);
                tiles.add(tile);
            }
        }
        shown.add("tiles", Json.array(tiles));
        return shown;
    }

    /** The dashboards that an insight is on. */
    List<Long> of(long project, long insight) {
        return state.table("dashboards", project).values().stream().filter(d -> !Json.flag(d, "deleted"))
                .filter(d -> tileOf(d, insight).isPresent()).map(d -> d.get("id").getAsLong()).toList();
    }

    /** Puts an insight on exactly these dashboards. */
    void place(long project, long insight, List<Long> wanted) throws ApiError {
        for (long id : wanted) {
            JsonObject dashboard = state.table("dashboards", project).get(String.valueOf(id));
            if (dashboard == null) {
                throw ApiError.invalid("does_not_exist", "Invalid pk \"" + id + "\" - object does not exist.",
                        "dashboards");
            }
            if (tileOf(dashboard, insight).isEmpty()) {
                List<JsonObject> tiles = new ArrayList<>(Json.objects(dashboard, "tiles"));
                JsonObject tile = newTile(tiles.size());
                tile.addProperty("insight_id", insight);
                tiles.add(tile);
                dashboard.add("tiles", Json.array(tiles));
            }
        }
        for (JsonObject dashboard : state.table("dashboards", project).values()) {
            Optional<JsonObject> tile = tileOf(dashboard, insight);
            if (tile.isPresent() && !wanted.contains(dashboard.get("id").getAsLong())) {
                dashboard.add("tiles", Json.array(
                        Json.objects(dashboard, "tiles").stream().filter(t -> !t.equals(tile.get()))
                                .toList()));
            }
        }
    }

    private static Optional<JsonObject> tileOf(JsonObject dashboard, long insight) {
        return Json.objects(dashboard, "tiles").stream()
                .filter(t -> Json.get(t, "insight_id").map(i -> i.getAsLong() == insight).orElse(false))
                .findFirst();
    }
}
