package com.nexpo.console.system.aws;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.profile.Profile;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What the SDK throws, as a {@link Failure}: by AWS's error code, never by its text, which is quoted only where
 * it says who may not do what.
 */
final class AwsFailures {
    private static final Set<String> UNKNOWN_KEY = Set.of("UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature",
            "MissingAuthenticationToken", "MissingAuthenticationTokenException", "AuthFailure",
            "InvalidAccessKeyId");
    private static final Set<String> EXPIRED = Set.of("ExpiredTokenException", "ExpiredToken",
            "RequestExpired", "TokenRefreshRequired", "UnauthorizedException");
    private static final Set<String> DENIED = Set.of("AccessDeniedException", "AccessDenied",
            "UnauthorizedOperation", "OptInRequired");
    private static final Set<String> THROTTLED = Set.of("ThrottlingException", "Throttling",
            "ThrottledException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown",
            "RequestThrottled", "TooManyUpdates");
    private static final Set<String> NOT_FOUND = Set.of("ParameterNotFound", "ParameterVersionNotFound",
            "InvalidResourceId", "NoSuchEntity", "NotFoundException");
    private static final String SIGN_IN = "Sign in again, with aws sso login or aws login, or renew the session's keys.";

    private AwsFailures() {}

    static Failure of(String what, SdkException thrown, Profile.Aws profile) {
        if (thrown instanceof AwsServiceException service) {
            return answered(what, service, profile);
        }
        if (thrown instanceof ApiCallTimeoutException || thrown instanceof ApiCallAttemptTimeoutException) {
            return lost(what, profile, "gave no complete answer in time");
        }
        return connection(what, thrown, profile).orElseGet(() -> credentials(what, thrown, profile));
    }

    /** AWS's error code, or empty when it gave none. */
    static String code(AwsServiceException thrown) {
        AwsErrorDetails details = thrown.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        return code.substring(code.lastIndexOf('#') + 1);
    }

    private static Failure answered(String what, AwsServiceException thrown, Profile.Aws profile) {
        String code = code(thrown);
        String begin = "AWS: " + what;
        if (UNKNOWN_KEY.contains(code)) {
            return new Failure(FailureKind.DENIED, "AWS-KEY",
                    begin + " was refused: AWS does not know these credentials (" + code + ").",
                    "Look at " + source(profile) + " and at the computer's clock.");
        }
        if (EXPIRED.contains(code)) {
            return new Failure(FailureKind.DENIED, "AWS-EXPIRED",
                    begin + " was refused: the session of " + source(profile) + " has expired.", SIGN_IN);
        }
        if (DENIED.contains(code)) {
            return new Failure(FailureKind.DENIED, "AWS-DENIED", begin + " was refused. " + reason(thrown),
                    "Add the right to the role's policy.");
        }
        if (THROTTLED.contains(code) || thrown.isThrottlingException()) {
            return new Failure(FailureKind.THROTTLED, "AWS-THROTTLED",
                    begin + ": AWS asks for fewer calls (" + code + ").",
                    "Other callers of this account share the limit; higher throughput is a setting of Parameter Store.");
        }
        if (NOT_FOUND.contains(code)) {
            return new Failure(FailureKind.NOT_FOUND, "AWS-NOT-FOUND", begin + ": it does not exist.");
        }
        if (code.equals("ParameterAlreadyExists")) {
            return new Failure(FailureKind.CONFLICT, "SSM-EXISTS", begin + ": it exists already.");
        }
        return refusedOrIll(begin, code, thrown);
    }

    private static Failure refusedOrIll(String begin, String code, AwsServiceException thrown) {
        String request = thrown.requestId() == null ? "" : ", request " + thrown.requestId();
        boolean ill = thrown.statusCode() >= 500 || code.equals("InternalServerError") || code.isEmpty();
        if (ill) {
            // A write that ends in a 5xx may have been carried out.
            return new Failure(FailureKind.INTERNAL, "AWS-ILL",
                    "%s was answered with %d%s.".formatted(begin, thrown.statusCode(), request))
                    .possiblyDone();
        }
        return new Failure(FailureKind.INVALID, "AWS-INVALID",
                "%s was refused as %s%s.".formatted(begin, code, request), fixOf(code));
    }

