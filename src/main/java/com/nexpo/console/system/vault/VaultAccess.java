package com.nexpo.console.system.vault;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.CheckResult.Status;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.model.Target;
import com.nexpo.console.model.Value;
import com.nexpo.console.system.RemoteCall.Repeat;
import com.nexpo.console.system.RemoteHttp.Answer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How each service's Nomad job may read its own secret and nothing else: a policy, and a role of the JWT auth
 * method that gives this policy to that one job.
 */
public final class VaultAccess {
    private static final String POLICY = "policy";
    private static final String ROLE = "role";

    private final VaultConnection vault;
    private final String mount;
    private final String authMount;
    private final String namePrefix;

    /**
     * One service's job.
     *
     * @param place          of its secret, below the mount
     * @param nomadNamespace where the job runs
     */
    public record Workload(String service, String place, String nomadNamespace, String nomadJobId) {}

    /**
     * @param mount      of the KV version 2 engine
     * @param authMount  of the JWT method, such as {@code jwt-nomad}
     * @param namePrefix of policies and roles: {@code nexpo-posthog} gives {@code nexpo-posthog-auth}
     */
    public VaultAccess(VaultConnection vault, String mount, String authMount, String namePrefix) {
        this.vault = vault;
        this.mount = VaultPath.plain(mount);
        this.authMount = VaultPath.plain(authMount);
        this.namePrefix = namePrefix;
    }

    /** The role that the service's job names in its {@code vault} block; the policy has the same name. */
    public String roleName(String service) {
        return namePrefix + "-" + service;
    }

    /**
     * What has to change so that each job can read its secret; a policy or role that is right is a change of
     * {@link Action#NONE}.
     *
     * @throws FailureException also when the auth method is not there, with the command that enables it
     */
    public List<Change> plan(List<Workload> workloads) throws FailureException, InterruptedException {
        requireAuthMount();
        List<Change> changes = new ArrayList<>();
        for (Workload workload : workloads) {
            changes.add(planPolicy(workload, policy(roleName(workload.service()))));
            changes.add(planRole(workload, role(roleName(workload.service()))));
        }
        return changes;
    }

    /** Carries out one change of {@link #plan}; refuses when the policy or role is no longer as it was then. */
    public Outcome apply(Change change, Workload workload) throws InterruptedException {
        if (change.action() == Action.NONE) {
            return Outcome.done("nothing to change");
        }
        String name = roleName(workload.service());
        try {
            boolean isPolicy = change.target().type().equals(POLICY);
            Basis now = isPolicy ? basis(policy(name)) : basis(role(name).map(JsonObject::toString));
            if (!now.equals(change.basis())) {
                return new Outcome.Refused(new Failure(FailureKind.CONFLICT, "VLT-CHANGED",
                        "%s has changed since the plan was made.".formatted(change.target().display()),
                        "Plan again."));
            }
            JsonObject body = isPolicy ? policyBody(workload) : WorkloadRole.of(workload, name);
            String path = isPolicy
                    ? VaultPath.of("sys/policies/acl", name)
                    : VaultPath.of("auth", authMount, "role", name);
            String what = "writing " + change.target().type() + " " + name;
            // The same content twice is the same: safe to repeat.
            VaultConnection.check(what,
                    vault.send(what, Repeat.SAFE, isPolicy ? "PUT" : "POST", path, body));
            return Outcome.done();
        } catch (FailureException e) {
            return Outcome.of(e.failure());
        }
    }

    /** Asks for the rights that {@link #plan} and {@link #apply} need, and for the auth method. */
    public List<CheckResult> permissions(List<Workload> workloads) throws InterruptedException {
        String title = "The JWT auth method for Nomad is enabled";
        List<CheckResult> results = new ArrayList<>();
        try {
            requireAuthMount();
            results.add(new CheckResult("VLT-005", title, Optional.of(SystemId.VAULT), authMount, Status.PASS,
                    CheckResult.Severity.BLOCKING, "auth/%s/ is there, of type jwt.".formatted(authMount),
                    List.of(), Optional.empty(), Instant.now()));
        } catch (FailureException e) {
            results.add(VaultChecks.error("VLT-005", title, e.failure()));
        }
        Map<String, Set<String>> needed = new LinkedHashMap<>();
        for (Workload workload : workloads) {
            String name = roleName(workload.service());
            needed.put(VaultPath.plain("sys/policies/acl", name), Set.of("read", "update"));
            needed.put(VaultPath.plain("auth", authMount, "role", name), Set.of("create", "read", "update"));
        }
        results.add(
                VaultChecks.rights(vault, "VLT-006", "The token may write the policies and roles", needed));
        return results;
    }

