package com.nexpo.console.blueprint;

/**
 * Something wrong in a blueprint.
 *
 * @param file  the file, relative to the blueprint's folder
 * @param path  where in it, as a JSON path like {@code $.flags[2].when[0]}; {@code $} for the whole file
 * @param wrong what is wrong, as a clause without a full stop
 * @param right what would be right, as a clause without a full stop
 */
public record Problem(String file, String path, String wrong, String right) {

    /** One sentence for a person. */
    @Override
    public String toString() {
        return file + " at " + path + ": " + wrong + "; " + right + ".";
    }
}
