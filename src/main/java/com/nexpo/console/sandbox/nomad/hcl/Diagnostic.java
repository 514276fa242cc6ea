package com.nexpo.console.sandbox.nomad.hcl;

import java.util.Optional;

/**
 * One thing wrong with a job file, in the shape of hashicorp/hcl's diagnostics.
 *
 * @param where empty when it is about no place in the text, such as a variable without a value
 */
public record Diagnostic(Optional<Range> where, String summary, String detail) {
    public Diagnostic(Range where, String summary, String detail) {
        this(Optional.of(where), summary, detail);
    }

    /** {@code input.hcl:3,5-11: Summary; detail}; Nomad names every text it was sent {@code input.hcl}. */
    public String display() {
        return where.map(range -> "input.hcl:" + range.display()).orElse("<nil>") + ": " + summary + "; "
                + detail;
    }
}
