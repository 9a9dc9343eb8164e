package dev.penstock.engine.spi;

import dev.penstock.engine.http.HeaderMap;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes a body piece by piece from a {@link BodySource}. Worker-confined. */
public interface BodySink {
  /**
   * Takes a part.
   *
   * @param part borrowed until return; copy what you keep
   * @return whether more may follow at once; if not, the source waits for {@link BodySource#demand}
   */
  boolean write(ByteBuffer part);

  /** The body is complete. */
  void end(@Nullable HeaderMap trailers);

  /** The body ended before it was complete; what was written must not be taken for the whole. */
  void fail(ProxyError error);
}
