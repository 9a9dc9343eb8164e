package dev.penstock.plugins.compression;

import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterScope;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One response body on its way through a compressor, and the timer that lets out what it keeps back
 * while the upstream pauses (Z5).
 */
final class CompressingBody {
  private final Filter filter;
  private final FilterScope scope;
  private final WorkerCoders coders;
  private final long length;
  private final long flushAfterNs;
  private final Counts.Count count;
  private @Nullable Compressor compressor;
  private @Nullable Runnable timer;
  private long lastNs;
  private long taken;
  private long given;
  private boolean isFlushed = true;
  private boolean mustFlush;

  /**
   * A body begins.
   *
   * @param length how many bytes it has, or -1
   * @param flushAfterNs how long what has come may wait for more; 0 sends each part at once
   */
  CompressingBody(
      Filter filter,
      FilterScope scope,
      WorkerCoders coders,
      Compressor begun,
      long length,
      long flushAfterNs,
      Counts.Count count) {
    this.filter = filter;
    this.scope = scope;
    this.coders = coders;
    this.compressor = begun;
    this.length = length;
    this.flushAfterNs = flushAfterNs;
    this.count = count;
  }

  void pass(Exchange exchange, BodyPart part) {
    Compressor current = compressor;
    if (current == null) return;
    Output out = coders.output();
    ByteBuffer bytes = part.bytes();
    if (bytes.hasRemaining()) {
      taken += bytes.remaining();
      isFlushed = false;
      current.write(bytes, out);
    }
    boolean isLast = part.isLast();
    if (isLast) {
      current.finish(out);
    } else if (!isFlushed && (mustFlush || flushAfterNs == 0)) {
      current.flush(out);
      isFlushed = true;
    } else if (!isFlushed && taken != length) {
      // When all has come that was announced, the end follows in the same turn.
      lastNs = scope.nowNs();
      if (timer == null) timer = scope.after(flushAfterNs, () -> onPause(exchange));
    }
    mustFlush = false;
    ByteBuffer result = out.taken();
    given += result.remaining();
    part.replace(result);
    if (isLast) release();
  }

  private void onPause(Exchange exchange) {
    timer = null;
    if (isFlushed || compressor == null) return;
    long leftNs = lastNs + flushAfterNs - scope.nowNs();
    if (leftNs <= 0) {
      mustFlush = true;
      if (exchange.promptResponseBody(filter)) return;
      mustFlush = false;
      leftNs = flushAfterNs;
    }
    timer = scope.after(leftNs, () -> onPause(exchange));
  }

  /** The compressor goes back, whether or not the body has come to its end. */
  void release() {
    Compressor current = compressor;
    if (current == null) return;
    compressor = null;
    Runnable set = timer;
    timer = null;
    if (set != null) set.run();
    coders.giveBack(current);
    count.add(taken, given);
  }
}
