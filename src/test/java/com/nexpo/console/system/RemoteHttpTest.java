package com.nexpo.console.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import com.nexpo.console.model.Failure;
import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.sandbox.http.Faults.Fault;
import com.nexpo.console.sandbox.http.LocalServer;
import com.nexpo.console.system.RemoteCall.Repeat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes wrong between here and a system, told in sentences. */
class RemoteHttpTest {
    private static final String TOKEN = "CANARY-token-0123456789";

    private static final Limits ONE_TRY = new Limits(1, Double.POSITIVE_INFINITY, Duration.ofSeconds(10), 1);

    private final AtomicInteger handled = new AtomicInteger();
    /** Connections that ended early: the test is over, or the client went away. */
    private final AtomicInteger gone = new AtomicInteger();
    private LocalServer server;
    private RemoteHttp http;

    @BeforeEach
    void start() {
        server = new LocalServer("test", 0, exchange -> {
            handled.incrementAndGet();
            JsonObject echo = new JsonObject();
            echo.addProperty("token", exchange.header("X-Token").orElse(""));
            exchange.json(200, echo);
        });
        http = http(server.address(), Limits.DEFAULT);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static RemoteHttp http(URI base, Limits limits) {
        return new RemoteHttp(new RemoteCall(SystemId.VAULT, limits), RemoteHttp.clientBuilder().build(),
                base,
                () -> Map.of("X-Token", Secret.of(TOKEN)),
                (what, answer) -> Optional.of(new Failure(FailureKind.INVALID, "T-" + answer.status(),
                        what + " gave " + answer.status())));
    }

    private static Fault answer(int status, String type, String body, Map<String, String> headers) {
        return new Fault.Answer(status, type, body, headers);
    }

    private Failure failureOf(RemoteHttp through, Repeat repeat, String method) {
        FailureException e = catchThrowableOfType(FailureException.class,
                () -> through.send("reading x", repeat, method, "/x", null));
        assertThat(e).isNotNull();
        return e.failure();
    }

    @Test
    void sendsTheCredentialAndReturnsTheAnswer() throws Exception {
        assertThat(
                http.get("reading x", "/x").json().orElseThrow().getAsJsonObject().get("token").getAsString())
                .isEqualTo(TOKEN);
    }

    @Test
    void aLoginPageIsNoData() {
        server.faults().add("GET /x", 1, answer(200, "text/html", "<html>Sign in</html>", Map.of()));
        Failure failure = failureOf(http, Repeat.SAFE, "GET");
        assertThat(failure.code()).isEqualTo("NET-PAGE");
        assertThat(failure.message()).contains("a web page instead of data");
    }

    @Test
    void aRedirectIsNeverFollowed() {
        server.faults().add("GET /x", 1,
                answer(302, "text/plain", "", Map.of("Location", "https://sso.example.com/login")));
        assertThat(failureOf(http, Repeat.SAFE, "GET").message()).contains("a redirect to sso.example.com");
        assertThat(handled).hasValue(0);
    }

    @Test
    void aReadThatIsCutIsRepeated() throws Exception {
        server.faults().add("GET /x", 2, new Fault.Cut());
        assertThat(http.get("reading x", "/x").status()).isEqualTo(200);
        assertThat(handled).hasValue(1);
    }

    @Test
    void aWriteWhoseAnswerIsLostIsNotRepeatedAndPerhapsDone() {
        server.faults().add("POST /x", 9, new Fault.LoseAnswer());
        Failure failure = failureOf(http, Repeat.ONCE, "POST");
        assertThat(failure.maybeDone()).isTrue();
        assertThat(handled).hasValue(1);
    }

    @Test
    void refusedConnectionsSaySo() {
        URI address = server.address();
        server.close();
        Failure failure = failureOf(http(address, ONE_TRY),
                Repeat.ONCE, "POST");
        assertThat(failure.kind()).isEqualTo(FailureKind.UNREACHABLE);
        assertThat(failure.message()).contains("refuses the connection");
        assertThat(failure.maybeDone()).isFalse();
    }

    @Test
    void plainHttpWhereTlsIsExpectedIsATlsFailure() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerInPlainHttp(plain));
            URI tls = URI.create("https://127.0.0.1:" + plain.getLocalPort());
            assertThat(failureOf(http(tls, ONE_TRY), Repeat.ONCE, "GET").code()).isEqualTo("NET-TLS");
        }
    }

    /** To every connection: the client tries a second one when the first breaks. */
    private void answerInPlainHttp(ServerSocket server) {
        byte[] hello = new byte[1024];
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                // Closing with something unread would be a reset, which is another failure.
                if (client.getInputStream().read(hello) > 0) {
                    client.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    client.shutdownOutput();
                    client.getInputStream().readAllBytes();
                }
            } catch (IOException e) {
                gone.incrementAndGet();
            }
        }
    }

    @Test
    void throttlingWaitsAsLongAsItIsAskedTo() throws Exception {
        RemoteHttp patient = new RemoteHttp(new RemoteCall(SystemId.POSTHOG, Limits.DEFAULT),
                RemoteHttp.clientBuilder().build(),
                server.address(), Map::of,
                (_, a) -> Optional.of(new Failure(
                        a.status() == 429 ? FailureKind.THROTTLED : FailureKind.INVALID, "T", "t")));
        server.faults().add("GET /x", 1, answer(429, "text/plain", "slow down", Map.of("Retry-After", "1")));
        long start = System.nanoTime();
        patient.get("reading x", "/x");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(950));
    }

    @Test
    void aSlowAnswerEndsAtTheDeadline() {
        server.faults().add("GET /x", 9, new Fault.Slow(Duration.ofSeconds(5)));
        long start = System.nanoTime();
        Failure failure = failureOf(
                http(server.address(), Limits.DEFAULT.withDeadline(Duration.ofMillis(300))), Repeat.SAFE,
                "GET");
        assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void writesArePaced() throws Exception {
        RemoteHttp paced = http(server.address(), Limits.DEFAULT.withRate(20));
        long start = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            paced.get("reading x", "/x");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
    }

    @Test
    void theFxThreadIsRefused() throws Exception {
        Throwable[] thrown = new Throwable[1];
        Thread fx = new Thread(
                () -> thrown[0] = catchThrowableOfType(IllegalStateException.class,
                        () -> http.get("reading x", "/x")),
                "JavaFX Application Thread");
        fx.start();
        fx.join();
        assertThat(thrown[0]).hasMessageContaining("FX thread");
    }

    @Test
    void noFailureQuotesTheCredential() {
        server.faults().add("GET /x", 1,
                answer(400, "application/json", "{\"error\":\"" + TOKEN + "\"}", Map.of()));
        RemoteHttp quoting = new RemoteHttp(new RemoteCall(SystemId.VAULT, Limits.DEFAULT),
                RemoteHttp.clientBuilder().build(),
                server.address(), () -> Map.of("X-Token", Secret.of(TOKEN)),
                (_, a) -> Optional.of(new Failure(FailureKind.INVALID, "T", "It said " + a.body())));
        assertThatThrownBy(() -> quoting.get("reading x", "/x")).hasMessageContaining("It said")
                .hasMessageNotContaining("CANARY");
    }
}
