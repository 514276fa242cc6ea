package com.nexpo.console.system.terraform;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.profile.Profile.StateBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of one environment, in which Terraform runs: configuration, variables, backend, and with the local
 * backend the state. Only its owner can enter it (0700), for plans and states hold values.
 *
 * <p>Configuration that is no longer wanted is removed; the state, the lock file and {@code .terraform} are never
 * written or removed here.
 */
public final class TerraformWorkspace {
    /** What our own files are called; Terraform reads no folder that it is not pointed at. */
    private static final String OWN = ".console";
    private static final String ERRORED = "errored.tfstate";
    private static final String BACKEND = "backend.tf";
    static final String BACKEND_CONFIG = "backend.hcl";
    private static final Pattern LEFTOVER = Pattern.compile("plan\\d+\\.tfplan|(out|err)-\\d+-.*");
    private static final Set<String> CONFIGURATION = Set.of(".tf", ".tf.json", ".tofu", ".tofu.json",
            ".tfvars",
            ".auto.tfvars.json", ".tfquery.hcl", ".tftest.hcl");

    private final Path folder;

    private TerraformWorkspace(Path folder) {
        this.folder = folder;
    }

    /** The workspace in this folder, which is made when it is not there, private in any case. */
    public static TerraformWorkspace open(Path folder) throws FailureException {
        try {
            Path absolute = folder.toAbsolutePath().normalize();
            PrivateFiles.folder(absolute);
            PrivateFiles.folder(absolute.resolve(OWN));
            return new TerraformWorkspace(absolute);
        } catch (IOException e) {
            throw cannotWrite(folder, e);
        }
    }

    public Path folder() {
        return folder;
    }

    /**
     * Makes the configuration exactly this: writes what differs, removes what is not wanted any more.
     *
     * @param files     path relative to the folder, with {@code /}, to content; a backend block is none of theirs
     * @param variables become {@code terraform.tfvars.json}; no secret
     * @throws FailureException when a path leaves the folder or names what is Terraform's own
     */
    public void write(Map<String, String> files, JsonObject variables, StateBackend backend)
            throws FailureException {
        Map<String, String> wanted = new TreeMap<>();
        for (Map.Entry<String, String> file : files.entrySet()) {
            wanted.put(checked(file.getKey()), file.getValue());
        }
        wanted.put("terraform.tfvars.json",
                new Gson().newBuilder().setPrettyPrinting().create().toJson(variables) + "\n");
        wanted.putAll(backend(backend));
        try {
            for (Path stale : stale(wanted.keySet())) {
                Files.deleteIfExists(stale);
            }
            for (Map.Entry<String, String> file : wanted.entrySet()) {
                PrivateFiles.write(folder.resolve(file.getKey()), file.getValue());
            }
            PrivateFiles.write(manifest(), String.join("\n", wanted.keySet()) + "\n");
        } catch (IOException e) {
            throw cannotWrite(folder, e);
        }
    }

    private String checked(String path) throws FailureException {
        Path target = folder.resolve(path).normalize();
        String first = folder.relativize(target).getName(0).toString();
        boolean terraforms = first.startsWith("terraform.tfstate") || first.equals(ERRORED);
        if (!target.startsWith(folder) || target.equals(folder) || first.startsWith(".") || terraforms) {
            throw new FailureException(new Failure(FailureKind.INVALID, "TF-FILE",
                    "The blueprint's file " + path + " cannot be written into the workspace.",
                    "Keep the blueprint's files inside its folder, without state and hidden folders."));
        }
        return folder.relativize(target).toString().replace('\\', '/');
    }

    private List<Path> stale(Set<String> wanted) throws IOException {
        List<Path> stale = new ArrayList<>();
        if (Files.exists(manifest())) {
            for (String path : Files.readAllLines(manifest(), StandardCharsets.UTF_8)) {
                if (!path.isBlank() && !wanted.contains(path)) {
                    stale.add(folder.resolve(path));
                }
            }
        }
        for (Path file : configurationFiles()) {
            if (!wanted.contains(relative(file))) {
                stale.add(file);
            }
        }
        return stale;
    }

