package com.nexpo.console.profile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command that prints a credential, such as a kubeconfig's {@code exec} plugin: without a shell, with a
 * closed standard input, and never longer than its limit.
 */
public final class CredentialCommand {
    private static final long POLL_MILLIS = 10;

    private CredentialCommand() {}

    /**
     * What it printed. Never to be logged: it holds the credential.
     *
     * @param timedOut true when it was ended at the limit; the code then says nothing
     */
    public record Output(int code, String out, String err, boolean timedOut) {
        @Override
        public String toString() {
            return "Output[code=" + code + ", timedOut=" + timedOut + "]";
        }
    }

    /**
     * Runs it to its end. A child that it leaves behind holding its output open is not waited for.
     *
     * @param environment added to that of this process
     * @param folder      to run in; this process's own when empty
     * @throws IOException when it cannot be started
     */
    public static Output run(List<String> command, Map<String, String> environment, Optional<Path> folder,
            Duration limit) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        folder.ifPresent(f -> builder.directory(f.toFile()));
        Process process = builder.start();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            process.getOutputStream().close();
            long end = System.nanoTime() + limit.toNanos();
            boolean ended = false;
            while (!ended && System.nanoTime() < end) {
                ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
                drain(process.getInputStream(), out);
                drain(process.getErrorStream(), err);
            }
            return new Output(ended ? process.exitValue() : -1, out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8), !ended);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Takes what is there without waiting for more. */
    private static void drain(InputStream from, ByteArrayOutputStream to) throws IOException {
        int there = from.available();
        while (there > 0) {
            to.writeBytes(from.readNBytes(there));
            there = from.available();
        }
    }
}
