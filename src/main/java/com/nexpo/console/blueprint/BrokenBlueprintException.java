package com.nexpo.console.blueprint;

import java.util.List;
import java.util.stream.Collectors;

/** A blueprint folder that cannot be used, with everything that is wrong in it. */
public final class BrokenBlueprintException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    BrokenBlueprintException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** All problems found, at least one, in the order of the files. */
    public List<Problem> problems() {
        return problems;
    }
}
