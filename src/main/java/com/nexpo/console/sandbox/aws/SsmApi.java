package com.nexpo.console.sandbox.aws;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.nexpo.console.sandbox.aws.Accounts.Principal;
import com.nexpo.console.sandbox.aws.Parameter.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** The operations of SSM Parameter Store: one JSON object in, one out. */
final class SsmApi {
    private static final int NAMES = 10;

    private final Policy policy;
    private final AtomicBoolean emptyFirstPage;

    /** @param emptyFirstPage true to begin every listing with an empty page and a token, as AWS may */
    SsmApi(Policy policy, AtomicBoolean emptyFirstPage) {
        this.policy = policy;
        this.emptyFirstPage = emptyFirstPage;
    }

    JsonObject call(String operation, JsonObject body, Principal caller, ParameterStore store)
            throws AwsError {
        Call call = new Call(caller, store, Input.of(body));
        synchronized (store) {
            return switch (operation) {
                case "PutParameter" -> put(call);
                case "GetParameter" -> get(call);
                case "GetParameters" -> getSeveral(call);
                case "GetParametersByPath" -> getByPath(call);
                case "DescribeParameters" -> describe(call);
                case "GetParameterHistory" -> history(call);
                case "LabelParameterVersion" -> label(call);
                case "DeleteParameter" -> delete(call);
                case "DeleteParameters" -> deleteSeveral(call);
                case "AddTagsToResource" -> addTags(call);
                case "RemoveTagsFromResource" -> removeTags(call);
                case "ListTagsForResource" -> listTags(call);
                default -> throw AwsError.ssm("UnknownOperationException", "");
            };
        }
    }

    private record Call(Principal caller, ParameterStore store, Input input) {
        String resource(String name) {
            return store.arn(store.nameOf(name));
        }
    }

    private void require(Call call, String action, String name) throws AwsError {
        policy.requireJson(call.caller(), "ssm:" + action, call.resource(name));
    }

    private JsonObject put(Call call) throws AwsError {
        Input in = call.input();
        String name = in.required("Name");
        require(call, "PutParameter", name);
        if (!in.tags("Tags").isEmpty()) {
            require(call, "AddTagsToResource", name);
        }
        boolean secure = in.text("Type").or(() -> call.store().find(name).map(p -> p.latest().type()))
                .orElse("")
                .equals(Parameter.SECURE);
        if (secure) {
            policy.requireJson(call.caller(), "kms:Encrypt", "the key of " + call.resource(name));
        }
        Version version = call.store().put(new ParameterStore.Put(name, in.required("Value"), in.text("Type"),
                in.flag("Overwrite"), in.text("Tier"), in.text("KeyId"), in.text("Description"),
                in.text("AllowedPattern"), in.text("DataType"), in.tags("Tags")), call.caller().arn());
        JsonObject answer = new JsonObject();
        answer.addProperty("Version", version.number());
        answer.addProperty("Tier", version.tier());
        return answer;
    }

    private JsonObject get(Call call) throws AwsError {
        String name = call.input().required("Name");
        require(call, "GetParameter", name);
        JsonObject answer = new JsonObject();
        answer.add("Parameter", selected(call, name).orElseThrow(AwsError::notFound));
        return answer;
    }

    private JsonObject getSeveral(Call call) throws AwsError {
        List<String> names = names(call);
        JsonArray found = new JsonArray();
        JsonArray invalid = new JsonArray();
        for (String name : names) {
            require(call, "GetParameters", name);
        }
        for (String name : names) {
            try {
                selected(call, name).ifPresentOrElse(found::add, () -> invalid.add(name));
            } catch (AwsError e) {
                if (!e.type().equals("ParameterVersionNotFound")) {
                    throw e;
                }
                invalid.add(name);
            }
        }
        JsonObject answer = new JsonObject();
        answer.add("Parameters", found);
        answer.add("InvalidParameters", invalid);
        return answer;
    }

    /** A parameter by name, ARN, or either with {@code :version} or {@code :label} behind. */
    private Optional<JsonObject> selected(Call call, String asked) throws AwsError {
        Optional<Parameter> whole = call.store().find(asked);
        if (whole.isPresent()) {
            return Optional.of(shown(call, whole.get(), whole.get().latest()));
        }
        int colon = asked.lastIndexOf(':');
        Optional<Parameter> parameter = colon < 0
                ? Optional.empty()
                : call.store().find(asked.substring(0, colon));
        if (parameter.isEmpty()) {
            return Optional.empty();
        }
        String selector = asked.substring(colon + 1);
        Optional<Version> version = parameter.get().select(selector);
        if (version.isEmpty()) {
            throw AwsError.ssm("ParameterVersionNotFound",
                    "Systems Manager could not find version %s of %s. Verify the version and try again."
                            .formatted(selector, parameter.get().name()));
        }
        JsonObject shown = shown(call, parameter.get(), version.get());
        shown.addProperty("Selector", ":" + selector);
        return Optional.of(shown);
    }

    private JsonObject shown(Call call, Parameter parameter, Version version) throws AwsError {
        return parameter.shown(version, call.store().arn(parameter.name()), decrypts(call, parameter));
    }

    /** Whether values are wanted in clear; refused when the key may not be used. */
    private boolean decrypts(Call call, Parameter parameter) throws AwsError {
        boolean decrypt = call.input().flag("WithDecryption");
        if (decrypt && parameter.secure() && !policy.allows("kms:Decrypt")) {
            throw AwsError.ssm("AccessDeniedException",
                    "The ciphertext refers to a customer master key that does not exist, does not exist in this "
                            + "region, or you are not allowed to access.");
        }
        return decrypt;
    }

