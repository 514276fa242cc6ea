package com.nexpo.console.profile;

import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The kinds of text in a profile. Each parser throws IllegalArgumentException with the rest of "host …". */
final class ProfileText {
    /** Unique among profiles, and the name of a folder. */
    static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    /** Becomes part of names in PostHog, AWS and Vault. */
    static final Pattern PART_OF_NAMES = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
    static final Pattern COLOUR = Pattern.compile("#[0-9A-Fa-f]{6}");
    static final Pattern UUID = Pattern.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");
    static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z]+)+-\\d+");
    /** As the blueprint's variable {@code ssm_parameter_prefix} has it. */
    static final Pattern PARAMETER_PREFIX = Pattern.compile("(/[A-Za-z0-9_.-]+)+");
    /** RFC 1123 label. */
    static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    static final Pattern OBJECT_KEY = Pattern.compile("[^/].*[^/]|[^/]");
    /** A path in Vault, which shows mounts with a slash at the end and takes them without. */
    static final Pattern INNER_PATH = Pattern.compile("[^/\\s]+(/[^/\\s]+)*");

    private ProfileText() {}

    /** An address without credentials; slashes at its end are dropped, because paths are appended to it. */
    static URI address(String text) {
        if (text.contains("@")) {
            throw new IllegalArgumentException("must hold no user name or password");
        }
        URI uri;
        try {
            uri = URI.create(text.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is no address: " + text, e);
        }
        boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!web || uri.getHost() == null) {
            throw new IllegalArgumentException("wants an address such as https://host:port, not " + text);
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("is an address without ? and #");
        }
        return uri;
    }

    /** An address of a host alone, as the blueprint's variables want PostHog's. */
    static URI origin(String text) {
        URI uri = address(text);
        if (!uri.getRawPath().isEmpty()) {
            throw new IllegalArgumentException("is scheme and host only, such as " + uri.getScheme() + "://"
                    + uri.getRawAuthority());
        }
        return uri;
    }

    /** A path; {@code ~} at its beginning is the user's home. */
    static Path path(String text) {
        String home = System.getProperty("user.home");
        if (text.equals("~")) {
            return Path.of(home);
        }
        if (text.startsWith("~") && !text.startsWith("~/")) {
            throw new IllegalArgumentException("knows only ~/ for your own home; write the whole path");
        }
        return text.startsWith("~/") ? Path.of(home, text.substring(2)) : Path.of(text);
    }
}
