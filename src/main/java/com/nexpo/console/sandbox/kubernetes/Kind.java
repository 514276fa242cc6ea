package com.nexpo.console.sandbox.kubernetes;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The resources that are stored. */
enum Kind {
    NAMESPACE("", "v1", "namespaces", "namespace", "Namespace", "ns", false),
    SECRET("", "v1", "secrets", "secret", "Secret", "", true),
    POD("", "v1", "pods", "pod", "Pod", "po", true),
    DEPLOYMENT("apps", "v1", "deployments", "deployment", "Deployment", "deploy", true);

    private static final List<String> VERBS = List.of("create", "delete", "deletecollection", "get", "list",
            "patch", "update", "watch");

    private final String group;
    private final String version;
    private final String plural;
    private final String singular;
    private final String title;
    private final String shortName;
    private final boolean namespaced;

    Kind(String group, String version, String plural, String singular, String title, String shortName,
            boolean namespaced) {
        this.group = group;
        this.version = version;
        this.plural = plural;
        this.singular = singular;
        this.title = title;
        this.shortName = shortName;
        this.namespaced = namespaced;
    }

    static Optional<Kind> of(String group, String plural) {
        return Arrays.stream(values()).filter(kind -> kind.group.equals(group) && kind.plural.equals(plural))
                .findFirst();
    }

    static List<Kind> inGroup(String group) {
        return Arrays.stream(values()).filter(kind -> kind.group.equals(group)).toList();
    }

    String group() {
        return group;
    }

    String plural() {
        return plural;
    }

    String singular() {
        return singular;
    }

    /** As in an object's {@code kind}. */
    String title() {
        return title;
    }

    boolean namespaced() {
        return namespaced;
    }

    List<String> shortNames() {
        return shortName.isEmpty() ? List.of() : List.of(shortName);
    }

    List<String> verbs() {
        return namespaced ? VERBS : VERBS.stream().filter(v -> !v.equals("deletecollection")).toList();
    }

    /** As in an object's {@code apiVersion}. */
    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** {@code deployments.apps}, as error messages write it. */
    String pluralWithGroup() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** {@code Deployment.apps}, as validation messages write it. */
    String titleWithGroup() {
        return group.isEmpty() ? title : title + "." + group;
    }
}
