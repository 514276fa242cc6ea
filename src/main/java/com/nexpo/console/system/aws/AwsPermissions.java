package com.nexpo.console.system.aws;

import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Evidence;
import com.nexpo.console.model.CheckResult.Fix;
import com.nexpo.console.model.CheckResult.Severity;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.profile.Profile.StateBackend;
import com.nexpo.console.system.aws.AwsIdentity.Caller;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/**
 * Whether these credentials may do what a run will do, asked before it: IAM's simulator says it of every
 * action. Who may not use the simulator ({@code iam:SimulatePrincipalPolicy}) gets the harmless reads tried,
 * and is told that nothing is known of the writes.
 *
 * <p>Not seen by either: the policies of KMS keys and buckets, and conditions on the time or the network.
 */
public final class AwsPermissions {
    private final AwsConnection connection;
    private final AwsIdentity identity;
    private final StateBackend backend;

    /** @param backend where Terraform keeps its state; S3 needs rights of its own */
    public AwsPermissions(AwsConnection connection, StateBackend backend) {
        this.connection = connection;
        this.identity = new AwsIdentity(connection);
        this.backend = backend;
    }

    /**
     * One result for each kind of right.
     *
     * @param paths of the services' parameters, such as {@code /nexpo/posthog/auth}
     */
    public List<CheckResult> check(List<String> paths) throws InterruptedException {
        Caller caller;
        try {
            caller = identity.caller();
        } catch (FailureException e) {
            // Without credentials nothing else can be asked.
            return List.of(identity.check());
        }
        List<CheckResult> results = new ArrayList<>();
        results.add(identity.check(caller));
        if (results.getFirst().blocks()) {
            return results;
        }
        List<NeededRight> rights = NeededRight.of(connection.profile(), caller.account(), paths, backend);
        for (String code : new TreeSet<>(rights.stream().map(NeededRight::code).toList())) {
            results.add(check(caller, rights.stream().filter(r -> r.code().equals(code)).toList(), paths,
                    rights));
        }
        return results;
    }

    private CheckResult check(Caller caller, List<NeededRight> group, List<String> paths,
            List<NeededRight> all)
            throws InterruptedException {
        if (caller.isRoot()) {
            return result(group, Status.WARN, Severity.ADVISORY,
                    "These are the root user's credentials: nothing is refused to them, and nothing is kept safe from them.",
                    List.of(), Optional.of(new Fix("Use a role that has only the rights of a deployment.")));
        }
        try {
            return simulated(caller, group, all);
        } catch (FailureException e) {
            return group.getFirst().code().equals(NeededRight.READ)
                    ? tried(caller, group, paths, all)
                    : unknown(group, e.failure());
        }
    }

    private CheckResult simulated(Caller caller, List<NeededRight> group, List<NeededRight> all)
            throws FailureException, InterruptedException {
        Set<String> denied = new TreeSet<>();
        for (NeededRight right : group) {
            denied.addAll(deniedOf(caller, right));
        }
        List<Evidence> evidence = List.of(new Evidence("asked", String.join(", ", actions(group))),
                new Evidence("by", "iam:SimulatePrincipalPolicy for " + caller.policySource()));
        if (denied.isEmpty()) {
            return result(group, Status.PASS, Severity.BLOCKING,
                    "Allowed by the policies of " + caller.policySource() + ".",
                    evidence, Optional.empty());
        }
        if (group.getFirst().code().equals(NeededRight.KEY)) {
            return result(group, Status.WARN, Severity.ADVISORY,
                    "The role's policies do not allow %s; that is needed only for a KMS key of your own, the default key alias/aws/ssm allows it itself."
                            .formatted(String.join(" and ", denied)),
                    evidence, Optional.of(new Fix("For a key of your own, allow both actions on its ARN.")));
        }
        return result(group, Status.FAIL, Severity.BLOCKING,
                "%s may not do %s.".formatted(caller.arn(), String.join(", ", denied)), evidence,
                Optional.of(fix(caller, all)));
    }

