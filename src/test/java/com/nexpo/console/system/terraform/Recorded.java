package com.nexpo.console.system.terraform;

import com.nexpo.console.model.Action;
import com.nexpo.console.model.Basis;
import com.nexpo.console.model.Change;
import com.nexpo.console.model.Fingerprints;
import com.nexpo.console.model.SystemId;
import com.nexpo.console.model.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The recorded output of real runs. */
final class Recorded {
    static final Fingerprints KEY = new Fingerprints("a key for tests only".getBytes(StandardCharsets.UTF_8));
    private static final Path FOLDER = Path.of("src", "test", "resources", "terraform");

    private Recorded() {}

    static String text(String name) {
        try (InputStream in = Recorded.class.getResourceAsStream("/terraform/" + name)) {
            if (in == null) {
                throw new AssertionError("no recording " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    static Stream<String> names(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(FOLDER)) {
            return all.filter(Files::isRegularFile)
                    .map(f -> FOLDER.relativize(f).toString().replace('\\', '/'))
                    .filter(name -> name.endsWith(ending)).sorted().toList().stream();
        }
    }

    static List<TerraformEvent> events(String stream) {
        return text(stream).lines().map(TerraformStream::parse).flatMap(Optional::stream).toList();
    }

    static List<Diagnostic> diagnostics(String stream) {
        return events(stream).stream().filter(TerraformEvent.Diagnosed.class::isInstance)
                .map(e -> ((TerraformEvent.Diagnosed) e).diagnostic()).toList();
    }

    static TerraformPlan plan(String show) throws IOException {
        return PlanParser.parse(new StringReader(text(show)), KEY, !show.contains("noop"));
    }

    /** The plan that an apply's stream repeats at its beginning. */
    static TerraformPlan planIn(String stream) {
        List<PlannedResource> resources = new ArrayList<>();
        for (TerraformEvent event : events(stream)) {
            if (event instanceof TerraformEvent.PlannedChange(String address, String action, Optional<String> _)) {
                String type = address.replaceAll("^(module\\.[^.]+\\.)*", "").replaceAll("\\..*", "");
                boolean stateOnly = action.equals("import") || action.equals("move")
                        || action.equals("remove");
                Action what = stateOnly ? Action.UPDATE : Action.valueOf(action.toUpperCase(Locale.ROOT));
                resources.add(new PlannedResource(
                        new Change(new Target(SystemId.TERRAFORM, type, address), what,
                                List.of(), Basis.unbound(), "recorded"),
                        "", Map.of("name", address, "key", address),
                        Optional.empty(), stateOnly));
            }
        }
        return new TerraformPlan(resources, List.of(), List.of(), Map.of(), "digest", true);
    }
}
