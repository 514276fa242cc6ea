package com.nexpo.console.blueprint;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;

/** Reads one {@code catalog.json}, format 1 (docs/blueprint.md), and collects every problem in it. */
final class CatalogReader {

    /** Keys that PostHog or its Terraform provider 1.0.13 takes out of a query: the apply would end in an error. */
    private static final Map<String, String> STRIPPED = Map.of(
            "version", "PostHog strips this key of its own exports",
            "result", "PostHog's Terraform provider strips this key",
            "hogql", "PostHog's Terraform provider strips this key",
            "is_cached", "PostHog's Terraform provider strips this key");

    private static final Gson STRICT = new GsonBuilder().setStrictness(Strictness.STRICT).create();

    private final String file;
    private final String folder;
    private final List<Problem> problems;

    CatalogReader(String file, String folder, List<Problem> problems) {
        this.file = file;
        this.folder = folder;
        this.problems = problems;
    }

    /** The catalog; empty when the text is no JSON object of format 1. */
    Optional<ServiceCatalog> read(String json) {
        JsonElement root;
        try {
            root = STRICT.fromJson(json, JsonElement.class);
        } catch (JsonParseException e) {
            problems.add(new Problem(file, "$", "it is not JSON (" + Optional.ofNullable(e.getMessage())
                    .map(m -> m.lines().findFirst().orElse(m)).orElse("no reason given") + ")",
                    "a JSON object is needed"));
            return Optional.empty();
        }
        if (!(root instanceof JsonObject object)) {
            problems.add(new Problem(file, "$", "it is not an object", "an object in braces is needed"));
            return Optional.empty();
        }
        JsonAt at = new JsonAt(file, "$", object, problems);
        if (at.whole("schema", 0, Integer.MAX_VALUE) != 1) {
            at.problem("schema", "this format is unknown", "this program reads format 1");
            return Optional.empty();
        }
        return Optional.of(catalog(at));
    }

    private ServiceCatalog catalog(JsonAt at) {
        at.onlyKeys("schema", "service", "title", "module", "kind", "needs", "dashboard", "nomad",
                "kubernetes", "vault",
                "variables", "flags", "insights", "actions", "environment");
        ServiceCatalog.Kind kind = switch (at.text("kind")) {
            case "shared" -> ServiceCatalog.Kind.SHARED;
            case "service" -> ServiceCatalog.Kind.SERVICE;
            default -> {
                at.problem("kind", "this kind is unknown", "a kind is shared or service");
                yield ServiceCatalog.Kind.SERVICE;
            }
        };
        JsonAt board = at.object("dashboard");
        board.onlyKeys("key", "name", "description", "when");
        Entry.Dashboard dashboard = new Entry.Dashboard(board.text("key"), board.text("name"),
                board.text("description"), board.texts("when"));
        return new ServiceCatalog(folder, at.text("service"), at.text("title"), at.text("module"), kind,
                at.texts("needs"), dashboard, at.objects("variables").stream().map(this::variable).toList(),
                at.objects("flags").stream().map(this::flag).toList(),
                at.objects("insights").stream().map(this::insight).toList(),
                at.objects("actions").stream().map(this::action).toList(),
                at.objects("environment").stream().map(this::environment).toList(),
                kind == ServiceCatalog.Kind.SERVICE ? Optional.of(names(at)) : Optional.empty());
    }

    private DeploymentNames names(JsonAt at) {
        JsonAt nomad = at.object("nomad");
        nomad.onlyKeys("job", "file", "group", "task");
        JsonAt kubernetes = at.object("kubernetes");
        kubernetes.onlyKeys("secret", "deployment");
        JsonAt vault = at.object("vault");
        vault.onlyKeys("path");
        return new DeploymentNames(nomad.text("job"), nomad.text("file"), nomad.text("group"),
                nomad.text("task"),
                kubernetes.text("secret"), kubernetes.text("deployment"), vault.text("path"));
    }

    private Variable variable(JsonAt at) {
        at.onlyKeys("name", "type", "default", "set_by", "inherits", "required", "min", "max", "whole",
                "pattern",
                "pattern_error", "group", "title", "does", "limit");
        Variable.Type type = type(at);
        Variable.Limits limits = new Variable.Limits(at.number("min"), at.number("max"), at.bool("whole"),
                pattern(at), at.optionalText("pattern_error"));
        Optional<SettingValue> preset = at.element("default").flatMap(d -> value(at, d));
        Variable variable = new Variable(at.text("name"), type, preset, setBy(at), at.bool("inherits"),
                at.bool("required"), limits, at.text("group"), at.text("title"), at.text("does"),
                at.optionalText("limit"));
        preset.flatMap(variable::problemWith).ifPresent(
                wrong -> at.problem("default", wrong.substring(0, wrong.length() - 1),
                        "the default must be allowed"));
        if (type == Variable.Type.BOOL && preset.isEmpty()) {
            at.problem("default", "a switch without a default is neither on nor off",
                    "true or false is needed");
        }
        return variable;
    }

