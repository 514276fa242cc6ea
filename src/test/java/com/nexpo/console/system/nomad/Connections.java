package com.nexpo.console.system.nomad;

import com.nexpo.console.model.Secret;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.system.Limits;
import com.nexpo.console.system.RemoteCall;
import com.nexpo.console.system.RemoteHttp;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/** Makes the adapter's connection in tests, and reads recorded job files. */
final class Connections {
    private Connections() {}

    static NomadApi to(URI address, String token, String namespace) {
        Optional<Secret> secret = token.isEmpty() ? Optional.empty() : Optional.of(Secret.of(token));
        return new NomadApi(new RemoteCall(SystemId.NOMAD, Limits.DEFAULT),
                RemoteHttp.clientBuilder().build(), address,
                "global", namespace, () -> secret);
    }

    static String jobFile(String name) {
        try (InputStream in = Objects
                .requireNonNull(Connections.class.getResourceAsStream("/nomad/hcl/" + name + ".nomad.hcl"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
