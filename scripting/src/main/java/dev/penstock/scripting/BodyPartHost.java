package dev.penstock.scripting;

import dev.penstock.engine.spi.BodyPart;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** A part of a body on its way, as a body hook sees it: until its phase moves on. */
public final class BodyPartHost {
  private final ScriptExchange own;
  private final BodyPart part;

  BodyPartHost(ScriptExchange own, BodyPart part) {
    this.own = own;
    this.part = part;
  }

  private BodyPart part() {
    own.live();
    if (own.part() != part) throw new GoneException();
    return part;
  }

  @HostAccess.Export
  public @Nullable ByteBuffer bytes() {
    return part().bytes().asReadOnlyBuffer().slice();
  }

  @HostAccess.Export
  public int size() {
    return part().bytes().remaining();
  }

  @HostAccess.Export
  public boolean isLast() {
    return part().isLast();
  }

  @HostAccess.Export
  public String text() {
    return own.textParts().decode(own.phase(), part());
  }

  @HostAccess.Export
  public @Nullable String replace(String text) {
    part().replace(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    return null;
  }

  @HostAccess.Export
  public @Nullable String replaceBytes(Value buffer, int offset, int length) {
    byte[] bytes = new byte[length];
    buffer.readBuffer(offset, bytes, 0, length);
    part().replace(ByteBuffer.wrap(bytes));
    return null;
  }
}
