package com.nexpo.console.profile;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.nexpo.console.profile.Profile.Confirmation;
import com.nexpo.console.profile.Profile.ProjectStrategy;
import com.nexpo.console.profile.Profile.StateBackend;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Reads a profile's JSON ({@code docs/profile.md}; schema in {@code profile.schema.json}) and says everything that
 * is wrong with it at once.
 */
public final class ProfileReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final Pattern SECRET = Pattern
            .compile("ph[xs]_[A-Za-z0-9]{6,}|hv[sb]\\.[A-Za-z0-9_-]{8,}|AKIA[A-Z0-9]{12,}");
    private static final List<String> STORES = List.of("ssm", "kubernetes", "vault", "nomad");

    private final List<String> problems = new ArrayList<>();

    private ProfileReader() {}

    /** What was read: a profile, or at least one problem. */
    public record Reading(Optional<Profile> profile, List<String> problems) {}

    /** Reads the text of a profile file. */
    public static Reading read(String json) {
        JsonElement root;
        try {
            JsonReader strict = new JsonReader(new StringReader(json));
            strict.setStrictness(Strictness.STRICT);
            root = JsonParser.parseReader(strict);
        } catch (JsonParseException e) {
            String message = e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
            return new Reading(Optional.empty(), List.of("It is not JSON: " + message));
        }
        if (!root.isJsonObject()) {
            return new Reading(Optional.empty(), List.of("A profile is a JSON object in braces."));
        }
        ProfileReader reader = new ProfileReader();
        reader.refuseSecrets("", root);
        Profile profile = reader.profile(root.getAsJsonObject());
        return reader.problems.isEmpty()
                ? new Reading(Optional.of(profile), List.of())
                : new Reading(Optional.empty(), List.copyOf(reader.problems));
    }

    private Profile profile(JsonObject root) {
        Members top = new Members("", root, problems);
        top.raw("schema").filter(v -> !v.toString().equals("1"))
                .ifPresent(v -> top.problem("schema", "is " + v + "; this version reads 1"));
        String name = top.required("name", "lower-case letters, digits and hyphens");
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            top.problem("name", "wants lower-case letters, digits and hyphens, 40 at most");
        }
        String environment = top.required("environment", "such as prod, staging or dev");
        Profile profile = new Profile(name, top.optional("title").orElse(name), environment,
                top.optional("projectName").orElse("nexpo"), top.optional("colour").orElse("#0969da"),
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
        URI host = in.parsed("host", ProfileReader::uri)
                .or(() -> region.map(r -> URI.create("https://" + r + ".posthog.com")))
                .orElseGet(
                        () -> missing(in, "host", "such as https://eu.posthog.com, or give region us or eu"));
        if ("app.posthog.com".equals(host.getHost())) {
            in.problem("host", "is the retired app.posthog.com; write region us or eu instead");
        }
        URI ingest = in.parsed("ingestHost", ProfileReader::uri)
                .or(() -> region.map(r -> URI.create("https://" + r + ".i.posthog.com"))).orElse(host);
        String organization = in.required("organizationId", "the UUID from PostHog's organization settings");
        if (!organization.isEmpty() && !isUuid(organization)) {
            in.problem("organizationId",
                    "is no UUID; a name or @current would make Terraform replace everything later");
        }
        ProjectStrategy strategy = in.parsed("projectStrategy", text -> switch (text) {
            case "per-environment" -> ProjectStrategy.PER_ENVIRONMENT;
            case "per-service" -> ProjectStrategy.PER_SERVICE;
            default -> throw new IllegalArgumentException("is per-environment or per-service, not " + text);
        }).orElse(ProjectStrategy.PER_ENVIRONMENT);
        Profile.PostHog posthog = new Profile.PostHog(host, ingest, organization, strategy,
                credential(in, "apiKey", new CredentialSource.Environment("POSTHOG_API_KEY")));
        in.refuseUnknown();
        return posthog;
    }

    private Profile.Aws aws(Members in) {
        Optional<String> account = in.optional("account");
        if (account.isPresent() && !account.get().matches("\\d{12}")) {
            in.problem("account", "wants the twelve digits of an AWS account");
        }
        String prefix = in.optional("parameterPrefix").orElse("/nexpo/posthog");
        if (!prefix.startsWith("/") || prefix.endsWith("/")) {
            in.problem("parameterPrefix",
                    "begins with a slash and does not end with one, such as /nexpo/posthog");
        }
        Profile.Aws aws = new Profile.Aws(in.required("region", "such as us-west-2"), account,
                in.optional("profile"),
                in.parsed("endpoint", ProfileReader::uri), prefix);
        in.refuseUnknown();
        return aws;
    }

    private Profile.Kubernetes kubernetes(Members in) {
        Profile.Kubernetes kubernetes = new Profile.Kubernetes(in.parsed("kubeconfig", ProfileReader::path),
                in.optional("context"), in.required("namespace", "the namespace of the services"));
        in.refuseUnknown();
        return kubernetes;
    }

    private Profile.Vault vault(Members in) {
        CredentialSource usual = new CredentialSource.FirstOf(
                List.of(new CredentialSource.Environment("VAULT_TOKEN"),
                        new CredentialSource.File(path("~/.vault-token"))));
        Profile.Vault vault = new Profile.Vault(
                in.parsed("address", ProfileReader::uri)
                        .orElseGet(() -> missing(in, "address", "such as https://vault.example.com:8200")),
                in.optional("namespace"), in.optional("mount").orElse("secret"),
                in.optional("prefix").orElse("nexpo/posthog"), in.optional("authMount").orElse("jwt-nomad"),
                in.parsed("caCert", ProfileReader::path), credential(in, "token", usual));
        in.refuseUnknown();
        return vault;
    }

    private Profile.Nomad nomad(Members in) {
        CredentialSource usual = new CredentialSource.FirstOf(
                List.of(new CredentialSource.Environment("NOMAD_TOKEN"), new CredentialSource.None()));
        Profile.Nomad nomad = new Profile.Nomad(
                in.parsed("address", ProfileReader::uri)
                        .orElseGet(() -> missing(in, "address", "such as https://nomad.example.com:4646")),
                in.optional("region").orElse("global"), in.optional("namespace").orElse("default"),
                in.bool("registerJobs", false), in.parsed("caCert", ProfileReader::path),
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
                variables.optional(variable).ifPresent(value -> values.put(variable, value));
            }
            jobs.put(service, values);
        }
        return jobs;
    }

    private Profile.Terraform terraform(Members in) {
        Members backend = in.object("backend");
        Profile.Terraform terraform = new Profile.Terraform(in.optional("binary").orElse("terraform"),
                in.parsed("blueprint", ProfileReader::path),
                backend.has("s3") ? s3(backend.object("s3")) : local(backend));
        backend.refuseUnknown();
        in.refuseUnknown();
        return terraform;
    }

    private static StateBackend local(Members backend) {
        backend.object("local").refuseUnknown();
        return new StateBackend.Local();
    }

    private static StateBackend s3(Members in) {
        StateBackend.S3 s3 = new StateBackend.S3(in.required("bucket", "the bucket that holds the state"),
                in.required("key", "such as posthog/prod/terraform.tfstate"),
                in.required("region", "of the bucket"),
                in.parsed("endpoint", ProfileReader::uri), in.optional("kmsKeyId"));
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
        CredentialSource read = source(source, in, name, otherwise);
        source.refuseUnknown();
        return read;
    }

    private static CredentialSource source(Members source, Members in, String name,
            CredentialSource otherwise) {
        Optional<String> variable = source.optional("environment");
        Optional<Path> file = source.parsed("file", ProfileReader::path);
        List<String> command = source.texts("command", List.of());
        boolean ask = source.bool("ask", false);
        boolean none = source.bool("none", false);
        if (variable.isPresent()) {
            return new CredentialSource.Environment(variable.get());
        }
        if (file.isPresent()) {
            return new CredentialSource.File(file.get());
        }
        if (!command.isEmpty()) {
            return new CredentialSource.Command(command);
        }
        if (ask) {
            return new CredentialSource.Ask();
        }
        if (none) {
            return new CredentialSource.None();
        }
        in.problem(name, "wants one of environment, file, command, ask or none");
        return otherwise;
    }

    private void refuseSecrets(String path, JsonElement element) {
        if (element.isJsonObject()) {
            element.getAsJsonObject().entrySet()
                    .forEach(e -> refuseSecrets(path.isEmpty() ? e.getKey() : path + "." + e.getKey(),
                            e.getValue()));
        } else if (element.isJsonArray()) {
            element.getAsJsonArray().forEach(e -> refuseSecrets(path, e));
        } else if (element.isJsonPrimitive() && SECRET.matcher(element.getAsString()).find()) {
            problems.add(path
                    + " holds a credential; a profile holds none. Revoke it if the file was shared, and say"
                    + " where it comes from, such as {\"environment\": \"NAME\"}.");
        }
    }

    private static URI missing(Members in, String name, String whatIsRight) {
        if (!in.has(name)) {
            in.problem(name, "is missing; " + whatIsRight);
        }
        return URI.create("http://missing.invalid");
    }

    private static URI uri(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is no address: " + text, e);
        }
        boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!web || uri.getHost() == null) {
            throw new IllegalArgumentException("wants an address such as https://host:port, not " + text);
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("must hold no user name or password");
        }
        // PostHog's provider prepends it to every path as it is: a slash at the end gives two.
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : uri;
    }

    private static Path path(String text) {
        return text.startsWith("~/")
                ? Path.of(System.getProperty("user.home"), text.substring(2))
                : Path.of(text);
    }

    private static boolean isUuid(String text) {
        try {
            return UUID.fromString(text).toString().equalsIgnoreCase(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
