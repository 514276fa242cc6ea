package com.nexpo.console.sandbox.terraform;

import com.google.gson.JsonObject;
import java.util.Optional;

/**
 * What Terraform says of a problem.
 *
 * @param severity error or warning
 * @param summary  one line
 * @param detail   the rest; may be empty
 * @param address  resource or provider that it is about, where Terraform names one
 * @param range    the line it points to, where Terraform names one
 */
record Diagnostic(String severity, String summary, String detail, Optional<String> address,
        Optional<SourceRange> range) {

    static Diagnostic error(String summary, String detail) {
        return new Diagnostic("error", summary, detail, Optional.empty(), Optional.empty());
    }

    static Diagnostic warning(String summary, String detail) {
        return new Diagnostic("warning", summary, detail, Optional.empty(), Optional.empty());
    }

    /** The same, about a resource or provider. */
    Diagnostic about(String where) {
        return new Diagnostic(severity, summary, detail, Optional.of(where), range);
    }

    /** The same, pointing to a line. */
    Diagnostic in(SourceRange line) {
        return new Diagnostic(severity, summary, detail, address, Optional.of(line));
    }

    boolean isError() { return severity.equals("error"); }

    /** As it stands in a line of the stream and in {@code validate -json}. */
    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("severity", severity);
        json.addProperty("summary", summary);
        json.addProperty("detail", detail);
        address.ifPresent(a -> json.addProperty("address", a));
        range.ifPresent(r -> {
            json.add("range", r.json());
            json.add("snippet", r.snippet());
        });
        return json;
    }
}
