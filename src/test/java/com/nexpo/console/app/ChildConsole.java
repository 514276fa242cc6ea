package com.nexpo.console.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A console in a process of its own. */
record ChildConsole(Process process, Path out, Path err) {
    /** What it says goes to files in this folder, so that it never waits for a reader. */
    static ChildConsole start(List<String> command, Map<String, String> environment, Path folder) throws IOException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new ChildConsole(process, out, err);
    }

    /** Waits for its end; kills it and fails the test when it takes longer than this. */
    Said end(Duration limit) throws IOException, InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("the console did not end within " + limit.toSeconds() + " s\n" + said(-1));
        }
        return said(process.exitValue());
    }

    /** SIGKILL; returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private Said said(int exit) throws IOException {
        return new Said(exit, Files.readString(out), Files.readString(err));
    }
}
