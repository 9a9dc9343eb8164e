package dev.penstock.engine.observe;

import dev.penstock.engine.observe.AccessLogRules.ClientAddress;
import dev.penstock.engine.observe.OfferMetrics.Tally;
import dev.penstock.engine.spi.AccessLogExporter;
import dev.penstock.engine.spi.FinishedExchange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Gives an {@link AccessLogExporter} the exchanges that end. Workers put them into a queue, without
 * a lock, and drop them when it is full; a thread takes them out in batches.
 */
public final class LogExport extends Export implements ExchangeTap.Viewer {
  private static final int BATCH = 500;
  private static final long GATHER_NS = 50_000_000;
  private static final long DRAIN_S = 5;

  private final AccessLogExporter guest;
  private final Tally tally;
  private final int capacity;
  private final ClientAddress clientAddress;
  private final LimitedCalls calls;
  private final Queue<FinishedExchange> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean isIdle;
  private @Nullable Thread thread;
  private @Nullable Metrics metrics;

  /**
   * Not started yet.
   *
   * @param name for messages and threads
   * @param capacity how many exchanges may wait
   */
  public LogExport(
      String name,
      AccessLogExporter guest,
      int capacity,
      ClientAddress clientAddress,
      Tally tally) {
    this.guest = guest;
    this.tally = tally;
    this.capacity = capacity;
    this.clientAddress = clientAddress;
    this.calls = new LimitedCalls(name, DEADLINE, tally);
  }

  @Override
  synchronized void start(Metrics of) {
    if (isClosed.get() || thread != null) return;
    metrics = of;
    thread = Thread.ofVirtual().name("export").start(this::run);
    of.tap().add(this);
  }

  /** On the workers. */
  @Override
  public void onEnded(ExchangeRecord record, String target) {
    if (queued.incrementAndGet() > capacity) {
      queued.decrementAndGet();
      tally.dropped();
      return;
    }
    queue.add(copy(record, target));
    if (isIdle) wake();
  }

  private void wake() {
    LockSupport.unpark(thread);
  }

  private FinishedExchange copy(ExchangeRecord r, String target) {
    Map<String, Object> vars = new HashMap<>();
    for (Map.Entry<String, Object> each : r.vars.entrySet()) {
      Object value = each.getValue();
      if (value instanceof String || value instanceof Number || value instanceof Boolean)
        vars.put(each.getKey(), value);
    }
    return new FinishedExchange(
        ExchangeRecord.idText(r.id),
        r.startMillis,
        r.listener,
        client(r),
        r.method,
        r.host.toString(),
        target,
        r.version.text(),
        r.route,
        r.user,
        r.upstream,
        r.endpoint,
        r.attempts,
        r.status,
        r.termination.code(),
        r.errorDetail,
        r.totalNs,
        r.queueNs,
        r.connectNs,
        r.headNs,
        r.requestBytes,
        r.responseBytes,
        r.userAgent.toString(),
        vars);
  }

  private String client(ExchangeRecord r) {
    if (clientAddress == ClientAddress.NONE) return "-";
    byte[] text = new byte[39];
    int end = LogText.putAddress(text, 0, r.clientAddress, clientAddress == ClientAddress.NETWORK);
    return new String(text, 0, end, StandardCharsets.ISO_8859_1);
  }

  private void run() {
    try {
      while (true) {
        List<FinishedExchange> batch = take();
        if (!batch.isEmpty()) calls.run(() -> guest.export(batch));
        else if (isClosed.get()) return;
        else rest();
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread but at the end.
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  private List<FinishedExchange> take() {
    List<FinishedExchange> batch = new ArrayList<>();
    while (batch.size() < BATCH) {
      FinishedExchange next = queue.poll();
      if (next == null) break;
      batch.add(next);
    }
    queued.addAndGet(-batch.size());
    return batch;
  }

  /** Until there is something; then a little longer, so that it is not sent one by one. */
  private void rest() {
    isIdle = true;
    while (queue.isEmpty() && !isClosed.get()) LockSupport.park(this);
    isIdle = false;
    if (!isClosed.get()) LockSupport.parkNanos(this, GATHER_NS);
  }

  @Override
  public void close() {
    if (!isClosed.compareAndSet(false, true)) return;
    synchronized (this) {
      if (metrics != null) metrics.tap().remove(this);
      if (thread == null) ended.countDown();
    }
    wake();
    Thread.ofVirtual().name("close-export").start(this::end);
  }

  private void end() {
    try {
      if (!ended.await(DRAIN_S, TimeUnit.SECONDS)) calls.interrupt();
      close(guest::close);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  void await(Duration atMost) throws InterruptedException {
    boolean _ = ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }
}
