package dev.penstock.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** U16. */
class OutlierDetectorTest {
  private final TestGateway gateway = new TestGateway(2);

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"STATUS_5XX", "GATEWAY", "CONNECT_FAILED"})
  void fiveFailuresInARowEject(Outcome outcome) {
    Upstream upstream = serve(10);
    UpstreamEndpoint a = upstream.view().get(0);
    fail(upstream, a, outcome, 4);
    assertThat(a.isEjected()).isFalse();
    fail(upstream, a, outcome, 1);
    assertThat(a.isEjected()).isTrue();
    assertThat(chosen(upstream, 40)).doesNotContain("a");
  }

  @Test
  void aSuccessBreaksTheRow() {
    Upstream upstream = serve(10);
    UpstreamEndpoint a = upstream.view().get(0);
    for (int i = 0; i < 5; i++) {
      fail(upstream, a, Outcome.GATEWAY, 4);
      fail(upstream, a, Outcome.SUCCESS, 1);
    }
    assertThat(a.isEjected()).isFalse();
  }

  /** What is the client's fault or ours neither breaks a row nor makes it longer. */
  @Test
  void localEndsCountForNothing() {
    Upstream upstream = serve(10);
    UpstreamEndpoint a = upstream.view().get(0);
    fail(upstream, a, Outcome.LOCAL, 20);
    assertThat(a.isEjected()).isFalse();
    fail(upstream, a, Outcome.GATEWAY, 3);
    fail(upstream, a, Outcome.LOCAL, 1);
    fail(upstream, a, Outcome.GATEWAY, 2);
    assertThat(a.isEjected()).isTrue();
    assertThat(a.requests()).isEqualTo(5);
  }

  @Test
  void failuresOfAllWorkersMakeOneRow() {
    Upstream upstream = serve(10);
    UpstreamEndpoint a = upstream.view().get(0);
    for (int i = 0; i < 5; i++) report(upstream, i % 2, a, Outcome.GATEWAY);
    gateway.loop.run();
    assertThat(a.isEjected()).isTrue();
  }

  @Test
  void eachEjectionLastsLongerUpToTheCap() {
    Upstream upstream = serve(10);
    UpstreamEndpoint a = upstream.view().get(0);
    long[] expected = {30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300};
    for (long seconds : expected) {
      fail(upstream, a, Outcome.GATEWAY, 5);
      gateway.loop.advance(Duration.ofSeconds(seconds).minusMillis(1));
      assertThat(a.isEjected()).as("before %d s", seconds).isTrue();
      gateway.loop.advance(Duration.ofMillis(1));
      assertThat(a.isEjected()).as("after %d s", seconds).isFalse();
    }
  }

  @Test
  void goodConductIsRemembered() {
    Upstream upstream = serve(10);
    UpstreamEndpoint a = upstream.view().get(0);
    fail(upstream, a, Outcome.GATEWAY, 5);
    gateway.loop.advance(Duration.ofSeconds(30 + 11));
    fail(upstream, a, Outcome.GATEWAY, 5);
    gateway.loop.advance(Duration.ofSeconds(30));
    assertThat(a.isEjected()).as("as long as the first time").isFalse();
  }

  @Test
  void noMoreThanTheShareIsEjected() {
    Upstream upstream = serve(30);
    for (int i = 0; i < 10; i++) fail(upstream, upstream.view().get(i), Outcome.GATEWAY, 5);
    assertThat(ejected(upstream)).isEqualTo(3);
  }

  @Test
  void oneOfFewMayBeEjectedButNeverTheLastThatServes() {
    Upstream two = serve(2);
    fail(two, two.view().get(0), Outcome.GATEWAY, 5);
    fail(two, two.view().get(1), Outcome.GATEWAY, 5);
    assertThat(ejected(two)).isEqualTo(1);
    two.close();
    gateway.loop.run();
    Upstream one = serve(1);
    fail(one, one.view().get(0), Outcome.GATEWAY, 50);
    assertThat(ejected(one)).isZero();
  }

  @Test
  void theLastHealthyOneIsNotEjected() {
    Upstream upstream = serve(2);
    upstream.reportHealth(upstream.view().get(1), false);
    fail(upstream, upstream.view().get(0), Outcome.GATEWAY, 5);
    assertThat(ejected(upstream)).isZero();
  }

  @Test
  void aCheckThatPassesTakesItBack() {
    Upstream upstream = serve(10);
    UpstreamEndpoint a = upstream.view().get(0);
    fail(upstream, a, Outcome.GATEWAY, 5);
    upstream.reportCheckPassed(a);
    assertThat(a.isEjected()).isFalse();
    assertThat(chosen(upstream, 40)).contains("a");
    // The end of that ejection must not cut the next one short.
    gateway.loop.advance(Duration.ofSeconds(10));
    fail(upstream, a, Outcome.GATEWAY, 5);
    gateway.loop.advance(Duration.ofSeconds(20));
    assertThat(a.isEjected()).isTrue();
  }

  /** Success rate below mean − 1.9 σ, of at least five endpoints with a hundred requests each. */
  @Test
  void aLowSuccessRateEjects() {
    Upstream upstream = serve(10);
    for (int i = 0; i < 10; i++) mixed(upstream, i, i == 3 ? 3 : 50, 120);
    gateway.loop.advance(Duration.ofSeconds(10));
    assertThat(upstream.view().get(3).isEjected()).isTrue();
    assertThat(ejected(upstream)).isEqualTo(1);
  }

  @Test
  void successRatesOfFewEndpointsOrRequestsSayNothing() {
    Upstream few = serve(4);
    for (int i = 0; i < 4; i++) mixed(few, i, i == 3 ? 3 : 50, 120);
    gateway.loop.advance(Duration.ofSeconds(10));
    assertThat(ejected(few)).isZero();
    few.close();
    gateway.loop.run();
    Upstream quiet = serve(10);
    for (int i = 0; i < 10; i++) mixed(quiet, i, i == 3 ? 3 : 50, 99);
    gateway.loop.advance(Duration.ofSeconds(10));
    assertThat(ejected(quiet)).isZero();
  }

  @Test
  void equalRatesEjectNobody() {
    Upstream upstream = serve(10);
    for (int i = 0; i < 10; i++) mixed(upstream, i, 3, 120);
    gateway.loop.advance(Duration.ofSeconds(10));
    assertThat(ejected(upstream)).isZero();
  }

  @Test
  void itCanBeTurnedOff() {
    OutlierRules d = OutlierRules.DEFAULT;
    OutlierRules off =
        new OutlierRules(false, 5, 5, d.ejectFor(), d.maxEjectFor(), 1, 1, d.interval(), 2, 1, 1.9);
    Upstream upstream = gateway.serve(TestGateway.rules(TestGateway.even(10), r -> r.outlier(off)));
    fail(upstream, upstream.view().get(0), Outcome.GATEWAY, 20);
    gateway.loop.advance(Duration.ofSeconds(60));
    assertThat(ejected(upstream)).isZero();
  }

  /** An ejection outlives a reload, and so does its end. */
  @Test
  void ejectionsGoOnUnderANewSnapshot() {
    Upstream before = serve(10);
    fail(before, before.view().get(0), Outcome.GATEWAY, 5);
    Upstream after = serve(10);
    before.close();
    gateway.loop.run();
    assertThat(after.view().get(0).isEjected()).isTrue();
    assertThat(after.health().endpoints().get(0).ejectedForNs())
        .isEqualTo(Duration.ofSeconds(30).toNanos());
    gateway.loop.advance(Duration.ofSeconds(30));
    assertThat(after.view().get(0).isEjected()).isFalse();
    assertThat(chosen(after, 40)).contains("a");
  }

  private Upstream serve(int endpoints) {
    return gateway.serve(UpstreamRules.of(TestGateway.even(endpoints)));
  }

  private void fail(Upstream upstream, UpstreamEndpoint endpoint, Outcome outcome, int times) {
    for (int i = 0; i < times; i++) report(upstream, 0, endpoint, outcome);
    gateway.loop.run();
  }

  private void report(Upstream upstream, int worker, UpstreamEndpoint endpoint, Outcome outcome) {
    UpstreamWorker side = gateway.worker(upstream, worker);
    side.begin(endpoint);
    side.end(endpoint, outcome, 1000, gateway.loop.nanoTime());
  }

  /** Requests of which every {@code nth} fails, never five in a row. */
  private void mixed(Upstream upstream, int index, int nth, int requests) {
    UpstreamEndpoint endpoint = upstream.view().get(index);
    for (int i = 0; i < requests; i++) {
      report(upstream, 0, endpoint, i % nth == 0 ? Outcome.STATUS_5XX : Outcome.SUCCESS);
    }
  }

  private static int ejected(Upstream upstream) {
    int ejected = 0;
    for (int i = 0; i < upstream.view().size(); i++) {
      if (upstream.view().get(i).isEjected()) ejected++;
    }
    return ejected;
  }

  private List<String> chosen(Upstream upstream, int times) {
    UpstreamWorker worker = gateway.worker(upstream);
    return java.util.stream.IntStream.range(0, times)
        .mapToObj(i -> worker.choose(TestExchange.get("/"), new TriedEndpoints(), 0).name())
        .toList();
  }
}
