package com.nexpo.console.engine;

import com.nexpo.console.model.CheckResult;
import java.util.List;

/**
 * Something that must hold before or after a step. It reads only. One that asks a system for many rights in one
 * call gives many results.
 */
@FunctionalInterface
public interface Check {
    /** Never throws for what it finds: what could not be evaluated is a result with status ERROR. */
    List<CheckResult> run() throws InterruptedException;
}
