package com.nexpo.console.system.terraform;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;

/**
 * What a child prints, read on the calling thread until the child has ended and everything is read.
 *
 * <p>A plain read of a pipe cannot be interrupted, and does not end while a grandchild (a provisioner that
 * outlives a killed Terraform) holds the pipe open. This one looks for bytes every few milliseconds, ends with the
 * child, and turns an interrupt into a call of {@link GracefulStop} instead of losing the child's last words.
 */
final class PolledStream extends InputStream {
    private static final int POLL_MILLIS = 15;
    /** At first: a pipe holds 64 KB, and a child with megabytes to say waits whenever it is full. */
    private static final int SHORTEST_POLL_MILLIS = 1;

    private final InputStream source;
    private final Process child;
    private final GracefulStop stop;
    private final Runnable onTick;
    private int pollMillis = SHORTEST_POLL_MILLIS;

    /** @param source whose {@code available()} is right: a process's pipe, or a file that grows */
    PolledStream(InputStream source, Process child, GracefulStop stop, Runnable onTick) {
        this.source = source;
        this.child = child;
        this.stop = stop;
        this.onTick = onTick;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            boolean ended = !child.isAlive();
            int ready = source.available();
            if (ready > 0) {
                pollMillis = SHORTEST_POLL_MILLIS;
                return source.read(into, offset, Math.min(ready, length));
            }
            if (ended) {
                return -1;
            }
            pause();
        }
    }

    private void pause() {
        try {
            child.waitFor(pollMillis, TimeUnit.MILLISECONDS);
            pollMillis = Math.min(2 * pollMillis, POLL_MILLIS);
        } catch (InterruptedException e) {
            stop.interrupted();
        }
        stop.tick();
        onTick.run();
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
