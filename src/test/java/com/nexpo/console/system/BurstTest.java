package com.nexpo.console.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.nexpo.console.model.SystemId;
import com.nexpo.console.system.RemoteCall.Repeat;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BurstTest {
    @Test
    void aBurstIsNotSpaced() throws Exception {
        // Evenly spaced, these would take 49 seconds.
        assertThat(time(50, Limits.DEFAULT.withRate(1).withBurst(50))).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void withoutABurstCallsAreSpaced() throws Exception {
        assertThat(time(5, Limits.DEFAULT.withRate(20))).isGreaterThan(Duration.ofMillis(190));
    }

    @Test
    void afterTheBurstTheRateHolds() throws Exception {
        assertThat(time(8, Limits.DEFAULT.withRate(20).withBurst(3))).isGreaterThan(Duration.ofMillis(200));
    }

    private static Duration time(int calls, Limits limits) throws Exception {
        RemoteCall door = new RemoteCall(SystemId.POSTHOG, limits);
        long begin = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            door.call("counting", Repeat.SAFE, _ -> 1);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
