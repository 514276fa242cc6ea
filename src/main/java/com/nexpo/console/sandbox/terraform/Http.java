package com.nexpo.console.sandbox.terraform;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** HTTP as the providers use it: tries again when told so, and words a failed transport as Go's client does. */
final class Http {

    /** An answer. */
    record Answer(int status, String body, Optional<String> retryAfter) {}

    /** A call that got no answer; the message is Go's. */
    static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        NoAnswer(String message) {
            super(message);
        }
    }

    /**
     * How often and how soon a call is tried again.
     *
     * @param tries       tries in all
     * @param unreachable tries in all when there is no answer
     * @param first       pause after the first; each further one is twice as long
     * @param longest     longest pause
     * @param repeated    which answers are tried again
     */
    record Retry(int tries, int unreachable, Duration first, Duration longest, Predicate<Answer> repeated) {

        private Duration pause(int failed, Optional<String> retryAfter) {
            try {
                Optional<Duration> asked = retryAfter
                        .map(s -> Duration.ofSeconds(Long.parseLong(s.strip())));
                if (asked.isPresent()) {
                    return asked.get().compareTo(longest) < 0 ? asked.get() : longest;
                }
            } catch (NumberFormatException e) {
                // A date, which the providers do not heed either.
            }
            Duration doubled = first.multipliedBy(1L << Math.min(failed, 16));
            Duration pause = doubled.compareTo(longest) < 0 ? doubled : longest;
            // Uneven, or calls that were throttled together come back together.
            return pause.multipliedBy(ThreadLocalRandom.current().nextInt(75, 126)).dividedBy(100);
        }
    }

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10)).followRedirects(HttpClient.Redirect.NORMAL).build();

    /**
     * Sends a request, again if it must be.
     *
     * @throws InterruptedException when the run was cancelled; the request is cut
     */
    Answer send(String method, URI address, Map<String, String> headers, String body, Retry retry)
            throws NoAnswer, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(30)).method(
                method,
                body.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        for (int failed = 0;; failed++) {
            Optional<String> retryAfter = Optional.empty();
            try {
                HttpResponse<String> response = client.send(request.build(),
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
                Answer answer = new Answer(response.statusCode(), response.body(),
                        response.headers().firstValue("Retry-After"));
                if (failed == retry.tries() - 1 || !retry.repeated().test(answer)) {
                    return answer;
                }
                retryAfter = answer.retryAfter();
            } catch (IOException e) {
                if (failed >= retry.unreachable() - 1) {
                    throw new NoAnswer(go(method, address, e));
                }
            }
            Thread.sleep(retry.pause(failed, retryAfter));
        }
    }

    private static String go(String method, URI address, IOException e) {
        String cause = e instanceof ConnectException
                ? "dial tcp " + address.getAuthority() + ": connect: connection refused"
                : e instanceof java.net.http.HttpTimeoutException ? "context deadline exceeded" : "EOF";
        return named(method) + " \"" + address + "\": " + cause;
    }

    /** Go's {@code Post "http://…": context canceled}. */
    static String cancelled(String method, URI address) {
        return named(method) + " \"" + address + "\": context canceled";
    }

    private static String named(String method) {
        return method.charAt(0) + method.substring(1).toLowerCase(java.util.Locale.ROOT);
    }
}
