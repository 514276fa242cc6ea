package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.Outcome;
import java.time.Duration;
import java.util.List;

/** Follows a run while it lasts; called on the thread that runs it. */
public interface RunListener {
    /** Takes no notice. */
    RunListener SILENT = new RunListener() {
    };

    /** Anything that Terraform says, redacted. */
    default void event(TerraformEvent event) {}

    /** Terraform has begun to carry this change out. */
    default void started(Change change) {}

    /** This change has ended. */
    default void finished(Change change, Outcome outcome) {}

    /** A stop was asked for and takes longer than usual; an interrupt more would cut it short. */
    default void stopping(Duration since, List<Change> inFlight) {}
}
