package com.nexpo.console.sandbox.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of "Vault policies", which decide what a token may do. */
class PoliciesTest {
    private final Policies policies = new Policies(Clock.systemUTC());

    private Iterable<String> granted(String policy, String path) {
        policies.write("p", policy);
        return policies.capabilities(List.of("p"), path);
    }

    @Test
    void aStarMatchesAnyRestAndAPlusOneSegment() {
        assertThat(granted("path \"a/*\" { capabilities = [\"read\"] }", "a/b/c")).containsExactly("read");
        assertThat(granted("path \"a/*\" { capabilities = [\"read\"] }", "a")).containsExactly("deny");
        assertThat(granted("path \"a/+/c\" { capabilities = [\"read\"] }", "a/b/c")).containsExactly("read");
        assertThat(granted("path \"a/+/c\" { capabilities = [\"read\"] }", "a/b/x/c"))
                .containsExactly("deny");
        assertThat(granted("path \"a/te*\" { capabilities = [\"read\"] }", "a/team/x"))
                .containsExactly("read");
    }

    @Test
    void theMoreSpecificPathDecidesAlone() {
        String policy = """
                path "a/*"   { capabilities = ["read", "update"] }
                path "a/b/*" { capabilities = ["list"] }
                path "a/b/c" { capabilities = ["create"] }
                path "a/+/d" { capabilities = ["delete"] }
                """;
        assertThat(granted(policy, "a/x")).containsExactly("read", "update");
        assertThat(granted(policy, "a/b/x")).containsExactly("list");
        assertThat(granted(policy, "a/b/c")).containsExactly("create");
        // The wildcard of a/b/* comes later than that of a/+/d.
        assertThat(granted(policy, "a/b/d")).containsExactly("list");
        assertThat(granted(policy, "a/x/d")).containsExactly("delete");
    }

    @Test
    void denyWinsOnTheSamePathAndPoliciesAddUp() {
        policies.write("one", "path \"a\" { capabilities = [\"read\"] }");
        policies.write("two", "path \"a\" { capabilities = [\"update\"] }");
        policies.write("no", "path \"a\" { capabilities = [\"deny\"] }");

        assertThat(policies.capabilities(List.of("one", "two"), "a")).containsExactly("read", "update");
        assertThat(policies.capabilities(List.of("one", "no"), "a")).containsExactly("deny");
        assertThat(policies.capabilities(List.of("nobody"), "a")).containsExactly("deny");
        assertThat(policies.capabilities(List.of("root"), "a")).containsExactly("root");
    }

    @Test
    void commentsOldWordsJsonAndBase64AreRead() {
        assertThat(granted("""
                # one
                // two
                /* three
                   four */
                path "a" {
                  policy = "read" # old
                }
                """, "a")).containsExactly("list", "read");
        assertThat(granted("{\"path\":{\"a\":{\"capabilities\":[\"sudo\"]}}}", "a")).containsExactly("sudo");
        assertThat(granted("cGF0aCAiYSIgeyBjYXBhYmlsaXRpZXMgPSBbImxpc3QiXSB9", "a")).containsExactly("list");
    }

    @Test
    void whatIsNoPolicyIsRefused() {
        for (String bad : List.of("path x { }", "path \"a\" { capabilities = [\"read\" }", "paths \"a\" { }",
                "path \"a\" { color = \"red\" }", "path \"a/+*\" { capabilities = [\"read\"] }",
                "{\"path\":5}",
                "path \"a\" { policy = \"all\" }", "path \"a")) {
            assertThatThrownBy(() -> policies.write("p", bad)).as(bad).isInstanceOf(VaultError.class)
                    .hasMessageStartingWith("failed to parse policy");
        }
    }

    @Test
    void whatTheEmulatorDoesNotEvaluateIsRefusedRatherThanIgnored() {
        assertThatThrownBy(() -> policies.write("p",
                "path \"a\" { capabilities = [\"read\"] allowed_parameters = { \"x\" = [] } }"))
                .hasMessageContaining("allowed_parameters");
    }
}
