package com.nexpo.console.system.vault;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Paths of the API. The server takes them decoded, so every segment is encoded on its own. */
final class VaultPath {
    private VaultPath() {}

    /** The segments of all parts, encoded and joined; empty segments, which the server redirects, are dropped. */
    static String of(String... parts) {
        return Arrays.stream(parts).flatMap(part -> Arrays.stream(part.split("/", -1)))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }

    /** As people and policies write it: not encoded. */
    static String plain(String... parts) {
        return Arrays.stream(parts).flatMap(part -> Arrays.stream(part.split("/", -1)))
                .filter(segment -> !segment.isEmpty()).collect(Collectors.joining("/"));
    }
}
