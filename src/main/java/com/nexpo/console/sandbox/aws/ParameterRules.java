package com.nexpo.console.sandbox.aws;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What names and values Parameter Store takes.
 *
 * <p>Source: <a href="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html">
 * PutParameter</a> and
 * <a href="https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html">naming
 * constraints</a>; the wording is AWS's.
 */
final class ParameterRules {
    static final int STANDARD_BYTES = 4096;
    static final int ADVANCED_BYTES = 8192;
    private static final int LEVELS = 15;
    private static final int NAME_LENGTH = 1011;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.\\-/]+");
    private static final List<String> TYPES = List.of("String", "StringList", Parameter.SECURE);
    private static final List<String> TIERS = List.of("Standard", "Advanced", "Intelligent-Tiering");

    private ParameterRules() {}

    static void name(String name) throws AwsError {
        if (name.isEmpty()) {
            throw AwsError.constraint("name", "have length greater than or equal to 1");
        }
        if (name.length() > NAME_LENGTH) {
            throw AwsError
                    .validation("Parameter name is too long; its length can be at most " + NAME_LENGTH + ".");
        }
        String bare = name.startsWith("/") ? name.substring(1) : name;
        String lower = bare.toLowerCase(Locale.ROOT);
        if (lower.startsWith("aws") || lower.startsWith("ssm")) {
            throw AwsError.validation(name.startsWith("/")
                    ? "No access to reserved parameter name: " + name + "."
                    : "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
        }
        if (!NAME.matcher(name).matches() || name.contains("//") || name.endsWith("/")) {
            throw AwsError.validation(
                    "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as "
                            + "a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a "
                            + "mix of letters, numbers and the following 3 symbols .-_");
        }
        if (bare.contains("/") && !name.startsWith("/")) {
            throw AwsError.validation("Parameter name must be a fully qualified name.");
        }
        if (bare.split("/", -1).length > LEVELS) {
            throw AwsError.ssm("HierarchyLevelLimitExceededException",
                    "Parameter hierarchy can't exceed " + LEVELS + " levels.");
        }
    }

    static void type(String type) throws AwsError {
        member("type", type, TYPES);
    }

    static void tier(String tier) throws AwsError {
        member("tier", tier, TIERS);
    }

    /** Refuses a value for what it is, whatever its tier. */
    static void value(String value, String type, String allowedPattern) throws AwsError {
        if (value.contains("{{")) {
            throw AwsError.validation(
                    "Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.");
        }
        if (type.equals("StringList") && List.of(value.split(",", -1)).contains("")) {
            throw AwsError.validation("A StringList parameter can't have an empty item.");
        }
        if (!allowedPattern.isEmpty() && !matches(value, allowedPattern)) {
            throw AwsError.ssm("ParameterPatternMismatchException",
                    "Parameter value, cannot be validated against allowedPattern: " + allowedPattern);
        }
    }

    /** The tier that a value of this size gets when this one was asked for. */
    static String tierFor(String value, String asked) throws AwsError {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > ADVANCED_BYTES) {
            throw AwsError.validation(
                    "Advanced tier parameters support a maximum parameter value of 8192 characters.");
        }
        if (asked.equals("Standard") && bytes > STANDARD_BYTES) {
            throw AwsError.validation(
                    "Standard tier parameters support a maximum parameter value of 4096 characters. "
                            + "To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. "
                            + "For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/"
                            + "parameter-store-advanced-parameters.html");
        }
        if (asked.equals("Intelligent-Tiering")) {
            return bytes > STANDARD_BYTES ? "Advanced" : "Standard";
        }
        return asked;
    }

    private static boolean matches(String value, String allowedPattern) throws AwsError {
        try {
            return Pattern.compile(allowedPattern).matcher(value).find();
        } catch (PatternSyntaxException e) {
            throw AwsError.ssm("InvalidAllowedPatternException",
                    "The request does not meet the regular expression requirement.");
        }
    }

    private static void member(String name, String value, List<String> of) throws AwsError {
        if (!of.contains(value)) {
            throw AwsError.constraint(name, "satisfy enum value set: " + of);
        }
    }
}
