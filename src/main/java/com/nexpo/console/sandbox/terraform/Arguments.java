package com.nexpo.console.sandbox.terraform;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The arguments after a command, in the syntax of Go's flag package.
 *
 * @param flags     values by name; the last one given wins
 * @param variables {@code -var} and {@code -var-file}, in order, as {@code var=name=value}
 * @param words     what follows the flags
 */
record Arguments(Map<String, String> flags, List<String> variables, List<String> words) {

    private static final Set<String> SWITCHES = Set.of("json", "input", "no-color", "detailed-exitcode",
            "destroy",
            "refresh-only", "refresh", "auto-approve", "force", "reconfigure", "upgrade", "lock",
            "compact-warnings",
            "raw", "get", "backend", "migrate-state", "force-copy", "ignore-remote-version");
    private static final Set<String> VALUES = Set.of("out", "lock-timeout", "parallelism", "backend-config",
            "var",
            "var-file", "state", "lockfile", "plugin-dir");
    private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h)");

    /** @throws TerraformException for a flag that no command has */
    static Arguments parse(List<String> arguments) {
        Map<String, String> flags = new HashMap<>();
        List<String> variables = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("-") || argument.equals("-")) {
                words.add(argument);
                continue;
            }
            String flag = argument.replaceFirst("^--?", "");
            int at = flag.indexOf('=');
            String name = at < 0 ? flag : flag.substring(0, at);
            if (!SWITCHES.contains(name) && !VALUES.contains(name)) {
                throw new TerraformException("Failed to parse command-line flags",
                        "flag provided but not defined: -" + name);
            }
            boolean takesNext = at < 0 && VALUES.contains(name);
            if (takesNext && i + 1 == arguments.size()) {
                throw new TerraformException("Failed to parse command-line flags",
                        "flag needs an argument: -" + name);
            }
            String value = takesNext ? arguments.get(++i) : at < 0 ? "true" : flag.substring(at + 1);
            flags.put(name, value);
            if (name.equals("var") || name.equals("var-file")) {
                variables.add(name + "=" + value);
            }
        }
        return new Arguments(flags, variables, words);
    }

    /** Whether a switch is on. */
    boolean has(String name) {
        return Set.of("true", "1").contains(flags.getOrDefault(name, "false"));
    }

    /** Whether a switch that is on by itself was turned off. */
    boolean without(String name) {
        return Set.of("false", "0").contains(flags.getOrDefault(name, "true"));
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(flags.get(name));
    }

    /** Calls at a time; Terraform's own number is 10. */
    int parallelism() {
        try {
            return Math.max(1, Integer.parseInt(flags.getOrDefault("parallelism", "10")));
        } catch (NumberFormatException e) {
            throw new TerraformException("Failed to parse command-line flags",
                    "invalid value \"" + flags.get("parallelism") + "\" for flag -parallelism: parse error");
        }
    }

    Duration lockTimeout() {
        Matcher matcher = DURATION.matcher(flags.getOrDefault("lock-timeout", "0s"));
        if (!matcher.matches()) {
            throw new TerraformException("Failed to parse command-line flags",
                    "invalid value \"" + flags.get("lock-timeout")
                            + "\" for flag -lock-timeout: parse error");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofSeconds(amount);
        };
    }
}
