package com.nexpo.console.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialects;
import com.nexpo.console.profile.BrokenProfiles.Broken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema that editors read and the reader agree. */
class ProfileSchemaTest {
    private static final Path FILE = Path.of("resources/com/nexpo/console/profile/profile.schema.json");
    private static final SchemaRegistry REGISTRY = SchemaRegistry
            .withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Schema SCHEMA = REGISTRY.getSchema(text(FILE), InputFormat.JSON);
    /** Asks for every member: each credential, and S3 as well as local. */
    private static final String EVERYTHING = BrokenProfiles.LEAST.replace("}\n}", """
            , "token": {"ask": true}},
              "terraform": {"backend": {"s3": {}}}
            }""").replace("8200\"", "8200\", \"token\": {\"ask\": true}")
            .replace("\"region\": \"eu\"", "\"region\": \"eu\", \"apiKey\": {\"ask\": true}");

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> errors(String profile) {
        return SCHEMA.validate(profile, InputFormat.JSON).stream().map(Object::toString).toList();
    }

    /** The JSON blocks of {@code docs/profile.md} that are whole profiles. */
    static Stream<String> documented() {
        List<String> examples = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL)
                .matcher(text(Path.of("docs/profile.md")))
                .results().map(block -> block.group(1)).toList();
        assertThat(examples).as("examples in docs/profile.md").hasSize(2);
        return examples.stream();
    }

    @Test
    void theSchemaIsAValidSchema() {
        Schema meta = REGISTRY.getSchema(SchemaLocation.of(Dialects.getDraft202012().getId()));
        assertThat(meta.validate(text(FILE), InputFormat.JSON)).isEmpty();
    }

    @Test
    void theSchemaIsPartOfTheProgram() throws IOException {
        try (var stream = ProfileReader.class.getResourceAsStream("profile.schema.json")) {
            assertThat(stream).isNotNull();
            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(text(FILE));
        }
    }

    @Test
    void theReaderAndTheSchemaKnowTheSameMembers() {
        Set<String> inSchema = new TreeSet<>();
        JsonObject schema = JsonParser.parseString(text(FILE)).getAsJsonObject();
        collect("", schema, schema, inSchema);
        assertThat(new TreeSet<>(ProfileReader.membersAsked(EVERYTHING))).isEqualTo(inSchema);
    }

    private static void collect(String path, JsonObject at, JsonObject root, Set<String> paths) {
        JsonObject object = at;
        if (at.has("$ref")) {
            String name = at.get("$ref").getAsString().substring("#/$defs/".length());
            object = root.getAsJsonObject("$defs").getAsJsonObject(name);
        }
        if (!object.has("properties")) {
            return;
        }
        for (var member : object.getAsJsonObject("properties").entrySet()) {
            String inner = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            paths.add(inner);
            collect(inner, member.getValue().getAsJsonObject(), root, paths);
        }
    }

    @ParameterizedTest
    @MethodSource("documented")
    void bothTakeTheDocumentedExamples(String profile) {
        assertThat(errors(profile)).isEmpty();
        assertThat(ProfileReader.read(profile).problems()).isEmpty();
    }

    @Test
    void bothTakeTheLeastProfile() {
        assertThat(errors(BrokenProfiles.LEAST)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("com.nexpo.console.profile.BrokenProfiles#all")
    void theSchemaRefusesWhatTheReaderRefuses(Broken broken) {
        assertThat(errors(broken.json())).isNotEmpty();
    }

    @Test
    void bothTakeWhatIsUnusualAndRight() {
        List<String> rights = List.of(BrokenProfiles.with("posthog.host", "\"https://eu.posthog.com//\""),
                BrokenProfiles.with("posthog.organizationId", "\"01890000-0000-7000-8000-00000000000A\""),
                BrokenProfiles.with("vault.address", "\"HTTPS://ops.example.com/vault/\""),
                BrokenProfiles.with("vault.caCert", "\"~\""),
                BrokenProfiles.with("vault.prefix", "\"a/b/c\""),
                BrokenProfiles.with("nomad.jobs", "{\"auth\": {\"note\": \"\"}}"),
                BrokenProfiles.with("nomad.token", "{\"none\": true}"), BrokenProfiles.with("stores", "[]"),
                BrokenProfiles.with("terraform", "{}"), BrokenProfiles.with("terraform.backend", "{}"),
                BrokenProfiles.with("aws.region", "\"us-gov-west-1\""));
        for (String right : rights) {
            assertThat(ProfileReader.read(right).problems()).as(right).isEmpty();
            assertThat(errors(right)).as(right).isEmpty();
        }
    }

    @Test
    void everyDefaultInTheSchemaIsTheReadersAndIsAllowed() {
        JsonObject schema = JsonParser.parseString(text(FILE)).getAsJsonObject();
        Profile least = ProfileReader.read(BrokenProfiles.LEAST).profile().orElseThrow();
        int[] count = {0};
        defaults("", schema, (path, value) -> {
            String given = BrokenProfiles.with(path, value.toString());
            assertThat(ProfileReader.read(given).profile()).as(path).contains(least);
            assertThat(errors(given)).as(path).isEmpty();
            count[0]++;
        });
        assertThat(count[0]).isGreaterThan(10);
    }

    private static void defaults(String path, JsonObject schema, BiConsumer<String, JsonElement> found) {
        if (schema.has("default")) {
            found.accept(path, schema.get("default"));
        }
        if (schema.has("properties")) {
            schema.getAsJsonObject("properties").entrySet().forEach(member -> defaults(
                    path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
                    member.getValue().getAsJsonObject(), found));
        }
    }
}
