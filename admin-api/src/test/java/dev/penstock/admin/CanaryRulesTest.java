package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.control.CanaryMetrics.Pair;
import dev.penstock.engine.control.ScriptConfig;
import dev.penstock.engine.observe.VersionMetrics;
import org.junit.jupiter.api.Test;

/** Issue 5: when a canary is taken back; counts are made up, so no clock is asked. */
final class CanaryRulesTest {
  private static final ScriptConfig.RollBack RULES = new ScriptConfig.RollBack(true, 0.05, 2, 100);
  private static final long MS = 1_000_000;

  private final VersionMetrics stable = new VersionMetrics(2);
  private final VersionMetrics canary = new VersionMetrics(2);

  private String why() {
    return String.valueOf(CanaryWatch.why(RULES, new Pair("a b", stable, canary)));
  }

  private static void add(VersionMetrics to, int count, long tookNs, boolean isError) {
    for (int i = 0; i < count; i++) to.ended(i % 2, tookNs, isError);
  }

  @Test
  void aTailTwiceAsLongIsTakenBackAndOneNearlySoIsNot() {
    add(stable, 200, 10 * MS, false);
    add(canary, 200, 18 * MS, false);
    assertThat(why()).isEqualTo("null");
    add(canary, 10, 40 * MS, false);
    assertThat(why()).startsWith("the 99th percentile is ");
  }

  @Test
  void fewSlowRequestsAreNoTail() {
    add(stable, 300, 10 * MS, false);
    add(canary, 298, 10 * MS, false);
    add(canary, 2, 500 * MS, false);
    assertThat(why()).isEqualTo("null");
  }

  @Test
  void nothingIsSaidOfATailBeforeBothHaveServedEnough() {
    add(stable, 99, 10 * MS, false);
    add(canary, 500, 90 * MS, false);
    assertThat(why()).isEqualTo("null");
    add(stable, 1, 10 * MS, false);
    assertThat(why()).contains("99th percentile");
  }

  @Test
  void errorsCountAgainstThoseOfTheVersionInForce() {
    add(stable, 80, MS, false);
    add(stable, 20, MS, true);
    add(canary, 76, MS, false);
    add(canary, 24, MS, true);
    assertThat(why()).isEqualTo("null");
    add(canary, 3, MS, true);
    assertThat(why()).contains("failed");
  }
}
