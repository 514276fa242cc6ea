package com.nexpo.console.system.vault;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The role of the JWT method that a Nomad job logs in with.
 *
 * @see <a href="https://developer.hashicorp.com/nomad/docs/secure/vault/acl">Nomad's workload identity for Vault</a>
 */
final class WorkloadRole {
    /** The audience of the identity that Nomad makes for Vault. */
    private static final String AUDIENCE = "vault.io";
    private static final long PERIOD_SECONDS = 1800;

    private WorkloadRole() {}

    /** The role as it should read: one job, one policy. */
    static JsonObject of(VaultAccess.Workload workload, String policy) {
        JsonObject role = new JsonObject();
        role.addProperty("role_type", "jwt");
        role.add("bound_audiences", list(AUDIENCE));
        JsonObject bound = new JsonObject();
        bound.addProperty("nomad_job_id", workload.nomadJobId());
        bound.addProperty("nomad_namespace", workload.nomadNamespace());
        role.add("bound_claims", bound);
        // An empty claim type would match globs; the names are meant literally.
        role.addProperty("bound_claims_type", "string");
        role.addProperty("user_claim", "/nomad_job_id");
        role.addProperty("user_claim_json_pointer", true);
        JsonObject mappings = new JsonObject();
        for (String claim : List.of("nomad_job_id", "nomad_namespace", "nomad_task")) {
            mappings.addProperty(claim, claim);
        }
        role.add("claim_mappings", mappings);
        role.add("token_policies", list(policy));
        role.addProperty("token_type", "service");
        role.addProperty("token_period", PERIOD_SECONDS);
        return role;
    }

    /** Field by field; what we do not set is not looked at. */
    static List<FieldChange> differences(JsonObject wanted, Optional<JsonObject> now) {
        List<FieldChange> fields = new ArrayList<>();
        wanted.entrySet().forEach(entry -> {
            Optional<JsonElement> before = now.map(role -> role.get(entry.getKey()));
            if (!before.equals(Optional.of(entry.getValue()))) {
                fields.add(new FieldChange(entry.getKey(),
                        before.map(v -> Value.known(v.toString())).orElse(Value.absent()),
                        Value.known(entry.getValue().toString())));
            }
        });
        return fields;
    }

    private static JsonArray list(String only) {
        JsonArray list = new JsonArray();
        list.add(only);
        return list;
    }
}
