package com.nexpo.console.system.nomad;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Evidence;
import com.nexpo.console.model.CheckResult.Fix;
import com.nexpo.console.model.CheckResult.Severity;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.SystemId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether the token is good, and may do what a deployment needs; asked with Nomad's own means. */
public final class NomadChecks {
    private static final List<String> NEEDED = List.of("submit-job", "read-job", "parse-job", "read-logs");

    private final NomadApi api;
    private final InstantSource clock;

    public NomadChecks(NomadApi api, InstantSource clock) {
        this.api = api;
        this.clock = clock;
    }

    /** All of them; the later ones are skipped when an earlier one makes them pointless. */
    public List<CheckResult> permissions() throws InterruptedException {
        List<CheckResult> results = new ArrayList<>();
        results.add(reachable());
        if (results.getFirst().status() != Status.PASS) {
            return results;
        }
        try {
            JsonObject self = api.get("reading the token", "/v1/acl/token/self").object();
            results.add(token(self));
            if (results.getLast().status() != Status.FAIL) {
                results.add(capabilities(self));
                results.add(namespace());
                results.add(vault());
            }
        } catch (FailureException e) {
            results.add(refused("NMD-002", "The Nomad token is valid", e));
        }
        return results;
    }

    private CheckResult reachable() throws InterruptedException {
        try {
            String leader = api.get("asking for the leader", "/v1/status/leader").json().getAsString();
            return result("NMD-001", "Nomad answers and has a leader",
                    leader.isEmpty() ? Status.FAIL : Status.PASS,
                    leader.isEmpty()
                            ? "The region %s has no leader.".formatted(api.region())
                            : "The leader of region %s is %s.".formatted(api.region(), leader),
                    Optional.empty());
        } catch (FailureException e) {
            return refused("NMD-001", "Nomad answers and has a leader", e);
        } catch (UnsupportedOperationException | IllegalStateException e) {
            return result("NMD-001", "Nomad answers and has a leader", Status.ERROR,
                    "What answers there is no Nomad.",
                    Optional.of(new Fix("Look at the profile's Nomad address.")));
        }
    }

    /** 200 is not "logged in": without a token, and without ACL, Nomad answers 200 too. */
    private CheckResult token(JsonObject self) {
        String title = "The Nomad token is valid";
        return switch (Members.text(self, "AccessorID")) {
            case "acls-disabled" -> result("NMD-002", title, Status.WARN,
                    "This Nomad has no access control: everybody who reaches it may do everything.",
                    Optional.of(new Fix("Enable ACL on the servers.")));
            case "anonymous" -> result("NMD-002", title, Status.FAIL,
                    "No token was sent: Nomad takes the caller for anonymous.",
                    Optional.of(new Fix("Set NOMAD_TOKEN, or name the token's source in the profile.")));
            default -> result("NMD-002", title, Status.PASS, "The token is \"%s\" (%s), valid %s."
                    .formatted(Members.text(self, "Name"), Members.text(self, "Type"),
                            Members.text(self, "ExpirationTime").isEmpty()
                                    ? "without end"
                                    : "until " + Members.text(self, "ExpirationTime")),
                    Optional.empty());
        };
    }

    private CheckResult capabilities(JsonObject self) throws FailureException, InterruptedException {
        String title = "The token may deploy jobs in namespace " + api.namespace();
        boolean all = Members.text(self, "Type").equals("management")
                || Members.text(self, "AccessorID").equals("acls-disabled");
        if (all) {
            return result("NMD-003", title, Status.PASS, "It may do everything.", Optional.empty());
        }
        Set<String> granted = new LinkedHashSet<>();
        for (String policy : Members.texts(self, "Policies")) {
            // A token may name a policy that does not exist.
            api.find("reading policy " + policy, "/v1/acl/policy/" + NomadApi.encode(policy))
                    .flatMap(p -> Members.object(p, "RulesJSON"))
                    .ifPresent(rules -> granted.addAll(grantedBy(rules)));
        }
        List<String> missing = NEEDED.stream().filter(capability -> !granted.contains(capability)).toList();
        List<Evidence> evidence = List.of(new Evidence("needed", String.join(", ", NEEDED)),
                new Evidence("granted", String.join(", ", granted)));
        return new CheckResult("NMD-003", title, Optional.of(SystemId.NOMAD), api.namespace(),
                missing.isEmpty() ? Status.PASS : Status.FAIL, Severity.BLOCKING,
                missing.isEmpty()
                        ? "It has every capability that is needed."
                        : "It lacks " + String.join(", ", missing) + ".",
                evidence,
                missing.isEmpty()
                        ? Optional.empty()
                        : Optional
                                .of(new Fix("Add to its policy: namespace \"%s\" { capabilities = [\"%s\"] }"
                                        .formatted(api.namespace(), String.join("\", \"", NEEDED)))),
                clock.instant());
    }

