package com.nexpo.console.sandbox.kubernetes;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.kubernetes.Accounts.Account;
import java.io.IOException;
import java.util.List;

/** Paths that are no resources: version, health. */
final class PublicPaths {
    static final List<String> ALL = List.of("/healthz", "/livez", "/readyz", "/version", "/version/");
    private static final List<String> CHECKS = List.of("ping", "log", "etcd", "informer-sync",
            "poststarthook/rbac/bootstrap-roles");
    private static final List<String> LOGGED_IN = List.of("/api", "/apis", "/openapi");

    private volatile boolean starting;

    /** While the server starts, it says that it is not ready. */
    void starting(boolean now) {
        starting = now;
    }

    /** True when this account may get this path. */
    static boolean open(Account account, String path) {
        String plain = path.endsWith("/") && path.length() > 1 ? path.substring(0, path.length() - 1) : path;
        boolean forAll = ALL.stream().anyMatch(p -> plain.equals(p) || plain.startsWith(p + "/"));
        boolean discovery = LOGGED_IN.stream().anyMatch(p -> plain.equals(p) || plain.startsWith(p + "/"));
        return forAll || account.master() || (discovery && !account.anonymous());
    }

    static void version(Exchange exchange) throws IOException {
        JsonObject version = Json.object("major", "1", "minor", "36", "emulationMajor", "1", "emulationMinor",
                "36",
                "minCompatibilityMajor", "1", "minCompatibilityMinor", "35", "gitVersion", "v1.36.3",
                "gitCommit",
                "0000000000000000000000000000000000000000", "gitTreeState", "clean", "buildDate",
                "1970-01-01T00:00:00Z", "goVersion", "go1.26.8", "compiler", "gc", "platform", "linux/amd64");
        exchange.json(200, version);
    }

    /** {@code /readyz}, {@code /livez}, {@code /healthz}, each alone, verbose, or one check of it. */
    void health(Exchange exchange, List<String> segments) throws IOException {
        if (starting && segments.getFirst().equals("readyz")) {
            exchange.text(500, "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n");
        } else if (exchange.query("verbose").isPresent() && segments.size() == 1) {
            StringBuilder text = new StringBuilder();
            CHECKS.forEach(check -> text.append("[+]").append(check).append(" ok\n"));
            exchange.with("X-Content-Type-Options", "nosniff").text(200,
                    text + segments.getFirst() + " check passed\n");
        } else {
            exchange.with("X-Content-Type-Options", "nosniff").text(200, "ok");
        }
    }
}