    private static String fixOf(String code) {
        return switch (code) {
            case "HierarchyTypeMismatchException" ->
                "A parameter keeps its type; Terraform has to replace it.";
            case "ParameterMaxVersionLimitExceeded" ->
                "Its 100 versions are used and the oldest is labelled: move the label.";
            case "ParameterPatternMismatchException" ->
                "The value does not match the parameter's allowed pattern.";
            case "InvalidKeyId" -> "The KMS key of the parameter does not exist or is disabled.";
            case "ValidationException" ->
                "SSM does not take this name or value: look at the parameter's tier and name.";
            default -> "AWS documents this code with the operation.";
        };
    }

    /** AWS's sentence about a missing right: it names user, action and resource, and never a value. */
    private static String reason(AwsServiceException thrown) {
        AwsErrorDetails details = thrown.awsErrorDetails();
        String text = details == null || details.errorMessage() == null ? "" : details.errorMessage().strip();
        if (text.startsWith("The ciphertext refers to")) {
            return "The KMS key of the parameter may not be used for decryption (kms:Decrypt).";
        }
        if (!text.contains("not authorized to perform")) {
            return "";
        }
        return text.endsWith(".") ? text : text + ".";
    }

    private static Optional<Failure> connection(String what, Throwable thrown, Profile.Aws profile) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return Optional.of(unreachable(what, profile, "the host name is not known"));
            }
            if (cause instanceof ConnectException || cause instanceof NoRouteToHostException
                    || connectTimedOut(cause)) {
                return Optional.of(unreachable(what, profile, "no connection"));
            }
            if (cause instanceof SSLException) {
                return Optional.of(unreachable(what, profile, "TLS failed"));
            }
            if (cause instanceof SocketTimeoutException || cause instanceof InterruptedIOException) {
                return Optional.of(lost(what, profile, "gave no complete answer in time"));
            }
            if (cause instanceof java.io.IOException) {
                return Optional
                        .of(lost(what, profile, "closed the connection before its answer was complete"));
            }
        }
        return Optional.empty();
    }

    private static boolean connectTimedOut(Throwable cause) {
        return cause instanceof SocketTimeoutException
                && String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("connect timed out");
    }

    private static Failure unreachable(String what, Profile.Aws profile, String why) {
        return new Failure(FailureKind.UNREACHABLE, "AWS-UNREACHABLE",
                "AWS cannot be reached at %s: %s (%s).".formatted(place(profile), why, what),
                "Look at the network, at the proxy settings, and at the profile's region and endpoint.");
    }

    private static Failure lost(String what, Profile.Aws profile, String why) {
        return new Failure(FailureKind.TIMEOUT, "AWS-LOST",
                "AWS at %s %s: %s.".formatted(place(profile), why, what));
    }

    /** What is left never got as far as a request: the SDK found no credentials that it could use. */
    private static Failure credentials(String what, SdkException thrown, Profile.Aws profile) {
        String text = String.valueOf(thrown.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("sso") || text.contains("expired") || text.contains("login")) {
            return new Failure(FailureKind.DENIED, "AWS-EXPIRED",
                    "AWS: %s was not tried: the sign-in of %s is missing or has expired.".formatted(what,
                            source(profile)),
                    profile.profile().map(p -> "Sign in with aws sso login --profile " + p + ".")
                            .orElse(SIGN_IN));
        }
        if (text.contains("credential") || text.contains("profile")) {
            return new Failure(FailureKind.DENIED, "AWS-CREDENTIALS",
                    "AWS: %s was not tried: there are no credentials in %s.".formatted(what, source(profile)),
                    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name an AWS profile.");
        }
        return new Failure(FailureKind.INTERNAL, "AWS-CLIENT",
                "AWS: %s failed in the client (%s).".formatted(what, thrown.getClass().getSimpleName()))
                .possiblyDone();
    }

    private static String source(Profile.Aws profile) {
        return profile.profile().map(p -> "the AWS profile " + p).orElse("the default credential chain");
    }

    private static String place(Profile.Aws profile) {
        return profile.endpoint().map(uri -> uri.getAuthority()).orElse(profile.region());
    }
}
