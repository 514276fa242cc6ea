package com.nexpo.console.system.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Secret;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.profile.Profile.StateBackend;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.ServiceConfig.Entry;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterStringFilter;
import software.amazon.awssdk.services.ssm.model.ParameterType;
import software.amazon.awssdk.services.ssm.model.PutParameterRequest;
import software.amazon.awssdk.services.ssm.model.Tag;

/** What the SSM store holds to, whichever server answers. */
abstract class SsmContract {
    static final String REGION = "eu-central-1";
    static final String ACCOUNT = "123456789012";
    private static final String CANARY = "CANARY-ssm-0123456789";

    private final String place = "/nexpo/posthog/" + UUID.randomUUID();
    private AwsConnection connection;
    private SsmParameters store;

    abstract URI endpoint();

    abstract String accessKey();

    @BeforeEach
    void connect() {
        connection = connection(endpoint());
        store = store(connection);
    }

    @AfterEach
    void disconnect() {
        connection.close();
    }

    final String place() {
        return place;
    }

    final SsmParameters store() {
        return store;
    }

    final AwsConnection connection(URI endpoint) {
        return new AwsConnection(profile(endpoint, ACCOUNT), credentials(accessKey()));
    }

    static Profile.Aws profile(URI endpoint, String account) {
        return new Profile.Aws(REGION, Optional.of(account), Optional.empty(), Optional.of(endpoint),
                "/nexpo/posthog");
    }

