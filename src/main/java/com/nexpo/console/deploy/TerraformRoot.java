package com.nexpo.console.deploy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.nexpo.console.blueprint.Blueprint;
import com.nexpo.console.blueprint.DeploymentSettings;
import com.nexpo.console.blueprint.ProjectStrategy;
import com.nexpo.console.blueprint.Workspace;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.profile.Profile;
import com.nexpo.console.system.terraform.Orphans;
import com.nexpo.console.system.terraform.Orphans.Adoption;
import com.nexpo.console.system.terraform.TerraformRunner;
import com.nexpo.console.system.terraform.TerraformWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Terraform's root module of one environment: the workspace that the steps write and the runner that runs it.
 *
 * <p>What is deployed is decided by the variables file on disk: each step changes its own part of it and leaves the
 * others', so that the shared module can be planned again without taking the services away.
 */
final class TerraformRoot {
    private static final String SERVICES = "services";
    private static final String TOGGLES = "toggles";
    private static final String ROLLOUTS = "flag_rollouts";
    private static final String SHARED = "shared";

    private final Profile profile;
    private final Blueprint blueprint;
    private final TerraformWorkspace workspace;
    private final TerraformRunner runner;
    private final boolean emulatedAws;

    TerraformRoot(Profile profile, Blueprint blueprint, TerraformWorkspace workspace,
            TerraformRunner runner) {
        this.profile = profile;
        this.blueprint = blueprint;
        this.workspace = workspace;
        this.runner = runner;
        this.emulatedAws = profile.aws().endpoint().isPresent();
    }

    TerraformRunner runner() {
        return runner;
    }

    Blueprint blueprint() {
        return blueprint;
    }

    Profile profile() {
        return profile;
    }

    /** The settings that profile and choices make together. */
    DeploymentSettings settings(Choices choices) {
        DeploymentSettings usual = DeploymentSettings.defaults(blueprint, profile.posthog().organizationId(),
                profile.environment());
        return new DeploymentSettings(usual.organizationId(), profile.environment(), profile.projectName(),
                profile.aws().region(), usual.commonTags(),
                profile.posthog().strategy() == Profile.ProjectStrategy.PER_SERVICE
                        ? ProjectStrategy.PER_SERVICE
                        : ProjectStrategy.PER_ENVIRONMENT,
                profile.posthog().host().toString(), profile.posthog().ingestHost().toString(),
                true, profile.aws().parameterPrefix(), emulatedAws,
                choices.services(), choices.toggles(), choices.rollouts());
    }

    /** All variables that profile and choices make. */
    JsonObject variables(Choices choices) {
        return JsonParser.parseString(Workspace.variables(settings(choices))).getAsJsonObject();
    }

    /** Those of the provider step: what is chosen per service stays as it is on disk. */
    JsonObject providerVariables(Choices choices) {
        JsonObject wanted = variables(choices);
        JsonObject there = variablesOnDisk();
        wanted.add(SERVICES, there.has(SERVICES) ? there.get(SERVICES) : new JsonArray());
        wanted.add(TOGGLES, there.has(TOGGLES) ? there.get(TOGGLES) : new JsonObject());
        wanted.add(ROLLOUTS, there.has(ROLLOUTS) ? there.get(ROLLOUTS) : new JsonObject());
        return wanted;
    }

    /** Those of the shared step: the shared module's toggles beside what is on disk. */
    JsonObject sharedVariables(Choices choices) {
        JsonObject wanted = providerVariables(choices);
        JsonObject toggles = wanted.getAsJsonObject(TOGGLES).deepCopy();
        JsonElement shared = variables(choices).getAsJsonObject(TOGGLES).get(SHARED);
        toggles.remove(SHARED);
        if (shared != null) {
            toggles.add(SHARED, shared);
        }
        wanted.add(TOGGLES, toggles);
        return wanted;
    }

    /** The variables that the workspace holds now; an empty object when there are none. */
    JsonObject variablesOnDisk() {
        Path file = workspace.folder().resolve(Workspace.VARIABLES_FILE);
        try {
            return Files.exists(file)
                    ? JsonParser.parseString(Files.readString(file)).getAsJsonObject()
                    : new JsonObject();
        } catch (IOException | JsonParseException | IllegalStateException e) {
            // It is written anew from profile and choices.
            return new JsonObject();
        }
    }

    /** The configuration files as the blueprint wants them. */
    Map<String, String> sources() throws FailureException {
        try {
            return Workspace.files(blueprint);
        } catch (IOException e) {
            throw new FailureException(new Failure(FailureKind.INVALID, "CFG-BLUEPRINT",
                    "The blueprint cannot be read: " + e.getMessage() + ".",
                    "Look at the folder " + blueprint.folder() + "."));
        }
    }

    /** The content of a file of the workspace. */
    Optional<String> onDisk(String path) {
        Path file = workspace.folder().resolve(path);
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Writes configuration, variables and backend. */
    void write(JsonObject variables) throws FailureException {
        write(variables, List.of());
    }

    /** As {@link #write(JsonObject)}, with what Terraform is to import. */
    void write(JsonObject variables, List<Adoption> adoptions) throws FailureException {
        Map<String, String> files = new TreeMap<>(sources());
        if (!adoptions.isEmpty()) {
            files.put("imports.tf", Orphans.importsFile(adoptions));
        }
        workspace.write(files, variables, profile.terraform().backend());
    }
}
