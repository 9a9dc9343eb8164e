package dev.penstock.scripting;

import dev.penstock.engine.spi.BodyPart;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A part of a body, and what a filter put in its place. */
final class FakeBodyPart implements BodyPart {
  private final ByteBuffer bytes;
  private final boolean last;
  private @Nullable ByteBuffer replaced;

  FakeBodyPart(String text, boolean last) {
    this(text.getBytes(StandardCharsets.UTF_8), last);
  }

  FakeBodyPart(byte[] bytes, boolean last) {
    this.bytes = ByteBuffer.wrap(bytes);
    this.last = last;
  }

  @Nullable String replaced() {
    return replaced == null ? null : StandardCharsets.UTF_8.decode(replaced.duplicate()).toString();
  }

  @Override
  public ByteBuffer bytes() {
    return bytes;
  }

  @Override
  public boolean isLast() {
    return last;
  }

  @Override
  public void replace(ByteBuffer with) {
    replaced = with;
  }
}
