package com.nexpo.console.sandbox;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.sandbox.aws.AwsEmulator;
import com.nexpo.console.sandbox.aws.Throttle.Rate;
import com.nexpo.console.sandbox.aws.Throttle.Rates;
import com.nexpo.console.sandbox.http.Emulator;
import com.nexpo.console.sandbox.kubernetes.KubernetesEmulator;
import com.nexpo.console.sandbox.nomad.NomadEmulator;
import com.nexpo.console.sandbox.nomad.NomadSettings;
import com.nexpo.console.sandbox.nomad.VaultAccess;
import com.nexpo.console.sandbox.posthog.PostHogEmulator;
import com.nexpo.console.sandbox.vault.VaultEmulator;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * All emulated systems together, each on its own loopback port, with fresh credentials for each start.
 *
 * <p>Nomad's emulator asks Vault's whether a job may read its secret, as real Nomad clients do.
 */
public final class Sandbox implements AutoCloseable {
    /** Kubernetes namespace of the services. */
    public static final String NAMESPACE = "nexpo";
    private static final String REGION = "us-west-2";
    private static final String STATE_FILE = "emulators.json";
    private static final String KEYS_FILE = "credentials.json";
    /** The higher throughput that an account can buy, so that a newcomer does not wait for half a minute. */
    private static final Rates HIGHER_THROUGHPUT = new Rates(new Rate(100, 100), new Rate(10, 40));

    private final Path folder;
    private final Credentials credentials;
    private final PostHogEmulator posthog;
    private final AwsEmulator aws;
    private final KubernetesEmulator kubernetes;
    private final VaultEmulator vault;
    private final NomadEmulator nomad;

    /** What clients identify themselves with; kept beside the state, because the state knows them. */
    private record Credentials(String posthogKey, String vaultToken, String nomadToken) {
        static Credentials fresh() {
            return new Credentials("phx_sandbox" + random(), "hvs.sandbox" + random(),
                    UUID.randomUUID().toString());
        }

        private static String random() {
            return UUID.randomUUID().toString().replace("-", "");
        }
    }

    /**
     * Starts everything; all answer when this returns.
     *
     * @param port   of the first emulator, the others follow; 0 for any free ones
     * @param folder private to its user; holds kubeconfig and profile, and the state when it is to be kept
     * @param keep   true to begin with the state of the last time
     * @throws IOException when the folder cannot be written or a state cannot be read
     */
    public static Sandbox start(int port, Path folder, boolean keep) throws IOException {
        Files.createDirectories(folder);
        Sandbox sandbox = new Sandbox(port, folder, keep);
        writePrivate(folder.resolve("kubeconfig"), sandbox.kubernetes.kubeconfig());
        writePrivate(folder.resolve("profile.json"), sandbox.profile());
        return sandbox;
    }

    private Sandbox(int port, Path folder, boolean keep) throws IOException {
        this.folder = folder;
        this.credentials = keep ? keptCredentials(folder) : Credentials.fresh();
        // Its certificates take as long as all other emulators together.
        FutureTask<KubernetesEmulator> cluster = new FutureTask<>(
                () -> new KubernetesEmulator(next(port, 2), NAMESPACE));
        Thread.ofPlatform().name("kubernetes-start").start(cluster);
        posthog = new PostHogEmulator(
                PostHogEmulator.Settings.of(credentials.posthogKey()).withPort(next(port, 0)));
        aws = new AwsEmulator(next(port, 1), HIGHER_THROUGHPUT);
        vault = new VaultEmulator(next(port, 3), credentials.vaultToken(), Clock.systemUTC());
        vault.enableJwt("jwt-nomad");
        nomad = new NomadEmulator(next(port, 4), NomadSettings.sandbox(credentials.nomadToken()),
                vaultOf(vault));
        kubernetes = started(cluster);
        if (keep) {
            restore();
        }
    }

