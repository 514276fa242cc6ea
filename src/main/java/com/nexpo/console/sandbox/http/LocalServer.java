package com.nexpo.console.sandbox.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on 127.0.0.1 that gives every request to one {@link Handler}, each on a virtual thread.
 *
 * <p>On the JDK's own server: it has what an emulator needs (any method, streams, TLS) and starts in
 * milliseconds.
 */
public final class LocalServer implements AutoCloseable {
    static {
        // Without it, header and body leave in two segments and every call costs 40 ms of delayed ACK.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // A long watch must not be taken for a dead connection, and many clients keep theirs open.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "500");
    }

    /** Answers one request. What it throws becomes a 500 with the text, for the developer to see. */
    @FunctionalInterface
    public interface Handler {
        void handle(Exchange exchange) throws IOException, InterruptedException;
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final boolean tls;
    private final Faults faults = new Faults();

    /** @param port 0 for any free one */
    public LocalServer(String name, int port, Handler handler) {
        this(name, port, null, handler);
    }

    /** @param tls serve https with it; null for http */
    public LocalServer(String name, int port, @Nullable SSLContext tls, Handler handler) {
        this.tls = tls != null;
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            if (tls == null) {
                server = HttpServer.create(address, 0);
            } else {
                HttpsServer https = HttpsServer.create(address, 0);
                https.setHttpsConfigurator(new HttpsConfigurator(tls));
                server = https;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The emulator of " + name + " cannot listen on port " + port + ": "
                    + e.getMessage(), e);
        }
        threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory());
        server.setExecutor(threads);
        server.createContext("/", raw -> serve(raw, handler));
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** {@code http://127.0.0.1:PORT}, without a slash at the end. */
    public URI address() {
        return URI.create((tls ? "https" : "http") + "://127.0.0.1:" + port());
    }

    /** What is broken on purpose. */
    public Faults faults() {
        return faults;
    }

    private void serve(HttpExchange raw, Handler handler) throws IOException {
        Exchange exchange = new Exchange(raw);
        try (raw) {
            Optional<Faults.Fault> fault = faults.next(exchange);
            if (fault.isPresent() && fault.get().answer(exchange)) {
                return;
            }
            if (fault.isPresent() && fault.get().loseAnswer()) {
                handler.handle(exchange.discarding());
                return;
            }
            handler.handle(exchange);
            if (!exchange.answered()) {
                exchange.text(404, "");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!exchange.answered()) {
                exchange.text(500, "emulator: " + e);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
