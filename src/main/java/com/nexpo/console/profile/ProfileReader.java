package com.nexpo.console.profile;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.nexpo.console.profile.Profile.Confirmation;
import com.nexpo.console.profile.Profile.ProjectStrategy;
import com.nexpo.console.profile.Profile.StateBackend;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a profile's JSON ({@code docs/profile.md}; schema in {@code profile.schema.json}) and says everything that
 * is wrong with it at once.
 */
public final class ProfileReader {
    private static final List<String> STORES = List.of("ssm", "kubernetes", "vault", "nomad");
    private static final Pattern CLOUD = Pattern.compile("(us|eu)\\.posthog\\.com");
    /** Stands in a profile that is not handed out, because there is a problem. */
    private static final URI NOWHERE = URI.create("http://missing.invalid");
    private static final String REGION = "an AWS region, such as us-west-2";

    private final Findings findings;

    private ProfileReader(Findings findings) {
        this.findings = findings;
    }

    /** What was read: a profile, or at least one problem. No problem quotes a credential. */
    public record Reading(Optional<Profile> profile, List<String> problems) {
        public Reading {
            problems = List.copyOf(problems);
        }
    }

    /** Reads the text of a profile file. */
    public static Reading read(String json) {
        Findings findings = new Findings();
        Optional<Profile> profile = StrictJson.parse(json, findings).flatMap(root -> profile(root, findings));
        List<String> problems = findings.problems();
        return new Reading(problems.isEmpty() ? profile : Optional.empty(), problems);
    }

    /** The paths of all members that reading this asks for, there or not. */
    static Set<String> membersAsked(String json) {
        Findings findings = new Findings();
        StrictJson.parse(json, findings).ifPresent(root -> profile(root, findings));
        return findings.asked();
    }

    private static Optional<Profile> profile(JsonElement root, Findings findings) {
        if (!root.isJsonObject()) {
            findings.problem("A profile is a JSON object in braces.");
            return Optional.empty();
        }
        ProfileReader reader = new ProfileReader(findings);
        reader.refuseSecrets("", root);
        return Optional.of(reader.profile(root.getAsJsonObject()));
    }

    private Profile profile(JsonObject root) {
        Members top = new Members("", root, findings);
        // Editors look there for the schema.
        top.text("$schema");
        top.raw("schema").filter(v -> !v.toString().equals("1"))
                .ifPresent(v -> top.problem("schema", "is " + v + "; this version reads 1"));
        String name = top.requiredMatching("name", ProfileText.NAME,
                "lower-case letters, digits and hyphens, 40 at most");
        String environment = top.requiredMatching("environment", ProfileText.PART_OF_NAMES,
                "letters, digits, dots and hyphens, such as prod, staging or dev");
        Profile profile = new Profile(name, top.optional("title").orElse(name), environment,
                top.matching("projectName", ProfileText.PART_OF_NAMES,
                        "letters, digits, dots and hyphens, 40 at most").orElse("nexpo"),
                top.matching("colour", ProfileText.COLOUR, "a colour such as #0969da").orElse("#0969da"),
                top.bool("readOnly", false), confirmation(top), posthog(top.object("posthog")),
                aws(top.object("aws")),
                kubernetes(top.object("kubernetes")), vault(top.object("vault")), nomad(top.object("nomad")),
                terraform(top.object("terraform")), stores(top));
        top.refuseUnknown();
        return profile;
    }

    private Confirmation confirmation(Members top) {
        return top.parsed("confirmation", text -> switch (text) {
            case "none" -> Confirmation.NONE;
            case "type-name" -> Confirmation.TYPE_NAME;
            default -> throw new IllegalArgumentException("is none or type-name, not " + text);
        }).orElse(Confirmation.TYPE_NAME);
    }

    private List<String> stores(Members top) {
        List<String> stores = top.texts("stores", STORES);
        if (new HashSet<>(stores).size() < stores.size()) {
            top.problem("stores", "names one of them twice");
        }
        for (String store : stores) {
            if (!STORES.contains(store)) {
                top.problem("stores", "knows no " + store + "; there are " + String.join(", ", STORES));
            }
        }
        return stores;
    }

