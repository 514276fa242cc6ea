package com.nexpo.console.sandbox.nomad.hcl;

import java.util.List;
import java.util.stream.Collectors;

/** The text is no valid job file; says everything that was found wrong. */
public final class HclException extends Exception {
    private final transient List<Diagnostic> diagnostics;

    public HclException(List<Diagnostic> diagnostics) {
        super(diagnostics.stream().map(Diagnostic::display).collect(Collectors.joining("\n")));
        this.diagnostics = List.copyOf(diagnostics);
    }

    public HclException(Diagnostic diagnostic) {
        this(List.of(diagnostic));
    }

    /** One finding about one word. */
    static HclException at(Token word, String summary, String detail) {
        return new HclException(new Diagnostic(word.range(), summary, detail));
    }

    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }

    /** The first one, and how many more there are: the short form that HCL's list of diagnostics prints. */
    public String shortMessage() {
        String first = diagnostics.getFirst().display();
        int others = diagnostics.size() - 1;
        return others == 0 ? first : first + ", and " + others + " other diagnostic(s)";
    }
}
