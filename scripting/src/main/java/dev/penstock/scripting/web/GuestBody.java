package dev.penstock.scripting.web;

import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.ProxyError;
import java.nio.ByteBuffer;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * A {@code ReadableStream} of the guest as a body of the gateway: each demand reads one chunk.
 *
 * <p>Public because the guest's reader answers through the exported methods. Worker-confined.
 */
public final class GuestBody implements BodySource {
  private final Value pull;
  private final Value cancel;
  private @Nullable BodySink sink;
  private boolean isPulling;
  private boolean isOver;
  // A chunk that comes while pull still runs is followed by a loop, not by recursion.
  private boolean inPull;
  private boolean pullAgain;

  GuestBody(Value pull, Value cancel) {
    this.pull = pull;
    this.cancel = cancel;
  }

  @Override
  public void start(BodySink to) {
    sink = to;
    pull();
  }

  @Override
  public void demand() {
    pull();
  }

  private void pull() {
    if (isPulling || isOver) return;
    if (inPull) {
      pullAgain = true;
      return;
    }
    inPull = true;
    do {
      pullAgain = false;
      isPulling = true;
      pull.executeVoid(this);
    } while (pullAgain && !isOver);
    inPull = false;
  }

  @Override
  public void cancel() {
    if (isOver) return;
    isOver = true;
    cancel.executeVoid("the reader of this body went away");
  }

  @HostAccess.Export
  public void chunk(Value buffer, int offset, int length) {
    isPulling = false;
    if (isOver || sink == null) return;
    if (sink.write(ByteBuffer.wrap(GuestBytes.read(buffer, offset, length)))) pull();
  }

  @HostAccess.Export
  public void end() {
    if (isOver || sink == null) return;
    isOver = true;
    sink.end(null);
  }

  @HostAccess.Export
  public void fail(String message) {
    if (isOver || sink == null) return;
    isOver = true;
    sink.fail(
        ProxyError.of(
            ProxyError.Kind.FILTER_FAILED,
            "the script's body stream failed: " + firstLine(message)));
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
