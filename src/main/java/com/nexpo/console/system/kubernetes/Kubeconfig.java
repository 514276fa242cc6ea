package com.nexpo.console.system.kubernetes;

import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * What one context of a kubeconfig says, read as kubectl reads it: several files merged (the first to name a
 * thing wins), paths relative to the file that has them. The official client drops some of it without a word;
 * what cannot be honoured here is refused in a sentence.
 *
 * <p>Format: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
public record Kubeconfig(String context, URI server, Optional<String> namespace, Optional<String> authority,
        boolean insecure, Optional<String> tlsServerName, Optional<URI> proxy, Credential credential,
        Optional<Impersonation> impersonation) {

    /** How to log in. */
    public sealed interface Credential {
        record Token(Secret token) implements Credential {}

        /** Read anew now and then: such tokens are rotated. */
        record TokenFile(Path file) implements Credential {}

        /** Both in PEM. */
        record Certificate(String certificate, Secret key) implements Credential {}

        /**
         * A plugin that prints an ExecCredential.
         *
         * @param environment names to values, added to ours
         */
        record Exec(String apiVersion, List<String> command, Map<String, String> environment, Path folder,
                boolean clusterInfo, boolean alwaysInteractive, Optional<String> installHint)
                implements
                    Credential {
            @Override
            public String toString() {
                return "Exec[" + command.getFirst() + "]";
            }
        }
    }

    /** Acting as somebody else. */
    public record Impersonation(String user, Optional<String> uid, List<String> groups,
            Map<String, List<String>> extra) {}

    /** One named entry and the folder that its relative paths start from. */
    private record Entry(Map<String, Object> body, Path folder) {}

    /**
     * Reads the files and resolves one context.
     *
     * @param files   in the order of {@code KUBECONFIG}; those that do not exist are passed over
     * @param context empty for the current one
     * @throws FailureException INVALID, with what is wrong and where
     */
    public static Kubeconfig load(List<Path> files, Optional<String> context) throws FailureException {
        Map<String, Entry> clusters = new LinkedHashMap<>();
        Map<String, Entry> users = new LinkedHashMap<>();
        Map<String, Entry> contexts = new LinkedHashMap<>();
        String current = "";
        List<Path> there = files.stream().filter(Files::exists).toList();
        if (there.isEmpty()) {
            throw wrong("there is no kubeconfig at %s"
                    .formatted(String.join(" or ", files.stream().map(Path::toString).toList())));
        }
        for (Path file : there) {
            Map<String, Object> root = read(file);
            Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of(""));
            collect(root, "clusters", "cluster", folder, clusters);
            collect(root, "users", "user", folder, users);
            collect(root, "contexts", "context", folder, contexts);
            current = current.isEmpty() ? text(root, "current-context").orElse("") : current;
        }
        String name = context.orElse(current);
        if (name.isEmpty()) {
            throw wrong(
                    "no context is chosen: the kubeconfig has no current-context; set the profile's context to"
                            + " one of " + contexts.keySet());
        }
        Entry chosen = found(contexts, name, "context", name);
        Entry cluster = found(clusters, text(chosen.body(), "cluster").orElse(""), "cluster", name);
        String userName = text(chosen.body(), "user").orElse("");
        Entry user = found(users, userName, "user", name);
        return resolve(name, chosen, cluster, user, userName);
    }

    private static Kubeconfig resolve(String name, Entry context, Entry cluster, Entry user, String userName)
            throws FailureException {
        String server = text(cluster.body(), "server")
                .orElseThrow(() -> wrong("the cluster of context %s has no server".formatted(name)));
        Optional<URI> proxy = Optional.empty();
        Optional<String> proxyText = text(cluster.body(), "proxy-url");
        if (proxyText.isPresent()) {
            proxy = Optional.of(uri(proxyText.get(), "proxy-url"));
        }
        return new Kubeconfig(name, uri(server, "server"), text(context.body(), "namespace"),
                pem(cluster, "certificate-authority"), flag(cluster.body(), "insecure-skip-tls-verify"),
                text(cluster.body(), "tls-server-name"), proxy, credential(user, userName),
                impersonation(user.body(), userName));
    }

    private static URI uri(String text, String field) throws FailureException {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw wrong("%s is no address: %s".formatted(field, text));
    }

    private static Credential credential(Entry user, String name) throws FailureException {
        Map<String, Object> body = user.body();
        if (body.containsKey("auth-provider")) {
            throw wrong(
                    ("user %s logs in by auth-provider, which Kubernetes removed; use an exec plugin such as the"
                            + " one that the cloud's tool writes").formatted(name));
        }
        if (body.containsKey("username")) {
            throw wrong(
                    ("user %s logs in by name and password, which no API server accepts any more; use a token,"
                            + " a certificate or an exec plugin").formatted(name));
        }
        // As kubectl orders them: a certificate is shown in the handshake, a token file wins over a token.
        Optional<String> file = text(body, "tokenFile");
        if (file.isPresent()) {
            return new Credential.TokenFile(user.folder().resolve(file.get()));
        }
        Optional<String> token = text(body, "token");
        if (token.isPresent()) {
            return new Credential.Token(Secret.of(token.get().strip()));
        }
        if (body.get("exec") instanceof Map<?, ?> exec) {
            return exec(strings(exec), user.folder(), name);
        }
        Optional<String> certificate = pem(user, "client-certificate");
        Optional<String> key = pem(user, "client-key");
        if (certificate.isPresent() && key.isPresent()) {
            return new Credential.Certificate(certificate.get(), Secret.of(key.get()));
        }
        throw wrong("user %s has no credentials: no token, tokenFile, exec or client certificate with its key"
                .formatted(name));
    }

    private static Credential exec(Map<String, Object> exec, Path folder, String name)
            throws FailureException {
        String command = text(exec, "command")
                .orElseThrow(() -> wrong("the exec plugin of user %s has no command".formatted(name)));
        // A command with a slash is relative to the file; one without is looked for on the PATH.
        boolean path = command.contains("/") || command.contains("\\");
        List<String> line = new ArrayList<>();
        line.add(path ? folder.resolve(command).toString() : command);
        if (exec.get("args") instanceof List<?> arguments) {
            arguments.forEach(a -> line.add(String.valueOf(a)));
        }
        Map<String, String> environment = new LinkedHashMap<>();
        if (exec.get("env") instanceof List<?> variables) {
            for (Object variable : variables) {
                if (variable instanceof Map<?, ?> pair) {
                    environment.put(String.valueOf(pair.get("name")), String.valueOf(pair.get("value")));
                }
            }
        }
        return new Credential.Exec(text(exec, "apiVersion").orElse("client.authentication.k8s.io/v1"), line,
                environment, folder, flag(exec, "provideClusterInfo"),
                text(exec, "interactiveMode").filter("Always"::equals).isPresent(),
                text(exec, "installHint"));
    }

    private static Optional<Impersonation> impersonation(Map<String, Object> user, String name)
            throws FailureException {
        List<String> groups = user.get("as-groups") instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
        Map<String, List<String>> extra = new LinkedHashMap<>();
        if (user.get("as-user-extra") instanceof Map<?, ?> more) {
            more.forEach((key, values) -> extra.put(String.valueOf(key),
                    values instanceof List<?> list
                            ? list.stream().map(String::valueOf).toList()
                            : List.of()));
        }
        Optional<String> as = text(user, "as");
        if (as.isEmpty()) {
            if (!groups.isEmpty() || !extra.isEmpty() || user.containsKey("as-uid")) {
                throw wrong("user %s has as-groups, as-uid or as-user-extra but no as: say whom to act as"
                        .formatted(name));
            }
            return Optional.empty();
        }
        return Optional.of(new Impersonation(as.get(), text(user, "as-uid"), groups, extra));
    }

    /** A field that is either a path or, with {@code -data}, base64; the data wins. */
    private static Optional<String> pem(Entry entry, String field) throws FailureException {
        Optional<String> data = text(entry.body(), field + "-data");
        if (data.isPresent()) {
            try {
                return Optional.of(
                        new String(Base64.getMimeDecoder().decode(data.get()), StandardCharsets.US_ASCII));
            } catch (IllegalArgumentException e) {
                throw wrong(field + "-data is no base64");
            }
        }
        Optional<String> path = text(entry.body(), field);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        Path file = entry.folder().resolve(path.get());
        try {
            return Optional.of(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw wrong("%s %s cannot be read".formatted(field, file));
        }
    }

    private static Map<String, Object> read(Path file) throws FailureException {
        try {
            Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
            if (root instanceof Map<?, ?> map) {
                return strings(map);
            }
            throw wrong("%s is no kubeconfig".formatted(file));
        } catch (IOException e) {
            throw wrong("%s cannot be read".formatted(file));
        } catch (YAMLException e) {
            // Its message quotes the line, which may be the one with the token.
            throw wrong("%s is no YAML".formatted(file));
        }
    }

    private static void collect(Map<String, Object> root, String list, String member, Path folder,
            Map<String, Entry> into) {
        if (root.get(list) instanceof List<?> entries) {
            for (Object entry : entries) {
                if (entry instanceof Map<?, ?> named) {
                    Object body = named.get(member);
                    into.putIfAbsent(String.valueOf(named.get("name")),
                            new Entry(body instanceof Map<?, ?> map ? strings(map) : Map.of(), folder));
                }
            }
        }
    }

    private static Entry found(Map<String, Entry> among, String name, String what, String context)
            throws FailureException {
        Entry entry = among.get(name);
        if (entry == null) {
            throw wrong("context %s: there is no %s named '%s' in the kubeconfig, only %s".formatted(context,
                    what,
                    name, among.keySet()));
        }
        return entry;
    }

    private static Map<String, Object> strings(Map<?, ?> map) {
        Map<String, Object> strings = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value != null) {
                strings.put(String.valueOf(key), value);
            }
        });
        return strings;
    }

    private static Optional<String> text(Map<String, Object> map, String name) {
        return Optional.ofNullable(map.get(name)).map(String::valueOf).filter(t -> !t.isEmpty());
    }

    private static boolean flag(Map<String, Object> map, String name) {
        return Boolean.TRUE.equals(map.get(name));
    }

    private static FailureException wrong(String sentence) {
        return new FailureException(new Failure(FailureKind.INVALID, "K8S-CONFIG",
                "Kubernetes: " + sentence + ".", "Mend the kubeconfig, or choose another in the profile."));
    }

    /** The files that kubectl would read: {@code KUBECONFIG}, else {@code ~/.kube/config}. */
    public static List<Path> defaultFiles(Map<String, String> environment, Path home, String separator) {
        String variable = environment.getOrDefault("KUBECONFIG", "");
        if (variable.isBlank()) {
            return List.of(home.resolve(".kube").resolve("config"));
        }
        return Arrays.stream(variable.split(java.util.regex.Pattern.quote(separator), -1))
                .filter(part -> !part.isBlank()).map(Path::of).toList();
    }

    @Override
    public String toString() {
        return "Kubeconfig[" + context + ", " + server + "]";
    }
}
