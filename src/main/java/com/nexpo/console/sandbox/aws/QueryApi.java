package com.nexpo.console.sandbox.aws;

import com.nexpo.console.sandbox.aws.Accounts.Principal;
import com.nexpo.console.sandbox.aws.Accounts.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** STS GetCallerIdentity and AssumeRole, and IAM SimulatePrincipalPolicy: a form in, XML out. */
final class QueryApi {
    private static final String STS = "https://sts.amazonaws.com/doc/2011-06-15/";
    private static final String IAM = "https://iam.amazonaws.com/doc/2010-05-08/";
    private static final Pattern ROLE = Pattern.compile("arn:aws:iam::(\\d{12}):role/(?:.*/)?([\\w+=,.@-]+)");

    private final Accounts accounts;
    private final Policy policy;
    private final Clock clock;

    QueryApi(Accounts accounts, Policy policy, Clock clock) {
        this.accounts = accounts;
        this.policy = policy;
        this.clock = clock;
    }

    /** @param form the parameters of the request's body, decoded */
    String call(Map<String, List<String>> form, Principal caller, String requestId) throws AwsError {
        String action = first(form, "Action").orElse("");
        return switch (action) {
            case "GetCallerIdentity" -> answer(STS, action, identity(caller), requestId);
            case "AssumeRole" -> answer(STS, action, assumeRole(form, caller), requestId);
            case "SimulatePrincipalPolicy" -> answer(IAM, action, simulate(form, caller), requestId);
            default -> throw AwsError.query(400, "InvalidAction",
                    "Could not find operation " + action + " for version "
                            + first(form, "Version").orElse(""));
        };
    }

    /** A refusal as XML. */
    static String error(AwsError error, String requestId) {
        return "<ErrorResponse xmlns=\"" + STS + "\"><Error><Type>Sender</Type><Code>" + text(error.type())
                + "</Code><Message>" + text(error.text()) + "</Message></Error><RequestId>" + requestId
                + "</RequestId></ErrorResponse>";
    }

    private static String identity(Principal caller) {
        return "<UserId>" + text(caller.userId()) + "</UserId><Account>" + caller.account()
                + "</Account><Arn>"
                + text(caller.arn()) + "</Arn>";
    }

    private String assumeRole(Map<String, List<String>> form, Principal caller) throws AwsError {
        String arn = first(form, "RoleArn").orElse("");
        Matcher role = ROLE.matcher(arn);
        if (!role.matches()) {
            throw AwsError.query(400, "ValidationError", arn + " is invalid");
        }
        policy.requireQuery(caller, "sts:AssumeRole", arn);
        String name = first(form, "RoleSessionName").orElse("session");
        Session session = accounts.assume(caller, role.group(2), name);
        Duration lasts = Duration
                .ofSeconds(first(form, "DurationSeconds").map(Long::parseLong).orElse(3600L));
        return "<AssumedRoleUser><AssumedRoleId>AROA:" + text(name) + "</AssumedRoleId><Arn>arn:aws:sts::"
                + caller.account() + ":assumed-role/" + role.group(2) + "/" + text(name)
                + "</Arn></AssumedRoleUser><Credentials><AccessKeyId>" + session.accessKey()
                + "</AccessKeyId><SecretAccessKey>" + session.secretKey() + "</SecretAccessKey><SessionToken>"
                + session.token() + "</SessionToken><Expiration>"
                + clock.instant().plus(lasts).truncatedTo(ChronoUnit.SECONDS) + "</Expiration></Credentials>";
    }

    private String simulate(Map<String, List<String>> form, Principal caller) throws AwsError {
        String source = first(form, "PolicySourceArn").orElse("");
        policy.requireQuery(caller, "iam:SimulatePrincipalPolicy", source);
        if (source.isEmpty() || source.contains(":assumed-role/")) {
            throw AwsError.query(400, "InvalidInput", "Invalid Entity Arn: " + source
                    + " does not clearly define entity type and name.");
        }
        List<String> resources = members(form, "ResourceArns");
        StringBuilder results = new StringBuilder();
        for (String action : members(form, "ActionNames")) {
            for (String resource : resources.isEmpty() ? List.of("*") : resources) {
                results.append("<member><MatchedStatements/><MissingContextValues/><EvalActionName>")
                        .append(text(action)).append("</EvalActionName><EvalDecision>")
                        .append(policy.allows(action) ? "allowed" : "implicitDeny")
                        .append("</EvalDecision><EvalResourceName>").append(text(resource))
                        .append("</EvalResourceName></member>");
            }
        }
        return "<IsTruncated>false</IsTruncated><EvaluationResults>" + results + "</EvaluationResults>";
    }

    private static String answer(String namespace, String action, String result, String requestId) {
        return "<%sResponse xmlns=\"%s\"><%sResult>%s</%sResult><ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>"
                .formatted(action, namespace, action, result, action, requestId, action);
    }

    private static Optional<String> first(Map<String, List<String>> form, String name) {
        return Optional.ofNullable(form.get(name)).map(List::getFirst);
    }

    /** The values of {@code name.member.1}, {@code .2} and so on, in their order. */
    private static List<String> members(Map<String, List<String>> form, String name) {
        String prefix = name + ".member.";
        TreeMap<Integer, String> numbered = new TreeMap<>();
        form.forEach((key, values) -> {
            if (key.startsWith(prefix)) {
                numbered.put(Integer.parseInt(key.substring(prefix.length())), values.getFirst());
            }
        });
        return List.copyOf(numbered.values());
    }

    private static String text(String raw) {
        return raw.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
