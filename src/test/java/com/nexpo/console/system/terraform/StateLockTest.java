package com.nexpo.console.system.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class StateLockTest {
    @Test
    void ownerAgeAndIdAreReadFromTheBlockAlone() {
        StateLock lock = StateLock.parse(Recorded.diagnostics("s3-lock.jsonl").getFirst().detail())
                .orElseThrow();

        assertThat(lock.id()).isEqualTo("c6291e41-6c93-b4b0-cba6-0d913764b92d");
        assertThat(lock.who()).isEqualTo("root@vm");
        assertThat(lock.operation()).isEqualTo("apply");
        assertThat(lock.path()).isEqualTo("tfstate/nexpo/posthog/prod.tfstate");
        assertThat(lock.created()).contains(Instant.parse("2026-11-23T05:29:13.549499733Z"));
    }

    @Test
    void theAgeIsInWords() {
        StateLock lock = StateLock
                .parse("Lock Info:\n  ID: 1\n  Who: a@b\n  Created: 2026-11-23 05:00:00 +0000 UTC\n")
                .orElseThrow();

        assertThat(lock.display(Instant.parse("2026-11-23T05:00:30Z"))).isEqualTo("a@b, 30 seconds ago");
        assertThat(lock.display(Instant.parse("2026-11-23T09:30:00Z"))).isEqualTo("a@b, 4 hours ago");
        assertThat(lock.display(Instant.parse("2026-11-27T09:30:00Z"))).isEqualTo("a@b, 4 days ago");
    }

    @Test
    void withoutTheBlockThereIsNoLock() {
        assertThat(StateLock.parse("RequestID: 1, HostID: 2, ID: 3")).isEmpty();
        assertThat(StateLock.parse("Lock Info:\n nothing known")).isEmpty();
    }
}
