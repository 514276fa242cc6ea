package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.http.Exchange;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One authenticated request to the private API. */
record Call(Exchange exchange, Caller caller, JsonObject body) {
    private static final int PAGE = 100;

    /** Answers what lies below {@code /api/projects/{id}/name/}. */
    @FunctionalInterface
    interface Resource {
        /** Answers one request; {@code rest} is the path below the name. */
        Reply handle(Call call, long project, List<String> rest) throws ApiError;
    }

    String method() {
        return exchange.method();
    }

    boolean is(String method) {
        return method().equals(method);
    }

    Optional<String> query(String name) {
        return exchange.query(name);
    }

    /** Requires {@code object:read} for a GET and {@code object:write} for all else. */
    void needs(String object) throws ApiError {
        caller.needs(object + (is("GET") ? ":read" : ":write"));
    }

    /** One page of a list, as {@code limit} and {@code offset} ask. */
    Reply page(List<JsonObject> all) {
        int limit = Math.max(1, query("limit").map(Integer::parseInt).orElse(PAGE));
        int offset = Math.max(0, query("offset").map(Integer::parseInt).orElse(0));
        int end = Math.min(all.size(), offset + limit);
        return Reply.ok(Json.object("count", all.size(),
                "next", end < all.size() ? link(limit, end) : null,
                "previous", offset > 0 ? link(limit, Math.max(0, offset - limit)) : null,
                "results", offset < end ? all.subList(offset, end) : List.of()));
    }

    private String link(int limit, int offset) {
        StringBuilder link = new StringBuilder("http://").append(exchange.header("Host").orElse("127.0.0.1"))
                .append(exchange.rawPath()).append("?limit=").append(limit).append("&offset=").append(offset);
        exchange.query().forEach((name, values) -> {
            if (!name.equals("limit") && !name.equals("offset")) {
                link.append('&').append(name).append('=').append(java.net.URLEncoder.encode(values.getFirst(),
                        java.nio.charset.StandardCharsets.UTF_8));
            }
        });
        return link.toString();
    }

    /** True when {@code search} is not given, or is in the object's text. */
    boolean matchesSearch(JsonObject object, String... members) {
        Optional<String> search = query("search").map(s -> s.toLowerCase(Locale.ROOT));
        if (search.isEmpty()) {
            return true;
        }
        for (String member : members) {
            if (Json.text(object, member).orElse("").toLowerCase(Locale.ROOT).contains(search.get())) {
                return true;
            }
        }
        return false;
    }
}
