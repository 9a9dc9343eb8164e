package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Code that runs for the first time is slow, and is not stopped for that. */
class ColdCreditTest {
  private static final long MS = 1_000_000;
  private static final long TURN = 500 * MS;

  /** Every request takes {@code ms} of CPU: as long as the code in it is cold, or always. */
  private static final String SLOW =
      """
      export function onRequest({ request }) {
        if (request.path === "/endless") for (;;);
        const ms = Number(request.path.slice(1));
        for (const end = performance.now() + ms; performance.now() < end;);
        return new Response("done");
      }
      """;

  @TempDir Path folder;

  @Test
  void aTurnGetsNoMoreThanItsShareHoweverMuchIsLeft() {
    ColdCredit credit = new ColdCredit();
    assertThat(credit.forTurn(TURN, 0)).isEqualTo(TURN);
    credit.charge(ColdCredit.MOST_NS - 7 * MS, false);
    assertThat(credit.forTurn(TURN, 0)).isEqualTo(7 * MS);
  }

  @Test
  void fourTurnsThatHadToBeStoppedUseItUp() {
    ColdCredit credit = new ColdCredit();
    for (int i = 0; i < 4; i++) {
      assertThat(credit.forTurn(TURN, 0)).isEqualTo(TURN);
      credit.charge(TURN, true);
    }
    assertThat(credit.forTurn(TURN, 0)).isZero();
  }

  @Test
  void itComesBackByAHundredthOfTheTimeAndNeverBeyondItsMost() {
    ColdCredit credit = new ColdCredit();
    credit.charge(ColdCredit.MOST_NS, false);
    assertThat(credit.forTurn(TURN, 1_000 * MS)).isEqualTo(10 * MS);
    assertThat(credit.forTurn(TURN, 2_000 * MS)).isEqualTo(20 * MS);
    assertThat(credit.forTurn(Long.MAX_VALUE, Duration.ofDays(9).toNanos()))
        .isEqualTo(ColdCredit.MOST_NS);
  }

  @Test
  void whatTheFirstRequestsTakeIsMoreThanASecondAndNoneFails() {
    try (Rig rig = slow()) {
      for (int i = 0; i < 1_000 && rig.stats().runNs() < 1_200 * MS; i++) {
        assertThat(rig.answer(rig.request(FakeExchange.get("/60")))).isEqualTo("done");
      }
      assertThat(rig.stats().runNs()).isGreaterThanOrEqualTo(1_200 * MS);
    }
  }

  @Test
  void aBranchThatIsFirstTakenLateIsColdToo() {
    try (Rig rig = slow()) {
      for (int i = 0; i < 1_100; i++) rig.request(FakeExchange.get("/0"));
      assertThat(rig.answer(rig.request(FakeExchange.get("/100")))).isEqualTo("done");
    }
  }

  @Test
  void afterAFewEndlessLoopsTheyAreStoppedAtTheBudgetOfATurn() {
    try (Rig rig = slow()) {
      for (int i = 0; i < 4; i++) assertThat(isStopped(rig)).isTrue();
      long before = rig.stats().runNs();
      assertThat(isStopped(rig)).isTrue();
      assertThat(rig.stats().runNs() - before).isLessThan(400 * MS);
    }
  }

  private Rig slow() {
    return Rig.of(
        folder, SLOW, rules -> Rig.limits(ScriptRules.LimitRules.defaults()).apply(rules));
  }

  private static boolean isStopped(Rig rig) {
    return rig.request(FakeExchange.get("/endless")) instanceof Verdict.Reject reject
        && reject.error().kind() == ProxyError.Kind.FILTER_OVER_BUDGET;
  }
}
