package com.nexpo.console.system.terraform;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Optional;

/**
 * What Terraform or a provider complains about. Its texts are redacted when it is made, see
 * {@link DiagnosticText}; the source code and the values that Terraform quotes beside it are dropped.
 *
 * @param address of the resource or provider; the providers leave it out for errors of deletes and imports, and
 *                Terraform for inconsistent results, where it is taken from the text
 * @param place   file and line in the configuration
 * @see <a href="https://developer.hashicorp.com/terraform/internals/machine-readable-ui">format</a>
 */
public record Diagnostic(boolean error, String summary, String detail, Optional<String> address,
        Optional<String> place) {

    /** Reads the {@code diagnostic} object of a stream's line. */
    static Diagnostic of(JsonObject diagnostic) {
        String summary = text(diagnostic, "summary");
        String detail = text(diagnostic, "detail");
        Optional<String> address = Optional.of(text(diagnostic, "address")).filter(a -> !a.isEmpty())
                .or(() -> DiagnosticText.addressIn(detail));
        return new Diagnostic(text(diagnostic, "severity").equals("error"), DiagnosticText.redact(summary),
                DiagnosticText.redact(detail), address, place(diagnostic));
    }

    private static Optional<String> place(JsonObject diagnostic) {
        if (!(diagnostic.get("range") instanceof JsonObject range)
                || !(range.get("start") instanceof JsonObject start)) {
            return Optional.empty();
        }
        return Optional.of(text(range, "filename") + ":" + text(start, "line"));
    }

    private static String text(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
    }

    /** Summary and detail in one text, for matching. */
    String text() {
        return summary + "\n" + detail;
    }
}