    static AwsCredentialsProvider credentials(String accessKey) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, "no-secret"));
    }

    static SsmParameters store(AwsConnection connection) {
        return new SsmParameters(connection, new Fingerprints(new byte[32]),
                new AwsPermissions(connection, new StateBackend.Local()));
    }

    final ServiceConfig wanted(Map<String, String> values) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        values.forEach((key, value) -> entries.put(key, new Entry(Secret.of(value), true)));
        return new ServiceConfig("auth", place, entries);
    }

    /** As Terraform does it. */
    final void create(String key, String value, ParameterType type) {
        create(PutParameterRequest.builder().name(place + "/" + key).value(value).type(type).build());
    }

    final void create(PutParameterRequest request) {
        ssm().putParameter(request);
    }

    final SsmClient ssm() {
        return connection.ssm();
    }

    final Change onlyChange(ServiceConfig wanted) throws Exception {
        List<Change> changes = differences(wanted);
        assertThat(changes).hasSize(1);
        return changes.getFirst();
    }

    /** What is not as wanted: to be written, or missing. */
    final List<Change> differences(ServiceConfig wanted) throws Exception {
        return store.plan(wanted, store.read(wanted)).stream()
                .filter(change -> change.action() != Action.NONE || SsmParameters.isMissing(change)).toList();
    }

    @Test
    void everyStorableValueArrivesExactly() throws Exception {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("QUOTES", "say \"it\" 'twice' `thrice` \\ back");
        values.put("NEWLINES", "first\nsecond\r\n\tthird\n");
        values.put("DOLLAR", "$HOME ${HOME} $(id) %PATH% {x}");
        values.put("UNICODE", "Grüße 🦔 \u00a0 漢字");
        values.put("URL", "https://eu.i.posthog.com?a=b&c=d");
        values.put("SPACES", "  kept  ");
        values.put("LARGEST", "ß".repeat(2048));
        for (String key : values.keySet()) {
            create(key, "to be replaced", ParameterType.SECURE_STRING);
        }
        ServiceConfig wanted = wanted(values);
        assertThat(store.refusals(wanted)).isEmpty();

        for (Change change : store.plan(wanted, store.read(wanted))) {
            assertThat(store.apply(change, wanted)).isEqualTo(Outcome.done("version 2"));
        }

        assertThat(differences(wanted)).isEmpty();
        values.forEach((key, value) -> assertThat(
                ssm().getParameter(r -> r.name(place + "/" + key).withDecryption(true)).parameter().value())
                .isEqualTo(value));
    }

    @Test
    void onlyAValueThatDiffersIsPlanned() throws Exception {
        create("SAME", "as it should be", ParameterType.SECURE_STRING);
        create("OTHER", "drifted-" + CANARY, ParameterType.STRING);
        create("FOREIGN", "somebody else's", ParameterType.STRING);
        ServiceConfig wanted = wanted(Map.of("SAME", "as it should be", "OTHER", "right-" + CANARY));

        Change change = onlyChange(wanted);

        assertThat(change.target().id()).isEqualTo(place + "/OTHER");
        assertThat(change.action()).isEqualTo(Action.UPDATE);
        assertThat(change.basis()).isEqualTo(Basis.at("version", "1"));
        assertThat(change.toString()).doesNotContain(CANARY);
    }

    @Test
    void aMissingParameterIsNamedAndNotCreated() throws Exception {
        ServiceConfig wanted = wanted(Map.of("NEW", "value"));

        Change change = onlyChange(wanted);

        assertThat(SsmParameters.isMissing(change)).isTrue();
        assertThat(change.reason()).contains("Terraform creates it");
        assertThat(store.apply(change, wanted)).isInstanceOf(Outcome.Refused.class);
        assertThat(store.read(wanted).entries()).isEmpty();
    }

    @Test
    void allPagesAreRead() throws Exception {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < 23; i++) {
            values.put("KEY_" + i, "value " + i);
            create("KEY_" + i, "value " + i, ParameterType.STRING);
        }
        ServiceConfig wanted = wanted(values);

        assertThat(store.read(wanted).entries()).hasSize(23);
        assertThat(differences(wanted)).isEmpty();
    }

    @Test
    void whatChangedSinceTheReviewIsRefusedAndNamed() throws Exception {
        create("KEY", "one", ParameterType.SECURE_STRING);
        ServiceConfig wanted = wanted(Map.of("KEY", "wanted-" + CANARY));
        Change change = onlyChange(wanted);
        ssm().putParameter(r -> r.name(place + "/KEY").value("theirs-" + CANARY).overwrite(true));

        Outcome outcome = store.apply(change, wanted);

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class,
                refused -> assertThat(refused.failure().message())
                        .contains("is at version 2, written at 20", "the review was of version 1")
                        .doesNotContain(CANARY));
        assertThat(ssm().getParameter(r -> r.name(place + "/KEY").withDecryption(true)).parameter().value())
                .isEqualTo("theirs-" + CANARY);
    }

    @Test
    void whatWasDeletedSinceTheReviewIsNotCreatedAgain() throws Exception {
        create("KEY", "one", ParameterType.STRING);
        ServiceConfig wanted = wanted(Map.of("KEY", "two"));
        Change change = onlyChange(wanted);
        ssm().deleteParameter(r -> r.name(place + "/KEY"));

        assertThat(store.apply(change, wanted)).isInstanceOfSatisfying(Outcome.Refused.class,
                refused -> assertThat(refused.failure().code()).isEqualTo("SSM-GONE"));
        assertThat(store.read(wanted).entries()).isEmpty();
    }

    @Test
    void aRewriteKeepsEverythingButTheValue() throws Exception {
        create(PutParameterRequest.builder().name(place + "/KEY").value("one")
                .type(ParameterType.SECURE_STRING)
                .keyId("alias/own").tier("Advanced").description("of auth").allowedPattern("^[a-z]+$")
                .build());
        ssm().addTagsToResource(r -> r.resourceType("Parameter").resourceId(place + "/KEY")
                .tags(Tag.builder().key("service").value("auth").build()));
        ServiceConfig wanted = wanted(Map.of("KEY", "two"));

        assertThat(store.apply(onlyChange(wanted), wanted)).isEqualTo(Outcome.done("version 2"));

        ParameterStringFilter named = ParameterStringFilter.builder().key("Name").option("Equals")
                .values(place + "/KEY").build();
        var now = ssm().describeParameters(r -> r.parameterFilters(named)).parameters().getFirst();
        assertThat(now.typeAsString()).isEqualTo("SecureString");
        assertThat(now.tierAsString()).isEqualTo("Advanced");
        assertThat(now.keyId()).isEqualTo("alias/own");
        assertThat(now.description()).isEqualTo("of auth");
        assertThat(now.allowedPattern()).isEqualTo("^[a-z]+$");
        assertThat(ssm().listTagsForResource(r -> r.resourceType("Parameter").resourceId(place + "/KEY"))
                .tagList()).hasSize(1);
    }

    @Test
    void theCallerIsKnown() throws Exception {
        assertThat(new AwsIdentity(connection).caller().account()).isEqualTo(ACCOUNT);
    }
}
