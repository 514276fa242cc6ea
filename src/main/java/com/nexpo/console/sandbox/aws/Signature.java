package com.nexpo.console.sandbox.aws;

import com.nexpo.console.sandbox.http.Exchange;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who signed a request, and for which region and service. The signature itself is not computed: the emulator
 * keeps nothing that is worth forging one for.
 *
 * <p>Format: <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">
 * Signature Version 4</a>.
 */
record Signature(String accessKey, String region, String service, Optional<String> sessionToken) {
    private static final Pattern HEADER = Pattern.compile(
            "AWS4-HMAC-SHA256 +Credential=([^/,]+)/\\d{8}/([^/,]+)/([^/,]+)/aws4_request, *"
                    + "SignedHeaders=[^,]+, *Signature=[0-9a-f]{64}");

    /** The signature of a request, or empty when there is none of this version. */
    static Optional<Signature> of(Exchange exchange) {
        return exchange.header("Authorization").map(HEADER::matcher).filter(Matcher::matches)
                .map(m -> new Signature(m.group(1), m.group(2), m.group(3),
                        exchange.header("X-Amz-Security-Token")));
    }
}