    private List<Path> configurationFiles() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> {
                String relative = relative(path);
                return !relative.startsWith(".") && Files.isRegularFile(path)
                        && CONFIGURATION.stream().anyMatch(relative::endsWith);
            }).sorted().toList();
        }
    }

    private String relative(Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private Path manifest() {
        return folder.resolve(OWN).resolve("files");
    }

    /** Partial configuration: the block says which backend, the file beside it where. No credential in either. */
    private static Map<String, String> backend(StateBackend backend) {
        return switch (backend) {
            case StateBackend.Local() -> Map.of();
            case StateBackend.S3 s3 -> {
                Map<String, String> settings = new LinkedHashMap<>();
                settings.put("bucket", Hcl.text(s3.bucket()));
                settings.put("key", Hcl.text(s3.key()));
                settings.put("region", Hcl.text(s3.region()));
                settings.put("use_lockfile", "true");
                settings.put("encrypt", "true");
                s3.kmsKeyId().ifPresent(id -> settings.put("kms_key_id", Hcl.text(id)));
                s3.endpoint().ifPresent(endpoint -> {
                    // An own endpoint is an emulator or a private store: it has no metadata service and no STS.
                    settings.put("endpoints", "{ s3 = " + Hcl.text(endpoint.toString()) + " }");
                    settings.put("use_path_style", "true");
                    settings.put("skip_credentials_validation", "true");
                    settings.put("skip_metadata_api_check", "true");
                    settings.put("skip_requesting_account_id", "true");
                    settings.put("skip_region_validation", "true");
                });
                StringBuilder hcl = new StringBuilder();
                settings.forEach((name, value) -> hcl.append(name).append(" = ").append(value).append('\n'));
                yield Map.of(BACKEND, "terraform {\n  backend \"s3\" {}\n}\n", BACKEND_CONFIG,
                        hcl.toString());
            }
        };
    }

    /** True when the backend is given by partial configuration. */
    boolean hasBackendConfig() {
        return Files.exists(folder.resolve(BACKEND_CONFIG));
    }

    /** The state that Terraform could not store, when there is one. */
    public Optional<Path> erroredState() {
        return Optional.of(folder.resolve(ERRORED)).filter(Files::exists);
    }

    /** Private folder for what Terraform prints and for plans. */
    Path own() {
        return folder.resolve(OWN);
    }

    /**
     * A digest of everything that {@code init} depends on: the configuration, the backend, the providers that are
     * locked, whether its own folder is there, and the program.
     */
    String initInputs(TerraformBinary binary, Map<String, String> environment) throws FailureException {
        try {
            StringBuilder inputs = new StringBuilder(binary.display());
            inputs.append('\n').append(environment.getOrDefault("TF_CLI_CONFIG_FILE", ""));
            List<Path> files = new ArrayList<>(configurationFiles());
            files.removeIf(file -> relative(file).endsWith(".tfvars"));
            files.add(folder.resolve(BACKEND_CONFIG));
            files.add(folder.resolve(".terraform.lock.hcl"));
            files.add(folder.resolve(".terraform").resolve("modules").resolve("modules.json"));
            files.add(folder.resolve(".terraform").resolve("terraform.tfstate"));
            for (Path file : files) {
                inputs.append('\n').append(relative(file)).append(' ');
                inputs.append(Files.exists(file) ? PlanDigest.of(Files.readAllBytes(file)) : "none");
            }
            inputs.append('\n').append(Files.isDirectory(folder.resolve(".terraform").resolve("providers")));
            return PlanDigest.of(inputs.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw cannotWrite(folder, e);
        }
    }

    /**
     * Forgets which backend was used last, the state itself being elsewhere. {@code init -reconfigure} leaves that
     * behind when the new backend is the local one, and every later command refuses.
     */
    void forgetBackend() throws FailureException {
        try {
            Files.deleteIfExists(folder.resolve(".terraform").resolve("terraform.tfstate"));
        } catch (IOException e) {
            throw cannotWrite(folder, e);
        }
    }

    /** Deletes the plans and printouts of earlier runs, also of those that were killed. */
    void clearLeftovers() throws FailureException {
        try (Stream<Path> all = Files.list(own())) {
            for (Path file : all.filter(f -> isLeftover(f.getFileName().toString()))
                    .toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw cannotWrite(folder, e);
        }
    }

    private static boolean isLeftover(String name) {
        return LEFTOVER.matcher(name).matches() && !name.contains(TerraformProcess.OURS);
    }

    /** What was noted under this name, if anything. */
    Optional<String> recall(String name) {
        try {
            Path file = own().resolve(name);
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Notes something that may be lost; no value of a resource. */
    void note(String name, String text) throws FailureException {
        try {
            PrivateFiles.write(own().resolve(name), text + "\n");
        } catch (IOException e) {
            throw cannotWrite(folder, e);
        }
    }

    /** Forgets a note. */
    void forget(String name) throws FailureException {
        try {
            Files.deleteIfExists(own().resolve(name));
        } catch (IOException e) {
            throw cannotWrite(folder, e);
        }
    }

    static FailureException cannotWrite(Path folder, IOException cause) {
        return new FailureException(new Failure(FailureKind.INTERNAL, "TF-FOLDER",
                "The Terraform workspace " + folder + " cannot be read or written.",
                "Make the folder and everything in it yours, and look for a full disk."), cause);
    }
}
