package com.nexpo.console.sandbox.nomad.hcl;

/** A stretch of the source: lines and columns count from one, and the end is the first place behind it. */
public record Range(int fromLine, int fromColumn, int toLine, int toColumn) {
    /** From the start of this one to the end of the other. */
    public Range to(Range end) {
        return new Range(fromLine, fromColumn, end.toLine, end.toColumn);
    }

    /** As HCL prints it: {@code 3,5-11}, or {@code 1,11-2,1} over several lines. */
    public String display() {
        String end = fromLine == toLine ? Integer.toString(toColumn) : toLine + "," + toColumn;
        return fromLine + "," + fromColumn + "-" + end;
    }
}
