package dev.penstock.scripting.web;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.BodySource;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** Receives fields and body of a message that the guest made. Public because the guest calls it. */
public abstract class MessageTaker {
  private byte @Nullable [] content;
  private @Nullable BodySource source;
  private long length;

  MessageTaker() {}

  /** Where the fields go. */
  public abstract HeaderMap headers();

  /** The body, if it is all there; null when there is none or it streams. */
  public final byte @Nullable [] content() {
    return content;
  }

  /** The body, if it streams; null when there is none or it is all there. */
  public final @Nullable BodySource source() {
    return source;
  }

  /** Of the body in bytes; 0 for none, -1 when it is not known. */
  public final long length() {
    return length;
  }

  /**
   * @return false when the gateway refuses the value
   */
  @HostAccess.Export
  public final boolean header(String name, String value) {
    try {
      headers().add(name, value);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  @HostAccess.Export
  public final void headers(HeadersHost fields) {
    if (fields instanceof HeaderMapHost host) {
      if (host.map() != headers()) headers().addAll(host.map());
      return;
    }
    for (int i = 0, n = fields.size(); i < n; i++) headers().add(fields.name(i), fields.value(i));
  }

  @HostAccess.Export
  public final void text(String text) {
    content = text.getBytes(StandardCharsets.UTF_8);
    length = content.length;
  }

  @HostAccess.Export
  public final void bytes(Value buffer, int offset, int count) {
    content = GuestBytes.read(buffer, offset, count);
    length = count;
  }

  @HostAccess.Export
  public final void backing(HostBody body) {
    source = body.take();
    length = body.length();
  }

  @HostAccess.Export
  public final void stream(Value pull, Value cancel) {
    source = new GuestBody(pull, cancel);
    length = -1;
  }
}
