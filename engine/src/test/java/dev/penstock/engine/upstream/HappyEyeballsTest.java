package dev.penstock.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.Transport;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** U19: racing of addresses, RFC 8305 §5. */
class HappyEyeballsTest {
  private static final InetSocketAddress SIX = new InetSocketAddress("2001:db8::1", 80);
  private static final InetSocketAddress FOUR = new InetSocketAddress("192.0.2.1", 80);
  private static final InetSocketAddress LAST = new InetSocketAddress("192.0.2.2", 80);
  private static final long TIMEOUT_NS = 5_000_000_000L;

  private final TestLoop time = new TestLoop();
  private final TestWorker worker = new TestWorker(0, time);
  private Connection won;
  private IOException lost;
  private int told;
  private boolean wasClosed;

  @Test
  void oneAddressIsJustAConnect() {
    start(FOUR);
    assertThat(worker.connects).hasSize(1);
    assertThat(worker.connects.getFirst().timeoutNs).isEqualTo(TIMEOUT_NS);
    assertThat(worker.timers().size()).isZero();
  }

  @Test
  void theNextAddressStartsAfterAQuarterOfASecond() {
    start(SIX, FOUR, LAST);
    worker.advance(Duration.ofMillis(249));
    assertThat(worker.connects).hasSize(1);
    worker.advance(Duration.ofMillis(3));
    assertThat(worker.connects).extracting(c -> c.address).containsExactly(SIX, FOUR);
    worker.advance(Duration.ofMillis(252));
    assertThat(worker.connects).extracting(c -> c.address).containsExactly(SIX, FOUR, LAST);
    assertThat(worker.connects.get(2).timeoutNs).as("all share one time").isLessThan(TIMEOUT_NS);
  }

  @Test
  void aFailureStartsTheNextAtOnce() {
    start(SIX, FOUR);
    worker.connects.get(0).fail(new IOException("unreachable"));
    assertThat(worker.connects).hasSize(2);
    assertThat(told).isZero();
    worker.connects.get(1).succeed(connection());
    assertThat(won).isNotNull();
  }

  @Test
  void theFirstToAnswerWinsAndTheOthersAreCancelled() {
    start(SIX, FOUR, LAST);
    worker.advance(Duration.ofMillis(252));
    worker.connects.get(1).succeed(connection());
    assertThat(won).isNotNull();
    assertThat(worker.connects.get(0).isCancelled).isTrue();
    worker.advance(Duration.ofSeconds(2));
    assertThat(worker.connects).hasSize(2);
    assertThat(told).isEqualTo(1);
    assertThat(worker.timers().size()).isZero();
  }

  @Test
  void itFailsWhenAllHaveFailed() {
    start(SIX, FOUR);
    worker.connects.get(0).fail(new IOException("six"));
    worker.connects.get(1).fail(new IOException("four"));
    assertThat(lost).hasMessage("four");
    assertThat(told).isEqualTo(1);
    assertThat(worker.timers().size()).isZero();
  }

  @Test
  void aSlowFirstMayStillWinAfterTheOthersFailed() {
    start(SIX, FOUR);
    worker.advance(Duration.ofMillis(252));
    worker.connects.get(1).fail(new IOException("four"));
    assertThat(told).isZero();
    worker.connects.get(0).succeed(connection());
    assertThat(won).isNotNull();
  }

  @Test
  void nothingNewIsTriedAfterTheDeadline() {
    start(SIX, FOUR, LAST);
    worker.advance(Duration.ofMillis(252));
    time.advance(Duration.ofSeconds(5));
    worker.connects.get(0).fail(new SocketTimeoutException());
    worker.connects.get(1).fail(new SocketTimeoutException());
    assertThat(lost).isInstanceOf(SocketTimeoutException.class);
    assertThat(worker.connects).hasSize(2);
  }

  @Test
  void cancellingCancelsAllAndClosesALateOne() {
    Runnable cancel = start(SIX, FOUR);
    worker.advance(Duration.ofMillis(252));
    cancel.run();
    assertThat(worker.connects).allSatisfy(c -> assertThat(c.isCancelled).isTrue());
    worker.connects.get(0).succeed(connection());
    worker.advance(Duration.ofSeconds(1));
    assertThat(told).isZero();
    assertThat(wasClosed).isTrue();
  }

  private Runnable start(InetSocketAddress... addresses) {
    return HappyEyeballs.connect(
        worker,
        List.of(addresses),
        TIMEOUT_NS,
        new Transport.ConnectCallback() {
          @Override
          public void onConnected(Connection connection) {
            told++;
            won = connection;
          }

          @Override
          public void onConnectFailed(IOException cause) {
            told++;
            lost = cause;
          }
        });
  }

  /** A connection of which only being closed matters. */
  private Connection connection() {
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) wasClosed = true;
              return null;
            });
  }
}