    private static Variable.Type type(JsonAt at) {
        String name = at.text("type");
        for (Variable.Type type : Variable.Type.values()) {
            if (type.terraform().equals(name)) {
                return type;
            }
        }
        at.problem("type", "this type is unknown", "a type is bool, number, string or map(string)");
        return Variable.Type.STRING;
    }

    private static Optional<String> pattern(JsonAt at) {
        Optional<String> pattern = at.optionalText("pattern");
        try {
            pattern.ifPresent(Pattern::compile);
            return pattern;
        } catch (PatternSyntaxException e) {
            at.problem("pattern", "it is no regular expression (" + e.getDescription() + ")",
                    "an expression that Java and RE2 both read is needed");
            return Optional.empty();
        }
    }

    private static Optional<SettingValue> value(JsonAt at, JsonElement element) {
        if (element instanceof JsonPrimitive p) {
            if (p.isBoolean()) {
                return Optional.of(new SettingValue.Switch(p.getAsBoolean()));
            }
            return Optional.of(p.isNumber()
                    ? new SettingValue.Amount(p.getAsBigDecimal())
                    : new SettingValue.Text(p.getAsString()));
        }
        if (element instanceof JsonObject o) {
            Map<String, String> tags = new TreeMap<>();
            JsonAt inner = at.object("default");
            o.keySet().forEach(k -> tags.put(k, inner.text(k)));
            return Optional.of(new SettingValue.Tags(tags));
        }
        at.problem("default", "it is " + element,
                "a switch, a number, a text or an object of texts is needed");
        return Optional.empty();
    }

    private static SetBy setBy(JsonAt at) {
        String text = at.optionalText("set_by").orElse("toggle");
        int dot = text.lastIndexOf('.');
        if (text.startsWith("module:") && dot > 0) {
            return new SetBy.Output(text.substring("module:".length(), dot), text.substring(dot + 1));
        }
        return switch (text) {
            case "toggle" -> new SetBy.Toggle();
            case "root" -> new SetBy.Root();
            case "services" -> new SetBy.Services();
            default -> {
                at.problem("set_by", "it is " + text, "it is toggle, root, services or module:NAME.OUTPUT");
                yield new SetBy.Toggle();
            }
        };
    }

    private Entry.Flag flag(JsonAt at) {
        at.onlyKeys("key", "name", "rollout", "when", "tags");
        List<String> tags = at.texts("tags");
        if (at.has("tags") && tags.isEmpty()) {
            at.problem("tags", "it is empty, which PostHog's Terraform provider cannot apply",
                    "one tag at least is needed");
        }
        return new Entry.Flag(at.text("key"), at.text("name"), at.whole("rollout", 0, 100), at.texts("when"),
                tags);
    }

    private Entry.Insight insight(JsonAt at) {
        at.onlyKeys("key", "name", "description", "when", "query");
        JsonAt query = at.object("query");
        if (!query.json().isEmpty()) {
            query.text("kind");
            query.object("source").text("kind");
        }
        at.refuseInside("query", STRIPPED);
        return new Entry.Insight(at.text("key"), at.text("name"), at.text("description"), at.texts("when"),
                query.json().deepCopy());
    }

    private Entry.Action action(JsonAt at) {
        at.onlyKeys("key", "name", "description", "when", "steps");
        at.refuseInside("steps", Map.of());
        if (at.objects("steps").isEmpty()) {
            at.problem("steps", "it is empty", "one step at least is needed");
        }
        return new Entry.Action(at.text("key"), at.text("name"), at.text("description"), at.texts("when"),
                at.array("steps").deepCopy());
    }

    private EnvironmentEntry environment(JsonAt at) {
        at.onlyKeys("name", "from", "secret");
        String from = at.text("from");
        Source source = Source.parse(from).orElseGet(() -> {
            at.problem("from", "it is " + from,
                    "it is project_token, project_id, api_host, ingest_host, environment,"
                            + " service, variable:NAME or literal:TEXT");
            return new Source.Literal("");
        });
        if (source == Source.Known.PROJECT_TOKEN && !at.bool("secret")) {
            at.problem("secret", "the project's token is not marked as a secret", "true is needed");
        }
        return new EnvironmentEntry(at.text("name"), source, at.bool("secret"));
    }
}
