package com.nexpo.console.profile;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.stream.Stream;

/** Profiles that are wrong in one place each: the least one with one member changed. */
final class BrokenProfiles {
    static final String LEAST = """
            {
              "name": "dev",
              "environment": "dev",
              "posthog": {"region": "eu", "organizationId": "01890000-0000-7000-8000-000000000000"},
              "aws": {"region": "eu-central-1"},
              "kubernetes": {"namespace": "nexpo"},
              "vault": {"address": "https://vault.example.com:8200"},
              "nomad": {"address": "https://nomad.example.com:4646"}
            }
            """;
    private static final String REMOVED = "removed";

    private BrokenProfiles() {}

    /**
     * @param path    of the member that is changed, such as {@code posthog.host}
     * @param value   JSON to put there
     * @param problem what the reader has to say; exactly that
     */
    record Broken(String path, String value, String problem) {
        String json() {
            return with(path, value);
        }

        @Override
        public String toString() {
            return path + " = " + value;
        }
    }

    /** The least profile with this member put in or changed. */
    static String with(String path, String value) {
        JsonObject root = JsonParser.parseString(LEAST).getAsJsonObject();
        String[] names = path.split("\\.", -1);
        JsonObject at = root;
        for (int i = 0; i < names.length - 1; i++) {
            if (!at.has(names[i])) {
                at.add(names[i], new JsonObject());
            }
            at = at.getAsJsonObject(names[i]);
        }
        String last = names[names.length - 1];
        if (value.equals(REMOVED)) {
            at.remove(last);
        } else {
            at.add(last, JsonParser.parseString(value));
        }
        return root.toString();
    }

    static Stream<Broken> all() {
        return Stream.of(wrongForm(), wrongKind(), missing(), unknown(), credentials()).flatMap(s -> s);
    }

    private static Broken broken(String path, String value, String problem) {
        return new Broken(path, value, path + " " + problem);
    }

    private static Stream<Broken> wrongForm() {
        String address = "wants an address such as https://host:port, not ";
        String inner = "wants a path without slashes at its ends, such as ";
        return Stream.of(broken("schema", "2", "is 2; this version reads 1."),
                broken("name", "\"My Prod\"", "wants lower-case letters, digits and hyphens, 40 at most."),
                broken("name", "\"\"", "is empty; leave it out or give a text."),
                broken("title", "\" \"", "is empty; leave it out or give a text."),
                broken("environment", "\"a/b\"",
                        "wants letters, digits, dots and hyphens, such as prod, staging or dev."),
                broken("projectName", "\"a b\"", "wants letters, digits, dots and hyphens, 40 at most."),
                broken("colour", "\"red\"", "wants a colour such as #0969da."),
                broken("confirmation", "\"often\"", "is none or type-name, not often."),
                broken("stores", "[\"consul\"]", "knows no consul; there are ssm, kubernetes, vault, nomad."),
                broken("stores", "[\"vault\", \"vault\"]", "names one of them twice."),
                broken("posthog.region", "\"de\"",
                        "is us or eu, not de; for your own PostHog leave it out and give host."),
                broken("posthog.host", "\"\"", "is empty; leave it out or give a text."),
                broken("posthog.host", "\"eu.posthog.com\"", address + "eu.posthog.com."),
                broken("posthog.host", "\"https://app.posthog.com\"",
                        "is the retired app.posthog.com; write region us or eu instead."),
                broken("posthog.host", "\"https://eu.i.posthog.com\"",
                        "is where events go, which is ingestHost; the API is at https://eu.posthog.com."),
                broken("posthog.host", "\"https://eu.posthog.com/project/1\"",
                        "is scheme and host only, such as https://eu.posthog.com."),
                broken("posthog.ingestHost", "\"https://a.example.com/ingest\"",
                        "is scheme and host only, such as https://a.example.com."),
                broken("posthog.organizationId", "\"nexpo\"",
                        "wants the UUID from PostHog's organization settings;"
                                + " a name or @current would make Terraform replace everything later."),
                broken("posthog.projectStrategy", "\"per-team\"",
                        "is per-environment or per-service, not per-team."),
                broken("aws.region", "\"us-west-2a\"", "wants an AWS region, such as us-west-2."),
                broken("aws.account", "\"1234\"", "wants the twelve digits of an AWS account."),
                broken("aws.endpoint", "\"ftp://a.example.com\"", address + "ftp://a.example.com."),
                broken("aws.parameterPrefix", "\"/nexpo/\"",
                        "wants a path that begins with a slash and does not end"
                                + " with one, such as /nexpo/posthog."),
                broken("kubernetes.namespace", "\"Nexpo\"",
                        "wants the namespace of the services, such as nexpo."),
                broken("kubernetes.kubeconfig", "\"~ops/config\"",
                        "knows only ~/ for your own home; write the whole path."),
                broken("vault.address", "\"https://vault.example.com?ns=a\"",
                        "is an address without ? and #."),
                broken("vault.address", "\"https://a b\"", "is no address: https://a b."),
                broken("vault.address", "\"https://ops:CANARY@vault.example.com\"",
                        "must hold no user name or password."),
                broken("vault.mount", "\"secret/\"", inner + "secret."),
                broken("vault.prefix", "\"/nexpo\"", inner + "nexpo/posthog."),
                broken("vault.authMount", "\"jwt//nomad\"", inner + "jwt-nomad."),
                broken("terraform.backend",
                        "{\"local\": {}, \"s3\": {\"bucket\": \"abc\", \"key\": \"k\", \"region\": \"us-west-2\"}}",
                        "is local or s3, not both."),
                new Broken("terraform.backend.s3",
                        "{\"bucket\": \"B\", \"key\": \"k\", \"region\": \"us-west-2\"}",
                        "terraform.backend.s3.bucket wants the name of the bucket that holds the state."),
                new Broken("terraform.backend.s3",
                        "{\"bucket\": \"abc\", \"key\": \"/k\", \"region\": \"us-west-2\"}",
                        "terraform.backend.s3.key wants a path without slashes at its ends, such as"
                                + " posthog/prod/terraform.tfstate."));
    }