    private JsonObject getByPath(Call call) throws AwsError {
        Input in = call.input();
        String path = in.required("Path");
        ParameterFilters.checkPath(path);
        require(call, "GetParametersByPath", path);
        List<Parameter> below = call.store().all().stream()
                .filter(p -> ParameterFilters.under(path, p.name(), in.flag("Recursive"))).toList();
        Predicate<Parameter> filter = ParameterFilters.ofPath(in);
        Page<Parameter> page = Page.of(below, in, 10, emptyFirstPage.get());
        JsonArray shown = new JsonArray();
        for (Parameter parameter : page.items()) {
            // AWS filters after it cut the page: a page may be empty and have a next one.
            if (filter.test(parameter)) {
                shown.add(shown(call, parameter, parameter.latest()));
            }
        }
        return listing(shown, page.next());
    }

    private JsonObject describe(Call call) throws AwsError {
        policy.requireJson(call.caller(), "ssm:DescribeParameters",
                call.store().arn("x").replace(":parameter/x", ":*"));
        List<Parameter> found = call.store().all().stream().filter(ParameterFilters.ofDescribe(call.input()))
                .toList();
        Page<Parameter> page = Page.of(found, call.input(), 50, emptyFirstPage.get());
        JsonArray shown = new JsonArray();
        page.items().forEach(parameter -> shown.add(parameter.described()));
        return listing(shown, page.next());
    }

    private JsonObject history(Call call) throws AwsError {
        String name = call.input().required("Name");
        require(call, "GetParameterHistory", name);
        Parameter parameter = call.store().find(name).orElseThrow(AwsError::notFound);
        boolean decrypt = decrypts(call, parameter);
        Page<Version> page = Page.of(new ArrayList<>(parameter.versions()), call.input(), 50,
                emptyFirstPage.get());
        JsonArray shown = new JsonArray();
        page.items().forEach(version -> shown.add(parameter.history(version, decrypt)));
        return listing(shown, page.next());
    }

    private static JsonObject listing(JsonArray parameters, Optional<String> next) {
        JsonObject answer = new JsonObject();
        answer.add("Parameters", parameters);
        next.ifPresent(token -> answer.addProperty("NextToken", token));
        return answer;
    }

    private JsonObject label(Call call) throws AwsError {
        String name = call.input().required("Name");
        require(call, "LabelParameterVersion", name);
        Optional<Integer> number = call.input().number("ParameterVersion");
        JsonArray invalid = new JsonArray();
        call.store().label(name, number, call.input().texts("Labels")).forEach(invalid::add);
        JsonObject answer = new JsonObject();
        answer.add("InvalidLabels", invalid);
        answer.addProperty("ParameterVersion", number.map(Integer::longValue).orElseGet(
                () -> call.store().find(name).map(p -> p.latest().number()).orElse(0L)));
        return answer;
    }

    private JsonObject delete(Call call) throws AwsError {
        String name = call.input().required("Name");
        require(call, "DeleteParameter", name);
        if (!call.store().delete(name)) {
            throw AwsError.notFound();
        }
        return new JsonObject();
    }

    private JsonObject deleteSeveral(Call call) throws AwsError {
        List<String> names = names(call);
        for (String name : names) {
            require(call, "DeleteParameters", name);
        }
        JsonArray deleted = new JsonArray();
        JsonArray invalid = new JsonArray();
        names.forEach(name -> (call.store().delete(name) ? deleted : invalid).add(name));
        JsonObject answer = new JsonObject();
        answer.add("DeletedParameters", deleted);
        answer.add("InvalidParameters", invalid);
        return answer;
    }

    private JsonObject addTags(Call call) throws AwsError {
        String name = taggable(call, "AddTagsToResource");
        call.store().addTags(name, call.input().tags("Tags"));
        return new JsonObject();
    }

    private JsonObject removeTags(Call call) throws AwsError {
        String name = taggable(call, "RemoveTagsFromResource");
        call.store().removeTags(name, call.input().texts("TagKeys"));
        return new JsonObject();
    }

    private JsonObject listTags(Call call) throws AwsError {
        String name = taggable(call, "ListTagsForResource");
        JsonArray list = new JsonArray();
        call.store().tagged(name).tags().forEach((key, value) -> {
            JsonObject tag = new JsonObject();
            tag.addProperty("Key", key);
            tag.addProperty("Value", value);
            list.add(tag);
        });
        JsonObject answer = new JsonObject();
        answer.add("TagList", list);
        return answer;
    }

    private String taggable(Call call, String action) throws AwsError {
        String name = call.input().required("ResourceId");
        if (!call.input().required("ResourceType").equals("Parameter")) {
            throw AwsError.ssm("InvalidResourceType", "Invalid Resource Type");
        }
        require(call, action, name);
        return name;
    }

    private static List<String> names(Call call) throws AwsError {
        List<String> names = call.input().texts("Names");
        if (names.isEmpty() || names.size() > NAMES) {
            throw AwsError.constraint("names", names.isEmpty()
                    ? "have length greater than or equal to 1"
                    : "have length less than or equal to " + NAMES);
        }
        Set<String> different = new HashSet<>(names);
        if (different.size() < names.size()) {
            throw AwsError.validation("Duplicate parameter names are not allowed in one request.");
        }
        return names;
    }
}
