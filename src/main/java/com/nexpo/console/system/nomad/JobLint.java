package com.nexpo.console.system.nomad;

import com.google.gson.JsonObject;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Evidence;
import com.nexpo.console.model.CheckResult.Fix;
import com.nexpo.console.model.CheckResult.Severity;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.SystemId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds in a job what Nomad's servers accept and its clients then fail on, or what quietly does something else.
 * Each finding was seen on a running Nomad 2.0.5.
 */
public final class JobLint {
    private static final Pattern SECRET = Pattern.compile("secret\\s+\"([^\"]+)\"");
    private static final Pattern UNQUOTED = Pattern
            .compile("=\"?\\{\\{-?\\s*(\\$\\w+|\\.Data\\.data\\.\\w+)\\s*-?\\}\\}\"?");

    private final JsonObject job;
    private final Instant at;
    private final List<CheckResult> findings = new ArrayList<>();

    private JobLint(JsonObject job, Instant at) {
        this.job = job;
        this.at = at;
    }

    /** What is wrong with a parsed job; empty when nothing is. */
    public static List<CheckResult> lint(JsonObject job, Instant at) {
        JobLint lint = new JobLint(job, at);
        Members.objects(job, "TaskGroups").forEach(lint::group);
        return List.copyOf(lint.findings);
    }

    private void group(JsonObject group) {
        String where = "group " + Members.text(group, "Name");
        update(where, Members.object(group, "Update").or(() -> Members.object(job, "Update")));
        Set<String> ports = new HashSet<>();
        boolean fixed = false;
        for (JsonObject network : Members.objects(group, "Networks")) {
            Members.objects(network, "DynamicPorts").forEach(p -> ports.add(Members.text(p, "Label")));
            Members.objects(network, "ReservedPorts").forEach(p -> ports.add(Members.text(p, "Label")));
            fixed |= !Members.objects(network, "ReservedPorts").isEmpty();
        }
        Set<String> servicePorts = new HashSet<>(ports);
        for (JsonObject task : Members.objects(group, "Tasks")) {
            fixed |= task(where + ", task " + Members.text(task, "Name"), task, ports, servicePorts);
        }
        services(where, Members.objects(group, "Services"), servicePorts);
        if (fixed && Members.number(group, "Count") > 1) {
            add("NMD-106", where, Severity.ADVISORY,
                    "a fixed port with count %d needs as many nodes, and leaves canaries none"
                            .formatted(Members.number(group, "Count")),
                    "Let Nomad choose the port: port \"http\" { to = 8080 }");
        }
    }

    private void update(String where, Optional<JsonObject> update) {
        if (update.isEmpty()) {
            add("NMD-107", where, Severity.ADVISORY,
                    "no update block: a bad release stays, auto_revert is false",
                    "update { max_parallel = 1, canary = 1, auto_revert = true } on lines of their own");
        } else if (!Members.truth(update.get(), "AutoRevert")) {
            add("NMD-107", where, Severity.ADVISORY, "auto_revert is not set: a bad release stays",
                    "auto_revert = true");
        }
    }

    /** @return true when the task has a fixed port */
    private boolean task(String where, JsonObject task, Set<String> groupPorts, Set<String> servicePorts) {
        boolean fixed = false;
        List<JsonObject> old = Members.object(task, "Resources").map(r -> Members.objects(r, "Networks"))
                .orElse(List.of());
        for (JsonObject network : old) {
            fixed |= !Members.objects(network, "ReservedPorts").isEmpty();
            List.of("DynamicPorts", "ReservedPorts").forEach(list -> Members.objects(network, list)
                    .forEach(p -> servicePorts.add(Members.text(p, "Label"))));
        }
        if (!old.isEmpty()) {
            add("NMD-101", where, Severity.ADVISORY, "network inside resources is the form of Nomad 0.11",
                    "Move the network block into the group.");
        }
        Members.object(task, "Config").ifPresent(config -> config(where, task, config, groupPorts));
        Members.object(task, "Vault").ifPresent(vault -> vault(where, vault));
        Members.object(task, "Env").ifPresent(env -> env(where, env));
        Members.objects(task, "Templates").forEach(template -> template(where, template));
        services(where, Members.objects(task, "Services"), servicePorts);
        if (!Members.objects(task, "Services").isEmpty() && Members.number(task, "ShutdownDelay") == 0) {
            add("NMD-109", where, Severity.ADVISORY,
                    "no shutdown_delay: callers still come while the task stops",
                    "shutdown_delay = \"5s\"");
        }
        return fixed;
    }

