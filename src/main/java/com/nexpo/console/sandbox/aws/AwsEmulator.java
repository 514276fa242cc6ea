package com.nexpo.console.sandbox.aws;

import com.google.gson.JsonObject;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.sandbox.http.Emulator;
import com.nexpo.console.sandbox.aws.Accounts.Principal;
import com.nexpo.console.sandbox.aws.Throttle.Rates;
import com.nexpo.console.sandbox.http.Exchange;
import com.nexpo.console.sandbox.http.Faults;
import com.nexpo.console.sandbox.http.LocalServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SSM Parameter Store, STS and IAM's simulator on one address, for {@code AWS_ENDPOINT_URL}.
 *
 * <p>A request is taken by what it says: {@code X-Amz-Target} is SSM, a form with an {@code Action} is STS or
 * IAM. Parameters belong to the account of the access key and the region that the request was signed for.
 */
public final class AwsEmulator implements Emulator {
    /** The account of {@link #ACCESS_KEY}. */
    public static final String ACCOUNT = "123456789012";
    /** An access key that is known from the start; any secret key goes with it. */
    public static final String ACCESS_KEY = "AKIASANDBOX000000001";

    private static final String TARGET = "AmazonSSM.";
    private static final String JSON = "application/x-amz-json-1.1";

    private final LocalServer server;
    private final Clock clock = Clock.systemUTC();
    private final Accounts accounts = new Accounts();
    private final Policy policy = new Policy();
    private final Throttle throttle;
    private final AtomicBoolean emptyFirstPage = new AtomicBoolean();
    private final Map<String, ParameterStore> stores = new ConcurrentHashMap<>();
    private final SsmApi ssm = new SsmApi(policy, emptyFirstPage);
    private final QueryApi query = new QueryApi(accounts, policy, clock);

    /** Serves at once, with AWS's standard throughput. */
    public AwsEmulator(int port) {
        this(port, Rates.STANDARD);
    }

    /** @param port 0 for any free one */
    @SuppressWarnings("this-escape")
    public AwsEmulator(int port, Rates rates) {
        throttle = new Throttle(rates, System::nanoTime);
        accounts.add(ACCESS_KEY, ACCOUNT, "sandbox");
        server = new LocalServer("AWS", port, this::handle);
    }

    @Override
    public SystemId system() {
        return SystemId.AWS;
    }

    @Override
    public URI address() {
        return server.address();
    }

    /** Whose keys exist. */
    public Accounts accounts() {
        return accounts;
    }

    /** What callers may do. */
    public Policy policy() {
        return policy;
    }

    /** How fast they may do it. */
    public Throttle throttle() {
        return throttle;
    }

    /** What is broken on purpose; requests look like {@code POST / AmazonSSM.PutParameter}. */
    public Faults faults() {
        return server.faults();
    }

    /** When true, every listing begins with an empty page and a token, as AWS may answer. */
    public void beginListingsEmpty(boolean on) {
        emptyFirstPage.set(on);
    }

    /** Another writer's doing, for drills: a new version of a parameter that exists, or a SecureString. */
    public void overwrite(String region, String name, String value) {
        ParameterStore store = store(region, ACCOUNT);
        try {
            Optional<String> type = store.find(name).isPresent()
                    ? Optional.empty()
                    : Optional.of(Parameter.SECURE);
            store.put(new ParameterStore.Put(name, value, type, true, Optional.empty(), Optional.empty(),
                    Optional.empty(), Optional.empty(), Optional.empty(), Map.of()),
                    "arn:aws:iam::" + ACCOUNT + ":user/somebody-else");
        } catch (AwsError e) {
            throw new IllegalArgumentException("parameter " + name + ": " + e.text(), e);
        }
    }

    /** The value of a parameter in the sandbox's account, in clear; empty when there is none. */
    public Optional<String> value(String region, String name) {
        return store(region, ACCOUNT).find(name).map(parameter -> parameter.latest().value());
    }

    @Override
    public JsonObject save() {
        JsonObject saved = new JsonObject();
        stores.forEach((place, store) -> saved.add(place, store.save()));
        return saved;
    }

    @Override
    public void restore(JsonObject state) {
        stores.clear();
        state.asMap().forEach((place, saved) -> storeAt(place).restore(saved.getAsJsonObject()));
    }

    @Override
    public void close() {
        server.close();
    }

    private void handle(Exchange exchange) throws IOException {
        String requestId = UUID.randomUUID().toString();
        exchange.with("x-amzn-RequestId", requestId);
        Optional<String> target = exchange.header("X-Amz-Target");
        if (target.isPresent()) {
            json(exchange, target.get());
        } else {
            query(exchange, requestId);
        }
    }

    private void json(Exchange exchange, String target) throws IOException {
        try {
            if (!target.startsWith(TARGET)) {
                throw AwsError.ssm("UnknownOperationException", "");
            }
            Optional<Signature> signature = Signature.of(exchange);
            Principal caller = accounts.principal(signature, true);
            String operation = target.substring(TARGET.length());
            String region = signature.map(Signature::region).orElse("");
            throttle.take(region + ":" + caller.account(), operation);
            Optional<JsonObject> body = exchange.bodyObject();
            if (body.isEmpty()) {
                throw AwsError.ssm("SerializationException", "");
            }
            JsonObject answer = ssm.call(operation, body.get(), caller, store(region, caller.account()));
            write(exchange, 200, JSON, answer.toString());
        } catch (AwsError e) {
            JsonObject answer = new JsonObject();
            answer.addProperty("__type", e.type());
            if (!e.text().isEmpty()) {
                answer.addProperty("message", e.text());
            }
            write(exchange, e.status(), JSON, answer.toString());
        }
    }

    private void query(Exchange exchange, String requestId) throws IOException {
        try {
            Principal caller = accounts.principal(Signature.of(exchange), false);
            write(exchange, 200, "text/xml", query.call(form(exchange.bodyText()), caller, requestId));
        } catch (AwsError e) {
            write(exchange, e.status(), "text/xml", QueryApi.error(e, requestId));
        }
    }

    private static void write(Exchange exchange, int status, String type, String body) throws IOException {
        exchange.bytes(status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    private ParameterStore store(String region, String account) {
        return storeAt(region + ":" + account);
    }

    private ParameterStore storeAt(String place) {
        return stores.computeIfAbsent(place, p -> new ParameterStore(p, clock));
    }

    private static Map<String, List<String>> form(String body) {
        Map<String, List<String>> form = new LinkedHashMap<>();
        for (String pair : body.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            String value = parts.length > 1 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "";
            form.computeIfAbsent(URLDecoder.decode(parts[0], StandardCharsets.UTF_8), _ -> new ArrayList<>())
                    .add(value);
        }
        return form;
    }
}