    private Set<String> deniedOf(Caller caller, NeededRight right)
            throws FailureException, InterruptedException {
        var answer = connection.read("asking IAM for the rights of " + caller.policySource(),
                limit -> connection.iam()
                        .simulatePrincipalPolicy(r -> r.policySourceArn(caller.policySource())
                                .actionNames(right.actions()).resourceArns(right.resources()).maxItems(1000)
                                .overrideConfiguration(limit)));
        Set<String> denied = new TreeSet<>();
        for (EvaluationResult evaluated : answer.evaluationResults()) {
            boolean everywhere = evaluated.resourceSpecificResults().stream()
                    .allMatch(one -> one.evalResourceDecision() == PolicyEvaluationDecisionType.ALLOWED);
            if (evaluated.evalDecision() != PolicyEvaluationDecisionType.ALLOWED || !everywhere) {
                denied.add(evaluated.evalActionName());
            }
        }
        return denied;
    }

    /** Reads one parameter's worth of each path: what is refused is certainly not allowed. */
    private CheckResult tried(Caller caller, List<NeededRight> group, List<String> paths,
            List<NeededRight> all)
            throws InterruptedException {
        List<Evidence> evidence = List.of(
                new Evidence("asked", "ssm:DescribeParameters, ssm:GetParametersByPath"),
                new Evidence("by", "trying them; IAM's simulator cannot be used"));
        try {
            connection.read("describing one parameter", limit -> connection.ssm()
                    .describeParameters(r -> r.maxResults(1).overrideConfiguration(limit)));
            for (String path : paths) {
                connection.read("reading one parameter below " + path,
                        limit -> connection.ssm().getParametersByPath(
                                r -> r.path(path).maxResults(1).withDecryption(true)
                                        .overrideConfiguration(limit)));
            }
        } catch (FailureException e) {
            boolean denied = e.failure().kind() == FailureKind.DENIED;
            return result(group, denied ? Status.FAIL : Status.ERROR, Severity.BLOCKING,
                    e.failure().message(), evidence,
                    denied ? Optional.of(fix(caller, all)) : e.failure().fix().map(Fix::new));
        }
        return result(group, Status.PASS, Severity.BLOCKING, "Reading works.", evidence, Optional.empty());
    }

    private CheckResult unknown(List<NeededRight> group, Failure why) {
        return result(group, Status.WARN, Severity.ADVISORY,
                "Not known before the run: IAM's simulator cannot be used, and these actions cannot be tried without doing them.",
                List.of(new Evidence("asked", String.join(", ", actions(group))),
                        new Evidence("simulator", why.message())),
                Optional.of(
                        new Fix("Allow iam:SimulatePrincipalPolicy on the role itself to have it checked.")));
    }

    /** The policy to copy; as a command where the caller is something that a policy can be put on. */
    private static Fix fix(Caller caller, List<NeededRight> all) {
        String policy = NeededRight.policy(all).toString();
        String source = caller.policySource();
        String name = source.substring(source.lastIndexOf('/') + 1);
        String put = " --policy-name posthog-console --policy-document '" + policy + "'";
        if (source.contains(":role/") && !name.startsWith("AWSReservedSSO_")) {
            return new Fix("Give the role " + name + " this policy.",
                    "aws iam put-role-policy --role-name " + name + put);
        }
        if (source.contains(":user/")) {
            return new Fix("Give the user " + name + " this policy.",
                    "aws iam put-user-policy --user-name " + name + put);
        }
        return new Fix("Add this policy to the permission set: " + policy);
    }

    private static List<String> actions(List<NeededRight> group) {
        return group.stream().flatMap(right -> right.actions().stream()).toList();
    }

    private CheckResult result(List<NeededRight> group, Status status, Severity severity, String message,
            List<Evidence> evidence, Optional<Fix> fix) {
        return new CheckResult(group.getFirst().code(), group.getLast().title(), Optional.of(SystemId.AWS),
                connection.profile().region(), status, severity, message, evidence, fix, Instant.now());
    }
}
