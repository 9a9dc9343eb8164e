package dev.penstock.scripting.web;

import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A body that is all there. */
final class BytesBody implements BodySource {
  private final byte[] bytes;
  private @Nullable BodySink sink;
  private boolean isOver;

  BytesBody(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public void start(BodySink to) {
    sink = to;
    if (bytes.length == 0 || to.write(ByteBuffer.wrap(bytes))) end();
  }

  @Override
  public void demand() {
    end();
  }

  private void end() {
    if (isOver || sink == null) return;
    isOver = true;
    sink.end(null);
  }

  @Override
  public void cancel() {
    isOver = true;
  }
}
