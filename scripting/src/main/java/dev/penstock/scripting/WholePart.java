package dev.penstock.scripting;

import dev.penstock.engine.spi.BodyPart;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A whole body as one part. */
final class WholePart implements BodyPart {
  private final ByteBuffer bytes;
  private @Nullable ByteBuffer replaced;

  WholePart(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  byte[] now() {
    ByteBuffer now = (replaced == null ? bytes : replaced).duplicate();
    byte[] all = new byte[now.remaining()];
    now.get(all);
    return all;
  }

  @Override
  public ByteBuffer bytes() {
    return bytes;
  }

  @Override
  public boolean isLast() {
    return true;
  }

  @Override
  public void replace(ByteBuffer with) {
    replaced = with;
  }
}
