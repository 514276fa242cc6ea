package com.nexpo.console.cli;

/** The exit codes of the command contract. */
public final class ExitCode {
    /** All is well. */
    public static final int FINE = 0;
    /** The program itself failed. */
    public static final int PROGRAM_ERROR = 1;
    /** Bad usage or configuration; nothing was touched. */
    public static final int USAGE = 2;
    /** Something failed, or a plan waits for approval. */
    public static final int FAILED = 3;
    /** Warnings only. */
    public static final int WARNINGS = 4;

    private ExitCode() {}
}
