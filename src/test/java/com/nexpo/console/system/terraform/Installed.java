package com.nexpo.console.system.terraform;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.nexpo.console.model.Secret;
import com.nexpo.console.testing.Eventually;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The real programs, where they are on this machine; a test that needs one that is not there is skipped and says so. */
final class Installed {
    private Installed() {}

    static TerraformRunner runner(TerraformWorkspace workspace, Map<String, String> variables,
            Map<String, Secret> secrets) throws Exception {
        ChildEnvironment environment = ChildEnvironment.of(System.getenv(), variables, secrets);
        assumeTrue(onPath(name()).isPresent(), "skipped: neither terraform nor tofu is on the PATH");
        TerraformBinary binary = TerraformBinary.find(List.of(name()), environment);
        return new TerraformRunner(binary, workspace, environment, Recorded.KEY, InstantSource.system(),
                Duration.ofSeconds(20));
    }

    /** The one that is there, Terraform before OpenTofu. */
    static String name() {
        return onPath("terraform").isPresent() ? "terraform" : "tofu";
    }

    static Optional<Path> onPath(String name) {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(Optional.ofNullable(System.getenv("PATH")).orElse(""))
                .map(folder -> Path.of(folder, name)).filter(Files::isExecutable).findFirst();
    }

    /** A moto_server of our own. */
    static final class Moto implements AutoCloseable {
        private final Process process;
        private final HttpClient http = HttpClient.newHttpClient();
        final URI address;

        private Moto(Process process, URI address) {
            this.process = process;
            this.address = address;
        }

        static Moto start() throws Exception {
            Optional<Path> server = onPath("moto_server");
            assumeTrue(server.isPresent(), "skipped: moto_server is not on the PATH");
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            Process process = new ProcessBuilder(server.get().toString(), "-H", "127.0.0.1", "-p",
                    String.valueOf(port))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Moto moto = new Moto(process, URI.create("http://127.0.0.1:" + port));
            Eventually.holds("moto_server answers", Duration.ofSeconds(40), moto::answers);
            return moto;
        }

        private boolean answers() {
            try {
                return send("GET", "/moto-api/") < 500;
            } catch (IOException notYet) {
                return false;
            }
        }

        int send(String method, String path) throws IOException {
            return send(method, path, HttpRequest.BodyPublishers.noBody());
        }

        void put(String path, Path content) throws IOException {
            send("PUT", path, HttpRequest.BodyPublishers.ofFile(content));
        }

        private int send(String method, String path, HttpRequest.BodyPublisher body) throws IOException {
            try {
                return http.send(HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(10))
                        .header("Authorization",
                                "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, "
                                        + "SignedHeaders=host, Signature=x")
                        .method(method, body).build(),
                        HttpResponse.BodyHandlers.discarding()).statusCode();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        /** Credentials that moto takes, and its address for the AWS provider. */
        Map<String, String> environment() {
            Map<String, String> environment = new HashMap<>();
            environment.put("AWS_ACCESS_KEY_ID", "a");
            environment.put("AWS_SECRET_ACCESS_KEY", "b");
            environment.put("AWS_REGION", "us-east-1");
            environment.put("AWS_EC2_METADATA_DISABLED", "true");
            return environment;
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