    private Profile.PostHog posthog(Members in) {
        Optional<String> region = in.parsed("region", text -> switch (text) {
            case "us", "eu" -> text;
            default -> throw new IllegalArgumentException("is us or eu, not " + text
                    + "; for your own PostHog leave it out and give host");
        });
        URI host = in.parsed("host", ProfileReader::apiHost)
                .or(() -> region.map(r -> URI.create("https://" + r + ".posthog.com")))
                .orElseGet(() -> in.has("region")
                        ? NOWHERE
                        : missingAddress(in, "host",
                                "an address such as https://eu.posthog.com, or region us or eu"));
        URI ingest = in.parsed("ingestHost", ProfileText::origin).or(() -> region.map(ProfileReader::ingest))
                .orElseGet(() -> ingestOf(host));
        String organization = in.requiredMatching("organizationId", ProfileText.UUID,
                "the UUID from PostHog's organization settings; a name or @current would make Terraform replace"
                        + " everything later");
        ProjectStrategy strategy = in.parsed("projectStrategy", text -> switch (text) {
            case "per-environment" -> ProjectStrategy.PER_ENVIRONMENT;
            case "per-service" -> ProjectStrategy.PER_SERVICE;
            default -> throw new IllegalArgumentException("is per-environment or per-service, not " + text);
        }).orElse(ProjectStrategy.PER_ENVIRONMENT);
        // Terraform compares it as text, and the blueprint takes lower case only.
        Profile.PostHog posthog = new Profile.PostHog(host, ingest, organization.toLowerCase(Locale.ROOT),
                strategy,
                credential(in, "apiKey", new CredentialSource.Environment("POSTHOG_API_KEY")));
        in.refuseUnknown();
        return posthog;
    }

    private static URI apiHost(String text) {
        URI host = ProfileText.origin(text);
        String name = host.getHost().toLowerCase(Locale.ROOT);
        if (name.equals("app.posthog.com")) {
            throw new IllegalArgumentException(
                    "is the retired app.posthog.com; write region us or eu instead");
        }
        if (name.endsWith(".i.posthog.com")) {
            throw new IllegalArgumentException(
                    "is where events go, which is ingestHost; the API is at https://"
                            + name.replace(".i.posthog.com", ".posthog.com"));
        }
        return host;
    }

    private static URI ingest(String region) {
        return URI.create("https://" + region + ".i.posthog.com");
    }

    /** PostHog Cloud takes events at a host of its own; a PostHog of one's own takes them where its API is. */
    private static URI ingestOf(URI host) {
        Matcher cloud = CLOUD.matcher(host.getHost().toLowerCase(Locale.ROOT));
        return cloud.matches() ? ingest(cloud.group(1)) : host;
    }

    private static Profile.Aws aws(Members in) {
        Profile.Aws aws = new Profile.Aws(in.requiredMatching("region", ProfileText.REGION, REGION),
                in.matching("account", ProfileText.ACCOUNT, "the twelve digits of an AWS account"),
                in.optional("profile"), in.parsed("endpoint", ProfileText::address),
                in.matching("parameterPrefix", ProfileText.PARAMETER_PREFIX,
                        "a path that begins with a slash and does not end with one, such as /nexpo/posthog")
                        .orElse("/nexpo/posthog"));
        in.refuseUnknown();
        return aws;
    }

    private static Profile.Kubernetes kubernetes(Members in) {
        Profile.Kubernetes kubernetes = new Profile.Kubernetes(in.parsed("kubeconfig", ProfileText::path),
                in.optional("context"),
                in.requiredMatching("namespace", ProfileText.NAMESPACE,
                        "the namespace of the services, such as nexpo"));
        in.refuseUnknown();
        return kubernetes;
    }

    private Profile.Vault vault(Members in) {
        CredentialSource usual = new CredentialSource.FirstOf(
                List.of(new CredentialSource.Environment("VAULT_TOKEN"),
                        new CredentialSource.File(ProfileText.path("~/.vault-token"))));
        Profile.Vault vault = new Profile.Vault(
                in.parsed("address", ProfileText::address)
                        .orElseGet(() -> missingAddress(in, "address",
                                "an address such as https://vault.example.com:8200")),
                in.optional("namespace"), vaultPath(in, "mount", "secret"),
                vaultPath(in, "prefix", "nexpo/posthog"), vaultPath(in, "authMount", "jwt-nomad"),
                in.parsed("caCert", ProfileText::path), credential(in, "token", usual));
        in.refuseUnknown();
        return vault;
    }

    private static String vaultPath(Members in, String name, String usual) {
        return in.matching(name, ProfileText.INNER_PATH,
                "a path without slashes at its ends, such as " + usual).orElse(usual);
    }

