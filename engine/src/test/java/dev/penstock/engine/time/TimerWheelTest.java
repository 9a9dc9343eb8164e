package dev.penstock.engine.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
  private static final long TICK = 10;
  private static final long START = -1_000_003; // System.nanoTime may be negative

  private final TimerWheel wheel = new TimerWheel(TICK, START);
  private final List<String> fired = new ArrayList<>();

  private final class Named extends TimerWheel.Timer {
    private final String name;
    private final Runnable then;

    Named(String name, Runnable then) {
      this.name = name;
      this.then = then;
    }

    @Override
    protected void onTimer() {
      assertThat(isSet()).isFalse();
      fired.add(name);
      then.run();
    }
  }

  private Named timer(String name) {
    return new Named(name, () -> {});
  }

  private void schedule(TimerWheel.Timer timer, long inNs) {
    wheel.schedule(timer, START + inNs);
  }

  private void advance(long toNs) {
    wheel.advance(START + toNs);
  }

  @Test
  void firesOnceAndNeverEarly() {
    schedule(timer("a"), 25);
    advance(29);
    assertThat(fired).isEmpty();
    advance(30);
    assertThat(fired).containsExactly("a");
    advance(1000);
    assertThat(fired).containsExactly("a");
    assertThat(wheel.size()).isZero();
  }

  @Test
  void firesOnEveryLevelAtItsTick() {
    long[] ticks = {1, 63, 64, 65, 127, 128, 4095, 4096, 4097, 262_143, 262_144, 16_777_216};
    for (long tick : ticks) schedule(timer("" + tick), tick * TICK);
    List<String> expected = new ArrayList<>();
    for (long tick : ticks) {
      advance(tick * TICK - 1);
      assertThat(fired).isEqualTo(expected);
      advance(tick * TICK);
      expected.add("" + tick);
      assertThat(fired).isEqualTo(expected);
    }
  }

  @Test
  @Tag("long") // a thousand million ticks
  void firesBeyondTheLastLevel() {
    long far = (1L << 30) + 5;
    TimerWheel coarse = new TimerWheel(1, 0);
    List<Long> at = new ArrayList<>();
    long[] now = {0};
    coarse.schedule(
        new TimerWheel.Timer() {
          @Override
          protected void onTimer() {
            at.add(now[0]);
          }
        },
        far);
    now[0] = far - 1;
    coarse.advance(now[0]);
    assertThat(at).isEmpty();
    now[0] = far;
    coarse.advance(now[0]);
    assertThat(at).containsExactly(far);
  }

  @Test
  void aDeadlineThatHasPassedFiresWithTheNextTick() {
    advance(100);
    schedule(timer("late"), 5);
    advance(100);
    assertThat(fired).isEmpty();
    advance(110);
    assertThat(fired).containsExactly("late");
  }

  @Test
  void settingATimerAgainMovesIt() {
    Named timer = timer("a");
    schedule(timer, 50);
    schedule(timer, 5000);
    assertThat(wheel.size()).isEqualTo(1);
    advance(4999);
    assertThat(fired).isEmpty();
    schedule(timer, 5010);
    advance(5010);
    assertThat(fired).containsExactly("a");
  }

  @Test
  void aTimerThatIsTakenBackDoesNotFire() {
    Named timer = timer("a");
    wheel.cancel(timer);
    schedule(timer, 50);
    wheel.cancel(timer);
    wheel.cancel(timer);
    assertThat(wheel.size()).isZero();
    assertThat(timer.isSet()).isFalse();
    advance(100);
    assertThat(fired).isEmpty();
  }

  @Test
  void aTimerMaySetItselfAgain() {
    TimerWheel.Timer[] self = new TimerWheel.Timer[1];
    self[0] = new Named("a", () -> schedule(self[0], 10L * TICK * fired.size()));
    schedule(self[0], 0);
    advance(100 * TICK);
    assertThat(fired).hasSize(11);
    assertThat(wheel.size()).isEqualTo(1);
  }

  @Test
  void aTimerMayTakeBackAnotherOfTheSameTick() {
    Named second = timer("second");
    schedule(new Named("first", () -> wheel.cancel(second)), 50);
    schedule(second, 50);
    schedule(timer("third"), 50);
    advance(60);
    assertThat(fired).containsExactly("first", "third");
    assertThat(wheel.size()).isZero();
  }

  @Test
  void whatATimerThrowsDelaysNoOther() {
    Named broken =
        new Named(
            "broken",
            () -> {
              throw new IllegalArgumentException("from a timer");
            });
    schedule(broken, 50);
    schedule(timer("second"), 50);
    schedule(timer("third"), 60);
    assertThatThrownBy(() -> advance(60)).isInstanceOf(IllegalArgumentException.class);
    assertThat(fired).containsExactly("broken");
    advance(60);
    assertThat(fired).containsExactly("broken", "second", "third");
  }

  @Test
  void timeThatStandsStillOrGoesBackFiresNothing() {
    schedule(timer("a"), 50);
    advance(40);
    advance(40);
    advance(10);
    assertThat(fired).isEmpty();
    advance(50);
    assertThat(fired).containsExactly("a");
  }

  @Test
  void anEmptyWheelHasNoNextTime() {
    assertThat(wheel.nextDelayNs(START)).isEqualTo(-1);
    schedule(timer("a"), 35);
    assertThat(wheel.nextDelayNs(START)).isEqualTo(40);
    assertThat(wheel.nextDelayNs(START + 39)).isEqualTo(1);
    assertThat(wheel.nextDelayNs(START + 400)).isZero();
  }

  @Test
  void sleepingForTheDelayThatIsToldReachesEveryTimerInTime() {
    schedule(timer("a"), 7_777_777);
    long now = 0;
    int turns = 0;
    while (fired.isEmpty()) {
      long delay = wheel.nextDelayNs(START + now);
      assertThat(delay).isPositive();
      now += delay;
      advance(now);
      turns++;
    }
    assertThat(now).isEqualTo(7_777_780);
    assertThat(turns).as("it wakes at most once in 64 ticks").isLessThan(7_777_777 / 640 + 10);
  }
}
