package dev.penstock.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.time.TimerWheel;
import java.lang.management.ManagementFactory;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;

/** Logging and counting an exchange takes no memory from the heap once warm. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final ManualClock clock = new ManualClock();
  private final TimerWheel timers = new TimerWheel(1_000_000, 0);

  @Test
  void nothingIsAllocatedForAnExchange() {
    for (boolean combined : new boolean[] {false, true}) {
      RulesBuilder rules = RulesBuilder.rules().sample(0.99);
      if (combined) rules.combined();
      try (AccessLog log = new AccessLog(1, rules.build(), r -> new Sink())) {
        AccessLogWriter writer = log.writer(timers, clock);
        Metrics metrics = new Metrics(1);
        WorkerMetrics worker = metrics.worker(0);
        RouteMetrics route = worker.route("users");
        UpstreamMetrics upstream = worker.upstream("users");
        EndpointMetrics endpoint = worker.endpoint("users", "127.0.0.1:9001");
        ExchangeRecord record = Records.good();
        exchanges(writer, worker, route, upstream, endpoint, record, 50_000);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
          long before = THREADS.getCurrentThreadAllocatedBytes();
          exchanges(writer, worker, route, upstream, endpoint, record, 10_000);
          least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        // What is left is the measuring itself and, now and then, the compiler's work on this
        // thread: not one byte each.
        assertThat(least).isLessThan(10_000);
      }
    }
  }

  private void exchanges(
      AccessLogWriter writer,
      WorkerMetrics worker,
      RouteMetrics route,
      UpstreamMetrics upstream,
      EndpointMetrics endpoint,
      ExchangeRecord record,
      int n) {
    for (int i = 0; i < n; i++) {
      clock.advanceNanos(20_000);
      record.id++;
      record.startMillis = clock.wallMillis();
      record.totalNs = i * 100L;
      upstream.request();
      endpoint.attemptBegan();
      endpoint.reused();
      endpoint.headTime(i);
      endpoint.attemptAnswered(200);
      worker.turn(i);
      if (i % 100 == 0) worker.error(ProxyError.Kind.CONNECT_REFUSED);
      worker.exchangeEnded(route, record);
      writer.log(record, clock.nanoTime());
      timers.advance(clock.nanoTime());
    }
  }

  private static final class Sink extends AbstractAppender {
    Sink() {
      super("sink", null, null, false, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {}
  }
}
