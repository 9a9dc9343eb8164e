package dev.penstock.engine.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TimerWheelPropertyTest {
  private static final long TICK = 10;
  private static final long START = -1_000_003; // System.nanoTime may be negative

  /** The model is a list: due timers fire, others do not. */
  @Property(tries = 300)
  void behavesAsASortedListDoes(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    TimerWheel tested = new TimerWheel(TICK, START);
    List<Modelled> all = new ArrayList<>();
    List<Modelled> order = new ArrayList<>();
    for (int i = 0; i < 30; i++) all.add(new Modelled(order));
    long now = START;
    for (int step = 0; step < 200; step++) {
      Modelled timer = all.get(random.nextInt(all.size()));
      switch (random.nextInt(4)) {
        case 0 -> {
          tested.cancel(timer);
          timer.deadline = Long.MAX_VALUE;
        }
        case 1, 2 -> {
          long delay = random.nextLong(1L << (1 + random.nextInt(24)));
          timer.deadline = now + delay;
          tested.schedule(timer, timer.deadline);
        }
        default -> {
          long delay = tested.nextDelayNs(now);
          long turn =
              random.nextBoolean() && delay >= 0
                  ? delay
                  : random.nextLong(1L << (1 + random.nextInt(20)));
          now += turn;
          order.clear();
          tested.advance(now);
          check(all, order, now);
        }
      }
      assertThat(tested.size())
          .isEqualTo((int) all.stream().filter(t -> t.deadline != Long.MAX_VALUE).count());
    }
    tested.advance(now + (1L << 26));
    assertThat(tested.size()).isZero();
  }

  private static void check(List<Modelled> all, List<Modelled> order, long now) {
    long last = START;
    for (Modelled timer : order) {
      assertThat(timer.deadline).as("fired early").isLessThanOrEqualTo(now);
      assertThat(timer.deadline - last).as("fired out of order").isGreaterThan(-2 * TICK);
      last = timer.deadline;
      timer.deadline = Long.MAX_VALUE;
    }
    for (Modelled timer : all) {
      assertThat(timer.deadline).as("fired late").isGreaterThan(now - 2 * TICK);
    }
  }

  private static final class Modelled extends TimerWheel.Timer {
    private final List<Modelled> order;
    private long deadline = Long.MAX_VALUE;

    Modelled(List<Modelled> order) {
      this.order = order;
    }

    @Override
    protected void onTimer() {
      order.add(this);
    }
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }
}
