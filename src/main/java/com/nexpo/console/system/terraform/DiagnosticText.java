package com.nexpo.console.system.terraform;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.nexpo.console.model.Redactor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Takes values out of the texts of diagnostics. Terraform prints both sides of an inconsistent result, whole
 * inputs with a webhook's secret in them; PostHog's provider copies the server's answer word for word.
 */
final class DiagnosticText {
    static final String MASK = "•••";

    private static final Pattern RESULT = Pattern
            .compile("(?s)\\.([\\w.\\[\\]\"\\\\-]+): was (.*), but now (.*?)\\.(?=\\n|$)");
    private static final Pattern GO_VALUE = Pattern.compile("(?s)cty\\.\\w+\\(.*\\)");
    private static final Pattern API_ERROR = Pattern.compile("(?s)API error \\(status (\\d{3})\\): (.*)$");
    private static final Pattern CHANGED = Pattern.compile("When applying changes to (.+?), provider ");
    private static final Pattern GUARDED = Pattern
            .compile("^Resource (\\S.*?) has lifecycle.prevent_destroy set");
    private static final Pattern SECRET_NAME = Pattern
            .compile("(?i)(secret|token|passw|credential|api_?-?key|"
                    + "private_?key|authorization|signing|_wo$|sensitive_inputs|job_inputs)");
    /** Name, colon and value of a JSON member, quoted plainly or with backslashes. */
    private static final Pattern SECRET_MEMBER = Pattern.compile("(?i)(\\\\*\"[\\w -]*(?:secret|token|passw|"
            + "credential|api_?-?key|private_?key|authorization|signing)[\\w -]*\\\\*\"\\s*:\\s*)"
            + "(\\{[^{}]*\\}|\\\\*\"(?:[^\"\\\\]|\\\\+[^\"\\\\])*\\\\*\"|[^\\s,}]+)");
    private static final Pattern HTML = Pattern.compile("(?s)<[^>]*>");
    private static final int LONGEST_ANSWER = 200;

    private DiagnosticText() {}

    /** The text without values. */
    static String redact(String text) {
        String clean = RESULT.matcher(text).replaceAll(m -> Matcher.quoteReplacement(
                "." + m.group(1) + ": was " + MASK + ", but now " + MASK + "."));
        clean = GO_VALUE.matcher(clean).replaceAll(MASK);
        clean = API_ERROR.matcher(clean).replaceAll(m -> Matcher.quoteReplacement(
                "API error (status " + m.group(1) + "): " + answer(m.group(2))));
        clean = SECRET_MEMBER.matcher(clean).replaceAll(m -> Matcher.quoteReplacement(m.group(1) + MASK));
        return Redactor.clean(clean);
    }

    /** True for names under which a secret is likely. */
    static boolean isSecretName(String name) {
        return SECRET_NAME.matcher(name).find();
    }

    /** The resource that a diagnostic without an address speaks of. */
    static Optional<String> addressIn(String detail) {
        for (Pattern pattern : List.of(CHANGED, GUARDED)) {
            Matcher matcher = pattern.matcher(detail);
            if (matcher.find()) {
                return Optional.of(matcher.group(1));
            }
        }
        return Optional.empty();
    }

    /** The attributes that an inconsistent result names. */
    static Optional<String> inconsistentAttribute(String detail) {
        Matcher matcher = RESULT.matcher(detail);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Status and redacted answer of PostHog's API, when the text quotes one. */
    static Optional<ApiError> apiError(String detail) {
        Matcher matcher = API_ERROR.matcher(detail);
        return matcher.find()
                ? Optional.of(new ApiError(Integer.parseInt(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }

    /** An answer of PostHog's API: {@code text} holds its code and its sentence. */
    record ApiError(int status, String text) {}

    /** Code, attribute and sentence of PostHog's error body; of anything else its beginning without markup. */
    private static String answer(String body) {
        try {
            JsonElement json = JsonParser.parseString(body);
            if (json instanceof JsonObject object) {
                String known = List.of("code", "attr", "detail", "error").stream()
                        .filter(name -> object.get(name) != null && object.get(name).isJsonPrimitive())
                        .map(name -> object.get(name).getAsString()).collect(Collectors.joining(": "));
                return known.isEmpty() ? "no reason given" : shorten(known);
            }
        } catch (JsonParseException notJson) {
            return shorten(HTML.matcher(body).replaceAll(" ").strip());
        }
        return shorten(body);
    }

    private static String shorten(String text) {
        return text.length() <= LONGEST_ANSWER ? text : text.substring(0, LONGEST_ANSWER).strip() + "…";
    }

    /** "Error creating Insight" to "insight", for sentences. */
    static String thing(String summary) {
        String[] words = summary.split(" ", 3);
        return words.length == 3 ? words[2].toLowerCase(Locale.ROOT) : "object";
    }
}
