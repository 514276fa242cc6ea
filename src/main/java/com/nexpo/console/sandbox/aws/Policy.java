package com.nexpo.console.sandbox.aws;

import com.nexpo.console.sandbox.aws.Accounts.Principal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What callers may do: everything but the actions that were denied, for everybody and every resource. */
public final class Policy {
    private final Set<String> denied = ConcurrentHashMap.newKeySet();

    /** Takes a right away, such as {@code ssm:PutParameter} or {@code kms:Decrypt}. */
    public void deny(String action) {
        denied.add(action);
    }

    /** Gives a right back. */
    public void allow(String action) {
        denied.remove(action);
    }

    boolean allows(String action) {
        return !denied.contains(action);
    }

    /** Refuses in the words of SSM. */
    void requireJson(Principal caller, String action, String resource) throws AwsError {
        if (!allows(action)) {
            throw AwsError.ssm("AccessDeniedException", refusal(caller, action, resource));
        }
    }

    /** Refuses in the words of STS and IAM. */
    void requireQuery(Principal caller, String action, String resource) throws AwsError {
        if (!allows(action)) {
            throw AwsError.query(403, "AccessDenied", refusal(caller, action, resource));
        }
    }

    private static String refusal(Principal caller, String action, String resource) {
        return "User: %s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action"
                .formatted(caller.arn(), action, resource, action);
    }
}
