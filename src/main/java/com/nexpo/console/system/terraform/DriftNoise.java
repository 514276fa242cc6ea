package com.nexpo.console.system.terraform;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Differences that the providers report after every apply, or that follow from another one, and that nobody made.
 * What is empty on one side and missing on the other, such as AWS's {@code tags: null -> {}}, is no difference to
 * {@link AttributeDiff} in the first place.
 */
final class DriftNoise {
    /** Computed by the server: they move when something else does. */
    private static final Set<String> COMPUTED = Set.of("version", "has_value_wo", "insecure_value", "arn",
            "updated_at", "last_modified_at", "last_modified_date", "created_at", "etag");
    private static final Pattern TOP = Pattern.compile("^[^.\\[]+");

    private DriftNoise() {}

    /** True when a difference of this attribute says nothing. */
    static boolean isNoise(String path) {
        var matcher = TOP.matcher(path);
        String attribute = matcher.find() ? matcher.group() : path;
        return COMPUTED.contains(attribute) || attribute.equals("tags_all") || attribute.endsWith("_wo");
    }
}
