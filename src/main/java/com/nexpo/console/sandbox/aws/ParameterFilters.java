package com.nexpo.console.sandbox.aws;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * {@code ParameterFilters} and the older {@code Filters}, as a predicate.
 *
 * <p>Source: <a href="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html">
 * ParameterStringFilter</a>.
 */
final class ParameterFilters {
    private static final Set<String> DESCRIBE = Set.of("Path", "Name", "Type", "KeyId", "Tier", "DataType");
    private static final Set<String> BY_PATH = Set.of("Type", "KeyId", "Label");

    private ParameterFilters() {}

    /** The filters of DescribeParameters. */
    static Predicate<Parameter> ofDescribe(Input input) throws AwsError {
        List<Input> filters = input.objects("ParameterFilters");
        List<Input> old = input.objects("Filters");
        if (!filters.isEmpty() && !old.isEmpty()) {
            throw AwsError.validation("You can use either Filters or ParameterFilters in a single request.");
        }
        Predicate<Parameter> all = all(filters, DESCRIBE);
        for (Input filter : old) {
            // The older shape has no option. It matches beginnings here, as in the emulator that was recorded;
            // what AWS does with it is not documented.
            all = all.and(text(filter.required("Key"), "BeginsWith", filter.texts("Values")));
        }
        return all;
    }

    /** The filters of GetParametersByPath. */
    static Predicate<Parameter> ofPath(Input input) throws AwsError {
        return all(input.objects("ParameterFilters"), BY_PATH);
    }

    private static Predicate<Parameter> all(List<Input> filters, Set<String> keys) throws AwsError {
        Predicate<Parameter> all = _ -> true;
        Set<String> seen = new HashSet<>();
        for (Input filter : filters) {
            String key = filter.required("Key");
            if (!keys.contains(key) && !key.startsWith("tag:")) {
                throw AwsError.ssm("InvalidFilterKey",
                        "The following filter key is not valid: %s. Valid filter keys include: %s."
                                .formatted(key, keys));
            }
            if (!seen.add(key)) {
                throw AwsError.ssm("InvalidFilterKey",
                        "The following filter is duplicated in the request: " + key
                                + ". A request can contain only one occurrence of a specific filter.");
            }
            all = all.and(one(key, filter));
        }
        return all;
    }

    private static Predicate<Parameter> one(String key, Input filter) throws AwsError {
        List<String> values = filter.texts("Values");
        if (key.startsWith("tag:")) {
            String tag = key.substring("tag:".length());
            return p -> p.tags().containsKey(tag) && (values.isEmpty() || values.contains(p.tags().get(tag)));
        }
        if (values.isEmpty()) {
            throw AwsError.ssm("InvalidFilterValue",
                    "The following filter values are missing : null for filter key " + key + ".");
        }
        if (key.equals("Path")) {
            return path(filter.text("Option").orElse("OneLevel"), values);
        }
        if (key.equals("Label")) {
            return p -> p.versions().stream().anyMatch(v -> v.labels().stream().anyMatch(values::contains));
        }
        return text(key, filter.text("Option").orElse("Equals"), values);
    }

    private static Predicate<Parameter> path(String option, List<String> values) throws AwsError {
        if (!option.equals("OneLevel") && !option.equals("Recursive")) {
            throw badOption(option, "[Recursive, OneLevel]");
        }
        for (String value : values) {
            checkPath(value);
        }
        return p -> values.stream().anyMatch(path -> under(path, p.name(), option.equals("Recursive")));
    }

    /** Refuses what is no path of a hierarchy. */
    static void checkPath(String path) throws AwsError {
        String lower = path.toLowerCase(Locale.ROOT);
        if (!path.startsWith("/") || path.contains("//") || lower.startsWith("/ssm")) {
            throw AwsError.validation(
                    "The parameter doesn't meet the parameter name requirements. The parameter name "
                            + "must begin with a forward slash \"/\". It can't be prefixed with \\\"aws\\\" or \\\"ssm\\\" "
                            + "(case-insensitive). It must use only letters, numbers, or the following symbols: . (period), "
                            + "- (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, "
                            + "must use the forward slash symbol \"/\". Valid example: /get/parameters2-/by1./path0_.");
        }
    }

    /** True when a parameter lies below a path: directly, or anywhere. */
    static boolean under(String path, String name, boolean recursive) {
        String prefix = path.endsWith("/") ? path : path + "/";
        boolean below = name.startsWith(prefix) || (prefix.equals("/") && !name.contains("/"));
        return below && (recursive || name.indexOf('/', prefix.length()) < 0);
    }

    private static Predicate<Parameter> text(String key, String option, List<String> values) throws AwsError {
        return switch (option) {
            case "Equals" -> p -> values.stream().anyMatch(value -> field(p, key).equals(bare(key, value)));
            case "BeginsWith" ->
                p -> values.stream().anyMatch(value -> field(p, key).startsWith(bare(key, value)));
            case "Contains" -> p -> values.stream().anyMatch(value -> field(p, key).contains(value));
            default -> throw badOption(option, "[BeginsWith, Equals]");
        };
    }

    /** A name with and without its leading slash finds a parameter that has none. */
    private static String field(Parameter parameter, String key) {
        return switch (key) {
            case "Name" -> bare(key, parameter.name());
            case "Type" -> parameter.latest().type();
            case "Tier" -> parameter.latest().tier();
            case "DataType" -> parameter.latest().dataType();
            default -> parameter.latest().keyId().orElse("");
        };
    }

    private static String bare(String key, String value) {
        return key.equals("Name") && value.startsWith("/") ? value.substring(1) : value;
    }

    private static AwsError badOption(String option, String valid) {
        return AwsError.ssm("InvalidFilterOption",
                "The following filter option is not valid: %s. Valid options include: %s.".formatted(option,
                        valid));
    }
}
