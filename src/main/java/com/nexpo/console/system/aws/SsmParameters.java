package com.nexpo.console.system.aws;

import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.CheckResult;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.FieldChange;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Secret;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.model.Target;
import com.nexpo.console.model.Value;
import com.nexpo.console.system.ConfigStore;
import com.nexpo.console.system.ServiceConfig;
import com.nexpo.console.system.Snapshot;
import com.nexpo.console.system.Snapshot.Held;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathResponse;
import software.amazon.awssdk.services.ssm.model.Parameter;

/**
 * SSM parameters as a place for a service's environment variables: each is one parameter, one level below the
 * service's path.
 *
 * <p>Terraform owns which parameters exist, their types and tags, and their first value, which is write-only:
 * Terraform does not see when a value differs later. This store compares, and rewrites a value that differs. It
 * creates and deletes none. A parameter that is missing becomes a {@link Change} with {@link Action#NONE} and
 * {@link Basis.NotThere}, see {@link #isMissing}; it is no work for this store but has to be mended before the
 * configuration is complete.
 *
 * <p>SSM has no compare-and-set. What is planned on version n is written only when a read just before still
 * finds n, and the write's answer must be n + 1; anything else is said.
 */
public final class SsmParameters implements ConfigStore {
    private static final String TYPE = "parameter";
    private static final String VERSION = "version";

    private final AwsConnection connection;
    private final Fingerprints fingerprints;
    private final ParameterWrite write;
    private final AwsPermissions permissions;

    public SsmParameters(AwsConnection connection, Fingerprints fingerprints, AwsPermissions permissions) {
        this.connection = connection;
        this.fingerprints = fingerprints;
        this.write = new ParameterWrite(connection);
        this.permissions = permissions;
    }

    @Override
    public String id() {
        return "ssm";
    }

    @Override
    public List<String> refusals(ServiceConfig wanted) {
        return ParameterNames.refusals(wanted, ParameterNames.STANDARD_BYTES);
    }

    @Override
    public Snapshot read(ServiceConfig wanted) throws FailureException, InterruptedException {
        String path = ParameterNames.path(wanted.place());
        String what = "reading parameters below " + path;
        Map<String, Held> entries = new LinkedHashMap<>();
        Optional<String> token = Optional.empty();
        do {
            GetParametersByPathResponse page = page(what, path, token);
            for (Parameter parameter : page.parameters()) {
                requireOurs(parameter);
                entries.put(ParameterNames.keyOf(parameter.name()),
                        new Held(
                                Optional.of(Secret.of(parameter.value(),
                                        wanted.isSecret(ParameterNames.keyOf(parameter.name())))),
                                Basis.at(VERSION, String.valueOf(parameter.version())), Optional.empty()));
            }
            // A page may be empty and still have a next one.
            token = Optional.ofNullable(page.nextToken()).filter(t -> !t.isEmpty());
        } while (token.isPresent());
        return new Snapshot(Basis.unbound(), entries);
    }

    private GetParametersByPathResponse page(String what, String path, Optional<String> token)
            throws FailureException, InterruptedException {
        return connection.read(what, limit -> connection.ssm().getParametersByPath(r -> r.path(path)
                .recursive(false).withDecryption(true).nextToken(token.orElse(null))
                .overrideConfiguration(limit)));
    }

    /** What answers may be another account or region than the profile's: an endpoint, or a proxy, that is wrong. */
    private void requireOurs(Parameter parameter) throws FailureException {
        String[] arn = Optional.ofNullable(parameter.arn()).orElse("").split(":", 6);
        if (arn.length < 6) {
            return;
        }
        boolean region = arn[3].equals(connection.profile().region());
        boolean account = connection.profile().account().map(arn[4]::equals).orElse(true);
        if (!region || !account) {
            throw new FailureException(new Failure(FailureKind.INVALID, "AWS-PLACE",
                    "AWS: parameter %s is of account %s in %s, the profile wants %s in %s.".formatted(
                            parameter.name(), arn[4], arn[3],
                            connection.profile().account().map(a -> "account " + a).orElse("any account"),
                            connection.profile().region()),
                    "Look at the profile's region, account and endpoint."));
        }
    }

    @Override
    public List<Change> plan(ServiceConfig wanted, Snapshot now) {
        List<Change> changes = new ArrayList<>();
        wanted.entries().forEach((key, entry) -> {
            Target target = new Target(SystemId.AWS, TYPE, ParameterNames.of(wanted.place(), key));
            Optional<Held> held = Optional.ofNullable(now.entries().get(key));
            Value after = shown(entry.value(), entry.secret());
            if (held.isEmpty()) {
                changes.add(new Change(target, Action.NONE,
                        List.of(new FieldChange(key, Value.absent(), after)), Basis.notThere(),
                        "It is missing: Terraform creates it in step deploy; run that first."));
                return;
            }
            boolean same = held.get().value().map(entry.value()::sameAs).orElse(false);
            Value before = held.get().value().map(value -> shown(value, entry.secret()))
                    .orElse(Value.masked());
            changes.add(same
                    ? new Change(target, Action.NONE, List.of(), held.get().basis(), "It is as wanted.")
                    : new Change(target, Action.UPDATE, List.of(new FieldChange(key, before, after)),
                            held.get().basis(),
                            "Its value differs, which Terraform cannot see in a write-only value."));
        });
        return changes;
    }

    /** True for the change that stands for a parameter which Terraform has still to create. */
    public static boolean isMissing(Change change) {
        return change.action() == Action.NONE && change.basis() instanceof Basis.NotThere
                && change.target().type().equals(TYPE);
    }

    private Value shown(Secret value, boolean secret) {
        return secret ? Value.hidden(value, fingerprints) : Value.known(value.reveal());
    }

    @Override
    public Outcome apply(Change change, ServiceConfig wanted) throws InterruptedException {
        String name = change.target().id();
        ServiceConfig.Entry entry = wanted.entries().get(ParameterNames.keyOf(name));
        if (entry == null || !name.equals(ParameterNames.of(wanted.place(), ParameterNames.keyOf(name)))) {
            throw new IllegalArgumentException(name + " is not among the values of " + wanted.service());
        }
        if (change.action() != Action.UPDATE || !(change.basis() instanceof Basis.At at)) {
            return new Outcome.Refused(new Failure(FailureKind.NOT_FOUND, "SSM-MISSING",
                    "Parameter " + name + " is not the console's to create.",
                    "Run step deploy: Terraform creates it."));
        }
        try {
            return write.overwrite(name, entry.value(), Long.parseLong(at.version()));
        } catch (FailureException e) {
            return Outcome.of(e.failure());
        }
    }

    @Override
    public List<CheckResult> permissions(List<ServiceConfig> wanted) throws InterruptedException {
        return permissions
                .check(wanted.stream().map(ServiceConfig::place).map(ParameterNames::path).toList());
    }

    @Override
    public Optional<String> equivalentCommand(ServiceConfig wanted) {
        // Without --with-decryption and with names only: a terminal keeps what it prints.
        return Optional.of(
                "aws ssm get-parameters-by-path --path %s --query 'Parameters[].[Name,Version,LastModifiedDate]' --output table --region %s%s"
                        .formatted(quoted(ParameterNames.path(wanted.place())), connection.profile().region(),
                                connection.profile().profile().map(p -> " --profile " + quoted(p))
                                        .orElse("")));
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_./@:=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
