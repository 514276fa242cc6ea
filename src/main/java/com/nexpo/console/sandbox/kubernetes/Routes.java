package com.nexpo.console.sandbox.kubernetes;

import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.kubernetes.Accounts.AccessRequest;
import com.nexpo.console.sandbox.kubernetes.Accounts.Account;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** From a request to what answers it: login first, then the right, then the resource, as the real server does. */
final class Routes {
    private final Accounts accounts;
    private final ObjectStore store;
    private final Writes writes;
    private final Deletes deletes;
    private final Lists lists;
    private final Watches watches;
    private final PublicPaths publicPaths;

    Routes(Accounts accounts, ObjectStore store, Writes writes, Watches watches, PublicPaths publicPaths) {
        this.accounts = accounts;
        this.store = store;
        this.writes = writes;
        this.deletes = new Deletes(store);
        this.lists = new Lists(store);
        this.watches = watches;
        this.publicPaths = publicPaths;
    }

    void route(Exchange exchange) throws IOException, InterruptedException {
        Account account = impersonated(exchange,
                accounts.login(exchange.bearer()).orElseThrow(Refusal::unauthorized));
        List<String> path = exchange.segments();
        String first = path.isEmpty() ? "" : path.getFirst();
        boolean core = first.equals("api") && path.size() > 2 && path.get(1).equals("v1");
        boolean grouped = first.equals("apis") && path.size() > 3;
        if (core) {
            resource(exchange, account, "", path.subList(2, path.size()));
        } else if (grouped) {
            resource(exchange, account, path.get(1), path.subList(3, path.size()));
        } else {
            document(exchange, account, path);
        }
    }

    private Account impersonated(Exchange exchange, Account account) {
        Optional<String> user = exchange.header("Impersonate-User");
        if (user.isEmpty()) {
            return account;
        }
        if (!account.master()) {
            throw Refusal.forbidden("", "users", user.get(),
                    "User \"%s\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope"
                            .formatted(account.user()),
                    List.of());
        }
        return accounts.impersonate(user.get(),
                exchange.header("Impersonate-Group").map(List::of).orElse(List.of()));
    }

    /** Paths that are no resources. */
    private void document(Exchange exchange, Account account, List<String> path) throws IOException {
        if (!PublicPaths.open(account, exchange.rawPath())) {
            throw Refusal.forbiddenPath(account.user(), "get", exchange.rawPath());
        }
        switch (String.join("/", path.subList(0, Math.min(2, path.size())))) {
            case "version" -> PublicPaths.version(exchange);
            case "api" -> Discovery.core(exchange, port(exchange));
            case "apis" -> Discovery.groups(exchange);
            case "api/v1" -> Discovery.resources(exchange, "");
            case "openapi/v3" -> openApi(exchange, path);
            case String health when health.matches("(readyz|livez|healthz)(/.*)?") ->
                publicPaths.health(exchange, path);
            case String group when group.startsWith("apis/") && path.size() == 2 ->
                Discovery.group(exchange, path.get(1));
            case String group when group.startsWith("apis/") -> Discovery.resources(exchange, path.get(1));
            default -> throw Refusal.plain(404, "404 page not found\n");
        }
    }

    private static void openApi(Exchange exchange, List<String> path) throws IOException {
        if (path.size() == 2) {
            Discovery.openApiIndex(exchange);
        } else {
            Discovery.openApi(exchange, path.get(2).equals("api") ? "" : path.get(3));
        }
    }

    private void resource(Exchange exchange, Account account, String group, List<String> path)
            throws IOException, InterruptedException {
        boolean inNamespace = path.size() > 2 && path.getFirst().equals("namespaces");
        Optional<String> where = inNamespace ? Optional.of(path.get(1)) : Optional.empty();
        List<String> rest = inNamespace ? path.subList(2, path.size()) : path;
        String plural = rest.getFirst();
        if (plural.startsWith("selfsubject")) {
            review(exchange, account, group, plural);
            return;
        }
        Optional<Kind> kind = Kind.of(group, plural);
        String name = rest.size() > 1 ? rest.get(1) : "";
        authorize(exchange, account, group, plural, where.orElse(""), name);
        if (kind.isEmpty() || rest.size() > 2) {
            throw Refusal.noSuchResource();
        }
        if (name.isEmpty()) {
            collection(exchange, kind.get(), where);
        } else {
            one(exchange, account, kind.get(), where.orElse(""), name);
        }
    }

