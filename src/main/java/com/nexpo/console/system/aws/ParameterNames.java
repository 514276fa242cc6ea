package com.nexpo.console.system.aws;

import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.ServiceConfig.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The full names of a service's parameters, and what SSM takes as name and value, checked before anything is sent.
 *
 * <p>Source: <a href="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html">
 * PutParameter</a>.
 */
final class ParameterNames {
    /** Largest value of a standard parameter, in UTF-8 bytes; what Terraform creates unless told otherwise. */
    static final int STANDARD_BYTES = 4096;
    /** Largest value of an advanced parameter, in UTF-8 bytes. */
    static final int ADVANCED_BYTES = 8192;
    private static final int LEVELS = 15;
    private static final int LENGTH = 1011;
    private static final Pattern PATH = Pattern.compile("(/[a-zA-Z0-9_.\\-]+)+");
    private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9_.\\-]+");

    private ParameterNames() {}

    /** {@code /nexpo/posthog/auth} and {@code POSTHOG_HOST} make {@code /nexpo/posthog/auth/POSTHOG_HOST}. */
    static String of(String place, String key) {
        return path(place) + "/" + key;
    }

    /** The place without a slash at its end. */
    static String path(String place) {
        return place.endsWith("/") ? place.substring(0, place.length() - 1) : place;
    }

    /** The key in a full name. */
    static String keyOf(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    static List<String> refusals(ServiceConfig wanted, int mostBytes) {
        List<String> refusals = new ArrayList<>();
        String path = path(wanted.place());
        String lower = path.toLowerCase(Locale.ROOT);
        if (!PATH.matcher(path).matches()) {
            refusals.add(
                    "%s: the SSM path %s is not one: it begins with a slash and has letters, digits, '_', '.', '-' between slashes."
                            .formatted(wanted.service(), path));
        } else if (lower.startsWith("/aws") || lower.startsWith("/ssm")) {
            refusals.add("%s: the SSM path %s is AWS's own: it may not begin with aws or ssm.".formatted(
                    wanted.service(),
                    path));
        }
        for (Map.Entry<String, Entry> entry : wanted.entries().entrySet()) {
            name(path, entry.getKey(), refusals);
            value(of(path, entry.getKey()), entry.getValue(), mostBytes, refusals);
        }
        return refusals;
    }

    private static void name(String path, String key, List<String> refusals) {
        String name = of(path, key);
        if (!KEY.matcher(key).matches()) {
            refusals.add("%s is no SSM parameter name: a key has letters, digits, '_', '.' and '-' only."
                    .formatted(name));
        }
        if (name.length() > LENGTH) {
            refusals.add("%s is too long for SSM: %d characters, at most %d.".formatted(name, name.length(),
                    LENGTH));
        }
        long levels = name.chars().filter(c -> c == '/').count();
        if (levels > LEVELS) {
            refusals.add("%s is too deep for SSM: %d levels, at most %d.".formatted(name, levels, LEVELS));
        }
    }

    private static void value(String name, Entry entry, int mostBytes, List<String> refusals) {
        int bytes = entry.value().byteLength();
        if (bytes == 0) {
            refusals.add("%s is empty, which SSM does not store: leave the key out, or give it a value."
                    .formatted(name));
        }
        if (bytes > mostBytes) {
            refusals.add("%s has %d bytes; SSM's %s tier takes at most %d.".formatted(name, bytes,
                    mostBytes == ADVANCED_BYTES ? "advanced" : "standard", mostBytes));
        }
        if (entry.value().reveal().contains("{{")) {
            refusals.add("%s contains '{{', which SSM refuses: write the value without it.".formatted(name));
        }
    }
}