    private Profile.Nomad nomad(Members in) {
        CredentialSource usual = new CredentialSource.FirstOf(
                List.of(new CredentialSource.Environment("NOMAD_TOKEN"), new CredentialSource.None()));
        Profile.Nomad nomad = new Profile.Nomad(
                in.parsed("address", ProfileText::address)
                        .orElseGet(() -> missingAddress(in, "address",
                                "an address such as https://nomad.example.com:4646")),
                in.optional("region").orElse("global"), in.optional("namespace").orElse("default"),
                in.bool("registerJobs", false), in.parsed("caCert", ProfileText::path),
                jobs(in.object("jobs")),
                credential(in, "token", usual));
        in.refuseUnknown();
        return nomad;
    }

    private static Map<String, Map<String, String>> jobs(Members in) {
        Map<String, Map<String, String>> jobs = new LinkedHashMap<>();
        for (String service : in.names()) {
            Members variables = in.object(service);
            Map<String, String> values = new LinkedHashMap<>();
            for (String variable : variables.names()) {
                variables.text(variable).ifPresent(value -> values.put(variable, value));
            }
            jobs.put(service, values);
        }
        return jobs;
    }

    private static Profile.Terraform terraform(Members in) {
        Profile.Terraform terraform = new Profile.Terraform(in.optional("binary").orElse("terraform"),
                in.parsed("blueprint", ProfileText::path), backend(in, in.object("backend")));
        in.refuseUnknown();
        return terraform;
    }

    private static StateBackend backend(Members terraform, Members in) {
        if (in.has("local") && in.has("s3")) {
            terraform.problem("backend", "is local or s3, not both");
        }
        in.object("local").refuseUnknown();
        Members s3 = in.object("s3");
        StateBackend backend = in.has("s3") ? s3(s3) : new StateBackend.Local();
        in.refuseUnknown();
        return backend;
    }

    private static StateBackend s3(Members in) {
        StateBackend.S3 s3 = new StateBackend.S3(
                in.requiredMatching("bucket", ProfileText.BUCKET,
                        "the name of the bucket that holds the state"),
                in.requiredMatching("key", ProfileText.OBJECT_KEY,
                        "a path without slashes at its ends, such as posthog/prod/terraform.tfstate"),
                in.requiredMatching("region", ProfileText.REGION, REGION),
                in.parsed("endpoint", ProfileText::address),
                in.optional("kmsKeyId"));
        in.refuseUnknown();
        return s3;
    }

    private CredentialSource credential(Members in, String name, CredentialSource otherwise) {
        Optional<JsonElement> given = in.raw(name);
        if (given.isEmpty()) {
            return otherwise;
        }
        if (!given.get().isJsonObject()) {
            in.problem(name,
                    "says where the credential comes from, such as {\"environment\": \"NAME\"}; a profile holds none");
            return otherwise;
        }
        Members source = in.object(name);
        List<CredentialSource> named = sources(source);
        if (named.size() != 1) {
            in.problem(name, "wants one of environment, file, command, ask or none"
                    + (named.isEmpty() ? "" : ", not " + named.size() + " of them"));
        }
        source.refuseUnknown();
        return named.isEmpty() ? otherwise : named.getFirst();
    }

    private static List<CredentialSource> sources(Members source) {
        List<CredentialSource> named = new ArrayList<>();
        source.optional("environment").map(CredentialSource.Environment::new).ifPresent(named::add);
        source.parsed("file", ProfileText::path).map(CredentialSource.File::new).ifPresent(named::add);
        List<String> command = source.texts("command", List.of());
        if (!command.isEmpty()) {
            named.add(new CredentialSource.Command(command));
        }
        if (source.bool("ask", false)) {
            named.add(new CredentialSource.Ask());
        }
        if (source.bool("none", false)) {
            named.add(new CredentialSource.None());
        }
        return named;
    }

    private void refuseSecrets(String path, JsonElement element) {
        if (element.isJsonObject()) {
            element.getAsJsonObject().entrySet()
                    .forEach(e -> refuseSecrets(path.isEmpty() ? e.getKey() : path + "." + e.getKey(),
                            e.getValue()));
        } else if (element.isJsonArray()) {
            element.getAsJsonArray().forEach(e -> refuseSecrets(path, e));
        } else if (element.isJsonPrimitive() && Findings.holdsCredential(element.getAsString())) {
            findings.problem(path
                    + " holds a credential; a profile holds none. Revoke it if the file was shared, and say"
                    + " where it comes from, such as {\"environment\": \"NAME\"}.");
        }
    }

    private static URI missingAddress(Members in, String name, String whatIsRight) {
        in.missing(name, whatIsRight);
        return NOWHERE;
    }
}
