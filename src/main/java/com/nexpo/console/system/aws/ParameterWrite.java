package com.nexpo.console.system.aws;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Outcome;
import com.nexpo.console.model.Secret;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterMetadata;
import software.amazon.awssdk.services.ssm.model.ParameterStringFilter;
import software.amazon.awssdk.services.ssm.model.ParameterTier;
import software.amazon.awssdk.services.ssm.model.PutParameterResponse;

/** Rewrites the value of one parameter and nothing else of it. */
final class ParameterWrite {
    private final AwsConnection connection;

    ParameterWrite(AwsConnection connection) {
        this.connection = connection;
    }

    /**
     * Writes a value over version {@code basis}.
     *
     * @return refused when the parameter is at another version; unsure when somebody else's version came between
     */
    Outcome overwrite(String name, Secret value, long basis) throws FailureException, InterruptedException {
        Optional<ParameterMetadata> described = describe(name);
        if (described.isEmpty()) {
            return new Outcome.Refused(new Failure(FailureKind.CONFLICT, "SSM-GONE",
                    "Parameter " + name + " was deleted since the review.",
                    "Plan again; Terraform creates it."));
        }
        ParameterMetadata kept = described.get();
        Optional<Failure> tooLarge = tooLarge(name, value, kept);
        if (tooLarge.isPresent()) {
            return new Outcome.Failed(tooLarge.get());
        }
        long written = put(name, value, kept, basis).version();
        return written == basis + 1
                ? Outcome.done("version " + written)
                : new Outcome.Unsure(raced(name, basis, written));
    }

    private Optional<ParameterMetadata> describe(String name) throws FailureException, InterruptedException {
        ParameterStringFilter named = ParameterStringFilter.builder().key("Name").option("Equals")
                .values(name)
                .build();
        Optional<String> token = Optional.empty();
        do {
            String from = token.orElse(null);
            var page = connection.read("reading the settings of parameter " + name, limit -> connection.ssm()
                    .describeParameters(
                            r -> r.parameterFilters(named).nextToken(from).overrideConfiguration(limit)));
            List<ParameterMetadata> found = page.parameters();
            if (!found.isEmpty()) {
                return Optional.of(found.getFirst());
            }
            token = Optional.ofNullable(page.nextToken()).filter(t -> !t.isEmpty());
        } while (token.isPresent());
        return Optional.empty();
    }

    /** Says everything again that an overwrite would otherwise set to its default: the key, for one. */
    private PutParameterResponse put(String name, Secret value, ParameterMetadata kept, long basis)
            throws FailureException, InterruptedException {
        return connection.write("writing parameter " + name, () -> requireVersion(name, value, kept, basis),
                limit -> connection.ssm().putParameter(r -> r.name(name).value(value.reveal()).overwrite(true)
                        .type(kept.type()).tier(kept.tier()).keyId(kept.keyId()).dataType(kept.dataType())
                        .description(kept.description()).allowedPattern(kept.allowedPattern())
                        .overrideConfiguration(limit)));
    }

    /** By name, because what DescribeParameters says of the version may be behind. */
    private void requireVersion(String name, Secret value, ParameterMetadata kept, long basis)
            throws FailureException, InterruptedException {
        Parameter now = connection.read("reading parameter " + name, limit -> connection.ssm()
                .getParameter(r -> r.name(name).withDecryption(true).overrideConfiguration(limit)))
                .parameter();
        if (now.version() != basis) {
            throw new FailureException(moved(name, value, basis, now, kept));
        }
    }

    private static Optional<Failure> tooLarge(String name, Secret value, ParameterMetadata kept) {
        boolean advanced = kept.tier() == ParameterTier.ADVANCED;
        int most = advanced ? ParameterNames.ADVANCED_BYTES : ParameterNames.STANDARD_BYTES;
        if (value.byteLength() <= most) {
            return Optional.empty();
        }
        return Optional.of(new Failure(FailureKind.INVALID, "SSM-SIZE",
                "The value of parameter %s has %d bytes; its tier takes at most %d.".formatted(name,
                        value.byteLength(), most)));
    }

    private static Failure moved(String name, Secret value, long basis, Parameter now,
            ParameterMetadata described) {
        // The author of the newest version, unless the description is of an older one.
        boolean known = described.version() != null && described.version().equals(now.version())
                && described.lastModifiedUser() != null;
        String by = known ? " by " + described.lastModifiedUser() : "";
        String held = holds(now, value) ? " It holds the wanted value already." : "";
        return new Failure(FailureKind.CONFLICT, "SSM-CHANGED",
                "Parameter %s is at version %d, written at %s%s; the review was of version %d.%s".formatted(
                        name,
                        now.version(), now.lastModifiedDate(), by, basis, held),
                "Plan again.");
    }

    private static boolean holds(Parameter now, Secret value) {
        try (Secret there = Secret.of(now.value())) {
            return value.sameAs(there);
        }
    }

    private static Failure raced(String name, long basis, long written) {
        return new Failure(FailureKind.CONFLICT, "SSM-RACED",
                "Parameter %s was written as version %d where %d was due: somebody else wrote at the same moment, and their value was replaced."
                        .formatted(name, written, basis + 1),
                "Look at both with aws ssm get-parameter-history, and plan again.").possiblyDone();
    }
}
