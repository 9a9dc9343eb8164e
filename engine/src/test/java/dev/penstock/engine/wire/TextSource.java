package dev.penstock.engine.wire;

import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A body in so many parts, given as they are asked for. */
final class TextSource implements BodySource {
  private final String[] parts;
  private @Nullable BodySink sink;
  private int next;
  volatile boolean isCancelled;

  TextSource(String... parts) {
    this.parts = parts;
  }

  @Override
  public void start(BodySink taker) {
    sink = taker;
    demand();
  }

  @Override
  public void demand() {
    BodySink taker = sink;
    if (taker == null) return;
    while (next < parts.length) {
      byte[] bytes = parts[next++].getBytes(StandardCharsets.ISO_8859_1);
      if (!taker.write(ByteBuffer.wrap(bytes))) return;
    }
    sink = null;
    taker.end(null);
  }

  @Override
  public void cancel() {
    isCancelled = true;
    sink = null;
  }
}
