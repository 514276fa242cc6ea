package com.nexpo.console.sandbox.posthog;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is no success, in one of the forms PostHog uses: drf-exceptions-hog's object, an ad-hoc object of a
 * viewset, or the plain text of the flags service.
 */
final class ApiError extends Exception {
    private final int status;
    private final transient JsonElement body;
    private final transient Map<String, String> headers;

    private ApiError(int status, JsonElement body, Map<String, String> headers) {
        super(body.toString());
        this.status = status;
        this.body = body;
        this.headers = headers;
    }

    int status() {
        return status;
    }

    /** A primitive stands for plain text. */
    JsonElement body() {
        return body;
    }

    Map<String, String> headers() {
        return headers;
    }

    static ApiError of(int status, String type, String code, String detail, @Nullable String attr) {
        return new ApiError(status, Json.object("type", type, "code", code, "detail", detail, "attr", attr),
                Map.of());
    }

    static ApiError notAuthenticated() {
        return of(401, "authentication_error", "not_authenticated",
                "Authentication credentials were not provided.", null);
    }

    static ApiError invalidKey() {
        return of(401, "authentication_error", "authentication_failed",
                "Personal API key found in request Authorization header is invalid.", null);
    }

    static ApiError denied(String detail) {
        return of(403, "authentication_error", "permission_denied", detail, null);
    }

    static ApiError notFound() {
        return notFound("Not found.");
    }

    static ApiError notFound(String detail) {
        return of(404, "invalid_request", "not_found", detail, null);
    }

    static ApiError methodNotAllowed(String method) {
        return of(405, "invalid_request", "method_not_allowed", "Method \"" + method + "\" not allowed.",
                null);
    }

    static ApiError conflict(String detail, @Nullable String attr) {
        return of(409, "invalid_request", "conflict", detail, attr);
    }

    static ApiError invalid(String code, String detail, @Nullable String attr) {
        return of(400, "validation_error", code, detail, attr);
    }

    static ApiError throttled(long seconds) {
        return new ApiError(429, Json.object("type", "throttled_error", "code", "throttled", "detail",
                "Request was throttled. Expected available in " + seconds + " seconds.", "attr", null),
                Map.of("Retry-After", String.valueOf(seconds)));
    }

    static ApiError quota() {
        return of(402, "quota_limited", "payment_required", "Feature flags quota exceeded", null);
    }

    /** A change request was opened instead of making the change. */
    static ApiError approvalRequired(String changeRequest) {
        return new ApiError(409,
                Json.object("detail", "A change request has been created and needs approval.", "code",
                        "approval_required", "change_request_id", changeRequest),
                Map.of());
    }

    /** As some viewsets answer: {@code {"error": …}}. */
    static ApiError adHoc(int status, String error) {
        return new ApiError(status, Json.object("error", error), Map.of());
    }

    /** As the flags and capture services answer. */
    static ApiError text(int status, String text) {
        return new ApiError(status, new JsonPrimitive(text), Map.of());
    }
}
