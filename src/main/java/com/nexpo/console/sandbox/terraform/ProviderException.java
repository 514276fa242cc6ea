package com.nexpo.console.sandbox.terraform;

import java.util.List;

/** A provider's refusal, as the diagnostics that the provider gives. */
final class ProviderException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Diagnostic> diagnostics;

    ProviderException(String summary, String detail) {
        this(List.of(Diagnostic.error(summary, detail)));
    }

    ProviderException(List<Diagnostic> diagnostics) {
        super(diagnostics.getLast().summary());
        this.diagnostics = List.copyOf(diagnostics);
    }

    List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
