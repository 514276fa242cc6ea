package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.ChangeId;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.Outcome;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an apply ended, resource by resource.
 *
 * @param outcomes     of what was begun
 * @param notReached   what was never begun: neither done nor failed, and in the next plan again
 * @param inFlight     what was being worked on when a stop was asked for
 * @param problems     errors that belong to no single resource
 * @param warnings     in Terraform's words
 * @param cancelled    an interrupt of the calling thread stopped it
 * @param complete     everything is done, as the exit code says
 * @param erroredState the state that could not be stored: push it before anything else
 */
public record ApplyResult(Map<ChangeId, Outcome> outcomes, List<Change> notReached, List<Change> inFlight,
        List<Failure> problems, List<String> warnings, boolean cancelled, boolean complete,
        Optional<Path> erroredState) {
    public ApplyResult {
        outcomes = new LinkedHashMap<>(outcomes);
        notReached = List.copyOf(notReached);
        inFlight = List.copyOf(inFlight);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /** The outcome of this change; empty when it was not reached. */
    public Optional<Outcome> outcome(Change change) {
        return Optional.ofNullable(outcomes.get(change.id()));
    }
}
