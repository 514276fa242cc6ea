package com.nexpo.console.system;

import com.nexpo.console.model.Change;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * A place that holds the environment variables of services: SSM, Kubernetes secrets, Vault. The matrix, the
 * difference and the undo are written once over this.
 */
public interface ConfigStore {
    /** Its stable name in profiles, forms and output: {@code ssm}, {@code kubernetes}, {@code vault}. */
    String id();

    /**
     * Reasons why these values cannot be stored here exactly as they are, each a sentence that names the key
     * and what would be right; nothing is called.
     */
    List<String> refusals(ServiceConfig wanted);

    /** What the store holds for this service now. A service that is not there yet has no entries. */
    Snapshot read(ServiceConfig wanted) throws FailureException, InterruptedException;

    /**
     * The changes that make the store hold what is wanted; keys that others own are left alone and named in the
     * reason. Nothing is called.
     */
    List<Change> plan(ServiceConfig wanted, Snapshot now);

    /**
     * Carries one planned change out, refusing when the target is no longer at the change's basis.
     *
     * @param wanted the values; the same as the change was planned for
     */
    Outcome apply(Change change, ServiceConfig wanted) throws InterruptedException;

    /** Asks the system, with its own means, for each right that {@link #read} and {@link #apply} will need. */
    List<CheckResult> permissions(List<ServiceConfig> wanted) throws InterruptedException;

    /** The command that a person would type to read this service's entries back; holds no value. */
    Optional<String> equivalentCommand(ServiceConfig wanted);
}
