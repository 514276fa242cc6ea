package com.nexpo.console.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.nexpo.console.model.FailureException;
import com.nexpo.console.model.FailureKind;
import com.nexpo.console.model.Secret;
import com.nexpo.console.testing.Eventually;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class CredentialsTest {
    private static final String CANARY = "phx_CANARY4711credential";
    private static final Path SHELL = Path.of("/bin/sh");

    @TempDir
    Path folder;

    private final List<String> asked = new ArrayList<>();

    private Credentials credentials(Map<String, String> environment) {
        return new Credentials(environment, what -> {
            asked.add(what);
            return Optional.empty();
        }, Duration.ofSeconds(10));
    }

    private static void gives(Optional<Secret> found) {
        assertThat(found).get().extracting(Secret::reveal).isEqualTo(CANARY);
    }

    private static CredentialSource shell(String script) {
        assumeTrue(Files.isExecutable(SHELL),
                "There is no /bin/sh: commands that print a credential were not tested.");
        return new CredentialSource.Command(List.of(SHELL.toString(), "-c", script));
    }

    /** The failure's sentence; fails when the canary is anywhere in what a log would print of it. */
    private static String refusal(Credentials credentials, CredentialSource source) {
        FailureException e = catchThrowableOfType(FailureException.class,
                () -> credentials.fetch("PostHog's API key", source));
        assertThat(e).isNotNull();
        StringWriter printed = new StringWriter();
        e.printStackTrace(new PrintWriter(printed));
        assertThat(printed.toString() + e.failure()).doesNotContain("CANARY");
        assertThat(e.failure().kind()).isEqualTo(FailureKind.DENIED);
        assertThat(e.failure().code()).isEqualTo("CFG-CREDENTIAL");
        assertThat(e.failure().fix()).isPresent();
        assertThat(e.failure().message()).startsWith("No credential for PostHog's API key: ");
        return e.failure().message().substring("No credential for PostHog's API key: ".length());
    }

    @Test
    void aVariableGivesItsValueWithoutWhiteSpaceAround() throws Exception {
        gives(credentials(Map.of("KEY", " " + CANARY + "\n")).fetch("it",
                new CredentialSource.Environment("KEY")));
    }

    @Test
    void aVariableThatIsNotSetOrEmptyIsMissing() {
        CredentialSource source = new CredentialSource.Environment("KEY");
        assertThat(refusal(credentials(Map.of("OTHER", CANARY)), source))
                .isEqualTo("environment variable KEY is not set.");
        assertThat(refusal(credentials(Map.of("KEY", " ")), source))
                .isEqualTo("environment variable KEY is empty.");
    }

    @Test
    void aFileGivesItsTextWithoutTheLineBreakAtItsEnd() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), CANARY + "\r\n");
        gives(credentials(Map.of()).fetch("it", new CredentialSource.File(file)));
    }

    @Test
    void aFileThatIsMissingEmptyOrNoTextIsToldByItsName() throws IOException {
        Path missing = folder.resolve("missing");
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Path binary = Files.write(folder.resolve("binary"),
                new byte[]{'C', 'A', 'N', 'A', 'R', 'Y', (byte) 0xff, (byte) 0xfe});
        Credentials credentials = credentials(Map.of());
        assertThat(refusal(credentials, new CredentialSource.File(missing)))
                .isEqualTo("there is no file " + missing + ".");
        assertThat(refusal(credentials, new CredentialSource.File(empty)))
                .isEqualTo("file " + empty + " is empty.");
        assertThat(refusal(credentials, new CredentialSource.File(binary)))
                .isEqualTo("file " + binary + " cannot be read as text.");
        assertThat(refusal(credentials, new CredentialSource.File(folder)))
                .isEqualTo("file " + folder + " cannot be read as text.");
    }

    @Test
    void aCommandGivesWhatItPrints() throws Exception {
        gives(credentials(Map.of()).fetch("it", shell("echo " + CANARY + "; echo a warning >&2")));
    }

    @Test
    void aCommandThatPrintsMoreThanAPipeHoldsIsReadToItsEnd() throws Exception {
        Secret secret = credentials(Map.of())
                .fetch("it", shell(
                        "i=0; while [ $i -lt 2000 ]; do echo CANARY-0123456789-0123456789-0123456789-0123456789; i=$((i+1)); done"))
                .orElseThrow();
        assertThat(secret.byteLength()).isEqualTo(2000 * 51 - 1);
        secret.close();
    }

    @Test
    void aCommandThatFailsIsToldWithoutWhatItPrinted() {
        assertThat(
                refusal(credentials(Map.of()), shell("echo " + CANARY + "; echo " + CANARY + " >&2; exit 7")))
                .isEqualTo("/bin/sh ended with exit code 7.");
    }

    @Test
    void aCommandThatPrintsNothingIsToldSo() {
        assertThat(refusal(credentials(Map.of()), shell("exit 0"))).isEqualTo("/bin/sh printed nothing.");
    }

    @Test
    void aCommandThatHangsIsEndedAtTheLimit() throws Exception {
        Credentials hasty = new Credentials(Map.of(), _ -> Optional.empty(), Duration.ofSeconds(1));
        Path pid = folder.resolve("pid");
        String message = refusal(hasty, shell("echo $$ > " + pid + "; echo " + CANARY + "; exec sleep 60"));
        assertThat(message).isEqualTo("/bin/sh gave no answer in 1 second.");
        long process = Long.parseLong(Files.readString(pid).strip());
        Eventually.holds("The end of the command", Duration.ofSeconds(5),
                () -> !ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false));
    }

    @Test
    void aCommandThatReadsItsStandardInputFindsItClosed() throws Exception {
        gives(credentials(Map.of()).fetch("it", shell("cat; echo " + CANARY)));
    }

    @Test
    void aCommandThatDoesNotExistIsToldWithoutItsArguments() {
        Path missing = folder.resolve("no-such-program");
        assertThat(refusal(credentials(Map.of()),
                new CredentialSource.Command(List.of(missing.toString(), CANARY))))
                .isEqualTo(missing + " cannot be started.");
    }

    @Test
    void aPersonIsAskedForWhatIsWanted() throws Exception {
        Credentials answered = new Credentials(Map.of(), what -> {
            asked.add(what);
            return Optional.of(Secret.of(CANARY));
        });
        gives(answered.fetch("Vault's token", new CredentialSource.Ask()));
        assertThat(asked).containsExactly("Vault's token");
    }

    @Test
    void whereNobodyCanBeAskedIsToldSo() {
        assertThat(refusal(credentials(Map.of()), new CredentialSource.Ask()))
                .isEqualTo("there is no terminal to ask on.");
        assertThat(asked).containsExactly("PostHog's API key");
    }

    @Test
    void noneNeedsNone() throws Exception {
        assertThat(credentials(Map.of()).fetch("it", new CredentialSource.None())).isEmpty();
    }

    @Test
    void theFirstThatIsThereIsTakenAndNoFurtherOneLookedAt() throws Exception {
        CredentialSource source = new CredentialSource.FirstOf(
                List.of(new CredentialSource.Environment("UNSET"),
                        new CredentialSource.Environment("KEY"), new CredentialSource.Ask()));
        gives(credentials(Map.of("KEY", CANARY)).fetch("it", source));
        assertThat(asked).isEmpty();
    }

    @Test
    void whereTheFirstOfThemIsNoneNoFurtherOneIsLookedAt() throws Exception {
        CredentialSource source = new CredentialSource.FirstOf(
                List.of(new CredentialSource.Environment("UNSET"),
                        new CredentialSource.None(), new CredentialSource.Ask()));
        assertThat(credentials(Map.of()).fetch("it", source)).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void whenItIsNowhereEveryPlaceIsTold() {
        Path file = folder.resolve("token");
        assertThat(refusal(credentials(Map.of()), new CredentialSource.FirstOf(
                List.of(new CredentialSource.Environment("VAULT_TOKEN"), new CredentialSource.File(file)))))
                .isEqualTo("environment variable VAULT_TOKEN is not set, and there is no file " + file + ".");
    }

    @Test
    void sourcesSayWhereTheyLookInWords() {
        assertThat(new CredentialSource.FirstOf(List.of(new CredentialSource.Environment("A"),
                new CredentialSource.File(Path.of("/b")),
                new CredentialSource.Command(List.of("op", "CANARY")),
                new CredentialSource.Ask(), new CredentialSource.None())).display())
                .isEqualTo(
                        "environment variable A, else file /b, else command op, else asked each time, else none");
    }

    @Test
    void noSourceIsMadeOfNothing() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new CredentialSource.FirstOf(List.of()));
        assertThatThrownBy(() -> new CredentialSource.Command(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
