package com.nexpo.console.blueprint;

/** Who gives a module's variable its value: {@code set_by} in the catalog. */
public sealed interface SetBy {

    /** The operator, for this service: {@code toggles.<service>.<name>}. The default when the catalog says nothing. */
    record Toggle() implements SetBy {}

    /** The root's variable of the same name. */
    record Root() implements SetBy {}

    /** Whether the service is in the root's list {@code services}; the shared module always is. */
    record Services() implements SetBy {}

    /** An output of another module, in the form {@code module:auth_posthog.posthog_project_id}. */
    record Output(String module, String output) implements SetBy {}
}
