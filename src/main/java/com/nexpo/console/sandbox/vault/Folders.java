package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonObject;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/** Lists what lies directly below a folder; folders in it end in a slash. */
final class Folders {
    private Folders() {}

    /** Empty when nothing is there. OpenBao's {@code after} and {@code limit} cut a page out. */
    static Optional<JsonObject> list(Collection<String> paths, String folder, LogicalRequest request) {
        String prefix = folder.isEmpty() || folder.endsWith("/") ? folder : folder + "/";
        TreeSet<String> keys = new TreeSet<>();
        for (String path : paths) {
            if (path.startsWith(prefix)) {
                String rest = path.substring(prefix.length());
                int slash = rest.indexOf('/');
                keys.add(slash < 0 ? rest : rest.substring(0, slash + 1));
            }
        }
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        String after = request.query("after").orElse("");
        int limit = request.query("limit").map(Integer::parseInt).filter(n -> n > 0)
                .orElse(Integer.MAX_VALUE);
        JsonObject data = new JsonObject();
        data.add("keys", Fields.array(keys.tailSet(after, false).stream().limit(limit).toList()));
        return Optional.of(data);
    }
}
