package com.nexpo.console.sandbox.nomad;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.testing.Eventually;
import com.nexpo.console.testing.Shape;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** An emulator that is asked what was asked of a real Nomad; status, headers and body are compared. */
final class Replay implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(15);

    final NomadEmulator nomad;
    final Wire wire;
    final Shape shape = new Shape(Set.of("Meta", "stats", "config", "[].TaskStates", "TaskStates",
            // Whether a member that is null in one is filled in the other depends on the moment.
            "[].DeploymentStatus?", "DeploymentStatus?", "[].RescheduleTracker?", "Job", "DeploymentID?",
            "Versions[].Meta", "Versions[].VersionTag?", "VersionTag?", "Versions[].TaskGroups",
            "TaskGroups[].Tasks[].Env",
            "Versions[].UI?", "AllocatedResources", "Metrics", "Diffs", "Resources", "TaskResources",
            "SharedResources", "CreatedEvals[].ClassEligibility", "Members[].Tags", "[].Drivers",
            "[].Attributes?", "[].DeploymentID?"));

    /** @param settings without ACL: requests carry no token */
    Replay(NomadSettings settings, VaultAccess vault) {
        this.nomad = new NomadEmulator(0, settings, vault);
        this.wire = new Wire(nomad.address(), "");
    }

    static NomadSettings settings() {
        return NomadSettings.sandbox("").withoutAcl().withDrivers("raw_exec").withSpeed(20);
    }

    @Override
    public void close() {
        nomad.close();
    }

    JsonObject job(String variables) throws Exception {
        return wire.parse("api-gateway.rawexec", variables);
    }

    JsonObject register(JsonObject job) throws Exception {
        return wire.put("/v1/jobs", Json.of("Job", job));
    }

    JsonObject deployment() throws Exception {
        return wire.getObject("/v1/job/api-gateway/deployment");
    }

    void until(String status) throws Exception {
        Eventually.holds("deployment " + status, LIMIT,
                () -> wire.get("/v1/job/api-gateway/deployment") instanceof JsonObject d
                        && Json.text(d, "Status").equals(status));
    }

    void untilDescribed(String words) throws Exception {
        Eventually.holds(words, LIMIT, () -> Json.text(deployment(), "StatusDescription").contains(words)
                && Json.number(Deployments.group(deployment(), "api-gateway"), "HealthyAllocs") > 0);
    }

    /** Asks as recorded, at another path because ids differ, and compares. */
    void same(String name, String path, String body) throws Exception {
        Recorded recorded = Recorded.load(name);
        HttpResponse<String> answer = wire.send(recorded.method(), path, body);
        assertThat(answer.statusCode()).as("%s: %s", name, answer.body()).isEqualTo(recorded.status());
        for (String header : List.of("X-Nomad-Index", "X-Nomad-Knownleader", "X-Nomad-Lastcontact")) {
            assertThat(answer.headers().firstValue(header).isPresent()).as(name + " " + header)
                    .isEqualTo(!recorded.header(header).isEmpty());
        }
        if (recorded.isText()) {
            assertThat(answer.body()).as(name).isEqualTo(recorded.bodyText());
        } else if (!recorded.isShortened() && !answer.body().isEmpty()) {
            assertThat(shape.differences(recorded.body(), JsonParser.parseString(answer.body()))).as(name)
                    .isEmpty();
        }
    }

    void same(String name) throws Exception {
        Recorded recorded = Recorded.load(name);
        same(name, recorded.path(), recorded.sent());
    }

    /** The job's first allocation. */
    JsonObject allocation(String jobId) throws Exception {
        Eventually.holds("an allocation of " + jobId, LIMIT,
                () -> wire.get("/v1/job/" + jobId + "/allocations") instanceof JsonArray all
                        && !all.isEmpty());
        return wire.get("/v1/job/" + jobId + "/allocations").getAsJsonArray().get(0).getAsJsonObject();
    }
}
