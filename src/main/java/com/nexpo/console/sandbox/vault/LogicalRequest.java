package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request after HTTP: what is asked of which path.
 *
 * @param path        decoded, without {@code /v1/}; a list's path ends in a slash
 * @param contentType of the body, as sent
 * @param token       whose it is; empty for paths that need none
 */
record LogicalRequest(Operation operation, String path, JsonObject body, Map<String, List<String>> query,
        Optional<String> contentType, Optional<Token> token) {
    Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name)).map(List::getFirst);
    }

    LogicalRequest as(Operation other) {
        return new LogicalRequest(other, path, body, query, contentType, token);
    }

    /** The same request as a backend mounted at {@code mount} sees it. */
    LogicalRequest below(String mount) {
        return new LogicalRequest(operation, path.substring(mount.length()), body, query, contentType, token);
    }

    /** Whose it is, on a path that nobody reaches without a token. */
    Token caller() {
        return token.orElseThrow(VaultError::denied);
    }
}
