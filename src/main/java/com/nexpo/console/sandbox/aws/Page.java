package com.nexpo.console.sandbox.aws;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A part of a list, and the opaque token that asks for the next. */
record Page<T>(List<T> items, Optional<String> next) {
    private static final String MARK = "from:";

    /** Cuts the page that the request asks for: {@code MaxResults} and {@code NextToken}. */
    static <T> Page<T> of(List<T> all, Input input, int most, boolean beginEmpty) throws AwsError {
        int size = input.number("MaxResults").orElse(most);
        if (size < 1 || size > most) {
            throw AwsError.constraint("maxResults", size < 1
                    ? "have value greater than or equal to 1"
                    : "have value less than or equal to " + most);
        }
        Optional<String> token = input.text("NextToken");
        if (token.isEmpty() && beginEmpty) {
            return new Page<>(List.of(), Optional.of(token(0)));
        }
        int from = token.isPresent() ? offset(token.get()) : 0;
        int to = Math.min(all.size(), from + size);
        return new Page<>(all.subList(Math.min(from, to), to),
                to < all.size() ? Optional.of(token(to)) : Optional.empty());
    }

    private static String token(int offset) {
        return Base64.getEncoder().encodeToString((MARK + offset).getBytes(StandardCharsets.UTF_8));
    }

    private static int offset(String token) throws AwsError {
        try {
            String text = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.startsWith(MARK)) {
                return Integer.parseInt(text.substring(MARK.length()));
            }
        } catch (IllegalArgumentException e) {
            // Falls through: no token of ours.
        }
        throw AwsError.ssm("InvalidNextToken", "The specified token isn't valid.");
    }
}