    /** The policy's text: reading this one secret and its metadata. */
    public String policyText(Workload workload) {
        Map<String, Set<String>> grants = new LinkedHashMap<>();
        grants.put(VaultPath.plain(mount, "data", workload.place()), Set.of("read"));
        grants.put(VaultPath.plain(mount, "metadata", workload.place()), Set.of("read"));
        return "# PostHog configuration of %s, read only. Written by %s.\n\n".formatted(workload.service(),
                OwnedKeys.OWNER) + Capabilities.policy(grants);
    }

    private JsonObject policyBody(Workload workload) {
        JsonObject body = new JsonObject();
        body.addProperty("policy", policyText(workload));
        return body;
    }

    private Change planPolicy(Workload workload, Optional<String> now) {
        String name = roleName(workload.service());
        String wanted = policyText(workload);
        // The server gives the text back byte for byte.
        boolean right = now.filter(wanted::equals).isPresent();
        List<FieldChange> fields = right
                ? List.of()
                : List.of(new FieldChange("policy", now.map(Value::known).orElse(Value.absent()),
                        Value.known(wanted)));
        return change(POLICY, name, now.isPresent(), fields, basis(now), right
                ? "It grants what is needed."
                : "The job of %s may read its own secret and nothing else.".formatted(workload.service()));
    }

    private Change planRole(Workload workload, Optional<JsonObject> now) {
        String name = roleName(workload.service());
        List<FieldChange> fields = WorkloadRole.differences(WorkloadRole.of(workload, name), now);
        return change(ROLE, name, now.isPresent(), fields, basis(now.map(JsonObject::toString)),
                fields.isEmpty()
                        ? "It is bound to the job."
                        : "Only job %s in Nomad's namespace %s gets the policy.".formatted(
                                workload.nomadJobId(),
                                workload.nomadNamespace()));
    }

    private Change change(String type, String name, boolean there, List<FieldChange> fields, Basis basis,
            String reason) {
        Action action = fields.isEmpty() ? Action.NONE : there ? Action.UPDATE : Action.CREATE;
        String id = type.equals(ROLE) ? authMount + "/" + name : name;
        return new Change(new Target(SystemId.VAULT, type, id), action, fields, basis, reason);
    }

    private Optional<String> policy(String name) throws FailureException, InterruptedException {
        String what = "reading policy " + name;
        Answer answer = vault.get(what, VaultPath.of("sys/policies/acl", name));
        if (answer.status() == 404) {
            return Optional.empty();
        }
        return Optional.of(VaultConnection.data(what, answer).get("policy").getAsString());
    }

    private Optional<JsonObject> role(String name) throws FailureException, InterruptedException {
        String what = "reading role " + authMount + "/" + name;
        Answer answer = vault.get(what, VaultPath.of("auth", authMount, "role", name));
        if (answer.status() == 404 && VaultFailures.errors(answer).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(VaultConnection.data(what, answer));
    }

    /** The list of mounts shows every auth method in which the token has some right. */
    private void requireAuthMount() throws FailureException, InterruptedException {
        String what = "asking for the auth methods";
        JsonObject data = VaultConnection.data(what, vault.get(what, "sys/internal/ui/mounts"));
        JsonElement found = data.getAsJsonObject("auth").get(authMount + "/");
        if (found == null) {
            throw new FailureException(new Failure(FailureKind.NOT_FOUND, "VLT-AUTH",
                    "Vault shows no auth method at auth/%s/: it is not enabled, or this token has no right in it."
                            .formatted(authMount),
                    "Enable it, then give it Nomad's keys: vault auth enable -path=%s jwt; vault write auth/%s/config jwks_url=<nomad address>/.well-known/jwks.json jwt_supported_algs=RS256,EdDSA"
                            .formatted(authMount, authMount)));
        }
        String type = found.getAsJsonObject().get("type").getAsString();
        if (!type.equals("jwt") && !type.equals("oidc")) {
            throw new FailureException(new Failure(FailureKind.INVALID, "VLT-AUTH",
                    "Vault's auth method at auth/%s/ is of type %s, not jwt.".formatted(authMount, type),
                    "Give the mount of the JWT method in the profile."));
        }
    }

    /** Neither policies nor roles have a version on every server, so their content stands for it. */
    private static Basis basis(Optional<String> content) {
        if (content.isEmpty()) {
            return Basis.notThere();
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(content.get().getBytes(StandardCharsets.UTF_8));
            return Basis.at("content", HexFormat.of().formatHex(digest, 0, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
