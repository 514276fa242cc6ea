package com.nexpo.console.system.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import com.nexpo.console.profile.CredentialCommand;
import com.nexpo.console.system.kubernetes.Kubeconfig.Credential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bearer token of the moment: given, read from a file that is rotated, or printed by an exec plugin and kept
 * until it expires.
 */
final class Tokens {
    /** kubectl reads a token file again after this long. */
    private static final Duration FILE_LIFE = Duration.ofMinutes(1);
    private static final Duration PLUGIN_LIMIT = Duration.ofSeconds(30);
    /** A token this close to its end is renewed. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final Kubeconfig config;
    private final Clock clock;
    private @Nullable Held held;

    /** What a plugin or file gave, and until when it is good. */
    private record Held(Optional<Secret> token, Optional<Credential.Certificate> certificate,
            Instant until) {}

    Tokens(Kubeconfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Empty when the login is by certificate. */
    synchronized Optional<Secret> token() throws FailureException, InterruptedException {
        return current().token();
    }

    /** The certificate to show in the handshake: of the kubeconfig, or printed by the plugin. */
    synchronized Optional<Credential.Certificate> certificate()
            throws FailureException, InterruptedException {
        return current().certificate();
    }

    /** The server did not know the token: the next one is made anew. */
    synchronized void forget() {
        held = null;
    }

    private Held current() throws FailureException, InterruptedException {
        Held now = held;
        if (now == null || clock.instant().isAfter(now.until())) {
            now = switch (config.credential()) {
                case Credential.Token(Secret token) ->
                    new Held(Optional.of(token), Optional.empty(), Instant.MAX);
                case Credential.Certificate own -> new Held(Optional.empty(), Optional.of(own), Instant.MAX);
                case Credential.TokenFile(Path file) -> fromFile(file);
                case Credential.Exec exec -> fromPlugin(exec);
            };
            held = now;
        }
        return now;
    }

    private Held fromFile(Path file) throws FailureException {
        try {
            String token = Files.readString(file).strip();
            if (!token.isEmpty()) {
                return new Held(Optional.of(Secret.of(token)), Optional.empty(),
                        clock.instant().plus(FILE_LIFE));
            }
        } catch (IOException _) {
            // told below, like an empty one
        }
        throw failed("the token file %s is empty or cannot be read".formatted(file),
                "Write the token there.");
    }

    private Held fromPlugin(Credential.Exec exec) throws FailureException, InterruptedException {
        String name = exec.command().getFirst();
        if (exec.alwaysInteractive()) {
            throw failed(
                    "the exec plugin %s wants a terminal to talk on (interactiveMode: Always)"
                            .formatted(name),
                    "Log in with it by hand and choose a kubeconfig user that needs no terminal.");
        }
        Map<String, String> environment = new HashMap<>(exec.environment());
        environment.put("KUBERNETES_EXEC_INFO", info(exec).toString());
        CredentialCommand.Output output;
        try {
            output = CredentialCommand.run(exec.command(), environment, Optional.of(exec.folder()),
                    PLUGIN_LIMIT);
        } catch (IOException e) {
            throw failed("the exec plugin %s cannot be started".formatted(name),
                    exec.installHint().orElse("Install it, or correct its path in the kubeconfig."));
        }
        if (output.timedOut()) {
            throw failed(
                    "the exec plugin %s did not end within %d s".formatted(name, PLUGIN_LIMIT.toSeconds()),
                    "Run it by hand to see what it waits for.");
        }
        if (output.code() != 0) {
            throw failed(
                    "the exec plugin %s ended with %d%s".formatted(name, output.code(), words(output.err())),
                    exec.installHint().orElse("Run it by hand to see what is wrong."));
        }
        return parse(output.out(), exec, name);
    }

    private JsonObject info(Credential.Exec exec) {
        JsonObject spec = new JsonObject();
        spec.addProperty("interactive", false);
        if (exec.clusterInfo()) {
            JsonObject cluster = new JsonObject();
            cluster.addProperty("server", config.server().toString());
            cluster.addProperty("insecure-skip-tls-verify", config.insecure());
            config.tlsServerName().ifPresent(n -> cluster.addProperty("tls-server-name", n));
            config.authority().ifPresent(a -> cluster.addProperty("certificate-authority-data",
                    Base64.getEncoder().encodeToString(a.getBytes(StandardCharsets.US_ASCII))));
            spec.add("cluster", cluster);
        }
        JsonObject info = new JsonObject();
        info.addProperty("kind", "ExecCredential");
        info.addProperty("apiVersion", exec.apiVersion());
        info.add("spec", spec);
        return info;
    }

    private Held parse(String printed, Credential.Exec exec, String name) throws FailureException {
        JsonObject status;
        try {
            JsonElement root = JsonParser.parseString(printed);
            if (!Tree.text(root, "apiVersion").equals(Optional.of(exec.apiVersion()))) {
                throw failed(
                        "the exec plugin %s answers in apiVersion %s, the kubeconfig says %s".formatted(name,
                                Tree.text(root, "apiVersion").orElse("none"), exec.apiVersion()),
                        "Correct the apiVersion in the kubeconfig.");
            }
            status = Tree.object(root, "status").orElseThrow(() -> noCredential(name));
        } catch (JsonParseException e) {
            throw noCredential(name);
        }
        Instant until = Tree.text(status, "expirationTimestamp").map(Tokens::instant)
                .map(t -> t.minus(MARGIN)).orElse(Instant.MAX);
        Optional<Secret> token = Tree.text(status, "token").filter(t -> !t.isBlank()).map(String::strip)
                .map(Secret::of);
        Optional<String> certificate = Tree.text(status, "clientCertificateData");
        Optional<String> key = Tree.text(status, "clientKeyData");
        if (token.isEmpty() && (certificate.isEmpty() || key.isEmpty())) {
            throw noCredential(name);
        }
        Optional<Credential.Certificate> pair = certificate.isEmpty() || key.isEmpty()
                ? Optional.empty()
                : Optional.of(new Credential.Certificate(certificate.get(), Secret.of(key.get())));
        return new Held(token, pair, until);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    private static FailureException noCredential(String name) {
        return failed(
                "the exec plugin %s printed no ExecCredential with a token or certificate".formatted(name),
                "Run it by hand to see what it prints.");
    }

    private static String words(String err) {
        return err.lines().filter(l -> !l.isBlank()).findFirst().map(l -> " (" + l.strip() + ")").orElse("");
    }

    private static FailureException failed(String sentence, String fix) {
        return new FailureException(
                new Failure(FailureKind.DENIED, "K8S-LOGIN", "Kubernetes: " + sentence + ".", fix));
    }
}
