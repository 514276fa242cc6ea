package com.nexpo.console.blueprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BrokenBlueprintTest {

    private static final String AUTH = "terraform/microservices/auth/modules/posthog/catalog.json";

    @TempDir
    Path folder;

    @BeforeEach
    void copy() throws IOException {
        BlueprintFolder.copyTo(folder);
    }

    /** What is replaced in the auth catalog, by what, where the problem is, and a part of what is said. */
    static Stream<Arguments> breaks() {
        String flag = "\"key\": \"social-login-analytics\"";
        return Stream.of(
                arguments("\"schema\": 1", "\"schema\": 2", "$.schema", "reads format 1"),
                arguments("\"schema\": 1,", "", "$.schema", "missing"),
                arguments("\"kind\": \"service\"", "\"kind\": \"servis\"", "$.kind", "shared or service"),
                arguments("\"service\": \"auth\"", "\"service\": \"login\"", "$.module", "login_posthog"),
                arguments("\"title\": \"Auth service\"", "\"titel\": \"Auth service\"", "$.titel", "unknown"),
                arguments("\"title\": \"Auth service\"", "\"titel\": \"Auth service\"", "$.title", "missing"),
                arguments("\"api_gateway_posthog\"]", "\"gateway_posthog\"]", "$.needs[0]", "no module"),
                arguments("\"api_gateway_posthog\"]", "\"payments_posthog\", \"api_gateway_posthog\"]",
                        "$.needs",
                        "circle"),
                arguments(flag, "\"key\": \"Social Login\"", "$.flags[0]", "no valid name"),
                arguments(flag, "\"key\": \"fraud-detection\"", "$.flags", "also in"),
                arguments("\"rollout\": 100", "\"rollout\": 0.5", "$.flags[0].rollout",
                        "whole number from 0 to 100"),
                arguments("\"rollout\": 100", "\"rollout\": 101", "$.flags[0].rollout",
                        "whole number from 0 to 100"),
                arguments("\"rollout\": 100", "\"rollout\": \"100\"", "$.flags[0].rollout", "a number"),
                arguments("\"tags\": [\"auth\", \"terraform\"]", "\"tags\": []", "$.flags[0].tags",
                        "one tag at least"),
                arguments("\"enable_feature_flags\", \"enable_social_login_analytics\"]",
                        "\"enable_socials\"]",
                        "$.flags[0].when[1]", "no switch"),
                arguments("\"when\": [\"enable_posthog\", \"enable_feature_flags\", \"enable_social",
                        "\"when\": [\"enable_social",
                        "$.flags[0].when", "everything depends on enable_posthog"),
                arguments("\"when\": [\"enable_posthog\", \"enable_analytics\"],\n      \"query\"",
                        "\"when\": [\"enable_posthog\"],\n      \"query\"", "$.insights[0].when",
                        "without the dashboard"),
                arguments("\"from\": \"ingest_host\"", "\"from\": \"host\"", "$.environment[2].from",
                        "variable:NAME"),
                arguments("\"from\": \"variable:track_google_login\"", "\"from\": \"variable:track_gogle\"",
                        "$.environment[8].from", "no variable"),
                arguments(", \"secret\": true", "", "$.environment[0].secret", "not marked as a secret"),
                arguments("\"name\": \"POSTHOG_PROJECT_ID\"", "\"name\": \"POSTHOG_HOST\"",
                        "$.environment[2]",
                        "there twice"),
                arguments("\"name\": \"POSTHOG_PROJECT_ID\"", "\"name\": \"posthog id\"", "$.environment[1]",
                        "no valid name"),
                arguments("\"interval\": \"day\"", "\"interval\": null",
                        "$.insights[0].query.source.interval", "null"),
                arguments("\"interval\": \"day\"", "\"version\": 2", "$.insights[0].query.source.version",
                        "strips"),
                arguments("\"name\": \"sampling_rate\", \"type\": \"number\", \"default\": 1.0",
                        "\"name\": \"sampling_rate\","
                                + " \"type\": \"number\", \"default\": 1.5",
                        "$.variables[21].default", "from 0 to 1"),
                arguments("\"type\": \"bool\", \"default\": true", "\"type\": \"boolean\", \"default\": true",
                        "$.variables[0].type", "bool, number, string"),
                arguments("\"set_by\": \"services\"", "\"set_by\": \"chance\"", "$.variables[0].set_by",
                        "module:NAME"),
                arguments("module:api_gateway_posthog.posthog_project_id",
                        "module:user_posthog.posthog_project_id",
                        "$.variables[15].set_by", "it needs"),
                arguments("\"nomad\": {\"job\": \"auth-service\", ", "\"nomad\": {", "$.nomad.job",
                        "missing"),
                arguments("\"variables\": [", "\"variables\": [7, ", "$.variables[0]", "not an object"),
                arguments("{\n  \"schema\"", "{\n  schema", "$", "not JSON"));
    }

    @ParameterizedTest(name = "{1} is a problem at {2}")
    @MethodSource("breaks")
    void aBrokenCatalogIsRefusedWithFilePlaceAndReason(String part, String by, String path, String says)
            throws IOException {
        Path file = folder.resolve(AUTH);
        String text = Files.readString(file);
        assertThat(text).contains(part);
        int at = text.indexOf(part);
        Files.writeString(file, text.substring(0, at) + by + text.substring(at + part.length()));
        assertThat(problems()).anySatisfy(p -> {
            assertThat(p.path()).isEqualTo(path);
            assertThat(p.file()).endsWith("catalog.json");
            assertThat(p.toString()).contains(says).endsWith(".");
        });
    }

    @Test
    void allProblemsOfAllFilesAreToldAtOnce() throws IOException {
        for (String service : List.of("auth", "user")) {
            Path file = folder.resolve(AUTH.replace("auth", service));
            Files.writeString(file, Files.readString(file).replace("\"rollout\": 100", "\"rollout\": -1"));
        }
        assertThat(problems()).hasSize(5).extracting(Problem::file).contains(AUTH,
                AUTH.replace("auth", "user"));
    }

    @Test
    void aFolderWithoutItsCatalogIsNamed() throws IOException {
        Files.delete(folder.resolve(AUTH));
        assertThat(problems())
                .containsExactly(new Problem(AUTH, "$", "there is no such file", "a module has a catalog"));
    }

    @Test
    void anEmptyFolderIsNoBlueprint(@TempDir Path empty) {
        folder = empty;
        assertThat(problems()).extracting(Problem::file).contains("terraform/microservices",
                "terraform/shared/posthog/catalog.json");
    }

    @Test
    void aCatalogThatIsNotUtf8IsRefused() throws IOException {
        Files.write(folder.resolve(AUTH), new byte[]{'{', '"', (byte) 0xff, '"', '}'});
        assertThat(problems()).extracting(Problem::wrong).containsExactly("it is not UTF-8");
    }

    private List<Problem> problems() {
        try {
            Blueprint.read(folder);
            return List.of();
        } catch (BrokenBlueprintException e) {
            return e.problems();
        }
    }
}
