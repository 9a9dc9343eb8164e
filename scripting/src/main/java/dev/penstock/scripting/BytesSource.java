package dev.penstock.scripting;

import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A body that is all there. */
final class BytesSource implements BodySource {
  private final byte[] bytes;
  private @Nullable BodySink sink;

  BytesSource(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public void start(BodySink to) {
    sink = to;
    if (bytes.length == 0 || to.write(ByteBuffer.wrap(bytes).asReadOnlyBuffer())) finish();
  }

  @Override
  public void demand() {
    finish();
  }

  @Override
  public void cancel() {
    sink = null;
  }

  private void finish() {
    BodySink to = sink;
    sink = null;
    if (to != null) to.end(null);
  }
}
