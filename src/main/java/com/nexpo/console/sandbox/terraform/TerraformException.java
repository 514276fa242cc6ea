package com.nexpo.console.sandbox.terraform;

import java.util.List;

/** Ends a command with diagnostics and exit code 1. */
final class TerraformException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Diagnostic> diagnostics;

    TerraformException(String summary, String detail) {
        this(List.of(Diagnostic.error(summary, detail)));
    }

    TerraformException(List<Diagnostic> diagnostics) {
        super(diagnostics.getFirst().summary());
        this.diagnostics = List.copyOf(diagnostics);
    }

    List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
