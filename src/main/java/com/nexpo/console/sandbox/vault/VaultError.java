package com.nexpo.console.sandbox.vault;

/** A request that is refused, with the answer that says so. */
final class VaultError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient LogicalResponse answer;

    private VaultError(LogicalResponse answer, String text) {
        super(text);
        this.answer = answer;
    }

    static VaultError of(int status, String text) {
        return new VaultError(LogicalResponse.errors(status, text), text);
    }

    /** 400 with this text. */
    static VaultError bad(String text) {
        return of(400, text);
    }

    /** The token is unknown, expired, revoked, used up, or there is none; or the auth mount is not there. */
    static VaultError denied() {
        return of(403, "permission denied");
    }

    /** The token is good, and its policies say no. */
    static VaultError notAllowed() {
        return of(403, "1 error occurred:\n\t* permission denied\n\n");
    }

    static VaultError unsupportedOperation() {
        return of(405, "1 error occurred:\n\t* unsupported operation\n\n");
    }

    static VaultError unsupportedPath() {
        return of(404, "1 error occurred:\n\t* unsupported path\n\n");
    }

    static VaultError noRoute(String path) {
        return of(404, "no handler for route \"" + path + "\". route entry not found.");
    }

    LogicalResponse answer() {
        return answer;
    }
}
