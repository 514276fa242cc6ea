package com.nexpo.console.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong input: exit 2, a sentence that says what would be right, and nothing is touched. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrongInputTest {
    private Path folder;
    private SandboxConsole console;
    private DeployedState before;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        console = SandboxConsole.start(temporary);
        before = console.state();
    }

    @AfterAll
    void stop() {
        console.close();
    }

    /** Options and what has to be in the sentence. */
    record Wrong(String name, List<String> options, List<String> words) {
        Wrong(String name, List<String> options, String... words) {
            this(name, options, List.of(words));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Wrong> options() {
        return Stream.of(
                new Wrong("unknown step", List.of("--step=confg", "--services=auth"),
                        "There is no step confg", "Did you mean config?"),
                new Wrong("a step's number that there is not", List.of("--step=42"), "There is no step 42",
                        "The steps are"),
                new Wrong("unknown service", List.of("--services=auht"), "There is no service auht",
                        "Did you mean auth?"),
                new Wrong("unknown toggle", List.of("--set=auth.track_gogle_login=true"),
                        "There is no toggle auth.track_gogle_login",
                        "Did you mean auth.track_google_login?"),
                new Wrong("a switch that is neither on nor off",
                        List.of("--set=auth.track_google_login=perhaps"),
                        "auth.track_google_login wants true or false, not perhaps"),
                new Wrong("a rollout that is no number", List.of("--set=rollout.security-monitoring=half"),
                        "The rollout of security-monitoring is a whole number of per cent from 0 to 100, not half"),
                new Wrong("a rollout above all users", List.of("--set=rollout.security-monitoring=250"),
                        "security-monitoring", "100"),
                new Wrong("a rollout of no flag", List.of("--set=rollout.securty-monitoring=25"),
                        "There is no flag securty-monitoring. Did you mean security-monitoring?"),
                new Wrong("a run that there is not", List.of("--resume=20200101-000000-abcd"),
                        "There is no run 20200101-000000-abcd"),
                new Wrong("a run that is a path", List.of("--resume=../../../../profile"), "There is no run"),
                new Wrong("a blueprint folder that there is not", List.of("--blueprint=/nowhere/blueprint"),
                        "/nowhere/blueprint"),
                new Wrong("an option that there is not", List.of("--aprove"), "--aprove", "--approve"));
    }

    @ParameterizedTest
    @MethodSource("options")
    void isRefusedInWords(Wrong wrong) throws IOException {
        List<String> options = new ArrayList<>(wrong.options());
        options.add("--approve");

        Said said = console.deploy(options.toArray(String[]::new));

        assertThat(said.exit()).as(said.toString()).isEqualTo(2);
        assertThat(said.err()).contains(wrong.words().toArray(String[]::new));
        assertNothingTouched();
    }

    @Test
    void anUnknownProfileIsRefusedWithTheNearestName() throws IOException {
        Said said = console.run(List.of("deploy", "--profile", "sandbx", "--approve", "--json"));
        assertThat(said.exit()).isEqualTo(2);
        assertThat(said.err()).contains("There is no profile sandbx").contains("Did you mean sandbox?");
        assertThat(said.lines("problem")).hasSize(1);
        assertNothingTouched();
    }

    @Test
    void everyProblemOfABrokenProfileIsTold() throws IOException {
        JsonObject profile = JsonParser.parseString(Files.readString(Path.of(console.profile())))
                .getAsJsonObject();
        profile.getAsJsonObject("vault").addProperty("addres", "http://127.0.0.1:1");
        profile.getAsJsonObject("posthog").addProperty("host", "not an address");
        Said said = deployWith("broken.json", profile.toString());
        assertThat(said.exit()).isEqualTo(2);
        assertThat(said.err()).contains("addres").contains("host");

        Said cut = deployWith("cut.json", "{\"schema\": 1, \"name\": ");
        assertThat(cut.exit()).isEqualTo(2);
        assertThat(cut.err()).contains("cut.json");
        assertNothingTouched();
    }

    @Test
    void aBrokenBlueprintIsRefused() throws IOException {
        Path blueprint = Files.createDirectories(folder.resolve("blueprint"));
        Path module = Files
                .createDirectories(blueprint.resolve("terraform/microservices/auth/modules/posthog"));
        Files.writeString(module.resolve("catalog.json"), "{\"schema\": 1,");
        Said said = console.deploy("--approve", "--blueprint", blueprint.toString());
        assertThat(said.exit()).as(said.toString()).isEqualTo(2);
        assertThat(said.err()).contains("catalog.json");
        assertNothingTouched();
    }

    @Test
    void aReadOnlyProfileAppliesNothing() throws IOException {
        JsonObject profile = JsonParser.parseString(Files.readString(Path.of(console.profile())))
                .getAsJsonObject();
        profile.addProperty("readOnly", true);
        Said said = deployWith("readonly.json", profile.toString());
        assertThat(said.exit()).as(said.toString()).isEqualTo(2);
        assertThat(said.err()).contains("read-only").contains("--plan-only");
        assertNothingTouched();
    }

    private Said deployWith(String name, String profile) throws IOException {
        Path file = Files.writeString(folder.resolve(name), profile);
        return console.run(List.of("deploy", "--profile", file.toString(), "--approve", "--json"));
    }

    private void assertNothingTouched() throws IOException {
        assertThat(console.state().differences(before)).isEmpty();
        assertThat(console.journals()).isEmpty();
        assertThat(console.environmentFolder().resolve("choices.json")).doesNotExist();
        assertThat(console.environmentFolder().resolve("workspace/terraform.tfvars.json")).doesNotExist();
    }
}
