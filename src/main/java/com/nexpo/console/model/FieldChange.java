package com.nexpo.console.model;

/**
 * One key or attribute of a target that changes.
 *
 * @param name         key or attribute path
 * @param forcesReplace true when this is why the target has to be replaced
 */
public record FieldChange(String name, Value before, Value after, boolean forcesReplace) {
    public FieldChange(String name, Value before, Value after) {
        this(name, before, after, false);
    }
}
