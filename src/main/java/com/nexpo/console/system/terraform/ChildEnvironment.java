package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The environment variables of a Terraform process: what a tool needs from ours, and what is given. Nothing else
 * is inherited, so that a forgotten {@code TF_VAR_}, {@code TF_CLI_ARGS}, {@code TF_LOG} or {@code POSTHOG_HOST}
 * in the shell cannot aim a run elsewhere or print what must not be printed.
 *
 * @param plain   name to value; may be shown
 * @param secrets name to secret; reaches the child in its environment only, never in its arguments
 */
public record ChildEnvironment(Map<String, String> plain, Map<String, Secret> secrets) {
    private static final Set<String> INHERITED = Set.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG",
            "TZ",
            "TMPDIR", "TMP", "TEMP", "SYSTEMROOT", "COMSPEC", "PATHEXT", "APPDATA", "LOCALAPPDATA",
            "USERPROFILE",
            "PROGRAMDATA", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR",
            "SSH_AUTH_SOCK", "TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG", "TF_PLUGIN_CACHE_DIR",
            "TF_REGISTRY_DISCOVERY_RETRY", "TF_REGISTRY_CLIENT_TIMEOUT", "JAVA_HOME", "JAVA25_HOME");
    private static final List<String> INHERITED_PREFIXES = List.of("AWS_", "LC_", "XDG_", "TF_TOKEN_");

    public ChildEnvironment {
        plain = Map.copyOf(plain);
        secrets = Map.copyOf(secrets);
    }

    /**
     * What a child gets.
     *
     * @param parent  the variables of this process
     * @param given   wins over what is inherited
     * @param secrets wins over both
     * @throws FailureException when a value cannot be handed over: a NUL character, or a line break in a key that
     *                          goes into an HTTP header; the value is not quoted
     */
    public static ChildEnvironment of(Map<String, String> parent, Map<String, String> given,
            Map<String, Secret> secrets) throws FailureException {
        Map<String, String> plain = new HashMap<>();
        parent.forEach((name, value) -> {
            if (isInherited(name)) {
                plain.put(name, value);
            }
        });
        plain.putAll(given);
        plain.put("TF_IN_AUTOMATION", "1");
        plain.put("TF_INPUT", "0");
        plain.put("CHECKPOINT_DISABLE", "1");
        for (Map.Entry<String, Secret> entry : secrets.entrySet()) {
            requireUsable(entry.getKey(), entry.getValue().reveal());
        }
        secrets.keySet().forEach(plain::remove);
        return new ChildEnvironment(plain, secrets);
    }

    private static boolean isInherited(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return INHERITED.contains(upper) || INHERITED_PREFIXES.stream().anyMatch(upper::startsWith);
    }

    private static void requireUsable(String name, String value) throws FailureException {
        // ProcessBuilder would refuse a NUL as well, but quotes the value in its exception.
        boolean broken = value.indexOf('\0') >= 0
                || (!name.startsWith("TF_VAR_") && value.chars().anyMatch(c -> c == '\n' || c == '\r'));
        if (broken) {
            throw new FailureException(new Failure(FailureKind.INVALID, "TF-ENVIRONMENT",
                    "The value for " + name + " holds a line break or a NUL character.",
                    "Give the value without it; a file that holds a key often ends with a line break."));
        }
    }

    /** Everything, in clear: for the child only. */
    Map<String, String> reveal() {
        Map<String, String> all = new HashMap<>(plain);
        secrets.forEach((name, secret) -> all.put(name, secret.reveal()));
        return all;
    }
}
