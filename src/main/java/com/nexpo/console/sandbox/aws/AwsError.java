package com.nexpo.console.sandbox.aws;

/** A refusal, as AWS names and words it. SSM answers it as JSON, STS and IAM as XML. */
final class AwsError extends Exception {
    private final String type;
    private final int status;

    private AwsError(int status, String type, String message) {
        super(message);
        this.status = status;
        this.type = type;
    }

    /** SSM answers every refusal with 400. */
    static AwsError ssm(String type, String message) {
        return new AwsError(400, type, message);
    }

    /** STS and IAM use HTTP's statuses. */
    static AwsError query(int status, String type, String message) {
        return new AwsError(status, type, message);
    }

    static AwsError validation(String message) {
        return ssm("ValidationException", message);
    }

    /** A member outside the service's model: the wording of AWS's own request check. */
    static AwsError constraint(String where, String rule) {
        return validation("1 validation error detected: Value at '" + where
                + "' failed to satisfy constraint: Member must " + rule);
    }

    static AwsError notFound() {
        return ssm("ParameterNotFound", "");
    }

    String type() {
        return type;
    }

    int status() {
        return status;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
