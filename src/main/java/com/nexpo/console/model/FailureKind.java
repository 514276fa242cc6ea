package com.nexpo.console.model;

/** Why a call to an outside system failed, in the terms that decide what to do next. */
public enum FailureKind {
    /** No connection: refused, no such host, TLS, proxy. */
    UNREACHABLE,
    /** No complete answer in time. */
    TIMEOUT,
    /** The system asks for fewer calls. */
    THROTTLED,
    /** No or wrong credentials, or a right is missing. */
    DENIED,
    /** The thing, or its container, does not exist. */
    NOT_FOUND,
    /** It is not as it was when the change was planned, or somebody else owns it. */
    CONFLICT,
    /** The system refuses what was sent. */
    INVALID,
    /** The system is ill, or answers what it should not. */
    INTERNAL;

    /** True when the same call may work a moment later. */
    public boolean isTransient() {
        return this == UNREACHABLE || this == TIMEOUT || this == THROTTLED;
    }
}
