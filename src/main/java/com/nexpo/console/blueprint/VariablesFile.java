package com.nexpo.console.blueprint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The {@code variables.tf} of a module, which follows from its catalog. */
public final class VariablesFile {

    private VariablesFile() {}

    /** The file's text, as {@code terraform fmt} leaves it. */
    public static String text(ServiceCatalog catalog) {
        HclText hcl = new HclText();
        hcl.comment(
                "Follows from catalog.json, as the console writes it: change the catalog, not this file.");
        for (Variable v : catalog.variables()) {
            hcl.blank();
            variable(hcl, v);
        }
        hcl.blank().open("locals");
        hcl.comment("The values by name, for the catalog's `when` and `from`.");
        hcl.open("settings =");
        for (Variable v : catalog.variables()) {
            if (v.isSetting() || v.setBy() instanceof SetBy.Services) {
                hcl.set(v.name(), "var." + v.name());
            }
        }
        hcl.close().blank();
        List<Variable> links = catalog.variables().stream().filter(v -> v.setBy() instanceof SetBy.Output)
                .toList();
        if (links.isEmpty()) {
            hcl.set("linked_project_ids", "{}");
        } else {
            hcl.open("linked_project_ids =");
            links.forEach(v -> hcl.set(v.name(), "var." + v.name()));
            hcl.close();
        }
        return hcl.close().toString();
    }

    private static void variable(HclText hcl, Variable v) {
        hcl.open("variable " + HclText.quoted(v.name()));
        hcl.set("description", HclText.quoted(v.does() + v.limit().map(l -> " " + l).orElse("")));
        hcl.set("type", v.type().terraform());
        if (v.defaultValue().isPresent()) {
            hcl.set("default", literal(v.defaultValue().get()));
            // null then means the default, which is what the root passes when a toggle is not set.
            hcl.set("nullable", "false");
        } else if (!v.required()) {
            hcl.set("default", "null");
        }
        List<String> conditions = new ArrayList<>();
        String self = "var." + v.name();
        v.limits().min().ifPresent(m -> conditions.add(self + " >= " + m.toPlainString()));
        v.limits().max().ifPresent(m -> conditions.add(self + " <= " + m.toPlainString()));
        if (v.limits().whole()) {
            conditions.add("floor(" + self + ") == " + self);
        }
        v.limits().pattern()
                .ifPresent(p -> conditions.add("can(regex(" + HclText.quoted(p) + ", " + self + "))"));
        if (!conditions.isEmpty()) {
            String error = v.limits().patternError().orElse(v.title() + " is " + v.limits().inWords() + ".");
            hcl.blank().open("validation");
            hcl.set("condition", String.join(" && ", conditions)).set("error_message", HclText.quoted(error));
            hcl.close();
        }
        hcl.close();
    }

    static String literal(SettingValue value) {
        return switch (value) {
            case SettingValue.Switch s -> s.asText();
            case SettingValue.Amount a -> a.asText();
            case SettingValue.Text t -> HclText.quoted(t.text());
            case SettingValue.Tags t -> t.entries().isEmpty()
                    ? "{}"
                    : t.entries().entrySet().stream()
                            .map(VariablesFile::entry).collect(Collectors.joining(", ", "{ ", " }"));
        };
    }

    private static String entry(Map.Entry<String, String> e) {
        return HclText.quoted(e.getKey()) + " = " + HclText.quoted(e.getValue());
    }
}