    private void review(Exchange exchange, Account account, String group, String plural) throws IOException {
        authorize(exchange, account, group, plural, "", "");
        switch (plural) {
            case "selfsubjectaccessreviews" -> Reviews.access(exchange, account);
            case "selfsubjectrulesreviews" -> Reviews.rules(exchange, account);
            case "selfsubjectreviews" -> Reviews.identity(exchange, account);
            default -> throw Refusal.noSuchResource();
        }
    }

    private static void authorize(Exchange exchange, Account account, String group, String plural,
            String where,
            String name) {
        // A role for a name may list it when the field selector asks for nothing else.
        String asked = name.isEmpty() ? Selectors.onlyName(exchange.query("fieldSelector")).orElse("") : name;
        String scope = plural.equals("namespaces") && group.isEmpty() ? name : where;
        AccessRequest request = new AccessRequest(verb(exchange, name), group, plural, scope, asked);
        if (account.allowed(request).isEmpty()) {
            throw denied(exchange, account, request, name);
        }
    }

    private static Refusal denied(Exchange exchange, Account account, AccessRequest request, String name) {
        exchange.with("X-Content-Type-Options", "nosniff");
        String scope = request.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"%s\"".formatted(request.namespace());
        return Refusal.forbidden(request.group(), request.resource(), name,
                "User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s".formatted(account.user(),
                        request.verb(), request.resource(), request.group(), scope),
                List.of());
    }

    private static String verb(Exchange exchange, String name) {
        return switch (exchange.method()) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> name.isEmpty() ? (watches(exchange) ? "watch" : "list") : "get";
        };
    }

    private static boolean watches(Exchange exchange) {
        return exchange.query("watch").filter(w -> w.equals("1") || w.equals("true") || w.isEmpty())
                .isPresent();
    }

    private void collection(Exchange exchange, Kind kind, Optional<String> where)
            throws IOException, InterruptedException {
        Representation form = Representation.of(exchange);
        switch (exchange.method()) {
            case "GET" -> {
                if (watches(exchange)) {
                    watches.watch(exchange, kind, where, form);
                } else {
                    lists.list(exchange, kind, where, form);
                }
            }
            case "POST" ->
                writes.create(exchange, target(exchange, "CreateOptions", kind, where.orElse(""), ""),
                        form);
            case "DELETE" -> lists.deleteAll(exchange, kind, where.orElse(""),
                    Writes.dryRun(exchange, "DeleteOptions"), form);
            default -> throw Refusal.methodNotAllowed();
        }
    }

    private void one(Exchange exchange, Account account, Kind kind, String where, String name)
            throws IOException {
        Representation form = Representation.of(exchange);
        switch (exchange.method()) {
            case "GET" -> form.send(exchange, 200,
                    form.one(kind, store.get(new ObjectStore.ObjectKey(kind, where, name))
                            .orElseThrow(() -> Refusal.notFound(kind, name))));
            case "PUT" ->
                writes.replace(exchange, target(exchange, "UpdateOptions", kind, where, name), form);
            case "PATCH" -> {
                AccessRequest create = new AccessRequest("create", kind.group(), kind.plural(), where, "");
                boolean may = account.allowed(create).isPresent();
                Refusal otherwise = Refusal.forbidden(kind, name,
                        "User \"%s\" cannot create resource \"%s\" in API group \"%s\" in the namespace \"%s\""
                                .formatted(account.user(), kind.plural(), kind.group(), where));
                writes.patch(exchange, target(exchange, "PatchOptions", kind, where, name), form, may,
                        otherwise);
            }
            case "DELETE" ->
                deletes.delete(exchange, target(exchange, "DeleteOptions", kind, where, name), form);
            default -> throw Refusal.methodNotAllowed();
        }
    }

    private static Writes.Target target(Exchange exchange, String options, Kind kind, String where,
            String name) {
        return new Writes.Target(kind, where, name, Writes.manager(exchange, options),
                Writes.dryRun(exchange, options));
    }

    private static int port(Exchange exchange) {
        return exchange.header("Host").map(host -> host.replaceFirst("^.*:", ""))
                .filter(p -> p.matches("\\d{1,5}"))
                .map(Integer::parseInt).orElse(443);
    }
}