    private static KubernetesEmulator started(FutureTask<KubernetesEmulator> cluster) throws IOException {
        try {
            return cluster.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UncheckedIOException cause
                    ? cause
                    : new IllegalStateException("the emulator of Kubernetes cannot start", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The start of the emulators was interrupted.");
        }
    }

    private static int next(int port, int offset) {
        return port == 0 ? 0 : port + offset;
    }

    private static VaultAccess vaultOf(VaultEmulator vault) {
        return new VaultAccess() {
            @Override
            public Optional<String> login(String namespace, String jobId, String role) {
                return vault.loginRefusal(role, namespace, jobId);
            }

            @Override
            public boolean mayRead(String namespace, String jobId, String role, String path) {
                return vault.mayRead(role, namespace, jobId, path) && vault.exists(path).isPresent();
            }
        };
    }

    public PostHogEmulator posthog() {
        return posthog;
    }

    public AwsEmulator aws() {
        return aws;
    }

    public KubernetesEmulator kubernetes() {
        return kubernetes;
    }

    public VaultEmulator vault() {
        return vault;
    }

    public NomadEmulator nomad() {
        return nomad;
    }

    /** Every emulator by its system. */
    public Map<SystemId, Emulator> emulators() {
        Map<SystemId, Emulator> all = new LinkedHashMap<>();
        for (Emulator emulator : List.of(posthog, aws, kubernetes, vault, nomad)) {
            all.put(emulator.system(), emulator);
        }
        return all;
    }

    /** The variables with which the real tools reach this sandbox, as the command contract names them. */
    public Map<String, String> exports() {
        Map<String, String> exports = new LinkedHashMap<>();
        exports.put("POSTHOG_HOST", posthog.address().toString());
        exports.put("POSTHOG_API_KEY", credentials.posthogKey());
        exports.put("POSTHOG_ORGANIZATION_ID", organization());
        exports.put("AWS_ENDPOINT_URL", aws.address().toString());
        exports.put("AWS_ACCESS_KEY_ID", AwsEmulator.ACCESS_KEY);
        exports.put("AWS_SECRET_ACCESS_KEY", "sandbox-secret-access-key");
        exports.put("AWS_REGION", REGION);
        // The AWS command line before version 2 reads this one only.
        exports.put("AWS_DEFAULT_REGION", REGION);
        exports.put("KUBECONFIG", folder.resolve("kubeconfig").toAbsolutePath().toString());
        exports.put("VAULT_ADDR", vault.address().toString());
        exports.put("VAULT_TOKEN", credentials.vaultToken());
        exports.put("NOMAD_ADDR", nomad.address().toString());
        exports.put("NOMAD_TOKEN", credentials.nomadToken());
        exports.put("CONSOLE_PROFILE", folder.resolve("profile.json").toAbsolutePath().toString());
        return exports;
    }

    /** Writes {@link #exports} as a shell file that only its user can read. */
    public void writeExports(Path file) throws IOException {
        StringBuilder text = new StringBuilder("# Points the real tools at the sandbox: . ").append(file)
                .append('\n');
        exports().forEach((name, value) -> text.append("export ").append(name).append("='")
                .append(value.replace("'", "'\\''")).append("'\n"));
        writePrivate(file, text.toString());
    }

    /** Keeps the state, for the next start with the same folder. */
    public void save() throws IOException {
        JsonObject all = new JsonObject();
        emulators().forEach((system, emulator) -> all.add(system.wireName(), emulator.save()));
        writePrivate(folder.resolve(STATE_FILE), new Gson().toJson(all));
        writePrivate(folder.resolve(KEYS_FILE), new Gson().toJson(credentials));
    }

    private void restore() throws IOException {
        Path file = folder.resolve(STATE_FILE);
        if (Files.exists(file)) {
            JsonObject all = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            emulators().forEach((system, emulator) -> {
                if (all.has(system.wireName())) {
                    emulator.restore(all.getAsJsonObject(system.wireName()));
                }
            });
        }
    }

    private static Credentials keptCredentials(Path folder) throws IOException {
        Path file = folder.resolve(KEYS_FILE);
        return Files.exists(file)
                ? new Gson().fromJson(Files.readString(file), Credentials.class)
                : Credentials.fresh();
    }

    private static String organization() {
        return PostHogEmulator.Settings.of("").organizationId();
    }

    /** A profile that points at this sandbox; credentials come from the exported variables. */
    private String profile() {
        JsonObject profile = new JsonObject();
        profile.addProperty("schema", 1);
        profile.addProperty("name", "sandbox");
        profile.addProperty("title", "Sandbox");
        profile.addProperty("environment", "sandbox");
        profile.addProperty("colour", "#8250df");
        profile.addProperty("confirmation", "none");
        profile.add("posthog",
                object("host", posthog.address().toString(), "organizationId", organization()));
        profile.add("aws", object("region", REGION, "account", AwsEmulator.ACCOUNT, "endpoint",
                aws.address().toString()));
        profile.add("kubernetes",
                object("kubeconfig", folder.resolve("kubeconfig").toAbsolutePath().toString(),
                        "context", "sandbox", "namespace", NAMESPACE));
        profile.add("vault", object("address", vault.address().toString()));
        JsonObject nomadPart = object("address", nomad.address().toString());
        nomadPart.addProperty("registerJobs", true);
        nomadPart.add("jobs", jobs());
        profile.add("nomad", nomadPart);
        profile.add("terraform", object("binary", "emulated"));
        JsonArray stores = new JsonArray();
        List.of("ssm", "kubernetes", "vault", "nomad").forEach(stores::add);
        profile.add("stores", stores);
        return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(profile) + "\n";
    }

    private static JsonObject jobs() {
        JsonObject jobs = new JsonObject();
        for (String service : List.of("api-gateway", "auth", "user", "payments")) {
            jobs.add(service, object("image_tag", "1.0.0"));
        }
        return jobs;
    }

    private static JsonObject object(String... namesAndValues) {
        JsonObject object = new JsonObject();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.addProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    private static void writePrivate(Path file, String text) throws IOException {
        if (!Files.exists(file) && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    @Override
    public void close() {
        emulators().values().forEach(Emulator::close);
    }
}
