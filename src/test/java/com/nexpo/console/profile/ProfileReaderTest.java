package com.nexpo.console.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.nexpo.console.profile.BrokenProfiles.Broken;
import com.nexpo.console.profile.Profile.Confirmation;
import com.nexpo.console.profile.Profile.ProjectStrategy;
import com.nexpo.console.profile.Profile.StateBackend;
import com.nexpo.console.profile.ProfileReader.Reading;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileReaderTest {
    private static final Path HOME = Path.of(System.getProperty("user.home"));

    private static Profile profile(String json) {
        Reading reading = ProfileReader.read(json);
        assertThat(reading.problems()).isEmpty();
        return reading.profile().orElseThrow();
    }

    private static Profile profile(String path, String value) {
        return profile(BrokenProfiles.with(path, value));
    }

    @Test
    void theLeastProfileHasTheUsualEverywhereElse() {
        assertThat(profile(BrokenProfiles.LEAST)).isEqualTo(new Profile("dev", "dev", "dev", "nexpo",
                "#0969da", false,
                Confirmation.TYPE_NAME,
                new Profile.PostHog(URI.create("https://eu.posthog.com"),
                        URI.create("https://eu.i.posthog.com"),
                        "01890000-0000-7000-8000-000000000000", ProjectStrategy.PER_ENVIRONMENT,
                        new CredentialSource.Environment("POSTHOG_API_KEY")),
                new Profile.Aws("eu-central-1", Optional.empty(), Optional.empty(), Optional.empty(),
                        "/nexpo/posthog"),
                new Profile.Kubernetes(Optional.empty(), Optional.empty(), "nexpo"),
                new Profile.Vault(URI.create("https://vault.example.com:8200"), Optional.empty(), "secret",
                        "nexpo/posthog",
                        "jwt-nomad", Optional.empty(),
                        new CredentialSource.FirstOf(List.of(new CredentialSource.Environment("VAULT_TOKEN"),
                                new CredentialSource.File(HOME.resolve(".vault-token"))))),
                new Profile.Nomad(URI.create("https://nomad.example.com:4646"), "global", "default", false,
                        Optional.empty(),
                        Map.of(), new CredentialSource.FirstOf(
                                List.of(new CredentialSource.Environment("NOMAD_TOKEN"),
                                        new CredentialSource.None()))),
                new Profile.Terraform("terraform", Optional.empty(), new StateBackend.Local()),
                List.of("ssm", "kubernetes", "vault", "nomad")));
    }

    @Test
    void everyMemberIsRead() {
        assertThat(
                profile("""
                        {
                          "$schema": "profile.schema.json", "schema": 1, "name": "prod", "title": "Production", "environment": "prod",
                          "projectName": "shop", "colour": "#CF222E", "readOnly": true, "confirmation": "none", "stores": ["vault"],
                          "posthog": {"host": "https://ph.example.com:8443", "ingestHost": "https://in.example.com",
                            "organizationId": "01890000-0000-7000-8000-00000000000A", "projectStrategy": "per-service",
                            "apiKey": {"command": ["op", "read", "posthog"]}},
                          "aws": {"region": "us-gov-west-1", "account": "123456789012", "profile": "shop",
                            "endpoint": "http://127.0.0.1:4566", "parameterPrefix": "/shop"},
                          "kubernetes": {"kubeconfig": "/etc/kube", "context": "blue", "namespace": "shop"},
                          "vault": {"address": "https://v.example.com", "namespace": "team/a", "mount": "kv", "prefix": "a/b",
                            "authMount": "jwt", "caCert": "/etc/ca.pem", "token": {"file": "/run/token"}},
                          "nomad": {"address": "https://n.example.com", "region": "eu", "namespace": "shop", "registerJobs": true,
                            "caCert": "~/ca.pem", "jobs": {"auth": {"image_tag": "2", "note": ""}}, "token": {"ask": true}},
                          "terraform": {"binary": "tofu", "blueprint": "~/blueprint", "backend": {"s3": {"bucket": "state", "key": "a/b",
                            "region": "us-west-2", "endpoint": "http://127.0.0.1:9000", "kmsKeyId": "alias/state"}}}
                        }
                        """))
                .isEqualTo(new Profile("prod", "Production", "prod", "shop", "#CF222E", true,
                        Confirmation.NONE,
                        new Profile.PostHog(URI.create("https://ph.example.com:8443"),
                                URI.create("https://in.example.com"),
                                "01890000-0000-7000-8000-00000000000a", ProjectStrategy.PER_SERVICE,
                                new CredentialSource.Command(List.of("op", "read", "posthog"))),
                        new Profile.Aws("us-gov-west-1", Optional.of("123456789012"), Optional.of("shop"),
                                Optional.of(URI.create("http://127.0.0.1:4566")), "/shop"),
                        new Profile.Kubernetes(Optional.of(Path.of("/etc/kube")), Optional.of("blue"),
                                "shop"),
                        new Profile.Vault(URI.create("https://v.example.com"), Optional.of("team/a"), "kv",
                                "a/b", "jwt",
                                Optional.of(Path.of("/etc/ca.pem")),
                                new CredentialSource.File(Path.of("/run/token"))),
                        new Profile.Nomad(URI.create("https://n.example.com"), "eu", "shop", true,
                                Optional.of(HOME.resolve("ca.pem")),
                                Map.of("auth", Map.of("image_tag", "2", "note", "")),
                                new CredentialSource.Ask()),
                        new Profile.Terraform("tofu", Optional.of(HOME.resolve("blueprint")),
                                new StateBackend.S3("state", "a/b",
                                        "us-west-2", Optional.of(URI.create("http://127.0.0.1:9000")),
                                        Optional.of("alias/state"))),
                        List.of("vault")));
    }

    @ParameterizedTest
    @MethodSource("com.nexpo.console.profile.BrokenProfiles#all")
    void whatIsWrongIsToldInOneSentenceWithItsPath(Broken broken) {
        Reading reading = ProfileReader.read(broken.json());
        assertThat(reading.problems()).containsExactly(broken.problem());
        assertThat(reading.profile()).isEmpty();
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        assertThat(ProfileReader
                .read("""
                        {"name": "A", "posthog": {"host": "https://app.posthog.com", "organizationId": "@current"},
                         "aws": {"regoin": "us-west-2"}, "kubernetes": [], "vault": {"address": 8200}, "stores": ["etcd"]}
                        """)
                .problems()).satisfiesExactlyInAnyOrder(
                        p -> assertThat(p).startsWith("name wants "),
                        p -> assertThat(p).startsWith("environment is missing"),
                        p -> assertThat(p).startsWith("posthog.host is the retired"),
                        p -> assertThat(p).startsWith("posthog.organizationId wants the UUID"),
                        p -> assertThat(p).startsWith("aws.region is missing"),
                        p -> assertThat(p).startsWith("aws.regoin is not known here; did you mean region?"),
                        p -> assertThat(p).startsWith("kubernetes wants an object"),
                        p -> assertThat(p).startsWith("kubernetes.namespace is missing"),
                        p -> assertThat(p).startsWith("vault.address wants a text"),
                        p -> assertThat(p).startsWith("nomad.address is missing"),
                        p -> assertThat(p).startsWith("stores knows no etcd"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"phx_CANARY0123456789", "phs_CANARY0123456789", "hvs.CANARY0123456789",
        "hvb.CANARY0123456789",
        "AKIACANARY0123456789", "ASIACANARY0123456789", "-----BEGIN RSA PRIVATE KEY-----"})
    void aCredentialIsRefusedWhereverItStandsAndIsNotRepeated(String credential) {
        String text = "\"" + credential + "\"";
        for (String path : List.of("title", "schema", "confirmation", "stores", "posthog.region",
                "posthog.host", "posthog.apiKey",
                "aws.endpoint", "aws.profile", "vault.token.environment", "nomad.jobs.auth.image_tag",
                "weather")) {
            for (String value : List.of(text, "[" + text + "]", "{\"a\": " + text + "}")) {
                List<String> problems = ProfileReader.read(BrokenProfiles.with(path, value)).problems();
                assertThat(problems).anyMatch(p -> p.startsWith(path) && p.contains("holds a credential"));
                assertThat(problems).noneMatch(p -> p.contains(credential));
            }
        }
        assertThat(ProfileReader.read("{" + text + ": 1}").problems()).noneMatch(p -> p.contains(credential));
    }

    @Test
    void aWordThatContainsTheLettersOfACredentialIsNone() {
        assertThat(profile("title", "\"graphs_production\"").title()).isEqualTo("graphs_production");
    }

    @ParameterizedTest
    @CsvSource({"https://us.posthog.com, https://us.posthog.com, https://us.i.posthog.com",
        "https://eu.posthog.com/, https://eu.posthog.com, https://eu.i.posthog.com",
        "http://127.0.0.1:8000//, http://127.0.0.1:8000, http://127.0.0.1:8000"})
    void slashesAtAnEndAreDroppedAndEventsGoWhereThisPostHogTakesThem(String given, String host,
            String ingest) {
        Profile.PostHog posthog = profile(BrokenProfiles.with("posthog", """
                {"host": "%s", "organizationId": "01890000-0000-7000-8000-000000000000"}""".formatted(given)))
                .posthog();
        assertThat(posthog.host()).hasToString(host);
        assertThat(posthog.ingestHost()).hasToString(ingest);
    }

    @Test
    void hostsAreKnownInWhateverCaseTheyAreWritten() {
        assertThat(ProfileReader.read(BrokenProfiles.with("posthog.host", "\"https://App.PostHog.com/\""))
                .problems())
                .containsExactly(
                        "posthog.host is the retired app.posthog.com; write region us or eu instead.");
    }

    @Test
    void aHostOfOnesOwnStandsBesideTheCloudsIngestHost() {
        Profile.PostHog posthog = profile("posthog.host", "\"https://proxy.example.com\"").posthog();
        assertThat(posthog.host()).hasToString("https://proxy.example.com");
        assertThat(posthog.ingestHost()).hasToString("https://eu.i.posthog.com");
    }

    @Test
    void anAddressMayHaveAPathWhereASystemMayStandBehindAProxy() {
        assertThat(profile("vault.address", "\"https://ops.example.com/vault/\"").vault().address())
                .hasToString("https://ops.example.com/vault");
    }

    @Test
    void aTildeIsTheHomeFolderInEveryPath() {
        assertThat(profile("kubernetes.kubeconfig", "\"~/.kube/config\"").kubernetes().kubeconfig())
                .contains(HOME.resolve(".kube/config"));
        assertThat(profile("vault.caCert", "\"~/ca.pem\"").vault().caCert()).contains(HOME.resolve("ca.pem"));
        assertThat(profile("nomad.caCert", "\"~/ca.pem\"").nomad().caCert()).contains(HOME.resolve("ca.pem"));
        assertThat(profile("vault.token", "{\"file\": \"~/t\"}").vault().token())
                .isEqualTo(new CredentialSource.File(HOME.resolve("t")));
        assertThat(profile("terraform.blueprint", "\"~\"").terraform().blueprint()).contains(HOME);
        assertThat(profile("terraform.blueprint", "\"a/~b\"").terraform().blueprint())
                .contains(Path.of("a/~b"));
    }

    @Test
    void everySourceOfACredentialIsRead() {
        Map<String, CredentialSource> sources = Map.of("{\"environment\": \"A\"}",
                new CredentialSource.Environment("A"),
                "{\"file\": \"/a\"}", new CredentialSource.File(Path.of("/a")),
                "{\"command\": [\"a\", \"b\"]}", new CredentialSource.Command(List.of("a", "b")),
                "{\"ask\": true}", new CredentialSource.Ask(), "{\"none\": true}",
                new CredentialSource.None());
        sources.forEach((json, source) -> {
            assertThat(profile("posthog.apiKey", json).posthog().apiKey()).isEqualTo(source);
            assertThat(profile("vault.token", json).vault().token()).isEqualTo(source);
            assertThat(profile("nomad.token", json).nomad().token()).isEqualTo(source);
        });
    }

    @Test
    void theStateIsLocalOrInS3() {
        assertThat(profile("terraform.backend", "{\"local\": {}}").terraform().backend())
                .isEqualTo(new StateBackend.Local());
        assertThat(profile("terraform.backend.s3",
                "{\"bucket\": \"state\", \"key\": \"k\", \"region\": \"us-west-2\"}")
                .terraform().backend())
                .isEqualTo(
                        new StateBackend.S3("state", "k", "us-west-2", Optional.empty(), Optional.empty()));
    }

    @Test
    void storesMayBeFew() {
        assertThat(profile("stores", "[]").stores()).isEmpty();
        assertThat(profile("stores", "[\"vault\", \"ssm\"]").stores()).containsExactly("vault", "ssm");
    }

    @Test
    void aSlipInTheSyntaxIsToldWithItsLine() {
        assertThat(ProfileReader
                .read("{\n  \"name\": \"dev\",\n  \"vault\": {\"address\": https://CANARY}\n}").problems())
                .containsExactly(
                        "It is not JSON: look at line 3, column 24 (in vault.address) and just before.");
        assertThat(ProfileReader.read("{\n  \"name\": \"dev\",\n}").problems())
                .containsExactly("It is not JSON: look at line 3, column 2 (in name) and just before.");
        assertThat(ProfileReader.read("{\n  // a comment\n}").problems())
                .singleElement().asString().startsWith("It is not JSON: look at line 2,");
        assertThat(ProfileReader.read("{\"name\": \"dev\"").problems())
                .singleElement().asString().startsWith("It is not JSON: look at line 1,");
    }

    @Test
    void whatIsNoObjectIsNoProfile() {
        for (String json : List.of("", "[]", "\"prod\"", "null")) {
            assertThat(ProfileReader.read(json).problems())
                    .containsExactly("A profile is a JSON object in braces.");
        }
    }

    @Test
    void nothingMayFollowTheProfile() {
        assertThat(ProfileReader.read(BrokenProfiles.LEAST + "{}").problems()).hasSize(1);
        assertThat(ProfileReader.read(BrokenProfiles.LEAST + "}").problems()).hasSize(1);
    }

    @Test
    void aMemberThatIsThereTwiceIsRefused() {
        String json = BrokenProfiles.LEAST.replace("\"address\": \"https://vault",
                "\"address\": \"https://other.example.com\", \"address\": \"https://vault");
        assertThat(ProfileReader.read(json).problems()).containsExactly("vault.address is there twice.");
    }
}