    private void config(String where, JsonObject task, JsonObject config, Set<String> groupPorts) {
        if (Members.text(task, "Driver").equals("docker")) {
            Members.texts(config, "ports").stream().filter(port -> !groupPorts.contains(port)).forEach(
                    port -> add("NMD-102", where, Severity.BLOCKING,
                            "docker finds no port %s in the group's network: the task fails when it starts"
                                    .formatted(port),
                            "Add port \"%s\" to the group's network block.".formatted(port)));
        }
        String image = Members.text(config, "image");
        boolean untagged = !image.isEmpty()
                && (image.endsWith(":latest") || !image.substring(image.lastIndexOf('/') + 1).contains(":"));
        if (untagged) {
            add("NMD-108", where, Severity.ADVISORY,
                    "image %s: the same job may start different software".formatted(image),
                    "Name a version or a digest.");
        }
    }

    private void vault(String where, JsonObject vault) {
        if (!Members.texts(vault, "Policies").isEmpty()) {
            add("NMD-103", where, Severity.BLOCKING,
                    "vault.policies is dropped by Nomad 1.10 and newer: the task gets its role's policies",
                    "vault { role = \"…\" }, and give that role the policy.");
        }
    }

    private void env(String where, JsonObject env) {
        env.keySet().stream().filter(name -> Members.text(env, name).contains("{{")).forEach(
                name -> add("NMD-104", where, Severity.ADVISORY,
                        "env %s holds a template: env is not rendered, the process gets the text"
                                .formatted(name),
                        "Put it into a template block with env = true."));
    }

    private void template(String where, JsonObject template) {
        String text = Members.text(template, "EmbeddedTmpl");
        if (Members.truth(template, "Envvars") && UNQUOTED.matcher(text).find()) {
            add("NMD-105", where, Severity.BLOCKING,
                    "a value with a quote, a backslash or a newline breaks this environment file",
                    "{{ $k }}={{ $v | toJSON }}");
        }
        Matcher secret = SECRET.matcher(text);
        while (secret.find()) {
            if (secret.group(1).startsWith("secret/") && !secret.group(1).startsWith("secret/data/")) {
                add("NMD-110", where, Severity.ADVISORY,
                        "path %s names no data/: it works only while the task may look at the mount's version"
                                .formatted(secret.group(1)),
                        "Write " + secret.group(1).replaceFirst("secret/", "secret/data/"));
            }
        }
    }

    private void services(String where, List<JsonObject> services, Set<String> ports) {
        for (JsonObject service : services) {
            String name = Members.text(service, "Name");
            if (!List.of("nomad").contains(Members.text(service, "Provider"))) {
                add("NMD-111", where, Severity.ADVISORY,
                        "service %s goes to Consul: without Consul on the nodes nothing is placed"
                                .formatted(name),
                        "provider = \"nomad\"");
            }
            String port = Members.text(service, "PortLabel");
            boolean known = port.isEmpty() || ports.contains(port)
                    || port.chars().allMatch(Character::isDigit);
            if (!known) {
                add("NMD-112", where, Severity.BLOCKING,
                        "service %s uses port %s, which is not there: the allocation fails when it is set up"
                                .formatted(name, port),
                        "Add port \"%s\" to the group's network block.".formatted(port));
            }
        }
    }

    private void add(String code, String where, Severity severity, String message, String fix) {
        String target = "job " + Members.text(job, "ID") + ", " + where;
        Status status = severity == Severity.BLOCKING ? Status.FAIL : Status.WARN;
        findings.add(new CheckResult(code, "The job runs as written", Optional.of(SystemId.NOMAD), target,
                status, severity,
                "In %s: %s.".formatted(target, message), List.of(new Evidence("where", target)),
                Optional.of(new Fix(fix)), at));
    }
}
