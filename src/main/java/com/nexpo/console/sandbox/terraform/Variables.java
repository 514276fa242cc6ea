package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The values of the root module's variables, later sources winning: defaults in the {@code .tf} files, {@code TF_VAR_name},
 * {@code terraform.tfvars.json}, {@code *.auto.tfvars.json}, {@code -var-file} (JSON) and {@code -var}.
 */
final class Variables {

    private static final Pattern BLOCK = Pattern.compile("(?m)^variable \"(\\w+)\" \\{\\n(.*?)^}",
            Pattern.DOTALL);
    private static final Pattern DEFAULT = Pattern.compile("(?m)^  default\\s*=\\s*(\\{\\n.*?^  }|.*?)$",
            Pattern.DOTALL);
    private static final Pattern MEMBER = Pattern.compile("(?m)^\\s*\"?([\\w.:/-]+)\"?\\s*=\\s*(.+?),?$");

    private Variables() {}

    /**
     * Reads all of them.
     *
     * @param given {@code -var} and {@code -var-file} arguments, in their order, as {@code var=name=value} and
     *              {@code var-file=path}
     * @throws TerraformException for a variable without a value
     */
    static JsonObject read(Path directory, Map<String, String> environment, List<String> given) {
        JsonObject values = new JsonObject();
        List<String> required = new ArrayList<>();
        defaults(directory, values, required);
        environment.forEach((name, text) -> {
            if (name.startsWith("TF_VAR_")) {
                values.add(name.substring("TF_VAR_".length()), value(text));
            }
        });
        merge(directory.resolve("terraform.tfvars.json"), values, false);
        files(directory, ".auto.tfvars.json").forEach(f -> merge(f, values, true));
        for (String argument : given) {
            String rest = argument.substring(argument.indexOf('=') + 1);
            if (argument.startsWith("var-file=")) {
                merge(directory.resolve(rest), values, true);
            } else {
                int at = rest.indexOf('=');
                values.add(rest.substring(0, Math.max(at, 0)), value(rest.substring(at + 1)));
            }
        }
        List<Diagnostic> missing = required.stream().filter(name -> !values.has(name))
                .map(name -> missing(directory, name)).toList();
        if (!missing.isEmpty()) {
            throw new TerraformException(missing);
        }
        return values;
    }

    private static Diagnostic missing(Path directory, String name) {
        return Diagnostic.error("No value for required variable", "The root module input variable \"" + name
                + "\" is not set, and has no default value. Use a -var or -var-file command line argument to provide a"
                + " value for this variable.")
                .in(SourceRange.of(directory, "variables.tf", "variable \"" + name + "\""));
    }

    /** Files of the folder by the end of their name, in order. */
    static List<Path> files(Path directory, String suffix) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(f -> f.getFileName().toString().endsWith(suffix)).sorted().toList();
        } catch (IOException e) {
            throw new TerraformException("Failed to read module directory", "Module directory " + directory
                    + " does not exist or cannot be read.");
        }
    }

    private static void defaults(Path directory, JsonObject values, List<String> required) {
        for (Path file : files(directory, ".tf")) {
            Matcher block = BLOCK.matcher(read(file));
            while (block.find()) {
                Matcher value = DEFAULT.matcher(block.group(2));
                if (value.find()) {
                    values.add(block.group(1), literal(value.group(1)));
                } else {
                    required.add(block.group(1));
                }
            }
        }
    }

    /** A literal of HCL: what JSON has too, and objects with {@code name = value} lines. */
    private static JsonElement literal(String text) {
        if (!text.startsWith("{\n")) {
            return JsonParser.parseString(text.strip());
        }
        JsonObject object = new JsonObject();
        Matcher member = MEMBER.matcher(text.substring(1, text.length() - 1));
        while (member.find()) {
            object.add(member.group(1), JsonParser.parseString(member.group(2)));
        }
        return object;
    }

    /** A text from outside: a collection when it is written as one, else the text itself, which converts where needed. */
    private static JsonElement value(String text) {
        if (text.startsWith("{") || text.startsWith("[")) {
            try {
                return JsonParser.parseString(text);
            } catch (JsonParseException e) {
                return new JsonPrimitive(text);
            }
        }
        return new JsonPrimitive(text);
    }

    private static void merge(Path file, JsonObject values, boolean mustExist) {
        if (!mustExist && !Files.exists(file)) {
            return;
        }
        try {
            JsonParser.parseString(read(file)).getAsJsonObject().entrySet()
                    .forEach(e -> values.add(e.getKey(), e.getValue()));
        } catch (JsonParseException | IllegalStateException e) {
            throw new TerraformException("Invalid JSON syntax", "The file " + file.getFileName()
                    + " is not a JSON object: " + e.getMessage());
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new TerraformException("Failed to read file", "The file " + file + " could not be read.");
        }
    }
}
