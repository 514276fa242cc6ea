package com.nexpo.console.sandbox.nomad;

/** How the instances of a job behave once they were placed: what drills and tests choose. */
public enum Behaviour {
    /** Starts, and stays healthy. */
    HEALTHY,
    /** Ends with exit code 3 right after each start. */
    CRASHES,
    /** Runs, and never passes its health check. */
    UNHEALTHY,
    /** No node can take it: its driver is missing everywhere. */
    UNPLACEABLE
}
