package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.nexpo.console.model.ChangeId;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Outcome;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrphansTest {
    @Test
    void afterACutEveryCreationIsLookedForByKeyOrName() throws IOException {
        List<Orphans.Candidate> candidates = Orphans
                .candidates(Recorded.plan("posthog/show-plan-create.json"), Map.of(), true);

        assertThat(candidates).extracting(Orphans.Candidate::type, Orphans.Candidate::name)
                .contains(tuple("posthog_feature_flag", "security-monitoring"),
                        tuple("posthog_insight", "login-attempts"),
                        tuple("posthog_project", "nexpo-auth-prod"))
                .hasSize(8);
        assertThat(candidates)
                .allSatisfy(c -> assertThat(c.suspicion()).isEqualTo(Orphans.Suspicion.WITHOUT_STATE));
        assertThat(candidates).filteredOn(c -> c.type().equals("posthog_project"))
                .allSatisfy(c -> assertThat(c.organization()).isPresent());
    }

    @Test
    void whatWasNotBegunIsNotLookedForUnlessTheApplyWasCut() throws IOException {
        assertThat(Orphans.candidates(Recorded.plan("posthog/show-plan-create.json"), Map.of(), false))
                .isEmpty();
    }

    @Test
    void theOutcomeSaysWhatMayExist() throws IOException {
        TerraformPlan plan = Recorded.plan("posthog/show-plan-create.json");
        Map<ChangeId, Outcome> outcomes = new HashMap<>();
        for (PlannedResource resource : plan.resources()) {
            outcomes.put(resource.change().id(), switch (resource.type()) {
                case "posthog_insight" -> Outcome.done();
                case "posthog_feature_flag" -> resource.address().contains("security")
                        ? Outcome.of(new Failure(FailureKind.CONFLICT, "TF-EXISTS", "exists"))
                        : Outcome.of(new Failure(FailureKind.DENIED, "TF-SCOPE", "no"));
                case "posthog_dashboard" ->
                    Outcome.of(new Failure(FailureKind.TIMEOUT, "TF-TIMEOUT", "?").possiblyDone());
                default ->
                    Outcome.of(new Failure(FailureKind.INTERNAL, "TF-INCONSISTENT", "in the state, tainted"));
            });
        }

        assertThat(Orphans.candidates(plan, outcomes, false))
                .extracting(Orphans.Candidate::name, Orphans.Candidate::suspicion).containsExactlyInAnyOrder(
                        tuple("login-attempts", Orphans.Suspicion.TWICE),
                        tuple("security-events", Orphans.Suspicion.TWICE),
                        tuple("security-monitoring", Orphans.Suspicion.WITHOUT_STATE),
                        tuple("Auth service", Orphans.Suspicion.WITHOUT_STATE));
    }

    @Test
    void importIdsAreThoseOfTheProvider() {
        assertThat(Orphans.importId("posthog_feature_flag", "1001", "org", "7")).contains("1001/7");
        assertThat(Orphans.importId("posthog_project", "1001", "org", "1001")).contains("org/1001");
        assertThat(Orphans.importId("posthog_project_settings", "1001", "org", "")).contains("1001");
        assertThat(Orphans.importId("posthog_access_control", "1001", "org", "7")).isEmpty();
    }

    @Test
    void theImportsFileIsHclThatMeansWhatItSays() {
        assertThat(Orphans.importsFile(List.of(
                new Orphans.Adoption("module.a.posthog_feature_flag.this[\"k\"]", "1001/7"),
                new Orphans.Adoption("b.c", "od\"d${x}")))).isEqualTo("""
                        import {
                          to = module.a.posthog_feature_flag.this["k"]
                          id = "1001/7"
                        }

                        import {
                          to = b.c
                          id = "od\\"d$${x}"
                        }
                        """);
    }
}
