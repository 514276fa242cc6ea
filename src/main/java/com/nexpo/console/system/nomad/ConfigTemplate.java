package com.nexpo.console.system.nomad;

import com.google.gson.JsonObject;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a task's template reads, and where it goes. */
final class ConfigTemplate {
    private static final Pattern SECRET = Pattern.compile("\\bsecret\\s+\"([^\"]+)\"");
    /** A path that is put together, or a value from elsewhere: Consul, Nomad's variables, the client. */
    private static final Pattern ELSEWHERE = Pattern
            .compile(
                    "\\{\\{[^}]*(?<![$.\\w])(?:secret\\s+\\(|(?:key|keyOrDefault|env|service|nomadVar|nomadService|file)\\b)");
    /** A line with a name of its own, unless the value is the secret's key of that name. */
    private static final Pattern OWN_NAME = Pattern.compile(
            "(?m)(?:^|\\}\\})\\s*(?:export\\s+)?([A-Za-z_]\\w*)=(?![\"']?\\{\\{-?\\s*\\.Data\\.data\\.\\1\\b)");

    private final JsonObject template;

    ConfigTemplate(JsonObject template) {
        this.template = template;
    }

    /** True for a template that becomes environment variables and reads them from Vault. */
    boolean carriesConfig() {
        return Members.truth(template, "Envvars") && readsVault();
    }

    boolean readsVault() {
        return text().contains("secret \"") || text().contains("secret (");
    }

    /** True when all that this template gives the task comes from what the other one reads. */
    boolean givesNoMoreThan(JsonObject other) {
        return carriesConfig() && new ConfigTemplate(other).secrets().containsAll(secrets())
                && !ELSEWHERE.matcher(text()).find()
                && !OWN_NAME.matcher(text()).find();
    }

    /** The paths of the secrets that are read, as they are written. */
    Set<String> paths() {
        return SECRET.matcher(text()).results().map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** With and without {@code data/}, which KV 2 adds, a path means the same secret. */
    private Set<String> secrets() {
        return paths().stream().map(path -> path.replaceFirst("/data/", "/")).collect(Collectors.toSet());
    }

    /** {@code secrets/} in the task's folder and {@code NOMAD_SECRETS_DIR} are one place. */
    String destination() {
        return Members.text(template, "DestPath").replace("${NOMAD_SECRETS_DIR}", "secrets")
                .replace("${NOMAD_TASK_DIR}", "local");
    }

    private String text() {
        return Members.text(template, "EmbeddedTmpl");
    }
}
