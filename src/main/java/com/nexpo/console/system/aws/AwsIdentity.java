package com.nexpo.console.system.aws;

import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Evidence;
import com.nexpo.console.model.CheckResult.Fix;
import com.nexpo.console.model.CheckResult.Severity;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.SystemId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** Whose credentials are used, by STS; nobody needs a right to ask that. */
public final class AwsIdentity {
    private static final String CODE = "SSM-001";
    private static final String TITLE = "The AWS credentials are of the environment's account";

    private final AwsConnection connection;

    /**
     * A caller.
     *
     * @param account twelve digits
     * @param arn     of the user, role session or root
     */
    public record Caller(String account, String arn) {
        /**
         * The ARN under which IAM keeps this caller's policies: a role session's is its role's, as far as the
         * session tells (a role's path is not in it).
         */
        String policySource() {
            String[] parts = arn.split(":", 6);
            if (parts.length < 6 || !parts[5].startsWith("assumed-role/")) {
                return arn;
            }
            return "arn:%s:iam::%s:role/%s".formatted(parts[1], parts[4], parts[5].split("/", -1)[1]);
        }

        /** True for the account's root user, whom no policy of the account limits. */
        boolean isRoot() {
            return arn.endsWith(":root");
        }
    }

    public AwsIdentity(AwsConnection connection) {
        this.connection = connection;
    }

    /** Asks who we are. */
    public Caller caller() throws FailureException, InterruptedException {
        GetCallerIdentityResponse answer = connection.read("asking who we are",
                limit -> connection.sts().getCallerIdentity(r -> r.overrideConfiguration(limit)));
        return new Caller(answer.account(), answer.arn());
    }

    /** Whether the credentials work and are of the profile's account; what fails here blocks. */
    public CheckResult check() throws InterruptedException {
        try {
            return check(caller());
        } catch (FailureException e) {
            return result(Status.ERROR, Severity.BLOCKING, e.failure().message(), List.of(),
                    e.failure().fix().map(Fix::new));
        }
    }

    CheckResult check(Caller caller) {
        List<Evidence> evidence = List.of(new Evidence("account", caller.account()),
                new Evidence("identity", caller.arn()));
        Optional<String> wanted = connection.profile().account();
        if (wanted.isEmpty()) {
            return result(Status.WARN, Severity.ADVISORY,
                    "The credentials are of account %s; the profile names none to compare with."
                            .formatted(caller.account()),
                    evidence, Optional.of(new Fix("Write the account's twelve digits into the profile.")));
        }
        if (!wanted.get().equals(caller.account())) {
            return result(Status.FAIL, Severity.BLOCKING,
                    "The credentials are of account %s, the profile wants %s.".formatted(caller.account(),
                            wanted.get()),
                    evidence, Optional.of(new Fix("Use credentials of account " + wanted.get() + ".")));
        }
        return result(Status.PASS, Severity.BLOCKING, "Signed in as " + caller.arn() + ".", evidence,
                Optional.empty());
    }

    private CheckResult result(Status status, Severity severity, String message, List<Evidence> evidence,
            Optional<Fix> fix) {
        return new CheckResult(CODE, TITLE, Optional.of(SystemId.AWS), connection.profile().region(), status,
                severity, message, evidence, fix, Instant.now());
    }
}
