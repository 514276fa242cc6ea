package com.nexpo.console.sandbox.aws;

import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.aws.Parameter.Version;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The parameters of one account in one region. Every method is one atomic operation. */
final class ParameterStore {
    private static final int VERSIONS = 100;
    private static final int LABELS = 10;
    private static final Pattern LABEL = Pattern.compile("(?!aws|ssm)[a-zA-Z_.\\-][a-zA-Z0-9_.\\-]{0,99}");

    private final String place;
    private final Clock clock;
    private final Map<String, Parameter> parameters = new TreeMap<>();

    /** What a PutParameter asks for; empty means not said. */
    record Put(String name, String value, Optional<String> type, boolean overwrite, Optional<String> tier,
            Optional<String> keyId, Optional<String> description, Optional<String> allowedPattern,
            Optional<String> dataType, Map<String, String> tags) {}

    /** @param place {@code REGION:ACCOUNT} */
    ParameterStore(String place, Clock clock) {
        this.place = place;
        this.clock = clock;
    }

    String arn(String name) {
        return "arn:aws:ssm:" + place + ":parameter" + (name.startsWith("/") ? "" : "/") + name;
    }

    /** The name in a name or an ARN. */
    String nameOf(String nameOrArn) {
        String prefix = "arn:aws:ssm:" + place + ":parameter";
        if (!nameOrArn.startsWith(prefix)) {
            return nameOrArn;
        }
        String path = nameOrArn.substring(prefix.length());
        boolean bare = path.lastIndexOf('/') == 0 && !parameters.containsKey(path);
        return bare ? path.substring(1) : path;
    }

