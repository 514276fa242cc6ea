package com.nexpo.console.sandbox.vault;

import com.google.gson.JsonObject;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/** The auth method {@code userpass}, with the lock-out after too many wrong passwords. */
final class UserpassAuth implements Backend {
    private static final int WRONG_UNTIL_LOCKED = 5;

    private final Clock clock;
    private final Tokens tokens;
    private final String mount;
    private final TreeMap<String, JsonObject> users = new TreeMap<>();
    private final TreeMap<String, Integer> wrong = new TreeMap<>();

    /** @param mount its path, such as {@code auth/userpass/} */
    UserpassAuth(Clock clock, Tokens tokens, String mount) {
        this.clock = clock;
        this.tokens = tokens;
        this.mount = mount;
    }

    @Override
    public LogicalResponse handle(LogicalRequest request) {
        if (!request.operation().writes()) {
            throw VaultError.unsupportedOperation();
        }
        if (request.path().startsWith("users/")) {
            users.put(request.path().substring("users/".length()), request.body().deepCopy());
            return LogicalResponse.none();
        }
        if (request.path().startsWith("login/")) {
            return login(request.path().substring("login/".length()), request.body());
        }
        throw VaultError.unsupportedPath();
    }

    private LogicalResponse login(String name, JsonObject body) {
        if (wrong.getOrDefault(name, 0) >= WRONG_UNTIL_LOCKED) {
            throw VaultError.denied();
        }
        JsonObject user = users.get(name);
        if (user == null || !Fields.text(user, "password", "").equals(Fields.text(body, "password", ""))) {
            wrong.merge(name, 1, Integer::sum);
            throw VaultError.bad("invalid username or password");
        }
        wrong.remove(name);
        Token token = tokens.login(mount, "userpass-" + name, Fields.list(user, "token_policies"),
                Map.of("username", name), TokenSettings.of(user));
        return LogicalResponse.auth(token.auth(clock.instant()));
    }

    @Override
    public boolean exists(String path) {
        return users.containsKey(path.substring(path.indexOf('/') + 1));
    }

    @Override
    public boolean open(String path) {
        return path.startsWith("login/");
    }

    @Override
    public JsonObject save() {
        return States.tree(users);
    }

    @Override
    public void restore(JsonObject state) {
        States.restore(state, users);
        wrong.clear();
    }
}