    private static Stream<Broken> wrongKind() {
        String text = "wants a text in quotes.";
        Stream<Broken> texts = Stream
                .of("$schema", "name", "title", "environment", "projectName", "colour", "confirmation",
                        "posthog.host", "posthog.ingestHost", "posthog.organizationId",
                        "posthog.projectStrategy", "posthog.region",
                        "aws.region", "aws.account", "aws.profile", "aws.endpoint", "aws.parameterPrefix",
                        "kubernetes.kubeconfig",
                        "kubernetes.context", "kubernetes.namespace", "vault.address", "vault.namespace",
                        "vault.mount", "vault.prefix",
                        "vault.authMount", "vault.caCert", "nomad.address", "nomad.region", "nomad.namespace",
                        "nomad.caCert",
                        "nomad.jobs.auth.image_tag", "terraform.binary", "terraform.blueprint")
                .flatMap(path -> Stream.of(broken(path, "5", text), broken(path, "null", text)));
        Stream<Broken> objects = Stream
                .of("terraform", "terraform.backend", "terraform.backend.local", "nomad.jobs",
                        "nomad.jobs.auth")
                .map(path -> broken(path, "[]", "wants an object in braces."));
        return Stream.of(texts, objects, Stream.of(broken("readOnly", "\"yes\"", "wants true or false."),
                broken("nomad.registerJobs", "null", "wants true or false."),
                broken("stores", "\"vault\"", "wants a list of texts in brackets."),
                broken("stores", "[null]", "wants texts only."))).flatMap(s -> s);
    }

    private static Stream<Broken> missing() {
        return Stream.of(
                broken("name", REMOVED,
                        "is missing; it wants lower-case letters, digits and hyphens, 40 at most."),
                broken("environment", REMOVED,
                        "is missing; it wants letters, digits, dots and hyphens, such as prod,"
                                + " staging or dev."),
                new Broken("posthog.region", REMOVED, "posthog.host is missing; it wants an address such as"
                        + " https://eu.posthog.com, or region us or eu."),
                broken("posthog.organizationId", REMOVED,
                        "is missing; it wants the UUID from PostHog's organization"
                                + " settings; a name or @current would make Terraform replace everything later."),
                broken("aws.region", REMOVED, "is missing; it wants an AWS region, such as us-west-2."),
                new Broken("aws", REMOVED,
                        "aws.region is missing; it wants an AWS region, such as us-west-2."),
                broken("kubernetes.namespace", REMOVED,
                        "is missing; it wants the namespace of the services, such as nexpo."),
                broken("vault.address", REMOVED,
                        "is missing; it wants an address such as https://vault.example.com:8200."),
                broken("nomad.address", REMOVED,
                        "is missing; it wants an address such as https://nomad.example.com:4646."),
                new Broken("terraform.backend.s3", "{\"key\": \"k\", \"region\": \"us-west-2\"}",
                        "terraform.backend.s3.bucket is missing; it wants the name of the bucket that holds the state."),
                new Broken("terraform.backend.s3", "{\"bucket\": \"abc\", \"region\": \"us-west-2\"}",
                        "terraform.backend.s3.key is missing; it wants a path without slashes at its ends, such as"
                                + " posthog/prod/terraform.tfstate."),
                new Broken("terraform.backend.s3", "{\"bucket\": \"abc\", \"key\": \"k\"}",
                        "terraform.backend.s3.region is missing; it wants an AWS region, such as us-west-2."));
    }

    private static Stream<Broken> unknown() {
        return Stream.of(broken("readonly", "true", "is not known here; did you mean readOnly?"),
                broken("color", "\"#000000\"", "is not known here; did you mean colour?"),
                broken("weather", "1", "is not known here."),
                broken("posthog.organisationId", "\"a\"", "is not known here; did you mean organizationId?"),
                broken("aws.regoin", "\"a\"", "is not known here; did you mean region?"),
                broken("kubernetes.namespaces", "[]", "is not known here; did you mean namespace?"),
                broken("vault.adress", "\"a\"", "is not known here; did you mean address?"),
                broken("vault.$schema", "\"a\"", "is not known here."),
                broken("nomad.registerJob", "true", "is not known here; did you mean registerJobs?"),
                broken("terraform.binry", "\"a\"", "is not known here; did you mean binary?"),
                broken("terraform.backend.s4", "{}", "is not known here; did you mean s3?"),
                broken("terraform.backend.local.path", "\"a\"", "is not known here."),
                new Broken("vault.token", "{\"file\": \"/t\", \"envronment\": \"A\"}",
                        "vault.token.envronment is not known here; did you mean environment?"));
    }

    private static Stream<Broken> credentials() {
        return Stream.of(
                broken("vault.token", "\"in clear\"", "says where the credential comes from, such as"
                        + " {\"environment\": \"NAME\"}; a profile holds none."),
                broken("vault.token", "{}", "wants one of environment, file, command, ask or none."),
                broken("vault.token", "{\"none\": false}",
                        "wants one of environment, file, command, ask or none."),
                broken("vault.token", "{\"command\": []}",
                        "wants one of environment, file, command, ask or none."),
                broken("vault.token", "{\"environment\": \"A\", \"ask\": true}",
                        "wants one of environment, file, command, ask or none, not 2 of them."));
    }
}
