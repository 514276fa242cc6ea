package com.nexpo.console.blueprint;

import java.util.List;

/**
 * The root's {@code services.tf}: which services there are, their toggles, a module block for each, and the outputs.
 * Terraform's module sources are fixed texts, so this file is written from the folders that exist; a new service is a new
 * folder.
 */
public final class ServicesFile {

    private ServicesFile() {}

    /** The file's text, as {@code terraform fmt} leaves it. */
    public static String text(Blueprint blueprint) {
        HclText hcl = new HclText();
        hcl.comment(
                "Follows from the folders in microservices/ and their catalogs, as the console writes it.");
        hcl.comment("A service added by hand: a folder there, and a module block like these here.");
        services(hcl, blueprint);
        toggles(hcl, blueprint);
        for (ServiceCatalog c : blueprint.all()) {
            hcl.blank();
            module(hcl, c);
        }
        outputs(hcl, blueprint.all());
        return hcl.toString();
    }

    private static void services(HclText hcl, Blueprint blueprint) {
        String ids = HclText.list(blueprint.services().stream().map(ServiceCatalog::service).toList());
        hcl.blank().open("variable \"services\"");
        hcl.set("description",
                HclText.quoted("Services to deploy. One that is left out loses what its module made."));
        hcl.set("type", "list(string)").set("default", ids).blank();
        hcl.open("validation");
        hcl.set("condition", "length(setsubtract(var.services, " + ids + ")) == 0");
        hcl.set("error_message", HclText.quoted("The services are "
                + String.join(", ", blueprint.services().stream().map(ServiceCatalog::service).toList())
                + "."));
        hcl.close().close();
    }

    private static void toggles(HclText hcl, Blueprint blueprint) {
        hcl.blank().open("variable \"toggles\"");
        hcl.set("description",
                HclText.quoted(
                        "Settings by service and name, as in { auth = { track_google_login = false } };"
                                + " what is not set has the default of the service's catalog.json."));
        hcl.set("type", "any").set("default", "{}");
        String ids = HclText.list(blueprint.all().stream().map(ServiceCatalog::service).toList());
        hcl.blank().open("validation");
        hcl.set("condition", "length(setsubtract(keys(var.toggles), " + ids + ")) == 0");
        hcl.set("error_message", HclText.quoted("The toggles are given for "
                + String.join(", ", blueprint.all().stream().map(ServiceCatalog::service).toList()) + "."));
        hcl.close();
        for (ServiceCatalog c : blueprint.all()) {
            String names = HclText
                    .list(c.variables().stream().filter(Variable::isSetting).map(Variable::name).toList());
            hcl.blank().open("validation");
            hcl.set("condition",
                    "length(setsubtract(keys(try(var.toggles[" + HclText.quoted(c.service()) + "], {})), "
                            + names + ")) == 0");
            hcl.set("error_message", HclText.quoted("A toggle of " + c.service()
                    + " is unknown: its catalog.json lists them."));
            hcl.close();
        }
        hcl.close();
    }

    private static void module(HclText hcl, ServiceCatalog c) {
        hcl.comment(c.title());
        hcl.open("module " + HclText.quoted(c.module()));
        hcl.set("source", HclText.quoted("./" + c.folder()));
        String group = "";
        for (Variable v : c.variables()) {
            if (!v.group().equals(group)) {
                group = v.group();
                hcl.blank().comment(group);
            }
            hcl.set(v.name(), value(c, v));
        }
        hcl.blank().comment("Project, addresses and rollouts");
        if (c.kind() == ServiceCatalog.Kind.SERVICE) {
            hcl.set("create_project", "var.project_strategy == \"per_service\"");
            hcl.set("project_id", "module.shared_posthog.posthog_project_id");
            hcl.set("project_token", "module.shared_posthog.project_token");
        }
        hcl.set("api_host", "var.posthog_api_host").set("ingest_host", "var.posthog_ingest_host");
        hcl.set("flag_rollouts", "var.flag_rollouts");
        hcl.close();
    }

    private static String value(ServiceCatalog c, Variable v) {
        return switch (v.setBy()) {
            case SetBy.Root() -> "var." + v.name();
            // The services use the shared module's project, so it is always there.
            case SetBy.Services() -> c.kind() == ServiceCatalog.Kind.SHARED
                    ? "true"
                    : "contains(var.services, " + HclText.quoted(c.service()) + ")";
            case SetBy.Output(String module, String output) -> "module." + module + "." + output;
            case SetBy.Toggle() ->
                "try(" + toggle(c.service(), v) + (v.inherits() ? ", " + toggle("shared", v) : "")
                        + ", null)";
        };
    }

    private static String toggle(String service, Variable v) {
        return "var.toggles[" + HclText.quoted(service) + "]." + v.name();
    }

    private static void outputs(HclText hcl, List<ServiceCatalog> catalogs) {
        for (ServiceCatalog c : catalogs) {
            hcl.blank().open("output " + HclText.quoted(c.environmentOutput()));
            hcl.set("value", "module." + c.module() + ".env_vars").set("sensitive", "true");
            hcl.close();
        }
        perService(hcl, catalogs, "posthog_project_ids", "Id of the PostHog project by service.",
                "posthog_project_id");
        perService(hcl, catalogs, "posthog_project_urls", "Where each service's project is found in PostHog.",
                "posthog_project_url");
        perService(hcl, catalogs, "posthog_flag_ids", "Ids of the feature flags by service and key.",
                "flag_ids");
        perService(hcl, catalogs, "posthog_insight_ids", "Ids of the insights by service and key.",
                "insight_ids");
        perService(hcl, catalogs, "posthog_dashboard_ids", "Id of the dashboard by service.", "dashboard_id");
        perService(hcl, catalogs, "ssm_parameter_names", "Names of the SSM parameters by service.",
                "ssm_parameter_names");
    }

    private static void perService(HclText hcl, List<ServiceCatalog> catalogs, String name,
            String description,
            String output) {
        hcl.blank().open("output " + HclText.quoted(name));
        hcl.set("description", HclText.quoted(description));
        hcl.open("value =");
        catalogs.forEach(c -> hcl.set(HclText.quoted(c.service()), "module." + c.module() + "." + output));
        hcl.close().close();
    }
}