    /** The most specific rule of a policy counts: a name before a pattern. */
    private List<String> grantedBy(JsonObject rules) {
        List<JsonObject> namespaces = Members.objects(rules, "Namespaces");
        Optional<JsonObject> exact = namespaces.stream()
                .filter(n -> Members.text(n, "Name").equals(api.namespace()))
                .findFirst();
        return exact.or(() -> namespaces.stream().filter(n -> matches(Members.text(n, "Name")))
                .max(java.util.Comparator.comparingInt(n -> Members.text(n, "Name").length())))
                .map(n -> Members.texts(n, "Capabilities")).orElse(List.of());
    }

    private boolean matches(String pattern) {
        return pattern.contains("*")
                && api.namespace().matches(java.util.regex.Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
    }

    private CheckResult namespace() throws InterruptedException {
        String title = "Namespace " + api.namespace() + " exists";
        try {
            JsonElement all = api.get("reading namespaces", "/v1/namespaces").json();
            boolean there = Members.objects(all).stream()
                    .anyMatch(n -> Members.text(n, "Name").equals(api.namespace()));
            return result("NMD-004", title, there ? Status.PASS : Status.FAIL,
                    there ? "It is there." : "It is not there, or the token may not see it.",
                    there
                            ? Optional.empty()
                            : Optional.of(new Fix("Create it, or correct the profile.",
                                    "nomad namespace apply " + api.namespace())));
        } catch (FailureException e) {
            return refused("NMD-004", title, e);
        }
    }

    /** The agent's own configuration tells, if the token may read it; else the plan of the job will. */
    private CheckResult vault() throws InterruptedException {
        String title = "Nomad is connected to Vault";
        try {
            JsonObject config = Members
                    .object(api.get("reading the agent", "/v1/agent/self").object(), "config")
                    .orElseGet(JsonObject::new);
            boolean enabled = Members.objects(config, "Vaults").stream()
                    .anyMatch(v -> Members.truth(v, "Enabled"));
            boolean identity = Members.objects(config, "Vaults").stream()
                    .anyMatch(v -> Members.object(v, "DefaultIdentity").isPresent());
            if (enabled && !identity) {
                return result("NMD-005", title, Status.WARN,
                        "The agent has no default identity for Vault: each task needs an identity block.",
                        Optional.of(new Fix(
                                "vault { default_identity { aud = [\"vault.io\"] } } in the agent's configuration.")));
            }
            return result("NMD-005", title, enabled ? Status.PASS : Status.FAIL,
                    enabled
                            ? "Tasks log in with their workload identity."
                            : "The agent has no Vault: a job with a vault block is refused.",
                    enabled
                            ? Optional.empty()
                            : Optional.of(new Fix("Add a vault block to the agent's configuration.")));
        } catch (FailureException e) {
            if (e.failure().kind() == FailureKind.DENIED) {
                return new CheckResult("NMD-005", title, Optional.of(SystemId.NOMAD), "", Status.SKIPPED,
                        Severity.ADVISORY,
                        "The token may not read the agent; planning the job will tell.", List.of(),
                        Optional.empty(),
                        clock.instant());
            }
            return refused("NMD-005", title, e);
        }
    }

    private CheckResult refused(String code, String title, FailureException e) {
        Status status = e.failure().kind() == FailureKind.DENIED ? Status.FAIL : Status.ERROR;
        return result(code, title, status, e.failure().message(), e.failure().fix().map(Fix::new));
    }

    private CheckResult result(String code, String title, Status status, String message, Optional<Fix> fix) {
        Severity severity = status == Status.WARN ? Severity.ADVISORY : Severity.BLOCKING;
        return new CheckResult(code, title, Optional.of(SystemId.NOMAD), "", status, severity, message,
                List.of(), fix,
                clock.instant());
    }
}