    synchronized Version put(Put put, String user) throws AwsError {
        ParameterRules.name(put.name());
        if (put.value().isEmpty()) {
            throw AwsError.constraint("value", "have length greater than or equal to 1");
        }
        Optional<Parameter> existing = Optional.ofNullable(parameters.get(put.name()));
        if (existing.isPresent() && !put.overwrite()) {
            throw AwsError.ssm("ParameterAlreadyExists",
                    "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
        }
        if (put.overwrite() && !put.tags().isEmpty()) {
            throw AwsError
                    .validation("Invalid request: tags and overwrite can't be used together. To create a "
                            + "parameter with tags, please remove overwrite flag. To update tags for an existing parameter, "
                            + "please use AddTagsToResource or RemoveTagsFromResource.");
        }
        Parameter parameter = existing.orElseGet(() -> new Parameter(put.name()));
        Version version = next(put, existing.map(Parameter::latest), user);
        if (parameter.versions().size() >= VERSIONS) {
            dropOldest(parameter);
        }
        parameter.versions().add(version);
        parameter.tags().putAll(put.tags());
        parameters.put(put.name(), parameter);
        return version;
    }

    private Version next(Put put, Optional<Version> before, String user) throws AwsError {
        Optional<String> oldType = before.map(Version::type);
        String type = put.type().or(() -> oldType).orElse("");
        if (type.isEmpty()) {
            throw AwsError.validation("A parameter type is required when you create a parameter.");
        }
        ParameterRules.type(type);
        if (oldType.isPresent() && !oldType.get().equals(type)) {
            throw AwsError.ssm("HierarchyTypeMismatchException",
                    "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't "
                            + "change a parameter from a String type to a SecureString type. You must create a new, "
                            + "unique parameter.");
        }
        boolean secure = type.equals(Parameter.SECURE);
        if (put.keyId().isPresent() && !secure) {
            throw AwsError.validation("KeyId can only be used with SecureString parameters.");
        }
        String pattern = put.allowedPattern().or(() -> before.map(Version::allowedPattern)).orElse("");
        ParameterRules.value(put.value(), type, pattern);
        // An overwrite without a key encrypts under the account's default key, whatever key there was.
        Optional<String> key = secure ? put.keyId().or(() -> Optional.of("alias/aws/ssm")) : Optional.empty();
        return new Version(before.map(Version::number).orElse(0L) + 1, put.value(), type, tier(put, before),
                key,
                put.description().or(() -> before.map(Version::description)).orElse(""), pattern,
                put.dataType().or(() -> before.map(Version::dataType)).orElse("text"), clock.instant(), user,
                new LinkedHashSet<>());
    }

    private static String tier(Put put, Optional<Version> before) throws AwsError {
        if (put.tier().isPresent()) {
            ParameterRules.tier(put.tier().get());
        }
        boolean advanced = before.filter(v -> v.tier().equals("Advanced")).isPresent();
        if (advanced && put.tier().filter(t -> t.equals("Standard")).isPresent()) {
            throw AwsError.validation(
                    "This parameter uses the advanced-parameter tier. You can't downgrade a parameter "
                            + "from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete "
                            + "the advanced parameter and recreate it as a standard parameter.");
        }
        return ParameterRules.tierFor(put.value(), advanced ? "Advanced" : put.tier().orElse("Standard"));
    }

    private static void dropOldest(Parameter parameter) throws AwsError {
        Version oldest = parameter.versions().getFirst();
        if (!oldest.labels().isEmpty()) {
            throw AwsError.ssm("ParameterMaxVersionLimitExceeded",
                    ("You attempted to create a new version of %s by calling the PutParameter API with the overwrite "
                            + "flag. Version %d, the oldest version, can't be deleted because it has a label "
                            + "associated with it. Move the label to another version of the parameter, and try again.")
                            .formatted(parameter.name(), oldest.number()));
        }
        parameter.versions().removeFirst();
    }

    synchronized Optional<Parameter> find(String nameOrArn) {
        return Optional.ofNullable(parameters.get(nameOf(nameOrArn)));
    }

    /** All parameters, by name. */
    synchronized List<Parameter> all() {
        return new ArrayList<>(parameters.values());
    }

    synchronized boolean delete(String nameOrArn) {
        return parameters.remove(nameOf(nameOrArn)) != null;
    }

    synchronized Parameter tagged(String name) throws AwsError {
        Parameter parameter = parameters.get(nameOf(name));
        if (parameter == null) {
            throw AwsError.ssm("InvalidResourceId", "Invalid Resource Id");
        }
        return parameter;
    }

    synchronized void addTags(String name, Map<String, String> tags) throws AwsError {
        tagged(name).tags().putAll(tags);
    }

    synchronized void removeTags(String name, List<String> keys) throws AwsError {
        tagged(name).tags().keySet().removeAll(Set.copyOf(keys));
    }

    /** Moves labels to a version; returns those that are no labels. */
    synchronized List<String> label(String name, Optional<Integer> number, List<String> labels)
            throws AwsError {
        Parameter parameter = find(name).orElseThrow(AwsError::notFound);
        Optional<Version> version = number.isEmpty()
                ? Optional.of(parameter.latest())
                : parameter.select(number.get().toString());
        if (version.isEmpty()) {
            throw AwsError.ssm("ParameterVersionNotFound",
                    "Systems Manager could not find version %d of %s. Verify the version and try again."
                            .formatted(number.orElse(0), name));
        }
        List<String> good = labels.stream().filter(label -> LABEL.matcher(label).matches()).toList();
        if (version.get().labels().size() + good.size() > LABELS) {
            throw AwsError.ssm("ParameterVersionLabelLimitExceeded",
                    "An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion "
                            + "operation: A parameter version can have maximum 10 labels.");
        }
        parameter.versions().forEach(v -> v.labels().removeAll(good));
        version.get().labels().addAll(good);
        return labels.stream().filter(label -> !good.contains(label)).toList();
    }

    synchronized JsonObject save() {
        JsonObject saved = new JsonObject();
        parameters.forEach((name, parameter) -> saved.add(name, parameter.save()));
        return saved;
    }

    synchronized void restore(JsonObject saved) {
        parameters.clear();
        saved.asMap().forEach(
                (name, one) -> parameters.put(name, Parameter.restore(name, one.getAsJsonObject())));
    }
}
